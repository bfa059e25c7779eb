"""Faults in the cells of a delivery: counted a column, then named row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from incentives.database import Database, quoted
from incentives.faults import Fault, Group
from incentives.tables.alike import known_alike
from incentives.tables.canon import Table
from incentives.tables.cells import Cell, Read, is_clean
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.headings import Matched
from incentives.tables.naming import MOST_NAMED, Spot, cell_fault, duplicate_fault, more_fault, visible

FIRST = 5  # rows and values that a fault of many names
MOST_VALUES = 10_000  # different values of one column that are looked at
BEHIND = 2**62  # the row number of faults reported after all rows
SPREAD = ("metric", "value", "source")  # the columns that differ between the metrics of one row of a wide file
HAPPENED = (
    "ordered_on",
    "returned_on",
    "paid_on",
    "happened_on",
)  # days in a period that nothing names


@dataclass(frozen=True)
class Counts:
    """The counts of one pass over a table: rows, bad cells of each column, filled cells of each one without a
    heading, cells of each column of text that are not clean. Also the first and last day on which they say something
    happened."""

    rows: int
    bad: tuple[int, ...]
    blank: tuple[int, ...]
    unclean: tuple[int, ...]
    span: tuple[date | None, date | None]


def count_faults(
    con: Database, matched: Matched, found: list[Cell], source: str, texts: list[str]
) -> Counts:  # fmt: skip
    """Count the faults of each column in one pass over the staged `source`, and the cells of `texts` that are not
    clean."""
    counts = [f"count({cell.reason})" if cell.reason != "NULL" else "0" for cell in found]
    blanks = [f"count(r.{quoted(h.ref)})" for h in matched.blank]
    unclean = [f"count_if(NOT {is_clean(f'r.{quoted(text)}')})" for text in texts]
    span = span_sql([cell.value for cell in found if cell.read.column.name in HAPPENED])
    rows, first, last, *numbers = con.query(
        f"SELECT count(*), {span}, {', '.join([*counts, *blanks, *unclean])} FROM {source}"
    )[0]
    bad, rest = tuple(numbers[: len(counts)]), tuple(numbers[len(counts) :])
    return Counts(rows, bad, rest[: len(blanks)], rest[len(blanks) :], (first, last))


def span_sql(days: list[str]) -> str:
    """Return SQL for the first and the last of these days of all rows; NULL where there are none."""
    listed = ", ".join(days)
    return f"min(least({listed})), max(greatest({listed}))" if days else "NULL, NULL"


def name_faults(
    con: Database,
    delivery: Delivery,
    matched: Matched,
    table: Table,
    expectation: Expectation,
    found: list[Cell],
    counts: Counts,
    is_shared: bool,
    numbered: str,
) -> list[Fault]:
    """Return the counted faults, named row by row, and those of rows that share what must be unique, where some seem
    to."""
    by_column = {cell.read.column.name: cell.read for cell in found}
    named: list[tuple[int, Fault]] = []
    for heading, number in zip(matched.blank, counts.blank, strict=True):
        if number:
            about = {"letter": heading.letter or str(delivery.headings.index(heading) + 1)}
            named.append((0, Fault("heading_empty", delivery.place, about)))
    for cell, number in zip(found, counts.bad, strict=True):
        if number:
            named += name_cells(con, delivery, expectation, cell, by_column, numbered, number)
    if is_shared:
        named += name_duplicates(con, delivery, table, found, numbered)
    return [fault for _, fault in sorted(named, key=lambda pair: pair[0])]


def name_cells(
    con: Database,
    delivery: Delivery,
    expectation: Expectation,
    cell: Cell,
    reads: dict[str, Read],
    source: str,
    number: int,
) -> list[tuple[int, Fault]]:
    """Return the faults of one column by row: the first ones by name, the others counted."""

    def text(name: str) -> str:
        return f"CAST({reads[name].ref} AS VARCHAR)" if name in reads else "''"

    metric = "m.name" if "metric" in reads else "''"
    once = ""
    if cell.read.column.name not in SPREAD and "metric" in reads and reads["metric"].ref == "r.wide_metric":
        metric, once = "''", "DISTINCT "  # one cell of a wide file, though it stands beside many metrics
    real = "s.name" if cell.read.column.name == "name" and cell.reason.endswith("'name_differs' END") else "''"
    query = (
        f"SELECT {once}r.row AS spot, CAST({cell.read.ref} AS VARCHAR) AS value, {cell.reason} AS code, "
        f"{cell.read.heading} AS heading, {cell.read.letter} AS letter, {cell.read.shift} AS shift, "
        f"{text(expectation.key)} AS key, {metric} AS metric, {real} AS name FROM {source} "
        f"WHERE {cell.reason} IS NOT NULL"
    )
    if number > MOST_NAMED:
        return name_many(con, delivery, expectation, cell, query)
    named = query
    if "'subject_unknown'" in cell.reason:  # whoever is missing is named once, and not in each of many rows
        ref = cell.read.ref
        named += f" QUALIFY row_number() OVER (PARTITION BY coalesce({ref}, CAST(r.row AS VARCHAR)) ORDER BY r.row) = 1"
    found = con.query(f"{named} ORDER BY ALL LIMIT {MOST_NAMED}")
    spots = [Spot(row, *("" if part is None else str(part) for part in rest)) for row, *rest in found]
    if any(spot.code == "subject_unknown" for spot in spots):
        spots = with_zeros_told(con, expectation, spots)
    spots = with_alike_told(con, expectation, spots)
    faults = [(spot.row, cell_fault(delivery, cell.read.column, expectation, spot)) for spot in spots]
    if once:
        number = con.query(f"SELECT count(*) FROM ({query})")[0][0]
    if number > len(found):
        faults.append((BEHIND, more_fault(delivery, spots[0].heading, number - len(found))))
    return faults


def name_many(
    con: Database, delivery: Delivery, expectation: Expectation, cell: Cell, query: str
) -> list[tuple[int, Fault]]:  # fmt: skip
    """Return the faults of a column with many: one for each kind, with its number, its first rows and the values
    most met."""
    said = "value, code, heading, letter, shift, metric"
    rows = con.query(
        f"SELECT min(spot) AS first, {said}, arg_min(key, spot), arg_min(name, spot), count(*), "
        f"list_sort(list(spot))[:{FIRST}] FROM ({query}) GROUP BY {said} ORDER BY first, {said} LIMIT {MOST_VALUES}"
    )
    parts = [(row, (*said[:5], key, said[5], name)) for row, *said, key, name, _, _ in rows]
    spots = [Spot(row, *("" if part is None else str(part) for part in rest)) for row, rest in parts]
    if any(spot.code == "subject_unknown" for spot in spots):
        spots = with_zeros_told(con, expectation, spots)
    kinds: dict[tuple[str, str, str], list[tuple[Spot, Fault, int, list[int]]]] = {}
    for spot, (*_, number, first) in zip(spots, rows, strict=True):
        fault = cell_fault(delivery, cell.read.column, expectation, spot)
        kinds.setdefault((fault.code, spot.heading, spot.metric), []).append((spot, fault, number, first))
    faults = []
    for members in kinds.values():
        spot, fault, _, _ = members[0]
        number = sum(count for _, _, count, _ in members)
        at = sorted({row for _, _, _, first in members for row in first})[:FIRST]
        met = sorted(((one.value, count) for one, _, count, _ in members if one.value), key=lambda pair: -pair[1])
        group = Group(number, tuple(str(delivery.seen(row)) for row in at), tuple(met[:FIRST]), len(met))
        faults.append((spot.row, replace(fault, group=group)))
    total = con.query(f"SELECT count(*) FROM ({query})")[0][0]
    named = sum(fault.group.number for _, fault in faults if fault.group)
    if total > named:
        faults.append((BEHIND, more_fault(delivery, spots[0].heading, total - named)))
    return faults


def with_zeros_told(con: Database, expectation: Expectation, spots: list[Spot]) -> list[Spot]:
    """Return the spots; ids known but for zeros at their beginning, which spreadsheets drop, get a code of their
    own."""
    bare = con.query(f"SELECT DISTINCT ltrim({quoted(expectation.key)}, '0') FROM {expectation.table}")
    known = {key for (key,) in bare}
    return [
        replace(spot, code="subject_zeros")
        if spot.code == "subject_unknown" and spot.value.lstrip("0") in known
        else spot
        for spot in spots
    ]


def with_alike_told(con: Database, expectation: Expectation, spots: list[Spot]) -> list[Spot]:
    """Return the spots; an id that differs from a known one by case, width or invisible characters gets its own
    code, with the known one."""
    known = {
        "subject_unknown": ("subject_alike", f"SELECT {quoted(expectation.key)} AS id FROM {expectation.table}"),
        "order_unknown": ("order_alike", "SELECT order_id AS id FROM orders"),
        "unit_unknown": ("unit_alike", "SELECT team AS id FROM postings UNION ALL SELECT region FROM postings"),
    }
    for code, (told, sql) in known.items():
        values = [spot.value for spot in spots if spot.code == code]
        found = known_alike(con, values, sql) if values else {}
        spots = [
            replace(spot, code=told, name=visible(found[spot.value]))
            if spot.code == code and spot.value in found
            else spot
            for spot in spots
        ]
    return spots


def name_duplicates(
    con: Database, delivery: Delivery, table: Table, found: list[Cell], source: str
) -> list[tuple[int, Fault]]:
    """Return a fault for each pair of rows that share what must be unique, at the second row; only where what they
    share is sound."""
    keys = [cell for cell in found if cell.read.column.name in table.unique]
    values = ", ".join(cell.value for cell in keys)
    sound = " AND ".join(f"({cell.reason}) IS NULL" for cell in keys)
    rows = con.query(
        f"SELECT list_sort(list(r.row)), count(*) OVER (), {values} FROM {source} WHERE {sound} GROUP BY {values} "
        f"HAVING count(*) > 1 ORDER BY ALL LIMIT {MOST_NAMED}"
    )
    faults = [(numbers[1], duplicate_fault(delivery, table, numbers, values)) for numbers, _, *values in rows]
    if rows and rows[0][1] > len(rows):
        at = tuple(str(delivery.seen(row)) for row, _ in faults[:FIRST])
        return [(faults[0][0], replace(faults[0][1], group=Group(rows[0][1], at)))]
    return faults
