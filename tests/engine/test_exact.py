"""Quotients are compared and multiplied exactly, and rounded where they are shown or where that is declared."""

from __future__ import annotations

from typing import Any

import pytest

from incentives.api import check
from tests.engine.small import HEAD, Rows, assessed, cases, shown, snapshot
from tests.oracle.drawing import written

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
NUMBERS = ("sales", "goal", "part", "whole", "other", "others", "third")
UNITS = {"third": "ratio"}
CASES = cases("exact.yaml")
REFUSED = cases("exact_refused.yaml")


def policy_of(case: dict[str, Any]) -> dict[str, Any]:
    """The sections of a case, with the metrics that all of them may use."""
    given = {name: {"unit": UNITS.get(name, "money"), "source": ["crm"], "when_missing": "exempt"} for name in NUMBERS}
    policy = {**case, "metrics": {**given, **case.get("metrics", {})}}
    return {key: value for key, value in policy.items() if key not in ("name", "reps", "gives", "says")}


def rows_of(case: dict[str, Any]) -> Rows:
    """A rep for each entry of `reps`; a figure is that of 2025Q1, or a list of those of the quarters."""
    rows: Rows = {"reps": [], "postings": [], "snapshots": [], "targets": []}
    for number, figures in enumerate(case["reps"]):
        rep = f"R{number}"
        rows["reps"].append({"rep_id": rep})
        team = figures.get("team", "north")
        rows["postings"].append({"rep_id": rep, "from": "2025-01-01", "team": team, "base_salary": 3000})
        for name in NUMBERS:
            values = figures.get(name, [])
            for quarter, value in zip(QUARTERS, [values] if isinstance(values, str) else values, strict=False):
                rows["snapshots"].append(snapshot(rep, quarter, name, value))
    return rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_gives(case: dict[str, Any]) -> None:
    rows = rows_of(case)
    last = max(str(row["period"]) for row in rows["snapshots"])
    outcome = assessed(written(policy_of(case)), rows, last)
    found = [list(map(shown, column)) for column in zip(*outcome.rows(list(case["gives"])), strict=True)]
    assert dict(zip(case["gives"], found, strict=True)) == case["gives"]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_it_says_what_cannot_be_exact(case: dict[str, Any], tmp_path: Any) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(HEAD + written(policy_of(case)), encoding="utf-8")
    assert sorted({fault.code for fault in check(file) if not fault.warning}) == case["says"]
