"""Checks across rows and tables: postings that overlap, days out of order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from incentives.database import Database, literal
from incentives.faults import Fault, Place
from incentives.tables.canon import ATTRIBUTES
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.naming import MOST_NAMED, more_fault

FEW_NAMED = 10  # rows named of a fault that is only a remark
OPEN_END = "DATE '9999-12-31'"


def rising(con: Database, keys: list[str], source: str) -> bool:
    """Return whether a single key only rises from row to row, as ids mostly do: all are different then, which takes
    many times as long to tell by itself."""
    if len(keys) != 1:
        return False
    before = f"SELECT id, lag(id) OVER () AS before FROM (SELECT {keys[0]} AS id FROM {source})"
    sql = f"SELECT bool_and(id > before) AND count(*) = count(id) FROM ({before})"
    return bool(con.query(sql)[0][0])


def shared(con: Database, keys: list[str], source: str) -> bool:
    """Return whether some rows seem to share these keys, judged by their hashes."""
    if not keys:
        return False
    sql = f"SELECT count(*) <> count(DISTINCT hash({', '.join(keys)})) FROM {source}"
    return bool(con.query(sql)[0][0])


def make_subjects(con: Database, expectation: Expectation, delivered: bool) -> None:
    """Make the table of subjects; where none was delivered, of the keys of the snapshots and postings."""
    table, key = expectation.table, expectation.key
    if not delivered:
        con.execute(
            f"INSERT INTO load.{table} (row, {key}) SELECT 0, {key} FROM "
            f"(SELECT {key} FROM snapshots UNION SELECT {key} FROM load.postings) ORDER BY {key}"
        )
    con.make_view(table, f"SELECT {key}, name, hired_on, left_on, left_reason FROM load.{table}", shared=True)


def make_postings(con: Database, expectation: Expectation) -> None:
    """Make `postings`: as delivered, and for whoever has none, one posting of the columns of the subject's own row."""
    table, key = expectation.table, expectation.key
    columns = ", ".join(name for name in ATTRIBUTES if name != "status")
    con.execute("DROP VIEW postings")
    con.make_table(
        "postings",
        f"""SELECT {key}, valid_from, coalesce(valid_to, {OPEN_END}) AS valid_to, {columns},
               coalesce(status, 'active') AS status FROM load.postings
        UNION ALL
        SELECT {key}, coalesce(hired_on, DATE '0001-01-01'), {OPEN_END}, {columns}, coalesce(status, 'active')
        FROM load.{table} WHERE {key} NOT IN (SELECT {key} FROM load.postings)
        ORDER BY 1, 2""",
        shared=True,
    )


def check_postings(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return the faults of postings that end before they begin, and of those of one subject that overlap."""
    key = expectation.key
    backward = con.query(
        f"SELECT row, {key}, CAST(valid_from AS VARCHAR), CAST(valid_to AS VARCHAR) FROM load.postings "
        f"WHERE valid_to < valid_from ORDER BY row LIMIT {MOST_NAMED}"
    )
    overlapping = con.query(
        f"""SELECT row, {key}, CAST(valid_from AS VARCHAR), earlier, CAST(earlier_to AS VARCHAR) FROM (
            SELECT row, {key}, valid_from, lag(row) OVER same AS earlier,
                   lag(coalesce(valid_to, {OPEN_END})) OVER same AS earlier_to
            FROM load.postings WINDOW same AS (PARTITION BY {key} ORDER BY valid_from, row))
        WHERE valid_from <= earlier_to ORDER BY row LIMIT {MOST_NAMED}"""
    )
    faults = [
        Fault("posting_backward", delivery.spot(row), {"key": who, "from": start, "to": end})
        for row, who, start, end in backward
    ] + [
        Fault(
            "posting_overlap", delivery.spot(row), {"key": who, "from": start, "other": delivery.seen(other), "to": end}
        )
        for row, who, start, other, end in overlapping
    ]
    return faults or posting_gaps(con, delivery, expectation)


def posting_gaps(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return warnings for days between two postings, and between hiring and the first; they count as not worked.

    Days before the first day of the data are ignored.
    """
    key = expectation.key
    rows = con.query(
        f"""SELECT count(*) OVER (), row, {key}, CAST(missing_from AS VARCHAR), CAST(valid_from - 1 AS VARCHAR) FROM (
            SELECT p.row, {key}, valid_from,
                   coalesce(lag(valid_to) OVER (PARTITION BY {key} ORDER BY valid_from) + 1, hired_on) AS missing_from
            FROM load.postings p LEFT JOIN {expectation.table} USING ({key}))
        WHERE missing_from < valid_from AND valid_from > (SELECT min(first) FROM load.spans)
        ORDER BY row LIMIT {FEW_NAMED}"""
    )
    faults = [
        Fault("posting_gap", delivery.spot(row), {"key": who, "from": start, "to": end}, warning=True)
        for _, row, who, start, end in rows
    ]
    return faults + left_out(delivery, "from", rows)


def check_statuses(con: Database, place: Place, expectation: Expectation) -> list[Fault]:
    """Return warnings for statuses in which nobody works and which the policy does not mention, so that their days
    count."""
    asked = ", ".join(literal(status) for status in expectation.unsaid) or "NULL"
    rows = con.query(
        f"SELECT status, count(DISTINCT {expectation.key}) FROM postings WHERE status IN ({asked}) "
        "AND valid_to >= coalesce((SELECT min(first) FROM load.spans), valid_to) GROUP BY status ORDER BY status"
    )
    return [
        Fault("status_unsaid", place, {"status": status, "number": number}, warning=True) for status, number in rows
    ]


def check_subjects(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return the faults of subjects who left before they were hired."""
    rows = con.query(
        f"SELECT row, {expectation.key}, CAST(hired_on AS VARCHAR), CAST(left_on AS VARCHAR) "
        f"FROM load.{expectation.table} WHERE left_on < hired_on ORDER BY row LIMIT {MOST_NAMED}"
    )
    return [
        Fault("left_before_hired", delivery.spot(row), {"key": key, "hired": hired, "left": left})
        for row, key, hired, left in rows
    ]


def check_events(con: Database, delivery: Delivery) -> list[Fault]:
    """Return the faults of events that end before they happen."""
    rows = con.query(
        "SELECT row, kind, CAST(happened_on AS VARCHAR), CAST(until_on AS VARCHAR) FROM load.events "
        f"WHERE until_on < happened_on ORDER BY row LIMIT {MOST_NAMED}"
    )
    return [
        Fault("event_backward", delivery.spot(row), {"kind": kind, "on": on, "until": until})
        for row, kind, on, until in rows
    ]


def check_orders(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return the faults of orders returned before they were made, and warnings of orders dated after their rep had
    left."""
    backward = con.query(
        "SELECT count(*) OVER (), order_id, CAST(ordered_on AS VARCHAR), CAST(returned_on AS VARCHAR) FROM orders "
        f"WHERE returned_on < ordered_on ORDER BY order_id LIMIT {MOST_NAMED}"
    )
    faults = [
        Fault("order_returned_early", delivery.place, {"order": order, "on": on, "returned": returned})
        for _, order, on, returned in backward
    ]
    if backward and backward[0][0] > len(backward):
        faults.append(more_fault(delivery, "returned_on", backward[0][0] - len(backward)))
    return faults + orders_of_the_gone(con, delivery, expectation)


def orders_of_the_gone(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return warnings for orders dated after their rep had left; they count in the period of the last day, no later."""
    if expectation.subject != "rep":
        return []
    rows = con.query(
        "SELECT count(*) OVER (), order_id, rep_id, CAST(ordered_on AS VARCHAR), CAST(left_on AS VARCHAR), "
        "CASE WHEN reverses IS NULL THEN 'order_after_left' ELSE 'note_after_left' END "
        f"FROM orders JOIN reps USING (rep_id) WHERE ordered_on > left_on AND NOT coalesce(left_on < hired_on, false) "
        f"ORDER BY order_id LIMIT {FEW_NAMED}"
    )
    faults = [
        Fault(code, delivery.place, {"order": order, "key": who, "on": on, "left": left}, warning=True)
        for _, order, who, on, left, code in rows
    ]
    return faults + left_out(delivery, "rep_id", rows)


def check_decisions(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return warnings for decisions that lack a reason, who decided or when (POLICY A8)."""
    rows = con.query(
        f"SELECT count(*) OVER (), row, {expectation.key}, period FROM load.decisions "
        "WHERE reason IS NULL OR decided_by IS NULL OR decided_on IS NULL "
        f"ORDER BY row LIMIT {FEW_NAMED}"
    )
    faults = [
        Fault("decision_unfounded", delivery.spot(row), {"key": who, "period": period}, warning=True)
        for _, row, who, period in rows
    ]
    return faults + left_out(delivery, "reason", rows)


def left_out(delivery: Delivery, heading: str, rows: list[tuple[Any, ...]]) -> list[Fault]:
    """Return the warning that counts the rows that are not named; each row begins with how many there are in all."""
    if not rows or rows[0][0] == len(rows):
        return []
    return [replace(more_fault(delivery, heading, rows[0][0] - len(rows)), warning=True)]
