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
CASES = cases("time.yaml")


@cache
def policy() -> Ruleset:
    return ruleset_of(POLICY)


@cache
def found(calendar: str) -> dict[str, list[Any]]:
    """The row of every case under this calendar, the number of the case being the rep's id."""
    rows: Rows = {"reps": [], "snapshots": [], "postings": []}
    for number, case in enumerate(CASES):
        if str(case.get("calendar", [])) == calendar:
            rep = f"R{number}"
            rows["calendar"] = case.get("calendar", [])
            rows["reps"].append({"rep_id": rep, **case["rep"]})
            rows["postings"] += [{"rep_id": rep, **posting} for posting in case.get("postings", [])]
            rows["snapshots"] += [snapshot(rep, "2026Q3", "sales", 100)] if "row" not in case else []
    return {rep: values for rep, *values in assessed(policy(), rows, "2026Q3").rows(["rep_id", *NAMES])}


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["name"])
def test_the_share_of_a_quarter(number: int) -> None:
    case = CASES[number]
    row = found(str(case.get("calendar", []))).get(f"R{number}")
    if row is None or "row" in case:
        assert (row, case.get("row")) == (None, "none")
        return
    share, target, level, state, reason = row
    assert (shown(share), shown(target), level) == (case["share"], case["target"], case.get("level", ""))
    assert f"{state} {reason}".strip() == case["standing"]
