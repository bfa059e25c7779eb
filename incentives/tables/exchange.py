"""Orders in other currencies: the rate of each, and their amounts and receipts in the currency of the ruleset."""

from __future__ import annotations

from incentives.database import Database
from incentives.faults import Fault
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.naming import MOST_NAMED, more_fault

MOST = 10**12  # of money
MONEY = "DECIMAL(14,2)"


def check_rates(con: Database, delivery: Delivery) -> list[Fault]:
    """Return the faults of rates of zero, which would make an order worth nothing."""
    rows = con.query(
        f"SELECT row, currency, CAST(rate_on AS VARCHAR) FROM load.rates WHERE rate = 0 ORDER BY row LIMIT {MOST_NAMED}"
    )
    return [Fault("rate_zero", delivery.spot(row), {"currency": currency, "on": on}) for row, currency, on in rows]


def check_orders(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Make `exchange_rates`; the orders in another currency for which there is no rate, or which grow too large by it.

    `exchange_rates` has a row for each other currency and day of an order: currency (upper case), day, asked_on (the
    order's day, or the last of its period), rate (what one of it is in the ruleset's own), rate_on (its day: the latest
    one by then).
    """
    make_rates(con, expectation)
    wrong = f"x.rate IS NULL OR abs({times('o.amount')}) > {MOST} OR abs({times('o.margin')}) > {MOST}"
    rows = con.query(
        "SELECT count(*) OVER (), order_id, o.currency, CAST(x.asked_on AS VARCHAR), x.rate IS NULL FROM orders o "
        f"JOIN exchange_rates x ON {matches('o', 'x')} WHERE {wrong} ORDER BY order_id LIMIT {MOST_NAMED}"
    )
    faults = [
        Fault("order_rate_absent" if absent else "order_too_large", delivery.place,
              {"order": order, "value": value, "on": on, "currency": expectation.currency})
        for _, order, value, on, absent in rows
    ]  # fmt: skip
    if rows and rows[0][0] > len(rows):
        faults.append(more_fault(delivery, "currency", rows[0][0] - len(rows)))
    return faults


def reversed_sql() -> str:
    """Return SQL for the credit notes that name their order, at the rate of its day: the order after each note less
    the order before it."""
    turn = "OVER (PARTITION BY n.reverses ORDER BY n.ordered_on, n.order_id ROWS UNBOUNDED PRECEDING)"
    amounts = ", ".join(
        f"CAST(CASE WHEN x.rate IS NULL THEN n.{name} ELSE CAST({times(left)} AS {MONEY}) "
        f"- CAST({times(f'({left} - n.{name})')} AS {MONEY}) END AS {MONEY}) AS {name}"
        for name in ("amount", "margin")
        for left in (f"(coalesce(o.{name}, 0) + sum(n.{name}) {turn})",)
    )
    return f"""SELECT n.* REPLACE ({amounts}) FROM given_orders n JOIN given_orders o ON o.order_id = n.reverses
        LEFT JOIN exchange_rates x ON {matches("o", "x")}"""


def make_rates(con: Database, expectation: Expectation) -> None:
    """Make the table `exchange_rates`; empty where all orders are in the ruleset's own currency."""
    asked, join = "d.day", ""
    if expectation.exchange == "period":
        spans = f"SELECT DISTINCT first, last FROM load.known_periods WHERE grain = '{expectation.grain}'"
        asked, join = "p.last", f" JOIN ({spans}) p ON d.day BETWEEN p.first AND p.last"
    con.execute(
        f"""CREATE OR REPLACE TABLE exchange_rates AS
        WITH foreign_days AS (
            SELECT DISTINCT upper(currency) AS currency, ordered_on AS day FROM orders
            WHERE upper(currency) <> upper(?) AND reverses IS NULL),
        asked AS (SELECT d.currency, d.day, {asked} AS asked_on FROM foreign_days d{join})
        SELECT a.currency, a.day, a.asked_on, r.rate, r.rate_on FROM asked a
        ASOF LEFT JOIN rates r ON upper(r.currency) = a.currency AND r.rate_on <= a.asked_on
        ORDER BY 1, 2""",
        [expectation.currency],
    )


def matches(order: str, rate: str) -> str:
    """Return SQL for whether a row of `exchange_rates` is that of an order."""
    return f"{rate}.currency = upper({order}.currency) AND {rate}.day = {order}.ordered_on"


def times(amount: str) -> str:
    """Return SQL for an amount × the rate of `x`, exactly."""
    return f"CAST({amount} AS DECIMAL(20,2)) * x.rate"


def convert(con: Database) -> None:
    """Put `orders` and `receipts` into the currency of the ruleset, to the cent; as given they are `given_orders` and
    `given_receipts`. The currency of an order stays."""
    con.execute(
        "CREATE TABLE IF NOT EXISTS exchange_rates (currency VARCHAR, day DATE, rate DECIMAL(18,8), rate_on DATE)"
    )
    if not con.query("SELECT 1 FROM exchange_rates LIMIT 1"):
        return
    con.execute("ALTER VIEW orders RENAME TO given_orders")
    amounts = ", ".join(
        f"CAST(CASE WHEN x.rate IS NULL THEN o.{name} ELSE {times(f'o.{name}')} END AS {MONEY}) AS {name}"
        for name in ("amount", "margin")
    )
    plain = f"SELECT o.* REPLACE ({amounts}) FROM given_orders o LEFT JOIN exchange_rates x ON {matches('o', 'x')}"
    con.make_view("orders", f"{plain} WHERE o.reverses IS NULL UNION ALL {reversed_sql()}", shared=True)
    # what is collected so far is converted as a whole, less what was before, so that paid in full is the whole order
    so_far = "sum(r.amount) OVER (PARTITION BY o.order_id ORDER BY r.paid_on, r.amount ROWS UNBOUNDED PRECEDING)"
    paid = f"CAST({times(so_far)} AS {MONEY}) - CAST({times(f'({so_far} - r.amount)')} AS {MONEY})"
    con.execute(
        f"""ALTER VIEW receipts RENAME TO given_receipts;
        CREATE TABLE foreign_receipts AS SELECT r.* REPLACE (CAST({paid} AS {MONEY}) AS amount)
        FROM given_receipts r JOIN given_orders g ON g.order_id = r.order_id
        JOIN given_orders o ON o.order_id = coalesce(g.reverses, g.order_id)
        JOIN exchange_rates x ON {matches("o", "x")};
        CREATE VIEW receipts AS SELECT * FROM given_receipts
        WHERE order_id NOT IN (SELECT order_id FROM foreign_receipts)
        UNION ALL SELECT * FROM foreign_receipts"""
    )
