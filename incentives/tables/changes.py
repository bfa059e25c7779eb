"""The amounts of orders, change by change: each as it was made, and as the credit notes that name it leave it.

What an order earns depends on what is left of it. So a credit note is counted as two changes on its day: the order as
it was before, taken off (`sign` −1), and the order as it is left, put on (`sign` 1), unless nothing is left. What is
computed of an order, row by row, is computed of each of them, with the order's own day, posting and credits, and summed
by sign; so a credit note undoes what its order came to, and what remains is what an order of the rest comes to.
A credit note that names no order is an order of the same amount above zero, taken off.
"""

from __future__ import annotations

from incentives.database import Database

MONEY = "DECIMAL(14,2)"
CENTS = "CAST({} * 100 AS HUGEINT)"
CHANGES = "order_changes"
FIRST_CHANGES = "first_changes"  # those of the orders that are the first of their customer
PAYMENTS = "order_payments"  # receipts by the order that they are for, also those booked on a credit note of it


def make_changes(con: Database) -> None:
    """Make the views `order_changes`, `first_changes` and `order_payments`.

    A change has the columns of its order, its amounts as they are then; `counted_on` its day; `note_id` the order or
    the credit note that made it, of which one change `is_row`; `stood_to` the day of the next one; `given` the amount
    that was delivered where it is the order itself.
    """
    made = "o.* REPLACE (abs(o.amount) AS amount, CASE WHEN o.amount < 0 THEN -o.margin ELSE o.margin END AS margin)"
    own = """, CASE WHEN o.amount < 0 THEN -1 ELSE 1 END AS sign, o.ordered_on AS counted_on, o.order_id AS note_id,
        TRUE AS is_row, o.amount AS given"""
    if not con.query("SELECT 1 FROM orders WHERE reverses IS NOT NULL LIMIT 1"):
        sql = f"SELECT {made}{own}, CAST(NULL AS DATE) AS stood_to FROM"
        con.make_view(CHANGES, f"{sql} orders o", shared=True)
        con.make_view(FIRST_CHANGES, f"{sql} first_orders o", shared=True)
        con.make_view(PAYMENTS, "SELECT * FROM receipts", shared=True)
        return
    con.make_table("reversed_orders", reversed_sql(), shared=True)
    first = "SELECT order_id, min(counted_on) AS stood_to FROM reversed_orders GROUP BY order_id"
    con.make_view(
        CHANGES,
        f"""SELECT {made}{own}, r.stood_to FROM orders o LEFT JOIN ({first}) r ON r.order_id = o.order_id
        WHERE o.reverses IS NULL
        UNION ALL
        SELECT o.* REPLACE (r.amount AS amount, r.margin AS margin), r.sign, r.counted_on, r.note_id, r.sign < 0,
            r.amount, r.stood_to
        FROM orders o JOIN reversed_orders r ON r.order_id = o.order_id""",
        shared=True,
    )
    con.make_view(
        FIRST_CHANGES, f"SELECT * FROM {CHANGES} WHERE order_id IN (SELECT order_id FROM first_orders)", shared=True
    )
    con.make_view(
        PAYMENTS,
        """SELECT coalesce(o.reverses, r.order_id) AS order_id, r.paid_on, r.amount
        FROM receipts r LEFT JOIN (SELECT order_id, reverses FROM orders WHERE reverses IS NOT NULL) o
        ON o.order_id = r.order_id""",
        shared=True,
    )


def reversed_sql() -> str:
    """Return SQL for the changes that credit notes make: order_id, note_id, counted_on, stood_to, sign, amount, margin.

    Of a credit note without a margin it is the order's in the proportion of the amounts, to the cent.
    """
    margin, part, whole = (CENTS.format(name) for name in ("abs(o.margin)", "abs(n.amount)", "o.amount"))
    share = f"CAST(CAST((2 * {margin} * {part} + {whole}) // (2 * {whole}) AS DECIMAL(20,0)) * 0.01 AS {MONEY})"
    share = f"CASE WHEN o.amount = 0 THEN 0 WHEN o.margin < 0 THEN {share} ELSE -{share} END"
    turn = "PARTITION BY n.reverses ORDER BY n.ordered_on, n.order_id"
    notes = f"""SELECT n.reverses AS order_id, n.order_id AS note_id, n.ordered_on AS counted_on, n.amount AS less,
        coalesce(n.margin, {share}) AS margin_less, o.amount + sum(n.amount) OVER same AS left_over,
        o.margin + sum(coalesce(n.margin, {share})) OVER same AS margin_left,
        lead(n.ordered_on) OVER ({turn}) AS stood_to
        FROM orders n JOIN orders o ON o.order_id = n.reverses
        WINDOW same AS ({turn} ROWS UNBOUNDED PRECEDING)"""
    return f"""WITH notes AS ({notes})
        SELECT order_id, note_id, counted_on, CAST(NULL AS DATE) AS stood_to, -1 AS sign,
            CAST(left_over - less AS {MONEY}) AS amount, CAST(margin_left - margin_less AS {MONEY}) AS margin FROM notes
        UNION ALL
        SELECT order_id, note_id, counted_on, stood_to, 1, CAST(left_over AS {MONEY}), CAST(margin_left AS {MONEY})
        FROM notes WHERE left_over <> 0"""
