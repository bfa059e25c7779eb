"""Periods: their spellings, days and numbers, and the SQL that gives the same numbers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from incentives.tables.data import begin, make_periods
from incentives.tables.expectation import Expectation
from incentives.tables.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS,
    parse_period,
    period_number_sql,
    period_of,
    period_on,
    period_range,
    spellings,
)

CASES = yaml.load((Path(__file__).parent / "periods.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
DAYS = st.dates(date(1991, 1, 1), date(2099, 12, 31))
GRAINS = st.sampled_from(sorted(MONTHS))
STARTS = st.integers(1, 12)


@pytest.mark.parametrize(("text", "expected"), CASES["spellings"].items())
def test_spelling(text: str, expected: list[str]) -> None:
    period = parse_period(text)
    assert period is not None
    assert [period.id, period.grain, str(period.first), str(period.last)] == expected


@pytest.mark.parametrize("text", CASES["refused"])
def test_refused(text: str) -> None:
    assert parse_period(text) is None


@pytest.mark.parametrize("case", CASES["fiscal"], ids=lambda case: f"{case['text']} from {case['starts']}")
def test_fiscal_year(case: dict[str, object]) -> None:
    period = parse_period(str(case["text"]), int(str(case["starts"])))
    assert period is not None
    assert [str(period.first), str(period.last)] == case["days"]


@pytest.mark.parametrize(("text", "expected"), CASES["ranges"].items())
def test_range(text: str, expected: list[str]) -> None:
    found = period_range(text)
    assert [period.id for period in found or ()] == expected


@pytest.mark.parametrize("start", [1, 4, 12])
def test_the_database_knows_every_spelling_of_every_period(start: int) -> None:
    con = begin()
    make_periods(con, Expectation(fiscal_start=start))
    expected = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for text, (grain, number) in spellings(year).items():
            period = period_of(grain, number, start)
            expected[text] = (period.id, grain, number, period.first, period.last)
    found = con.query("SELECT spelling, id, grain, number, first, last FROM load.known_periods")
    assert {text: tuple(row) for text, *row in found} == expected
    assert len(found) == len(expected)
    con.close()


@settings(deadline=None)
@given(GRAINS, DAYS, STARTS)
def test_a_day_lies_in_its_period_and_the_next_begins_after_it(grain: str, day: date, start: int) -> None:
    period = period_on(grain, day, start)
    assert period.first <= day <= period.last
    assert period.back(-1, start).first == period.last + timedelta(1)
    assert parse_period(period.id, start) == period
    assert period_of(grain, period.number, start) == period


@settings(deadline=None)
@given(GRAINS, st.lists(DAYS, min_size=20, max_size=20), STARTS)
def test_sql_gives_the_same_number(grain: str, days: list[date], start: int) -> None:
    sql = f"SELECT {period_number_sql(grain, 'day', start)} FROM (SELECT unnest(?) AS day)"
    numbers = duckdb.connect().execute(sql, [days]).fetchall()
    assert numbers == [(period_on(grain, day, start).number,) for day in days]
