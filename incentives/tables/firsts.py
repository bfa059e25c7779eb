"""The first order of each customer: by day, of one day by id."""

from __future__ import annotations

import duckdb

ROWS = 2**34  # more than a table can have; times the days of ten thousand years it fits into 64 bits

# where ids rise from row to row the row says what the id does, and one whole number both day and row
BY_ROW = f"""SELECT o.* EXCLUDE (row) FROM orders o JOIN (
    SELECT min((ordered_on - DATE '1900-01-01') * {ROWS} + row) % {ROWS} AS row
    FROM orders WHERE customer_id IS NOT NULL GROUP BY customer_id) x ON x.row = o.row"""

# only the orders of a customer's first day are put in order
BY_ID = """SELECT o.* FROM orders o
JOIN (SELECT customer_id, min(ordered_on) AS first_day FROM orders GROUP BY customer_id) x
ON x.customer_id = o.customer_id AND x.first_day = o.ordered_on
QUALIFY row_number() OVER (PARTITION BY o.customer_id ORDER BY o.ordered_on, o.order_id) = 1"""


def make_first_orders(con: duckdb.DuckDBPyConnection) -> None:
    """Make the view `first_orders`: of `orders`, those that are the first of their customer.

    `orders` has a column `row` where the ids rise with it.
    """
    columns = {name for name, *_ in con.execute("DESCRIBE orders").fetchall()}
    con.execute(f"CREATE VIEW first_orders AS {BY_ROW if 'row' in columns else BY_ID}")
