"""The rows shown below a figure are those that made it: orders, receipts, months, earlier periods, the unit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import takewhile
from typing import Any

import pytest

from incentives.explain import Line, explain, source_rows
from incentives.explain.case import Case
from incentives.explain.lines import body_of, line_of
from tests.engine.small import assessed

from .company import cases

FURTHER = "tests/explain/further.yaml"


def below(case: Case, name: str) -> list[Line]:
    """The rows of a figure; where it is carried on, those of what was earned."""
    return list(rows_of(line_of(case, name)))


def rows_of(line: Line) -> Iterator[Line]:
    found = [child for child in line.children if child.kind == "row"]
    yield from found or (row for child in line.children if child.kind != "given" for row in rows_of(child))


def numbers(case: Case, name: str) -> list[Any]:
    return [row.value for row in below(case, name) if row.value is not None]


@pytest.mark.parametrize("name", ["order_sum", "received", "big_first_order", "visits_new_month", "monthly_sales"])
def test_rows_add_up(name: str) -> None:
    for case in cases("zh", FURTHER):
        assert sum(numbers(case, name), Decimal(0)) == (case.values[name] or 0)


def test_split_award_is_shown_with_its_credits() -> None:
    shown = {case.key: below(case, "big_first_order") for case in cases()}
    thirds = {key: rows[0] for key, rows in shown.items() if key in ("R016", "R017", "R020")}
    assert [row.value for row in thirds.values()] == [Decimal("3333.33"), Decimal("3333.33"), Decimal("3333.34")]
    assert thirds["R020"].title == "2026Q3-R017-01"
    assert "整单 10,000.00，本人 33.3334%" in thirds["R020"].sentence
    assert shown["R014"] == shown["R012"] == []


def test_count_distinct_shows_an_order_of_each_customer() -> None:
    for case in cases():
        customers = {row.sentence.split("客户 ")[1] for row in below(case, "new_customers")}
        assert len(customers) == case.values["new_customers"]


def test_rows_past_the_most_are_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_rows, "MOST_ROWS", 3)
    for case in cases("zh", FURTHER):
        line = body_of(case, case.columns["received"])
        rows = [child for child in line.children if child.kind == "row"]
        assert len(rows) == 4
        assert rows[-1].title.startswith("另有")
        rest = Decimal(rows[-1].shown.replace(",", ""))
        assert sum((row.value for row in rows if isinstance(row.value, Decimal)), rest) == case.values["received"]


def test_history_functions_show_the_periods_they_looked_at() -> None:
    for case in cases("zh", FURTHER):
        earlier = numbers(case, "two_before")
        expected = earlier[1] if len(earlier) > 1 else 0
        assert case.values["two_before"] == expected
        assert case.values["run"] == len(list(takewhile(bool, numbers(case, "run"))))
        assert case.values["often"] == sum(numbers(case, "often"))


def test_exempted_periods_are_skipped_and_absent_ones_named() -> None:
    by_key = {case.key: case for case in cases("zh", FURTHER)}
    assert [(row.title, row.sentence) for row in below(by_key["R018"], "often")][1] == ("2026Q2", "免评，跳过")
    joined = below(by_key["R007"], "two_before")
    assert all(row.sentence == "没有这一期的记录" for row in joined)


def test_sums_over_a_unit_tell_how_many_and_nobody_else() -> None:
    names = {case.values["name"]: case.key for case in cases()}
    for case in cases():
        line = line_of(case, "region_sales")
        assert "10 人之和" in line.sentence or "9 人之和" in line.sentence or "11 人之和" in line.sentence
        assert not [name for name in names if name in line.sentence]


@pytest.mark.parametrize(
    "way",
    [
        "tiers: {by: slice, rows: {low: {to: 1_000, rate: 5%}, top: {rate: 10%}}}",
        "rates: {by: [product_line], rows: {all: {rate: 5%}}}",
    ],
)
def test_what_is_added_to_the_rate_of_an_order_is_told(way: str) -> None:
    policy = f"pay:\n  c: {{kind: commission, over: orders, each: amount, {way}, "
    policy += "add_rate: {big: {when: amount > 500, then: 1.25%, title: Big}}}\n"
    order = {"order_id": "O1", "rep_id": "R1", "customer_id": "K", "ordered_on": "2025-02-01", "amount": 900}
    outcome = assessed(policy, {"reps": [{"rep_id": "R1"}], "orders": [order]}, "2025Q1")
    told = explain(outcome, "R1", "2025Q1", "c", "en")
    assert "1.25%" in told
    assert "56.25" in told
