"""Who has a row, and for how much of the quarter: joined, left, moved, paused, holidays and make-up days (A9, T5)."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from incentives.api import Ruleset

from .small import Rows, assessed, cases, ruleset_of, shown, snapshot

POLICY = """
metrics: {sales: {unit: money, source: [crm]}}
targets: {sales: {signed: not_needed, base: 1000, prorate: working_days, when_zero: exempt}}
assessment:
  statuses: {probation: assess, active: assess, leave: pause, off_post: pause, protected: exempt}
  least_time: 30%
scorecards: {results: {items: {sales: {weight: 100%, attainment: base, cap: 999}}}}
grade: {of: {results: 100%}, bands: {A: '>= 80', B: '< 80'}}
"""
NAMES = ["worked_share", "sales_target", "level", "assessment", "assessment_reason"]


@cache
def policy() -> Ruleset:
    return ruleset_of(POLICY)


@pytest.mark.parametrize("case", cases("time.yaml"), ids=lambda case: case["name"])
def test_the_share_of_a_quarter(case: dict[str, Any]) -> None:
    rows: Rows = {
        "reps": [{"rep_id": "R1", **case["rep"]}],
        "snapshots": [snapshot("R1", "2026Q3", "sales", 100)] if "row" not in case else [],
        "calendar": case.get("calendar", []),
        "postings": [{"rep_id": "R1", **posting} for posting in case.get("postings", [])],
    }
    found = assessed(policy(), rows, "2026Q3").rows(NAMES)
    if case.get("row") == "none":
        assert found == []
        return
    [(share, target, level, state, reason)] = found
    assert (shown(share), shown(target), level) == (case["share"], case["target"], case.get("level", ""))
    assert f"{state} {reason}".strip() == case["standing"]
