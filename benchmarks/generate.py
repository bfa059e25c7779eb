"""Make a company of a given number of orders as canonical tables, the same bytes for the same number.

    python -m benchmarks.generate DIR --orders 10_000_000 [--csv]

A hundred orders a rep over the quarters 2024Q4 to 2026Q3. DuckDB makes every row from a hash of its number; figures
are whole cents turned into decimals, never floats.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

SEED = 20260701
ORDERS_A_REP = 100
ORDERS_A_CUSTOMER = 5
DAYS = 730
FIRST_DAY = "DATE '2024-10-01'"


def roll(number: str, salt: int, sides: int) -> str:
    """SQL for a whole number from 0 to below `sides`, drawn by the hash of a row's number."""
    return f"CAST(hash({number}, {SEED + salt}) % {sides} AS BIGINT)"


def cents(number: str) -> str:
    """SQL for an amount of whole cents as money."""
    return f"CAST(CAST({number} AS DECIMAL(16,0)) * CAST(0.01 AS DECIMAL(2,2)) AS DECIMAL(14,2))"


def reps_sql(reps: int) -> str:
    """The reps: one in ten hired on the way, one in fifty left; teams of ten in eight regions."""
    hired = f"CASE WHEN {roll('n', 1, 10)} = 0 THEN {FIRST_DAY} + CAST({roll('n', 2, 540)} AS INTEGER)"
    return f"""
SELECT printf('R%06d', n) AS rep_id, printf('业务员%06d', n) AS name,
  {hired} ELSE DATE '2019-01-01' + CAST({roll("n", 3, 2000)} AS INTEGER) END AS hired_on,
  CASE WHEN {roll("n", 4, 50)} = 0 THEN DATE '2026-05-01' + CAST({roll("n", 5, 60)} AS INTEGER) END AS left_on,
  CASE WHEN n % 10 = 0 THEN '主管' ELSE '业务员' END AS level, printf('T%05d', n // 10) AS team,
  ['华东', '华南', '华北', '华中', '西南', '西北', '东北', '海外'][1 + n // 10 % 8] AS region,
  {cents(f"600000 + 50000 * {roll('n', 6, 19)}")} AS base_salary, 'active' AS status
FROM range({reps}) t(n) ORDER BY n"""


def orders_sql(orders: int) -> str:
    """The orders by day: customers appear along the way, most amounts are small, one in a hundred is taken back."""
    customers = orders // ORDERS_A_CUSTOMER
    customer = f"abs(n // {ORDERS_A_CUSTOMER} - {roll('n', 11, customers // 4 + 1)})"
    amount = (
        f"CASE WHEN {roll('n', 12, 20)} = 0 THEN {roll('n', 13, 18_000_000)} ELSE {roll('n', 13, 3_000_000)} END "
        f"* CASE WHEN {roll('n', 14, 100)} = 0 THEN -1 ELSE 1 END"
    )
    reps = orders // ORDERS_A_REP
    return f"""
WITH drawn AS (
  SELECT n, {customer} AS customer, {amount} AS amount FROM range({orders}) t(n)
)
SELECT printf('O%09d', n) AS order_id,
  printf('R%06d', CASE WHEN {roll("n", 15, 20)} = 0 THEN {roll("n", 16, reps)} ELSE customer % {reps} END) AS rep_id,
  printf('C%08d', customer) AS customer_id, {FIRST_DAY} + CAST(n * {DAYS} // {orders} AS INTEGER) AS ordered_on,
  {cents("amount")} AS amount, {cents(f"amount * (40 + {roll('n', 17, 25)}) // 100")} AS margin
FROM drawn ORDER BY n"""


def by_quarter(reps: int) -> str:
    """SQL for every rep in every quarter: the rep's number `n`, the quarter, and a number for the pair."""
    return f"""(SELECT n, printf('%dQ%d', (8099 + q) // 4, (8099 + q) % 4 + 1) AS period, n * 8 + q AS m
  FROM range({reps}) r(n), range(8) t(q))"""


def snapshots_sql(reps: int) -> str:
    """What is delivered a rep and quarter: satisfaction (one in twenty has none), cash collected and due."""
    return f"""
SELECT printf('R%06d', n) AS rep_id, period, metric, value, source FROM (
  SELECT n, period, 'satisfaction' AS metric, {cents(f"7000 + {roll('m', 21, 3001)}")} AS value,
    'customer_service' AS source FROM {by_quarter(reps)} WHERE {roll("m", 22, 20)} > 0
  UNION ALL SELECT n, period, 'collected', {cents(f"12000000 + {roll('m', 23, 9_000_000)}")}, 'finance'
    FROM {by_quarter(reps)}
  UNION ALL SELECT n, period, 'collection_due', {cents(f"15000000 + {roll('m', 24, 8_000_000)}")}, 'finance'
    FROM {by_quarter(reps)}
) ORDER BY n, period, metric"""


def targets_sql(reps: int) -> str:
    """The targets for sales and new customers; one in thirty lacks the rep's signature, a few are revised."""
    unsigned = f"CASE WHEN {roll('m', 31, 30)} > 0 THEN DATE '2024-09-20' END"
    base = f"18000000 + 1000000 * {roll('m', 32, 10)}"
    return f"""
SELECT 'rep' AS scope, printf('R%06d', n) AS subject_id, period, metric, base, stretch, rep_signed_on,
  DATE '2024-09-25' AS manager_signed_on, revised_on FROM (
  SELECT n, period, 'sales' AS metric, {cents(base)} AS base, {cents(f"({base}) * 5 // 4")} AS stretch,
    {unsigned} AS rep_signed_on, CAST(NULL AS DATE) AS revised_on FROM {by_quarter(reps)}
  UNION ALL SELECT n, period, 'sales', {cents("16000000")}, {cents("20000000")}, DATE '2024-09-20', DATE '2024-09-22'
    FROM {by_quarter(reps)} WHERE {roll("m", 33, 50)} = 0
  UNION ALL SELECT n, period, 'new_customers', {cents(f"100 + 100 * {roll('m', 34, 2)}")}, NULL,
    DATE '2024-09-20', NULL FROM {by_quarter(reps)}
) ORDER BY n, period, metric, revised_on NULLS FIRST"""


def generate(folder: Path, orders: int, form: str = "parquet") -> None:
    """Write reps, orders, snapshots and targets into `folder`, made where it is not there; `form` is parquet or csv."""
    folder.mkdir(parents=True, exist_ok=True)
    reps = orders // ORDERS_A_REP
    tables = {
        "reps": reps_sql(reps),
        "orders": orders_sql(orders),
        "snapshots": snapshots_sql(reps),
        "targets": targets_sql(reps),
    }
    with duckdb.connect(":memory:") as con:
        for name, sql in tables.items():
            con.execute(f"COPY ({sql}) TO '{folder / name}.{form}' (FORMAT {form})")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a company of so many orders.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--csv", action="store_true", help="CSV instead of Parquet")
    asked = parser.parse_args()
    generate(asked.folder, asked.orders, "csv" if asked.csv else "parquet")


if __name__ == "__main__":
    main()
