"""The shares of orders: each a part of a whole, both whole numbers, with one whole within an order (C10)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from incentives.database import Database
from incentives.faults import Fault
from incentives.tables.cells import MILLION
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.naming import MOST_NAMED

MOST = 10**12  # the largest whole of an order
PARTS = "credit_parts"


def make_parts(con: Database) -> None:
    """Make `credit_parts`: order_id, rep_id, and `part` of `whole`, which is one and the same within an order.

    Decimals are millionths; only where somebody wrote a fraction is the least common whole of an order looked for.
    """
    picks = "order_id, rep_id, share.part AS part, share.whole AS whole"
    if not con.query(f"SELECT 1 FROM credits WHERE share.whole <> {MILLION} LIMIT 1"):
        con.make_view(PARTS, f"SELECT {picks} FROM credits", shared=True)
        return
    common = f"list_reduce(list(DISTINCT share.whole), lambda a, b: CASE WHEN a > {MOST} THEN a ELSE lcm(a, b) END)"
    con.make_table(
        PARTS,
        f"""SELECT c.order_id, c.rep_id, CAST(c.part * (w.whole // c.whole) AS BIGINT) AS part, w.whole
        FROM (SELECT {picks} FROM credits) c
        JOIN (SELECT order_id, {common} AS whole FROM credits GROUP BY order_id) w ON w.order_id = c.order_id""",
        shared=True,
    )


def check_credits(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return the faults of orders whose credits do not add up to exactly 1, or with overlay credit to less. The
    first are named, the others counted."""
    code, sign = ("credits_under_one", "<") if expectation.credits == "overlay" else ("credits_not_one", "<>")
    wrong = f"""SELECT order_id, sum(part) AS total, max(whole) AS whole FROM {PARTS} GROUP BY order_id
        HAVING sum(part) {sign} max(whole) OR max(whole) > {MOST}"""
    number = con.query(f"SELECT count(*) FROM ({wrong})")[0][0]
    rows = con.query(f"SELECT * FROM ({wrong}) ORDER BY 1 LIMIT {MOST_NAMED}")
    faults = [
        Fault("credits_no_common", delivery.place, {"order": order, "most": f"{MOST:,}"})
        if whole > MOST
        else Fault(code, delivery.place, {"order": order, "total": shown(total, whole)})
        for order, total, whole in rows
    ]
    if number > len(rows):
        faults.append(Fault("cells_more", delivery.place, {"heading": "share", "number": number - len(rows)}))
    return faults


def shown(part: int, whole: int) -> str:
    """Return a share as it is read: a decimal where six places are enough, else a fraction in its lowest terms."""
    exact = Fraction(part, whole)
    millionths = exact * MILLION
    return f"{Decimal(int(millionths)).scaleb(-6):f}" if millionths.denominator == 1 else str(exact)
