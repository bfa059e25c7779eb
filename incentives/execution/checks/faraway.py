"""Days and periods far from all the others, such as 2062 typed for 2026: they count, or drop out, unseen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from incentives.database import quoted
from incentives.faults import Fault
from incentives.ruleset import Ruleset
from incentives.tables import Tables, cells
from incentives.tables.canon import LONG_TABLES, Column, Table, canon
from incentives.tables.delivery import Delivery
from incentives.tables.headings import match_headings

MOST_NAMED = 5
YEARS = 5  # from the last day of the policy, or from the middle of the data, on
EARLIEST = date(1990, 1, 1)
EARLIEST_HIRED = date(1960, 1, 1)
HIRED = ("hired_on", "valid_from", "valid_to", "left_on")
OPEN_ENDS = ("valid_to", "until_on")  # 9999-12-31 says that there is no end


def far_days(ruleset: Ruleset, tables: Tables) -> Iterator[Fault]:
    """Yield a warning for each column of the data with days or periods before 1990 or years after all the others."""
    latest = latest_of(ruleset, tables)
    for table in canon(ruleset.policy.subject).values():
        delivery = tables.delivered.get(table.name)
        columns = [column for column in table.columns if column.kind in ("day", "period")]
        if delivery is None or not columns:
            continue
        ends = ", ".join(f"min({day_of(column)}), max({day_of(column)})" for column in columns)
        found = tables.con.query(f"SELECT {ends} FROM {source_of(table)} x")[0]
        for at, column in enumerate(columns):
            low, high = found[2 * at : 2 * at + 2]
            first = EARLIEST_HIRED if column.name in HIRED else EARLIEST
            last = date.max if column.name in OPEN_ENDS else latest
            if low is not None and (low < first or high > last):
                yield from told(tables, delivery, table, column, (first, last))


def latest_of(ruleset: Ruleset, tables: Tables) -> date:
    """Return the last day that is near: five years after the policy ends, or else after the middle of the data."""
    end = ruleset.policy.effective.to
    if end is None:
        days = [
            f"SELECT {day_of(column)} AS day FROM {source_of(table)} x"
            for table in canon(ruleset.policy.subject).values()
            if table.name in tables.delivered
            for column in table.columns
            if column.kind in ("day", "period") and column.name not in (*HIRED, *OPEN_ENDS)
        ]
        union = " UNION ALL ".join(days) or "SELECT NULL::DATE AS day"
        (middle,) = tables.con.query(f"SELECT quantile_disc(day, 0.5) FROM ({union})")[0]
        end = max(ruleset.policy.effective.from_, middle or ruleset.policy.effective.from_)
    return date(min(end.year + YEARS, date.max.year), end.month, min(end.day, 28))


def source_of(table: Table) -> str:
    """Return the relation of a table's typed rows."""
    return table.name if table.name in LONG_TABLES else f"load.{table.name}"


def day_of(column: Column) -> str:
    """Return SQL for the day of a cell, the first one of a period."""
    if column.kind == "day":
        return f"x.{quoted(column.name)}"
    return f"(SELECT min(first) FROM load.known_periods WHERE id = x.{quoted(column.name)})"


def told(
    tables: Tables, delivery: Delivery, table: Table, column: Column, near: tuple[date, date]
) -> list[Fault]:  # fmt: skip
    """Return the warning that names the first of these cells."""
    first, last = near
    day = day_of(column)
    where = f"{day} < DATE '{first}' OR {day} > DATE '{last}'"
    counted = f"SELECT count(*), list(DISTINCT CAST(x.{quoted(column.name)} AS VARCHAR) ORDER BY 1) FROM"
    number, days = tables.con.query(f"{counted} {source_of(table)} x WHERE {where}")[0]
    rows = rows_of(tables, delivery, table, column, first, last)
    place = delivery.spot(rows[0][0]) if rows else delivery.place
    seen = ", ".join(f"{what} ({delivery.seen(row)})" for row, what in rows) or ", ".join(days[:MOST_NAMED])
    more = " …" if number > (len(rows) or MOST_NAMED) else ""
    about = {"n": number, "column": column.head, "what": seen + more, "first": first, "last": last}
    return [Fault("days_far_early" if last == date.max else "days_far", place, about, warning=True)]


def rows_of(
    tables: Tables, delivery: Delivery, table: Table, column: Column, first: date, last: date
) -> list[tuple[int, str]]:
    """Return the row in the file and the text of the first cells that lie outside."""
    matched = match_headings(delivery, table, tables.expectation)
    heading = next((m.heading for m in matched.matches if m.column.name == column.name), None)
    if heading is None:
        return []
    ref = f"r.{quoted(heading.ref)}"
    given = f"(SELECT *, {delivery.row} AS row FROM {delivery.sql})" if delivery.row != "row" else delivery.sql
    text = cells.as_text(ref, heading.type)
    value = cells.day_cell(ref, heading.type, False)[0]
    if column.kind == "period":
        value = f"(SELECT min(first) FROM load.known_periods WHERE spelling = upper(replace({text}, ' ', '')))"
    sql = f"""SELECT row, what FROM (SELECT r.row AS row, {text} AS what, {value} AS day FROM {given} r)
        WHERE day < DATE '{first}' OR day > DATE '{last}' ORDER BY row LIMIT {MOST_NAMED}"""
    return tables.con.query(sql)
