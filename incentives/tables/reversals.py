"""Credit notes that name the order which they reverse: whether each fits its order, and together no more than it."""

from __future__ import annotations

from typing import Any

from incentives.database import Database, literal, quoted
from incentives.faults import Fault, Place
from incentives.tables import cells
from incentives.tables.canon import canon
from incentives.tables.checks import FEW_NAMED, left_out
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.headings import match_headings
from incentives.tables.naming import MOST_NAMED, more_fault

# a credit note `n` and its order `o`: what must not be, first that holds; `{own}` is the policy's currency
WRONG = {
    "reversal_itself": "n.reverses = n.order_id",
    "reversal_unknown": "o.order_id IS NULL",
    "reversal_chain": "o.reverses IS NOT NULL OR o.amount < 0",
    "reversal_above": "n.amount >= 0",
    "reversal_early": "n.ordered_on < o.ordered_on",
    "reversal_rep": "n.rep_id <> o.rep_id",
    "reversal_customer": "n.customer_id <> o.customer_id",
    "reversal_currency": "upper(coalesce(n.currency, {own})) <> upper(coalesce(o.currency, {own}))",
}
# … and conditions that are only remarks
IGNORED = {
    "reversal_line": "n.product_line <> o.product_line",
    "reversal_days": "n.due_on IS NOT NULL OR n.returned_on IS NOT NULL",
}
# the values that a message may show of them
TOLD = {
    "rep": ("n.rep_id", "o.rep_id"), "customer": ("n.customer_id", "o.customer_id"),
    "currency": ("coalesce(n.currency, {own})", "coalesce(o.currency, {own})"),
    "line": ("n.product_line", "o.product_line"),
}  # fmt: skip


def check_reversals(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return faults for credit notes that do not fit the order that they name, and for those that reverse more than its
    amount.

    Return warnings for parts of credit notes without effect, and for credit notes that name no order.
    """
    found = alone(con, delivery, expectation)
    if not con.query("SELECT 1 FROM orders WHERE reverses IS NOT NULL LIMIT 1"):
        return found
    own = literal(expectation.currency)
    faults = named(con, delivery, expectation, WRONG, own) + beyond(con, delivery, expectation)
    return faults + named(con, delivery, expectation, IGNORED, own, warning=True) + found


def named(
    con: Database, delivery: Delivery, expectation: Expectation, conditions: dict[str, str], own: str,
    warning: bool = False,
) -> list[Fault]:  # fmt: skip
    """Return a fault per credit note for which one of the conditions holds, the first of them."""
    code = " ".join(f"WHEN {condition} THEN '{code}'" for code, condition in conditions.items())
    pairs = ", ".join(f"{mine}, {other}" for mine, other in TOLD.values())
    sql = f"""SELECT * FROM (SELECT n.order_id, n.reverses, CASE {code} END AS code, CAST(n.ordered_on AS VARCHAR),
            CAST(o.ordered_on AS VARCHAR), CAST(n.amount AS VARCHAR), {pairs}
        FROM orders n LEFT JOIN orders o ON o.order_id = n.reverses WHERE n.reverses IS NOT NULL)
        WHERE code IS NOT NULL ORDER BY 1""".format(own=own)
    rows = con.query(sql)
    most = FEW_NAMED if warning else MOST_NAMED
    places = places_of(con, delivery, expectation, [row[0] for row in rows[:most]])
    faults = []
    for note, order, code, on, of_day, amount, *told in rows[:most]:
        about: dict[str, object] = {"note": note, "order": order, "on": on, "day": of_day, "amount": amount}
        kind = code.removeprefix("reversal_")
        if kind in TOLD:
            at = 2 * list(TOLD).index(kind)
            about |= {"value": told[at], "other": told[at + 1]}
        faults.append(Fault(code, places[note], about, warning=warning))
    if len(rows) > most:
        more = more_fault(delivery, "reverses", len(rows) - most)
        faults.append(Fault(more.code, more.place, more.about, warning=warning))
    return faults


def beyond(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return the faults of orders whose credit notes reverse more than the order's amount; an unknown order is
    reported elsewhere."""
    rows = con.query(
        """SELECT o.order_id, CAST(o.amount AS VARCHAR), CAST(-sum(n.amount) AS VARCHAR), max(n.order_id)
        FROM orders n JOIN orders o ON o.order_id = n.reverses AND o.reverses IS NULL AND o.amount >= 0
        GROUP BY o.order_id, o.amount
        HAVING o.amount + sum(n.amount) < 0 ORDER BY 1"""
    )
    places = places_of(con, delivery, expectation, [row[3] for row in rows[:MOST_NAMED]])
    faults = [
        Fault("reversal_beyond", places[note], {"order": order, "amount": amount, "total": total})
        for order, amount, total, note in rows[:MOST_NAMED]
    ]
    return faults + [more_fault(delivery, "reverses", len(rows) - MOST_NAMED)] * (len(rows) > MOST_NAMED)


def alone(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return the warning that some orders below zero name no order: they take back at their own day's rates."""
    rows = con.query(
        "SELECT count(*) OVER (), order_id FROM orders WHERE amount < 0 AND reverses IS NULL ORDER BY order_id LIMIT 5"
    )
    if not rows:
        return []
    orders = ", ".join(order for _, order in rows) + (" …" if rows[0][0] > len(rows) else "")
    place = places_of(con, delivery, expectation, [rows[0][1]])[rows[0][1]]
    return [Fault("reversal_alone", place, {"number": rows[0][0], "orders": orders}, warning=True)]


def check_shares(con: Database, delivery: Delivery) -> list[Fault]:
    """Credit notes with credits of their own that are not those of the order that they reverse, whose credits count."""
    own = "SELECT c.order_id, n.reverses, c.rep_id, c.share FROM credits c JOIN orders n ON n.order_id = c.order_id"
    rows = con.query(
        f"""SELECT count(*) OVER (), order_id, reverses FROM (
            SELECT DISTINCT m.order_id, m.reverses FROM ({own} WHERE n.reverses IS NOT NULL) m
            LEFT JOIN credits c ON c.order_id = m.reverses AND c.rep_id = m.rep_id
            WHERE c.share.part * m.share.whole IS DISTINCT FROM m.share.part * c.share.whole)
        ORDER BY 2 LIMIT {FEW_NAMED}"""
    )
    faults = [
        Fault("reversal_shares", delivery.place, {"note": note, "order": order}, warning=True)
        for _, note, order in rows
    ]
    return faults + left_out(delivery, "order_id", rows)


def places_of(con: Database, delivery: Delivery, expectation: Expectation, orders: list[str]) -> dict[str, Place]:
    """Return the place of the row of each of these orders."""
    found: dict[str, Place] = dict.fromkeys(orders, delivery.place)
    matched = match_headings(delivery, canon(expectation.subject)["orders"], expectation)
    heading = next((m.heading for m in matched.matches if m.column.name == "order_id"), None)
    if not orders or heading is None:
        return found
    blanks = ", ".join("?" for _ in orders)
    given = f"(SELECT *, {delivery.row} AS row FROM {delivery.sql})" if delivery.row != "row" else delivery.sql
    text = cells.as_text(quoted(heading.ref), heading.type)
    rows: list[tuple[Any, ...]] = con.query(
        f"SELECT id, row FROM (SELECT {text} AS id, row FROM {given}) WHERE id IN ({blanks})", orders
    )
    return found | {order: delivery.spot(row) for order, row in rows}
