"""Checks across rows and tables: postings that overlap, credits that are not the whole order, days out of order."""

from __future__ import annotations

import duckdb

from incentives.faults import Fault
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.naming import MOST_NAMED

OPEN_END = "DATE '9999-12-31'"
ATTRIBUTES = ("level", "track", "team", "region", "product_line", "manager_id", "base_salary", "status")


def make_subjects(con: duckdb.DuckDBPyConnection, expectation: Expectation, delivered: bool) -> None:
    """Make the table of subjects; where none was delivered, of the keys of the snapshots and postings."""
    table, key = expectation.table, expectation.key
    if not delivered:
        con.execute(
            f"INSERT INTO load.{table} (row, {key}) SELECT 0, {key} FROM "
            f"(SELECT {key} FROM snapshots UNION SELECT {key} FROM load.postings) ORDER BY {key}"
        )
    con.execute(
        f"CREATE OR REPLACE VIEW {table} AS SELECT {key}, name, hired_on, left_on, left_reason FROM load.{table}"
    )


def make_postings(con: duckdb.DuckDBPyConnection, expectation: Expectation) -> None:
    """Make `postings`: as delivered, and for whoever has none, one posting of the columns of the subject's own row."""
    table, key = expectation.table, expectation.key
    columns = ", ".join(ATTRIBUTES[:-1])
    con.execute("DROP VIEW postings")
    con.execute(
        f"""CREATE TABLE postings AS
        SELECT {key}, valid_from, coalesce(valid_to, {OPEN_END}) AS valid_to, {columns},
               coalesce(status, 'active') AS status FROM load.postings
        UNION ALL
        SELECT {key}, coalesce(hired_on, DATE '0001-01-01'), {OPEN_END}, {columns}, coalesce(status, 'active')
        FROM load.{table} WHERE {key} NOT IN (SELECT {key} FROM load.postings)
        ORDER BY 1, 2"""
    )


def check_postings(con: duckdb.DuckDBPyConnection, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Postings that end before they begin, and those of one subject that overlap."""
    key = expectation.key
    backward = con.execute(
        f"SELECT row, {key}, CAST(valid_from AS VARCHAR), CAST(valid_to AS VARCHAR) FROM load.postings "
        f"WHERE valid_to < valid_from ORDER BY row LIMIT {MOST_NAMED}"
    ).fetchall()
    overlapping = con.execute(
        f"""SELECT row, {key}, CAST(valid_from AS VARCHAR), earlier, CAST(earlier_to AS VARCHAR) FROM (
            SELECT row, {key}, valid_from, lag(row) OVER same AS earlier,
                   lag(coalesce(valid_to, {OPEN_END})) OVER same AS earlier_to
            FROM load.postings WINDOW same AS (PARTITION BY {key} ORDER BY valid_from, row))
        WHERE valid_from <= earlier_to ORDER BY row LIMIT {MOST_NAMED}"""
    ).fetchall()
    return [
        Fault("posting_backward", delivery.spot(row), {"key": who, "from": start, "to": end})
        for row, who, start, end in backward
    ] + [
        Fault("posting_overlap", delivery.spot(row), {"key": who, "from": start, "other": other, "to": end})
        for row, who, start, other, end in overlapping
    ]


def check_subjects(con: duckdb.DuckDBPyConnection, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Subjects who left before they were hired."""
    rows = con.execute(
        f"SELECT row, {expectation.key}, CAST(hired_on AS VARCHAR), CAST(left_on AS VARCHAR) "
        f"FROM load.{expectation.table} WHERE left_on < hired_on ORDER BY row LIMIT {MOST_NAMED}"
    ).fetchall()
    return [
        Fault("left_before_hired", delivery.spot(row), {"key": key, "hired": hired, "left": left})
        for row, key, hired, left in rows
    ]


def check_events(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> list[Fault]:
    """Events that end before they happen."""
    rows = con.execute(
        "SELECT row, kind, CAST(happened_on AS VARCHAR), CAST(until_on AS VARCHAR) FROM load.events "
        f"WHERE until_on < happened_on ORDER BY row LIMIT {MOST_NAMED}"
    ).fetchall()
    return [
        Fault("event_backward", delivery.spot(row), {"kind": kind, "on": on, "until": until})
        for row, kind, on, until in rows
    ]


def check_credits(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> list[Fault]:
    """Orders whose credits do not add up to exactly 1 (POLICY C10); the first are named, the others counted."""
    wrong = "SELECT order_id, sum(share) AS total FROM credits GROUP BY order_id HAVING sum(share) <> 1"
    number = con.execute(f"SELECT count(*) FROM ({wrong})").fetchall()[0][0]
    rows = con.execute(
        f"SELECT order_id, CAST(total AS VARCHAR) FROM ({wrong}) ORDER BY 1 LIMIT {MOST_NAMED}"
    ).fetchall()
    faults = [Fault("credits_not_one", delivery.place, {"order": order, "total": total}) for order, total in rows]
    if number > len(rows):
        faults.append(Fault("cells_more", delivery.place, {"heading": "share", "number": number - len(rows)}))
    return faults
