"""The first order of each customer: by day, of one day by id; no credit note, and nothing that was reversed by then."""

from __future__ import annotations

from incentives.database import Database

ROWS = 2**34  # more than a table can have; times the days of ten thousand years it fits into 64 bits

# where ids rise from row to row the row says what the id does, and one whole number both day and row
BY_ROW = f"""SELECT o.* EXCLUDE (row) FROM orders o JOIN (
    SELECT min((ordered_on - DATE '1900-01-01') * {ROWS} + row) % {ROWS} AS row
    FROM orders WHERE customer_id IS NOT NULL AND amount >= 0 GROUP BY customer_id) x ON x.row = o.row"""

# only the orders of a customer's first day are put in order
BY_ID = """SELECT o.* FROM orders o
JOIN (SELECT customer_id, min(ordered_on) AS first_day FROM orders WHERE amount >= 0{which} GROUP BY customer_id) x
ON x.customer_id = o.customer_id AND x.first_day = o.ordered_on
WHERE o.amount >= 0
QUALIFY row_number() OVER (PARTITION BY o.customer_id ORDER BY o.ordered_on, o.order_id) = 1"""

# the last day on which there was anything left of an order that has been reversed as a whole
GONE = """SELECT o.order_id, o.customer_id, max(n.ordered_on) AS gone_on
FROM orders n JOIN orders o ON o.order_id = n.reverses
GROUP BY o.order_id, o.customer_id, o.amount HAVING o.amount + sum(n.amount) = 0"""

# where orders of a customer were reversed as a whole: all before which nothing was left of any earlier one
AGAIN = f"""WITH gone AS ({GONE}),
theirs AS (SELECT o.*, g.gone_on FROM orders o LEFT JOIN gone g ON g.order_id = o.order_id
    WHERE o.amount >= 0 AND o.reverses IS NULL AND o.customer_id IN (SELECT customer_id FROM gone))
SELECT o.* EXCLUDE (gone_on) FROM theirs o WHERE NOT EXISTS (
    SELECT 1 FROM theirs e WHERE e.customer_id = o.customer_id AND (e.gone_on IS NULL OR e.gone_on > o.ordered_on)
    AND (e.ordered_on < o.ordered_on OR (e.ordered_on = o.ordered_on AND e.order_id < o.order_id)))"""


def make_first_orders(con: Database) -> None:
    """Make the view `first_orders`: of `orders`, those that are the first of their customer.

    `orders` has a column `row` where the ids rise with it.
    """
    columns = {name for name, *_ in con.query("DESCRIBE orders")}
    found = BY_ROW if "row" in columns else BY_ID.format(which="")
    if con.query(f"SELECT 1 FROM ({GONE}) LIMIT 1"):
        others = " AND customer_id NOT IN (SELECT customer_id FROM gone_customers)"
        con.make_table("gone_customers", f"SELECT DISTINCT customer_id FROM ({GONE}) "
                    "WHERE customer_id IS NOT NULL", shared=True)  # fmt: skip
        found = f"({BY_ID.format(which=others)}) UNION ALL ({AGAIN})"
    con.make_view("first_orders", found, shared=True)
