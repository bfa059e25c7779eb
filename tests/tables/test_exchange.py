"""Orders and receipts in another currency: what they come to in the ruleset's own, to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from incentives.faults import Place
from incentives.ruleset import Ruleset
from incentives.tables import Tables
from incentives.tables.data import tables_from_rows

ORDER = {"order_id": "O1", "rep_id": "R1", "ordered_on": "2026-07-01", "amount": "100.00", "currency": "USD"}
HOME = {"order_id": "O2", "rep_id": "R1", "ordered_on": "2026-07-01", "amount": "100.00"}
RATE = {"currency": "USD", "on": "2026-06-30", "rate": "7.1234"}


def loaded(ruleset: Ruleset, **rows: list[dict[str, Any]]) -> Tables:
    return tables_from_rows({"reps": [{"rep_id": "R1"}], **rows}, ruleset, Place("rows"))


def sums(tables: Tables, table: str) -> dict[str, Decimal]:
    return dict(tables.con.query(f"SELECT order_id, sum(amount) FROM {table} GROUP BY 1 ORDER BY 1"))


def test_what_is_paid_in_full_is_the_whole_order(ruleset: Ruleset) -> None:
    parts = [("2026-07-03", "33.33"), ("2026-07-02", "33.33"), ("2026-07-04", "33.34")]
    receipts = [{"order_id": "O1", "on": on, "amount": amount} for on, amount in parts]
    receipts.append({"order_id": "O2", "on": "2026-07-05", "amount": "1.00"})
    tables = loaded(ruleset, orders=[ORDER, HOME], receipts=receipts, rates=[RATE])
    assert sums(tables, "orders") == {"O1": Decimal("712.34"), "O2": Decimal("100.00")}
    assert sums(tables, "receipts") == {"O1": Decimal("712.34"), "O2": Decimal("1.00")}
    each = tables.con.query("SELECT amount FROM receipts WHERE order_id = 'O1' ORDER BY paid_on")
    assert [amount for (amount,) in each] == [Decimal("237.42"), Decimal("237.43"), Decimal("237.49")]


def test_what_is_given_stays(ruleset: Ruleset) -> None:
    tables = loaded(ruleset, orders=[ORDER, HOME], rates=[RATE])
    assert sums(tables, "given_orders") == {"O1": Decimal("100.00"), "O2": Decimal("100.00")}
    assert tables.con.query("SELECT currency FROM orders ORDER BY order_id") == [("USD",), (None,)]
