"""Who has left is still paid as cash comes in: rows for that, in which nothing else is earned, measured or counted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from incentives.explain import explain
from tests.engine.small import Rows, assessed, shown, snapshot

POLICY = """
metrics:
  sales: {unit: money, source: [crm]}
  booked: {unit: money, over: orders, take: sum amount}
  mean: {unit: money, of: booked, within: company, take: mean}
  one: {unit: count, formula: '1'}
  heads: {unit: count, of: one, within: company, take: sum}
columns: {place: {unit: count, rank: {of: tenure_months}}}
pay:
  held: {kind: commission, over: orders, each: amount * 10%, timing: {hold_back: 50%, on_leaving: LEAVING}}
  flat: {kind: bonus, formula: '100'}
  lead: {kind: commission, override: {of: held, levels: {1: 10%}}}
  pool: {kind: bonus, pool: {money: '99', by: tenure_months + 1}}
"""
QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
ROWS: Rows = {
    "reps": [
        {"rep_id": "A", "hired_on": "2023-01-01", "left_on": "2025-02-15", "manager_id": "M"},
        {"rep_id": "M", "hired_on": "2024-01-01"},
    ],
    "orders": [
        {"order_id": "O1", "rep_id": "A", "ordered_on": "2025-02-01", "amount": "1000"},
        {"order_id": "O2", "rep_id": "A", "ordered_on": "2025-05-01", "amount": "500"},
    ],
    "receipts": [
        {"order_id": "O1", "on": "2025-03-01", "amount": "300"},
        {"order_id": "O1", "on": "2025-08-01", "amount": "700"},
    ],
    "snapshots": [snapshot("M", period, "sales", 5) for period in QUARTERS] + [snapshot("A", "2025Q1", "sales", 5)],
}
FIGURES = ("held", "flat", "lead", "pool", "booked", "mean", "heads", "place", "worked_share")


def test_rows_last_until_the_last_cash() -> None:
    outcome = assessed(POLICY.replace("LEAVING", "as_collected"), ROWS, *QUARTERS)
    found = outcome.rows(["rep_id", "period", "assessment", "assessment_reason", *FIGURES])
    assert [" ".join(map(shown, row)) for row in found] == [
        "A 2025Q1 assessed  65 100 0 61.29 1000 500 2 1 0.515625",
        "A 2025Q2 exempt left 0 0 0 0 . . . . 0",
        "A 2025Q3 exempt left 35 0 0 0 . . . . 0",
        "M 2025Q1 assessed  0 100 6.5 37.71 0 500 2 2 1",
        "M 2025Q2 assessed  0 100 0 99 0 0 1 1 1",
        "M 2025Q3 assessed  0 100 3.5 99 0 0 1 1 1",
        "M 2025Q4 assessed  0 100 0 99 0 0 1 1 1",
    ]
    assert "rows_unplaced" in [remark.code for remark in outcome.remarks], "an order after leaving is nobody's"
    assert "此前已离职" in explain(outcome, "A", "2025Q3", "flat", "zh")


def test_without_need_there_are_no_such_rows() -> None:
    outcome = assessed(POLICY.replace("LEAVING", "released"), ROWS, *QUARTERS)
    assert outcome.rows(["held"], "rep_id = 'A'") == [(Decimal(100),)]


NOTE = {"order_id": "N1", "rep_id": "A", "ordered_on": "2025-05-02", "amount": "-400", "reverses": "O1"}
ALONE = {"order_id": "N2", "rep_id": "A", "ordered_on": "2025-05-02", "amount": "-400"}


@pytest.mark.parametrize(
    ("note", "leaving", "pays", "left_out"),
    [
        (NOTE, "as_collected", ["2025Q1 65 50", "2025Q2 -20 -20", "2025Q3 15 0"], 1),
        (ALONE, "as_collected", ["2025Q1 65 50", "2025Q2 0 0", "2025Q3 35 0"], 2),
        (NOTE, "released", ["2025Q1 100 50"], 2),
    ],
)
def test_a_note_after_leaving_takes_back_where_there_is_a_row(
    note: dict[str, object], leaving: str, pays: list[str], left_out: int
) -> None:
    """What is not taken back is told as left out, and nothing else is."""
    policy = """
metrics: {booked: {unit: money, over: orders, take: sum amount}}
pay:
  held:
    {kind: commission, over: orders, each: amount * 10%, below_zero: paid,
     timing: {hold_back: 50%, on_leaving: LEAVING}}
  capped: {kind: commission, base: booked, rate: 5%, cap: '60', below_zero: paid}
"""
    rows = {**ROWS, "orders": [*ROWS["orders"], note], "snapshots": []}
    outcome = assessed(policy.replace("LEAVING", leaving), rows, *QUARTERS)
    found = outcome.rows(["period", "held", "capped"], "rep_id = 'A'")
    assert [" ".join(map(shown, row)) for row in found] == pays
    (told,) = [remark for remark in outcome.remarks if remark.code == "rows_unplaced"]
    assert told.about["rows"] == left_out


def test_rows_last_until_the_last_instalment() -> None:
    policy = "pay: {parts: {kind: bonus, formula: '100', timing: {instalments: 3, on_leaving: as_collected}}}"
    outcome = assessed("metrics: {sales: {unit: money, source: [crm]}}\n" + policy, ROWS, *QUARTERS)
    found = outcome.rows(["period", "parts"], "rep_id = 'A'")
    assert [" ".join(map(shown, row)) for row in found] == ["2025Q1 33.34", "2025Q2 33.33", "2025Q3 33.33"]


def test_they_are_exempt_where_there_is_a_grade() -> None:
    policy = (
        POLICY.replace("LEAVING", "as_collected")
        + """
targets: {booked: {signed: not_needed, base: '1000'}}
scorecards: {results: {items: {booked: {weight: 100%, attainment: base}}}}
grade: {of: {results: 100%}, bands: {A: '>= 60', B: '< 60'}}
"""
    )
    found = assessed(policy, ROWS, *QUARTERS).rows(["period", "assessment", "grade"], "rep_id = 'A'")
    assert [" ".join(map(shown, row)) for row in found] == ["2025Q1 assessed A", "2025Q2 exempt .", "2025Q3 exempt ."]
