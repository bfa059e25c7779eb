"""streak, count, sum, prior and last_year over every state that a quarter can be in."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from incentives.api import Ruleset
from incentives.tables.periods import parse_period

from .small import Rows, assessed, cases, ruleset_of, shown, snapshot

POLICY = """
metrics:
  rating: {unit: score, source: [crm], when_missing: exempt}
scorecards: {results: {items: {rating: {weight: 100%, score: rating}}}}
grade: {of: {results: 100%}, bands: {A: '>= 80', B: '< 80'}}
columns:
  run: {unit: count, formula: streak(rating >= 80)}
  goods: {unit: count, formula: 'count(rating >= 80, 3)'}
  two: {unit: score, formula: 'sum(rating, 2)'}
  before: {unit: score, range: [-1, 100], formula: 'prior(rating, -1)'}
  before_two: {unit: score, range: [-1, 100], formula: 'prior(rating, -1, 2)'}
  year: {unit: score, range: [-1, 100], formula: 'last_year(rating, -1)'}
  run_before: {unit: count, formula: 'prior(streak(rating >= 80), 0)'}
  graded: {unit: count, formula: 'streak(grade = "A")'}
  totals: {unit: score, formula: 'sum(total, 2)'}
"""
QUARTERS = ["2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2"]
FUNCTIONS = ("run", "goods", "two", "before", "before_two", "year", "run_before", "graded", "totals")
CASES = cases("history.yaml")


@cache
def policy() -> Ruleset:
    return ruleset_of(POLICY)


def rows_of(key: str, states: list[str]) -> Rows:
    """The tables in which one rep goes through these states."""
    rows: Rows = {"reps": [{"rep_id": key}], "postings": [], "snapshots": [], "decisions": [], "history": []}
    for quarter, state in zip(QUARTERS, states, strict=True):
        rating, _, more = state.partition(" ")
        what, _, grade = more.partition(" ")
        period = parse_period(quarter)
        assert period is not None
        who = {"rep_id": key, "period": quarter}
        if rating != "absent":
            rows["postings"].append({"rep_id": key, "from": period.first, "to": period.last})
        if rating not in ("absent", "-"):
            rows["snapshots"].append(snapshot(key, quarter, "rating", rating))
        if what == "exempt":
            rows["decisions"].append({**who, "about": "exempt", "decision": "exempt"})
        elif what == "decided":
            rows["decisions"].append({**who, "about": "grade", "decision": grade})
        elif what == "history":
            rows["history"].append({**who, "total": 77, "grade": grade})
    return rows


@cache
def outcome() -> dict[tuple[str, str], dict[str, str]]:
    """Every case is one rep of the same run, so that a window that runs past its rep would show."""
    rows: Rows = {}
    for number, case in enumerate(CASES):
        for table, more in rows_of(f"R{number}", case["states"]).items():
            rows.setdefault(table, []).extend(more)
    found = assessed(policy(), rows, *QUARTERS).rows(["rep_id", "period", *FUNCTIONS])
    return {
        (key, period): {name: shown(value) for name, value in zip(FUNCTIONS, values, strict=True)}
        for key, period, *values in found
    }


@pytest.mark.parametrize(
    ("number", "function"),
    [(number, name) for number, case in enumerate(CASES) for name in FUNCTIONS if name in case],
    ids=lambda part: CASES[part]["name"] if isinstance(part, int) else part,
)
def test_a_history_function(number: int, function: str) -> None:
    case: dict[str, Any] = CASES[number]
    found = [outcome().get((f"R{number}", quarter), {}).get(function, "absent") for quarter in QUARTERS]
    assert found == case[function]
