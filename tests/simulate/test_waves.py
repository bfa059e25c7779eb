"""One figure of a policy with history, ranks and carried grades changed: only whom it moves is computed again."""

from __future__ import annotations

from functools import cache

import pytest

from incentives.api import Ruleset, assess
from incentives.execution.reassess import Snapshot, reassess, snapshot_of
from incentives.plan.compile import compile_plan
from incentives.simulate import change_of, changed_ruleset
from tests.engine.small import ruleset_of
from tests.simulate.made import POLICY, tables

PERIODS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1")
WALKED = (
    POLICY.replace(
        "metrics:\n",
        """  least: {unit: money, value: 100}
  long: {unit: count, value: 2}
  more: {unit: ratio, value: 120%}
metrics:
""",
    )
    + """  kept:
    kind: bonus
    base: sales * factor
    only_when: sales >= figures.least
    rate: 1%
columns:
  good: {unit: switch, formula: 'grade in ("S", "A")'}
  run: {unit: count, formula: streak(good)}
  before: {unit: count, formula: 'prior(run, 0)'}
  factor: {unit: ratio, formula: 'if before >= figures.long then figures.more else 1'}
  year: {unit: score, formula: 'sum(total, 4)'}
  place: {unit: count, rank: {of: year, within: region}}
  podium: {unit: switch, formula: place <= figures.long}
"""
)
CHANGES = {  # how many tables are made, and before how many it is looked whom they move
    "figures.prize.value=700": (1, 0),
    "figures.share.value=9%": (0, 0),  # what is carried on is stepped
    "figures.least.value=1000": (1, 0),
    "figures.more.value=150%": (1, 0),
    "figures.long.value=1": (1, 0),
    "grade.bands.S='>= 59.99'|grade.bands.A='[30..59.99)'": (3, 1),
    "grade.bands.S='>= 90'|grade.bands.A='[30..90)'": (3, 1),
    "grade.bands.A='[20..60)'|grade.bands.B='< 20'": (4, 1),
    "scorecards.results.items.sales.weight=59%|scorecards.results.items.deals.weight=41%": (3, 1),
    "scorecards.results.items.deals.score='min(151, round half up(sales / 50, 2))'": (3, 1),
}


@cache
def policy() -> Ruleset:
    return ruleset_of(WALKED)


@cache
def before() -> Snapshot:
    return snapshot_of(assess(policy(), tables(*PERIODS, text=WALKED), PERIODS[-2:]))


@pytest.mark.parametrize(("change", "made"), CHANGES.items())
def test_it_is_what_a_whole_assessment_gives(change: str, made: tuple[int, int]) -> None:
    changed = changed_ruleset(policy(), change_of(None, tuple(change.split("|"))))
    plan = compile_plan(changed)
    found, whole = reassess(before(), changed, plan), assess(changed, before().outcome.tables, PERIODS[-2:], plan)
    names = [column.name for column in whole.columns]
    assert found.rows(names) == whole.rows(names)
    sql = "SELECT {} FROM duckdb_tables() WHERE temporary AND starts_with(table_name, '{}')"
    counted = tuple(found.con.query(sql.format("count(*)", what))[0][0] for what in ("again_", "moved_"))
    assert counted == made
