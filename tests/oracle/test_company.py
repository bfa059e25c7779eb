"""The engine's outcome over the shipped company agrees with the oracle in every column of every row, at every grain."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from incentives.api import Ruleset, Tables, assess, load_data, load_ruleset

from .compare import differences, undrawn
from .evaluate import Result, build, read_folder, read_policy, result_of
from .world import World

ROOT = Path(__file__).parents[2]
POLICY = ROOT / "rulesets" / "sales-2026.yaml"
COMPANY = ROOT / "fixtures" / "company"
QUARTERS = ["2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"]
MONTHS = [f"2026-{month:02d}" for month in range(1, 10)]


@cache
def world() -> World:
    return build(read_policy(POLICY), read_folder(COMPANY))


@cache
def oracle() -> Result:
    return result_of(world())


@cache
def engine() -> tuple[Ruleset, Tables]:
    ruleset = load_ruleset(POLICY)
    return ruleset, load_data(COMPANY, ruleset)


@pytest.mark.parametrize("periods", [QUARTERS, MONTHS, ["2025", "2026"]], ids=["quarters", "months", "years"])
def test_no_difference(periods: list[str]) -> None:
    ruleset, tables = engine()
    outcome = assess(ruleset, tables, periods)
    assert len(outcome.rows(["period"])) > 70
    assert differences(outcome, oracle()) == []


@pytest.mark.parametrize("periods", [QUARTERS, ["2025", "2026"]], ids=["quarters", "years"])
def test_the_same_conclusions(periods: list[str]) -> None:
    ruleset, tables = engine()
    assert undrawn(assess(ruleset, tables, periods), world()) == []


def test_a_difference_is_found() -> None:
    ruleset, tables = engine()
    outcome = assess(ruleset, tables, ["2026Q3"])
    rows = dict(oracle())
    rows["R017", "2026Q3"] = rows["R017", "2026Q3"] | {"total": Fraction("119.99")}
    del rows["R018", "2026Q3"]
    assert differences(outcome, rows) == [
        "('R018', '2026Q3'): only one of them has the row",
        "('R017', '2026Q3') total: engine 119.98, oracle 11999/100",
    ]
