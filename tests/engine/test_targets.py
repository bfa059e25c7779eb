"""Which row of the targets counts, what the policy fills, and whose it is (T2–T4)."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from incentives.api import Ruleset
from incentives.faults import RefusedError

from .small import Rows, assessed, cases, ruleset_of, shown, snapshot

POLICY = """
metrics:
  sales: {unit: money, source: [crm]}
  visits: {unit: count, source: [crm]}
  profit: {unit: money, source: [crm]}
  complaints: {unit: count, direction: lower, source: [crm]}
  of_region: {unit: money, of: sales, within: region, take: sum}
  of_company: {unit: money, of: sales, within: company, take: sum}
targets:
  sales: {base: 50, stretch: 2 * sales_target, when_zero: exempt}
  visits: {signed: not_needed, base: 5, when_zero: full}
  profit: {signed: not_needed, base: 5, stretch: 10, when_zero: full}
  complaints: {signed: not_needed, base: 5, when_zero: full}
  of_region: {scope: region, metric: sales, when_zero: exempt}
  of_company: {scope: company, metric: sales, when_zero: exempt}
scorecards:
  results: {items: {sales: {weight: 100%, attainment: base}}}
  others:
    items:
      complaints: {weight: 40%, attainment: base}
      profit: {weight: 40%, attainment: base}
      profit_more: {weight: 20%, of: profit, attainment: stretch}
grade: {of: {results: 100%}, bands: {A: '>= 80', B: '< 80'}}
"""
ACTUALS = {"sales": 110, "visits": 5, "profit": 7, "complaints": 5}
CELLS = (
    "scope",
    "subject_id",
    "period",
    "metric",
    "base",
    "stretch",
    "rep_signed_on",
    "manager_signed_on",
    "revised_on",
)


@cache
def policy() -> Ruleset:
    return ruleset_of(POLICY)


@pytest.mark.parametrize("case", cases("targets.yaml"), ids=lambda case: case["name"])
def test_the_target_that_counts(case: dict[str, Any]) -> None:
    targets: list[dict[str, object]] = [
        {cell: value for cell, value in zip(CELLS, row.split(), strict=True) if value != "-"} for row in case["rows"]
    ]
    rows: Rows = {
        "reps": [
            {"rep_id": "R1", "team": "north", "region": "east"},
            {"rep_id": "R2", "team": "south", "region": "west"},
        ],
        "snapshots": [
            snapshot(rep, quarter, metric, value)
            for rep in ("R1", "R2")
            for quarter in ("2026Q2", "2026Q3")
            for metric, value in (
                {"sales": 110, "visits": 5, "profit": 7, "complaints": 5} | case.get("given", {})
            ).items()
        ],
        "targets": targets,
    }
    expected = {name: value for name, value in case.items() if name not in ("name", "rows", "given")}
    [found] = assessed(policy(), rows, "2026Q3").rows(list(expected), "rep_id = 'R1'")
    assert {name: shown(value) for name, value in zip(expected, found, strict=True)} == expected


@pytest.mark.parametrize("side", ["base", "stretch"])
@pytest.mark.parametrize(("value", "fine"), [("0.01", True), ("0", False), ("-0.01", False)])
def test_a_target_that_nothing_can_be_attained_of_is_a_fault(side: str, value: str, fine: bool) -> None:
    """Unless `when_zero` says what it means, whichever target is scored against."""
    policy = f"""
metrics: {{profit: {{unit: money, source: [crm]}}}}
targets: {{profit: {{signed: not_needed, base: 10, {side}: '{value}'}}}}
scorecards: {{results: {{items: {{profit: {{weight: 100%, attainment: {side}}}}}}}}}
grade: {{of: {{results: 100%}}, bands: {{A: '>= 80', B: '< 80'}}}}
""".replace("base: 10, base", "base")
    rows: Rows = {"snapshots": [snapshot("R1", "2026Q3", "profit", 1)]}
    if fine:
        assert assessed(ruleset_of(policy), rows, "2026Q3").rows(["profit_score"])
        return
    with pytest.raises(RefusedError) as refused:
        assessed(ruleset_of(policy), rows, "2026Q3")
    assert {fault.code for fault in refused.value.faults} == {"zero_target"}
