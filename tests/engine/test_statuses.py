"""What a status does of which the policy says nothing, and which of them are remarked (A9)."""

from __future__ import annotations

from typing import Any

import pytest

from .small import Rows, assessed, cases, ruleset_of, snapshot

POLICY = """
metrics: {{sales: {{unit: money, source: [crm]}}}}
assessment: {{statuses: {{{statuses}}}}}
scorecards: {{results: {{items: {{sales: {{weight: 100%, score: 'min(sales, 100)'}}}}}}}}
grade: {{of: {{results: 100%}}, bands: {{A: '>= 80', B: '< 80'}}}}
"""


@pytest.mark.parametrize("case", cases("statuses.yaml"), ids=lambda case: case["name"])
def test_a_status(case: dict[str, Any]) -> None:
    said = ", ".join(f"{status}: {does}" for status, does in case.get("statuses", {}).items())
    postings = (dict(zip(("from", "to", "status"), row.split(), strict=True)) for row in case["postings"])
    rows: Rows = {
        "reps": [{"rep_id": "R1"}],
        "postings": [{"rep_id": "R1"} | {k: v for k, v in posting.items() if v != "-"} for posting in postings],
        "snapshots": [snapshot("R1", "2026Q3", "sales", 90)],
    }
    outcome = assessed(ruleset_of(POLICY.format(statuses=said)), rows, "2026Q3")
    [(state, reason)] = outcome.rows(["assessment", "assessment_reason"])
    assert f"{state} {reason}".strip() == case["standing"]
    remarked = [fault.about["status"] for fault in outcome.remarks if fault.code == "status_unsaid"]
    assert remarked == case.get("remarks", [])
