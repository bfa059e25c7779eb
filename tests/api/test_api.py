"""The engine from Python, as the docs show it: plain values in and out, and decimals stay decimals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow
import pytest

from incentives.api import Ruleset, Tables, assess, check, load_data, load_ruleset
from incentives.faults import RefusedError

ROOT = Path(__file__).parents[2]
POLICY = ROOT / "rulesets" / "sales-2026.yaml"
FIRST = [("R001", Decimal("113.87"), "S"), ("R002", Decimal("99.26"), "A")]
KEPT = ["rep_id", "period", "total", "grade"]


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return load_ruleset(POLICY)


@pytest.fixture(scope="module")
def tables(ruleset: Ruleset) -> Tables:
    return load_data(ROOT / "fixtures" / "company", ruleset)


def test_the_calls_of_the_docs(ruleset: Ruleset, tables: Tables) -> None:
    outcome = assess(ruleset, tables, ["2026Q3"])
    rows = outcome.rows(["rep_id", "total", "grade"])
    assert (rows[:2], len(rows)) == (FIRST, 40)
    assert outcome.rows(["total"], "rep_id = 'R001'") == [(Decimal("113.87"),)]
    assert check(POLICY) == []


def test_check_tells_faults_and_raises_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("ruleset: x\nversionn: 1\n", encoding="utf-8")
    assert {fault.place.line for fault in check(broken)} == {1, 2}
    assert [fault.place.file for fault in check(tmp_path / "none.yaml")] == [str(tmp_path / "none.yaml")]


def test_refusals_carry_every_fault() -> None:
    with pytest.raises(RefusedError) as refused:
        load_ruleset(ROOT / "rulesets" / "none.yaml")
    assert [(fault.text("zh") != "", fault.text("en") != "") for fault in refused.value.faults] == [(True, True)]


def test_a_later_outcome_leaves_an_earlier_one_as_it_is(ruleset: Ruleset, tables: Tables) -> None:
    earlier = assess(ruleset, tables, ["2026Q2"])
    arrow, before = earlier.arrow(), earlier.rows(KEPT)
    assert {period for _, period, *_ in before} == {"2026Q2"}
    assess(ruleset, tables, ["2026Q3"])
    assess(ruleset, tables, ["2026"])
    assert earlier.rows(KEPT) == before
    assert pyarrow.table(arrow).column("period").unique().to_pylist() == ["2026Q2"]


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        (["soon"], ["'soon' is not a period"]),
        (["2026Q3", "2026Q5", ""], ["'2026Q5' is not a period", "'(empty)' is not a period"]),
        (["2026Q3", "2026-07"], ["one run takes periods of one kind; these are mixed: 2026Q3, 2026-07"]),
        (["2026H1"], ["this ruleset computes nothing by the half-year; it has results by the month, quarter, year"]),
    ],
)
def test_periods_that_cannot_be_are_refused(
    ruleset: Ruleset, tables: Tables, periods: list[str], said: list[str]
) -> None:
    with pytest.raises(RefusedError) as refused:
        assess(ruleset, tables, periods)
    assert [fault.text("en") for fault in refused.value.faults] == said


def test_periods_may_be_spelled_and_repeated(ruleset: Ruleset, tables: Tables) -> None:
    outcome = assess(ruleset, tables, ["2026年三季度", "2026Q3"])
    assert (outcome.periods, len(outcome.rows(["rep_id"]))) == (("2026Q3",), 40)


@pytest.mark.parametrize("period", ["2026Q3", "2026-09", "2026"])
def test_arrow_keeps_decimals_and_the_order(ruleset: Ruleset, tables: Tables, period: str) -> None:
    outcome = assess(ruleset, tables, [period])
    table = pyarrow.table(outcome.arrow())
    kinds = {field.name: field.type for field in table.schema}
    assert [name for name, kind in kinds.items() if pyarrow.types.is_floating(kind)] == []
    decimals = [name for name, kind in kinds.items() if pyarrow.types.is_decimal128(kind)]
    assert {"worked_share", "base_salary"} <= set(decimals)
    columns = [table.column(name).to_pylist() for name in ("rep_id", *decimals)]
    assert list(zip(*columns, strict=True)) == outcome.rows(["rep_id", *decimals])
