"""What an explanation tells of each order that is paid for: tiers or the line of its rate, bounds, share, currency."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from incentives.explain import explain
from tests.engine.small import Rows, assessed

POLICY = """
figures: {top: {unit: rate, value: {2025-01-01: 8%, 2025-08-01: 10%}, title: Top rate}}
metrics: {sales: {unit: money, source: [crm], when_missing: zero}}
pay:
  tiered:
    kind: commission
    over: orders
    each: amount
    rate_on: order
    tiers: {by: slice, rows: {low: {to: 1000, rate: 5%}, top: {rate: figures.top}}}
    cap_each: 600
    split: credits
  table:
    kind: commission
    over: orders
    each: amount
    rates:
      by: [level, product_line]
      rows:
        senior: {level: senior, rate: 4%}
        both: {level: senior, product_line: cloud, rate: 6%}
        other: {rate: 3%}
  plain: {kind: award, over: orders, each: 5, split: credits}
"""
DAY = "2025-08-02"
ROWS: Rows = {
    "reps": [{"rep_id": "A"}, {"rep_id": "B"}],
    "postings": [{"rep_id": "A", "from": "2025-01-01", "level": "senior"}, {"rep_id": "B", "from": "2025-01-01"}],
    "snapshots": [{"rep_id": "A", "period": "2025Q3", "metric": "sales", "value": "1", "source": "crm"}],
    "orders": [
        {"order_id": "O1", "rep_id": "A", "ordered_on": "2025-07-02", "amount": "1500", "product_line": "cloud"},
        {"order_id": "O2", "rep_id": "A", "ordered_on": DAY, "amount": "1500.55", "currency": "USD"},
        {"order_id": "O3", "rep_id": "B", "ordered_on": DAY, "amount": "10.01"},
    ],
    "credits": [{"order_id": "O2", "rep_id": rep, "share": share} for rep, share in (("A", "0.6"), ("B", "0.4"))],
    "rates": [{"currency": "USD", "on": "2025-07-01", "rate": "7.1"}],
}


@cache
def told(rep: str, column: str) -> str:
    return " ".join(explain(assessed(POLICY, ROWS, "2025Q3"), rep, "2025Q3", column, "en").replace("│", "").split())


@pytest.mark.parametrize(
    ("rep", "column", "said"),
    [
        ("A", "tiered", "O1 90.00 2025-07-02 └─ What the order comes to 90.00"),
        ("A", "tiered", "tier low 50.00"),
        ("A", "tiered", "= 500.00 × Top rate (8%)"),
        ("B", "tiered", "× Top rate (10%)"),
        ("B", "tiered", "O2 240.00 2025-08-02 · 600.00 in all, 40% of it credited"),
        ("B", "tiered", "(tier low (50.00) + tier top (965.391)) (at most 600.00)"),
        ("B", "tiered", "amount 10,653.91 from USD at 7.1, the rate of 2025-07-01"),
        ("A", "table", "= amount (1,500.00) × 6%"),
        ("A", "table", "Rate of line both 6%"),
        ("A", "table", "✓ product line (cloud) = cloud"),
        ("A", "table", "= amount (10,653.91) × 4%"),
        ("B", "table", "· no level on the day of the order"),
        ("B", "table", "rounded half up to 2 decimals; 0.3003 → 0.30"),
    ],
)
def test_each_order_is_told(rep: str, column: str, said: str) -> None:
    assert said in told(rep, column)


def test_what_is_one_step_is_not_told_again() -> None:
    assert "What the order comes to" not in told("A", "plain")


def test_what_is_told_adds_up() -> None:
    outcome = assessed(POLICY, ROWS, "2025Q3")
    assert outcome.rows(["tiered", "table"]) == [
        (Decimal("450.00"), Decimal("516.16")), (Decimal("240.50"), Decimal("0.30")),
    ]  # fmt: skip


def test_a_credit_note_is_told_by_what_it_takes_back() -> None:
    rows = ROWS | {"orders": [*ROWS["orders"], {**ROWS["orders"][0], "order_id": "N1", "amount": "-1500"}]}
    text = " ".join(explain(assessed(POLICY, rows, "2025Q3"), "A", "2025Q3", "tiered", "en").replace("│", "").split())
    assert "N1 -90.00" in text
    assert "N1 -90.00 2025-07-02 └─ What the same amount above zero comes to 90.00" in text


def test_a_credit_note_that_names_its_order_is_told_by_what_it_leaves() -> None:
    note = {**ROWS["orders"][0], "order_id": "N1", "amount": "-500", "reverses": "O1", "ordered_on": "2025-08-02"}
    rows = ROWS | {"orders": [*ROWS["orders"], note]}
    text = " ".join(explain(assessed(POLICY, rows, "2025Q3"), "A", "2025Q3", "tiered", "en").replace("│", "").split())
    assert "N1 -90.00 2025-08-02 · order O1: what it came to before, with 1,500.00, taken off" in text
    assert "N1 50.00 2025-08-02 · order O1: what it comes to with the 1,000.00 left of it" in text
    assert "O1 90.00" in text


def test_what_credit_notes_change_of_an_earlier_period_is_told() -> None:
    policy = "pay: {c: {kind: commission, over: orders, each: amount * 10%, cap: 15}}"
    note = {"order_id": "N1", "rep_id": "A", "ordered_on": "2025-10-01", "amount": "-100", "reverses": "O1"}
    rows = {
        "reps": [{"rep_id": "A"}],
        "postings": [{"rep_id": "A", "from": "2025-01-01"}],
        "orders": [{"order_id": "O1", "rep_id": "A", "ordered_on": "2025-07-01", "amount": "200"}, note],
    }
    text = " ".join(explain(assessed(policy, rows, "2025Q3", "2025Q4"), "A", "2025Q4", "c", "en").split())
    assert "2025Q3 -5.00 its orders came to 15.00 before the credit notes, and come to 10.00" in text
    assert "N1" not in text


def test_a_share_that_no_percent_says_is_told_as_a_fraction() -> None:
    credits_of_it = [{"order_id": "O2", "rep_id": rep, "share": share} for rep, share in (("A", "1/3"), ("B", "4/6"))]
    outcome = assessed(POLICY, ROWS | {"credits": credits_of_it}, "2025Q3")
    text = " ".join(explain(outcome, "B", "2025Q3", "plain", "en").replace("│", "").split())
    assert "O2 3.33 2025-08-02 · 5.00 in all, 2/3 of it credited" in text
    fine = [row | {"share": share} for row, share in zip(credits_of_it, ("1/4", "3/4"), strict=True)]
    text = " ".join(explain(assessed(POLICY, ROWS | {"credits": fine}, "2025Q3"), "B", "2025Q3", "plain", "en").split())
    assert "75% of it credited" in text


LATE = """
metrics: {sold: {unit: money, over: orders, take: sum amount, SPLIT}}
pay: {c: {kind: commission, base: sold, tiers: {by: slice, rows: {low: {to: 1000, rate: 5%}, top: {rate: 8%}}}}}
"""


@pytest.mark.parametrize("split", ["split: credits", "where: amount != 3"])
def test_only_credit_notes_of_earlier_periods_are_listed_for_what_is_left_out(split: str) -> None:
    order = {"rep_id": "A", "customer_id": "C"}
    rows: Rows = {
        "reps": [{"rep_id": "A"}],
        "orders": [
            {**order, "order_id": "O1", "ordered_on": "2025-02-02", "amount": "1500"},
            {**order, "order_id": "N1", "ordered_on": "2025-05-02", "amount": "-500", "reverses": "O1"},
            {**order, "order_id": "O2", "ordered_on": "2025-05-03", "amount": "2000"},
        ],
    }
    text = explain(assessed(LATE.replace("SPLIT", split), rows, "2025Q2"), "A", "2025Q2", "c", "en")
    said = " ".join(text.replace("│", "").split())
    late = said[said.index("orders -500.00") :].partition(" tier top ")[0]
    assert late.count("N1 ") == 2
    assert "O2 " not in late
