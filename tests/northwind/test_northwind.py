"""Northwind through its data.yaml: every figure of eight quarters equals that worked out by hand (C1, A2–A5, A10)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from incentives.api import Outcome, Ruleset, Tables, assess, load_data, load_ruleset

from .by_hand import Raw, annual, quarterly, raw_figures

ROOT = Path(__file__).parents[2]
EXPORT = ROOT.parent / "shared" / "data" / "northwind"
QUARTERS = ["1996Q3", "1996Q4", *(f"1997Q{n}" for n in range(1, 5)), "1998Q1", "1998Q2"]
FIGURES = [
    "sales", "first_orders", "on_time", "discount_depth", "sales_score", "first_orders_score", "on_time_score",
    "discount_depth_score", "total", "grade", "commission",
]  # fmt: skip
pytestmark = pytest.mark.skipif(not EXPORT.is_dir(), reason="../shared/data/northwind is not beside the repository")


@cache
def raw() -> Raw:
    return raw_figures(EXPORT)


@cache
def loaded() -> tuple[Ruleset, Tables]:
    ruleset = load_ruleset(ROOT / "rulesets" / "northwind.yaml")
    return ruleset, load_data(ROOT / "fixtures" / "northwind" / "data.yaml", ruleset)


@cache
def outcome(*periods: str) -> Outcome:
    ruleset, tables = loaded()
    return assess(ruleset, tables, periods)


def exact(value: object) -> Fraction | str:
    return Fraction(value) if isinstance(value, Decimal | int) else str(value or "")


def test_every_employee_has_a_row_in_every_quarter() -> None:
    rows = outcome(*QUARTERS).rows(["rep_id", "period", "assessment"])
    assert rows == [(str(rep), quarter, "assessed") for rep in range(1, 10) for quarter in QUARTERS]


@pytest.mark.parametrize("quarter", QUARTERS)
def test_a_quarter_is_what_the_export_says(quarter: str) -> None:
    rows = outcome(*QUARTERS).rows(["rep_id", *FIGURES], f"period = '{quarter}'")
    found = {rep: dict(zip(FIGURES, map(exact, values), strict=True)) for rep, *values in rows}
    by_hand = {str(rep): quarterly(raw()[str(rep), quarter], quarter) for rep in range(1, 10)}
    assert found == {rep: {name: row.get(name, "") for name in FIGURES} for rep, row in by_hand.items()}


def test_the_sales_of_all_quarters_are_the_control_sum() -> None:
    assert sum(sales for (sales,) in outcome(*QUARTERS).rows(["sales"])) == Decimal("1265793.0395")


@pytest.mark.parametrize("year", ["1996", "1997", "1998"])
def test_a_year_is_the_mean_of_its_quarters(year: str) -> None:
    expected = []
    for rep in range(1, 10):
        totals = [quarterly(raw()[str(rep), q], q)["total"] for q in QUARTERS if q.startswith(year)]
        expected.append((str(rep), *annual([total for total in totals if isinstance(total, Fraction)])))
    rows = outcome(year).rows(["rep_id", "total", "grade"])
    assert [(rep, Fraction(total), grade) for rep, total, grade in rows] == expected
