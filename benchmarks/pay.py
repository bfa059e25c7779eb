"""Pay by order against a script written by hand: tiers, splits and hold-backs, first the same lines, then the time.

python -m benchmarks.pay [--orders 1_000_000] [--rounds 3] [--folder DIR]
"""

from __future__ import annotations

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks.generate import DAYS, FIRST_DAY, ORDERS_A_REP, cents, orders_sql, roll
from benchmarks.run import HERE, PERIODS, Cost, cost, middle
from incentives.api import assess, load_data, load_ruleset
from incentives.tables.periods import period_range

# one order in six is shared by two, three in four are paid for, some of them in two parts
SHARED = f"{roll('n', 41, 6)} = 0"
PARTS = f"CASE WHEN {roll('n', 42, 4)} = 0 THEN 0 WHEN {roll('n', 43, 3)} = 0 THEN 2 ELSE 1 END"
RIVAL = """
CREATE MACRO half_up(n, d) AS (2 * n + d) // (2 * d);
CREATE MACRO quarter_of(day) AS year(day) * 4 + (month(day) - 1) // 3;
COPY (
  WITH sold AS (
    SELECT order_id, rep_id, quarter_of(ordered_on) AS booked, CAST(amount * 100 AS BIGINT) AS worth
    FROM 'DATA/orders.parquet' WHERE amount > 0
  ),
  earned AS (
    SELECT *, half_up(3 * least(worth, 1000000) + 4 * greatest(least(worth, 5000000) - 1000000, 0)
      + 5 * greatest(worth - 5000000, 0), 100) AS pay FROM sold
  ),
  credited AS (
    SELECT e.order_id, c.rep_id, booked, worth, pay, pay * CAST(c.share * 1000000 AS BIGINT) AS exact
    FROM earned e JOIN 'DATA/credits.parquet' c USING (order_id)
  ),
  parts AS (
    SELECT order_id, rep_id, booked, worth, pay AS part FROM earned
    WHERE order_id NOT IN (SELECT order_id FROM 'DATA/credits.parquet')
    UNION ALL
    SELECT order_id, rep_id, booked, worth, exact // 1000000
      + CASE WHEN row_number() OVER (PARTITION BY order_id ORDER BY exact % 1000000 DESC, rep_id)
        <= pay - sum(exact // 1000000) OVER (PARTITION BY order_id) THEN 1 ELSE 0 END FROM credited
  ),
  cash AS (
    SELECT s.order_id, greatest(quarter_of(r."on"), s.booked) AS quarter, CAST(sum(r.amount) * 100 AS BIGINT) AS came
    FROM 'DATA/receipts.parquet' r JOIN sold s USING (order_id) GROUP BY 1, 2
  ),
  so_far AS (
    SELECT order_id, quarter, sum(came) OVER (PARTITION BY order_id ORDER BY quarter) AS come,
      sum(came) OVER (PARTITION BY order_id ORDER BY quarter) - came AS before FROM cash
  ),
  paid AS (
    SELECT rep_id, booked AS quarter, half_up(part * 7, 10) AS amount FROM parts
    UNION ALL
    SELECT p.rep_id, c.quarter, half_up(p.part * (7 * worth + 3 * least(come, worth)), 10 * worth)
      - half_up(p.part * (7 * worth + 3 * least(before, worth)), 10 * worth)
    FROM parts p JOIN so_far c USING (order_id)
  )
  SELECT rep_id, printf('%dQ%d', quarter // 4, quarter % 4 + 1) AS period,
    CAST(sum(amount) AS DECIMAL(18,0)) * CAST(0.01 AS DECIMAL(2,2)) AS commission
  FROM paid WHERE quarter BETWEEN 8099 AND 8106 GROUP BY ALL HAVING sum(amount) <> 0 ORDER BY 1, 2
) TO 'OUT' (FORMAT csv)
"""


def make(folder: Path, orders: int) -> None:
    """Write the tables into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    number = f"CAST(substr(order_id, 2) AS BIGINT) AS n, * FROM '{folder}/orders.parquet'"
    reps, other = orders // ORDERS_A_REP, f"(CAST(substr(rep_id, 2) AS BIGINT) + 1) % {orders // ORDERS_A_REP}"
    whole = "CAST(amount * 100 AS BIGINT)"
    part = f"CASE WHEN parts = 1 THEN {whole} WHEN k = 0 THEN {whole} // 2 ELSE {whole} - {whole} // 2 END"
    sqls = {
        "reps": f"""SELECT printf('R%06d', n) AS rep_id, DATE '2020-01-01' AS hired_on
            FROM range({reps}) t(n) ORDER BY n""",
        "orders": orders_sql(orders),
        "credits": f"""SELECT order_id, unnest([rep_id, printf('R%06d', {other})]) AS rep_id,
            unnest([CAST(0.65 AS DECIMAL(9,6)), CAST(0.35 AS DECIMAL(9,6))]) AS share
            FROM (SELECT {number}) WHERE {SHARED} ORDER BY n, 2""",
        "receipts": f"""SELECT order_id, least(ordered_on + CAST({roll("n", 44, 120)} + 60 * k AS INTEGER),
            {FIRST_DAY} + {DAYS - 1}) AS "on", {cents(part)} AS amount
            FROM (SELECT *, {PARTS} AS parts FROM (SELECT {number})), range(2) t(k)
            WHERE amount > 0 AND k < parts ORDER BY n, k""",
    }
    with duckdb.connect(":memory:") as con:
        for name, sql in sqls.items():
            con.execute(f"COPY ({sql}) TO '{folder / name}.parquet' (FORMAT parquet)")


def pay(data: Path, out: Path) -> None:
    """What the engine pays every rep in every quarter, where it is anything."""
    ruleset = load_ruleset(HERE / "pay.yaml")
    outcome = assess(ruleset, load_data(data, ruleset), [period.id for period in period_range(PERIODS) or ()])
    picked = f"SELECT rep_id, period, commission FROM `{outcome.relation}` WHERE commission <> 0 ORDER BY 1, 2"
    outcome.con.execute(f"COPY ({picked}) TO '{out}' (FORMAT csv)")


def by_hand(data: Path, out: Path) -> None:
    """The same by hand."""
    duckdb.connect(":memory:").execute(RIVAL.replace("DATA", str(data)).replace("OUT", str(out)))


def command(way: str, data: Path, out: Path) -> list[str]:
    """The command that pays one way."""
    return [sys.executable, "-m", "benchmarks.pay", "--way", way, "--folder", str(data), "--out", str(out)]


def measure(data: Path, scratch: Path, rounds: int) -> None:
    """Pay both ways in turn; ends where the lines differ."""
    ways = {way: scratch / f"{way}.csv" for way in ("engine", "by hand")}
    costs: dict[str, list[Cost]] = {way: [] for way in ways}
    for turn in range(rounds):
        for way, out in ways.items():
            costs[way].append(cost(command(way, data, out), scratch / "printed"))
        if not turn and not filecmp.cmp(*ways.values(), shallow=False):
            sys.exit("the lines differ: " + ", ".join(map(str, ways.values())))
    ours, theirs = (middle(found) for found in costs.values())
    for way, one in (("engine", ours), ("by hand", theirs)):
        print(f"{way}: {one.wall:.2f} s, {one.processor:.2f} cpu s, {one.memory:.0f} MB")
    print(f"{ours.wall / theirs.wall:.2f} of the time, {ours.processor / theirs.processor:.2f} of the processor's")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time pay by order against the hand-written script.")
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the data is kept; temporary without it")
    parser.add_argument("--way", choices=("engine", "by hand"), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        (pay if asked.way == "engine" else by_hand)(asked.folder, asked.out)
        return
    with tempfile.TemporaryDirectory() as scratch:
        data = (asked.folder or Path(scratch)) / str(asked.orders)
        if not (data / "receipts.parquet").exists():
            make(data, asked.orders)
        measure(data, Path(scratch), asked.rounds)


if __name__ == "__main__":
    main()
