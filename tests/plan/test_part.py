"""A part of a plan: the columns that were asked for come to the same as in the whole plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from incentives.execution.assess import assess
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.plan.part import part_for
from incentives.ruleset import Ruleset, load_ruleset
from incentives.tables import Tables, load_data

ROOT = Path(__file__).parents[2]
PERIODS = ("2026Q2", "2026Q3")
Company = tuple[Ruleset, Plan, Tables]


@pytest.fixture(scope="module")
def company() -> Company:
    ruleset = load_ruleset(ROOT / "rulesets/sales-2026.yaml")
    return ruleset, compile_plan(ruleset), load_data(ROOT / "fixtures/company", ruleset)


@pytest.mark.parametrize("names", [("total", "grade"), ("commission",), ("region_sales", "accelerator", "override")])
def test_the_same_figures_from_fewer_columns(company: Company, names: tuple[str, ...]) -> None:
    ruleset, plan, tables = company
    part = part_for(plan, plan.grain, names)
    wanted = ["rep_id", "period", *names]
    found = assess(ruleset, tables, PERIODS, part, remarked=False).rows(wanted)
    assert found == assess(ruleset, tables, PERIODS, plan, remarked=False).rows(wanted)
    assert len(part.columns(plan.grain)) < len(plan.columns(plan.grain))
    assert any(value is not None for row in found for value in row[2:])


def test_what_may_refuse_a_row_is_in_every_part(company: Company) -> None:
    _, plan, _ = company
    checks = {column.name for column in plan.columns(plan.grain) if column.role == "check"}
    part = part_for(plan, plan.grain, ["sales"])
    assert checks
    assert checks <= {column.name for column in part.columns(plan.grain)}
    assert part.rules == ()


def test_what_reads_conclusions_is_computed_with_all_of_them(company: Company) -> None:
    _, plan, _ = company
    standing = next(c.name for c in plan.columns(plan.grain) if type(c.how).__name__ in ("Stood", "Concluded"))
    assert part_for(plan, plan.grain, [standing]) is plan
