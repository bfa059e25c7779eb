"""One delivered table → the typed table of the same name, or the faults of all its cells."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from incentives.faults import Fault
from incentives.sql import literal, quoted
from incentives.tables import cells
from incentives.tables.canon import DECIMALS, SOURCES, Column, Table
from incentives.tables.delivery import Delivery, Heading
from incentives.tables.expectation import Expectation
from incentives.tables.headings import Matched
from incentives.tables.naming import MOST_NAMED, Spot, cell_fault, duplicate_fault, more_fault

BEHIND = 2**62  # the row of what is told after all rows
# Tables that may be too long to copy into memory.
LONG_TABLES = ("snapshots", "orders", "receipts", "credits")


@dataclass(frozen=True)
class Read:
    """Where a canonical column comes from: a column `ref` of the staged relation; heading and letter are SQL."""

    column: Column
    ref: str
    type: str
    shift: str
    heading: str
    letter: str


SPREAD = ("metric", "value", "source")  # what differs between the metrics of one row of a wide file
HAPPENED = ("ordered_on", "paid_on", "happened_on")  # days that fall in a period, though their tables name none


@dataclass(frozen=True)
class Cell:
    """One canonical column as SQL: the text that was written, the typed value, and the code of a fault or NULL."""

    read: Read
    value: str
    reason: str


def load(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    matched: Matched,
    table: Table,
    expectation: Expectation,
    known: frozenset[str],
) -> tuple[list[Fault], int]:
    """Check every cell of `delivery` in one pass and make `table` in `con`; `known` are the tables already sound.

    Returns the faults, each with its row, and the number of rows. In a table with faults the bad cells are empty; it
    serves only to check other tables against it.
    """
    reads = reads_of(matched)
    by_column = {read.column.name: read for read in reads}
    found = [cell_of(read, table, expectation, by_column, known) for read in reads]
    if matched.named and table.columns[0].kind == "key" and expectation.table in known:
        found.append(name_cell(matched.named))
    source = joined(delivery, matched, by_column, expectation, known, numbered=False)
    counts = [f"count({cell.reason})" if cell.reason != "NULL" else "0" for cell in found]
    blanks = [f"count(r.{quoted(h.ref)})" for h in matched.blank]
    keys = [c.value for c in found if c.read.column.name in table.unique]
    distinct = f"count(DISTINCT hash({', '.join(keys)}))" if table.unique else "count(*)"
    span = "min(p.first), max(p.last)" if "period" in by_column else "NULL, NULL"
    for cell in found:
        if cell.read.column.name in HAPPENED:
            span = f"min({cell.value}), max({cell.value})"
    rows, different, first, last, *bad = con.execute(
        f"SELECT count(*), {distinct}, {span}, {', '.join([*counts, *blanks])} FROM {source}"
    ).fetchall()[0]
    con.execute("INSERT INTO load.spans VALUES (?, ?)", [first, last])
    named: list[tuple[int, Fault]] = []
    numbered = joined(delivery, matched, by_column, expectation, known, numbered=True)
    for heading, number in zip(matched.blank, bad[len(found) :], strict=True):
        if number:
            about = {"letter": heading.letter or str(delivery.headings.index(heading) + 1)}
            named.append((0, Fault("heading_empty", delivery.place, about)))
    for cell, number in zip(found, bad, strict=False):
        if number:
            named += name_cells(con, delivery, expectation, cell, by_column, numbered, number)
    if rows != different:
        named += name_duplicates(con, delivery, table, found, numbered)
    faults = [fault for _, fault in sorted(named, key=lambda pair: pair[0])]
    if faults:
        found = [sound_part(cell) for cell in found]
    where = f" WHERE {by_column['value'].ref} IS NOT NULL" if table.name == "snapshots" else ""
    make(con, delivery, table, found, numbered, source, where)
    return faults, rows


def sound_part(cell: Cell) -> Cell:
    """The cell, empty where it is bad."""
    kind = cells.sql_type(cell.read.column)
    return replace(cell, value=f"TRY_CAST(CASE WHEN ({cell.reason}) IS NULL THEN {cell.value} END AS {kind})")


def reads_of(matched: Matched) -> list[Read]:
    """The canonical columns a delivery has; a wide file has metric, value and source by unpivoting."""
    reads = [
        Read(m.column, f"r.{quoted(m.heading.ref)}", m.heading.type, str(m.shift),
             literal(m.heading.text), literal(m.heading.letter))
        for m in matched.matches
    ]  # fmt: skip
    if not matched.wide:
        return reads
    kept = [read for read in reads if read.column.name not in ("metric", "value", "source")]
    spread = (Column("metric", "metric"), Column("value", "number"), Column("source", "named", choices=SOURCES))
    return kept + [
        Read(column, f"r.wide_{column.name}", "VARCHAR", "r.wide_shift" if column.name == "value" else "0",
             "r.wide_heading", "r.wide_letter")
        for column in spread
    ]  # fmt: skip


def takes_raw(column: Column) -> bool:
    """Whether the column's cells are read without cleaning them first."""
    return column.kind in DECIMALS or column.kind == "day"


def staged(delivery: Delivery, matched: Matched, numbered: bool) -> str:
    """The delivery with clean text in its cells, rows without any content left out, wide metrics unpivoted."""
    row = ["row"] if numbered else []
    as_given = {m.heading.ref for m in matched.matches if takes_raw(m.column)}
    parts = []
    for heading in delivery.headings:
        ref = quoted(heading.ref)
        parts.append(ref if heading.ref in as_given else f"{cells.as_text(ref, heading.type)} AS {ref}")
    # told from the cells as they are: cleaning each of them only to see that a row is blank would cost a pass
    filled = " OR ".join(f"{quoted(h.ref)} IS NOT NULL" for h in delivery.headings)
    given = delivery.sql
    if numbered:
        given = f"(SELECT *, {delivery.row} AS row FROM {delivery.sql})" if delivery.row != "row" else delivery.sql
    stage = f"SELECT {', '.join([*row, *parts])} FROM {given} WHERE {filled}"
    if not matched.wide:
        return stage
    common = next((m.heading for m in matched.matches if m.column.name == "source"), None)

    def lists(items: list[str], name: str) -> str:
        return f"unnest([{', '.join(items)}]) AS wide_{name}"

    def source_of(own: Heading | None) -> str:
        heading = own or common
        return quoted(heading.ref) if heading else "CAST(NULL AS VARCHAR)"

    spread = (
        lists([literal(metric.name) for metric, _, _ in matched.wide], "metric"),
        lists([quoted(match.heading.ref) for _, match, _ in matched.wide], "value"),
        lists([source_of(own) for _, _, own in matched.wide], "source"),
        lists([str(match.shift) for _, match, _ in matched.wide], "shift"),
        lists([literal(match.heading.text) for _, match, _ in matched.wide], "heading"),
        lists([literal(match.heading.letter) for _, match, _ in matched.wide], "letter"),
    )
    return f"SELECT * FROM (SELECT *, {', '.join(spread)} FROM ({stage})) WHERE wide_value IS NOT NULL"


def joined(
    delivery: Delivery,
    matched: Matched,
    reads: dict[str, Read],
    expectation: Expectation,
    known: frozenset[str],
    numbered: bool,
) -> str:
    """The staged relation `r` with the period `p` and the metric `m` that each row names, and the subject `s`."""
    source = f"({staged(delivery, matched, numbered)}) r"
    if period := reads.get("period"):
        source += f" LEFT JOIN load.known_periods p ON p.spelling = upper(replace({period.ref}, ' ', ''))"
    if metric := reads.get("metric"):
        source += f" LEFT JOIN load.known_metrics m ON m.spelling = lower({metric.ref})"
    key = reads.get(expectation.key)
    if matched.named and key and expectation.table in known:
        source += f" LEFT JOIN {expectation.table} s ON s.{quoted(expectation.key)} = {key.ref}"
    return source


def cell_of(read: Read, table: Table, expectation: Expectation, reads: dict[str, Read], known: frozenset[str]) -> Cell:
    """How one column is read and checked."""
    column, ref = read.column, read.ref
    value, reason = ref, "NULL"
    match column.kind:
        case "key" | "rep":
            of_subject = column.name == expectation.key
            if of_subject and expectation.table in known and table.name != expectation.table:
                reason = unknown(ref, expectation.table, expectation.key, "subject_unknown")
        case "order" if "orders" in known:
            reason = unknown(ref, "orders", "order_id", "order_unknown")
        case "day":
            value, reason = cells.day_cell(ref, read.type)
        case "period":
            value, reason = "p.id", period_reason(ref, table, expectation)
        case "metric":
            reason = "CASE WHEN m.name IS NULL THEN 'metric_not_known' END"
            if table.name == "snapshots":
                reason = f"CASE WHEN m.delivered THEN NULL ELSE coalesce({reason}, 'metric_computed') END"
            value = "m.name"
        case "grade":
            grades = ", ".join(literal(g) for g in expectation.grades)
            reason = f"CASE WHEN {ref} NOT IN ({grades}) THEN 'grade_unknown' END" if grades else "NULL"
        case "id" if table.name == "targets" and column.name == "subject_id":
            reason = target_subject(ref, reads, expectation, known)
        case "number":
            value, reason = cells.metric_value(ref, read.shift)
        case "choice" | "named":
            value, reason = cells.listed_cell(column, ref)
        case kind if kind in DECIMALS:
            value, reason = cells.decimal_cell(kind, ref, read.type, read.shift)
    if table.name == "snapshots" and column.name == "source":
        reason = source_reason(ref, value, reads["value"].ref)
    if table.name == "decisions" and column.name == "decision" and expectation.grades:
        grades = ", ".join(literal(g) for g in expectation.grades)
        about = cells.listed_cell(reads["about"].column, reads["about"].ref)[0]
        reason = f"CASE WHEN {about} = 'grade' AND {value} NOT IN ({grades}) THEN 'grade_unknown' END"
    if column.filled and takes_raw(column):
        blank = f"{value} IS NULL AND {cells.as_text(ref, read.type)} IS NULL"
        reason = f"CASE WHEN {blank} THEN 'cell_empty' ELSE {reason} END"
    elif column.filled:
        reason = f"CASE WHEN {ref} IS NULL THEN 'cell_empty' ELSE {reason} END"
    return Cell(read, value, reason)


def unknown(ref: str, table: str, key: str, code: str) -> str:
    """SQL: `code` where the cell names no row of `table`."""
    return f"CASE WHEN {ref} NOT IN (SELECT {quoted(key)} FROM {table}) THEN '{code}' END"


def target_subject(ref: str, reads: dict[str, Read], expectation: Expectation, known: frozenset[str]) -> str:
    """SQL: whether the subject of a target is a known rep, or a team or region that somebody is posted to."""
    scope = "'rep'"
    if read := reads.get("scope"):
        scope = f"CASE WHEN {read.ref} IS NULL THEN 'rep' ELSE {cells.listed_cell(read.column, read.ref)[0]} END"
    units = " ".join(
        f"WHEN '{unit}' THEN CASE WHEN {ref} NOT IN (SELECT {unit} FROM postings WHERE {unit} IS NOT NULL) "
        "THEN 'unit_unknown' END"
        for unit in ("team", "region")
        if "postings" in known
    )
    rep = unknown(ref, expectation.table, expectation.key, "subject_unknown") if expectation.table in known else "NULL"
    return (
        f"CASE WHEN {ref} IS NULL THEN CASE WHEN {scope} <> 'company' THEN 'cell_empty' END "
        f"ELSE CASE {scope} WHEN 'rep' THEN {rep} {units} END END"
    )


def period_reason(ref: str, table: Table, expectation: Expectation) -> str:
    """SQL: whether the text is a period, of the grain that its metric or table is kept in."""
    grains = {
        "snapshots": "p.grain <> m.grain",
        "targets": f"p.grain <> '{expectation.grain}'",
        "history": f"p.grain NOT IN ('{expectation.grain}', 'year')",
    }
    wrong = f" WHEN {grains[table.name]} THEN 'period_grain'" if table.name in grains else ""
    return f"CASE WHEN {ref} IS NOT NULL AND p.id IS NULL THEN 'period_unknown'{wrong} END"


def source_reason(ref: str, source: str, value: str) -> str:
    """SQL: whether the metric may come from this source (POLICY M: a metric has provenance)."""
    return (
        f"CASE WHEN list_contains(m.sources, {ref}) THEN NULL "
        f"WHEN {value} IS NULL OR m.name IS NULL OR len(m.sources) = 0 THEN NULL "
        f"WHEN {source} IS NULL THEN 'source_missing' "
        f"WHEN NOT list_contains(m.sources, {source}) THEN 'source_refused' END"
    )


def name_cell(heading: Heading) -> Cell:
    """The 姓名 beside a key: it must be the name that the subject has (people are never matched by name)."""
    ref = f"r.{quoted(heading.ref)}"
    read = Read(Column("name", "text"), ref, "VARCHAR", "0", literal(heading.text), literal(heading.letter))
    return Cell(read, ref, f"CASE WHEN {ref} <> s.name THEN 'name_differs' END")


def name_cells(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    expectation: Expectation,
    cell: Cell,
    reads: dict[str, Read],
    source: str,
    number: int,
) -> list[tuple[int, Fault]]:
    """The faults of one column by row: the first ones by name, the others counted."""

    def text(name: str) -> str:
        return f"CAST({reads[name].ref} AS VARCHAR)" if name in reads else "''"

    metric = "m.name" if "metric" in reads else "''"
    once = ""
    if cell.read.column.name not in SPREAD and "metric" in reads and reads["metric"].ref == "r.wide_metric":
        metric, once = "''", "DISTINCT "  # one cell of a wide file, though it stands beside many metrics
    real = "s.name" if cell.read.column.name == "name" and cell.reason.endswith("'name_differs' END") else "''"
    query = (
        f"SELECT {once}r.row, CAST({cell.read.ref} AS VARCHAR), {cell.reason}, {cell.read.heading}, "
        f"{cell.read.letter}, {text(expectation.key)}, {metric}, {real} FROM {source} WHERE {cell.reason} IS NOT NULL"
    )
    named = query
    if "'subject_unknown'" in cell.reason:  # whoever is missing is named once, and not in each of many rows
        ref = cell.read.ref
        named += f" QUALIFY row_number() OVER (PARTITION BY coalesce({ref}, CAST(r.row AS VARCHAR)) ORDER BY r.row) = 1"
    found = con.execute(f"{named} ORDER BY ALL LIMIT {MOST_NAMED}").fetchall()
    spots = [Spot(row, *("" if part is None else str(part) for part in rest)) for row, *rest in found]
    if any(spot.code == "subject_unknown" for spot in spots):
        spots = with_zeros_told(con, expectation, spots)
    faults = [(spot.row, cell_fault(delivery, cell.read.column, expectation, spot)) for spot in spots]
    if once:
        number = con.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
    if number > len(found):
        faults.append((BEHIND, more_fault(delivery, spots[0].heading, number - len(found))))
    return faults


def with_zeros_told(con: duckdb.DuckDBPyConnection, expectation: Expectation, spots: list[Spot]) -> list[Spot]:
    """The spots; ids known but for zeros at their beginning, which spreadsheets drop, get a code of their own."""
    bare = con.execute(f"SELECT DISTINCT ltrim({quoted(expectation.key)}, '0') FROM {expectation.table}").fetchall()
    known = {key for (key,) in bare}
    return [
        replace(spot, code="subject_zeros")
        if spot.code == "subject_unknown" and spot.value.lstrip("0") in known
        else spot
        for spot in spots
    ]


def name_duplicates(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, table: Table, found: list[Cell], source: str
) -> list[tuple[int, Fault]]:
    """The rows that share what must be unique, by the second of them; only where what they share is sound."""
    keys = [cell for cell in found if cell.read.column.name in table.unique]
    values = ", ".join(cell.value for cell in keys)
    sound = " AND ".join(f"({cell.reason}) IS NULL" for cell in keys)
    rows = con.execute(
        f"SELECT list_sort(list(r.row)), {values} FROM {source} WHERE {sound} GROUP BY {values} HAVING count(*) > 1 "
        f"ORDER BY ALL LIMIT {MOST_NAMED}"
    ).fetchall()
    return [(numbers[1], duplicate_fault(delivery, table, numbers, values)) for numbers, *values in rows]


def make(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    table: Table,
    found: list[Cell],
    numbered: str,
    source: str,
    where: str,
) -> None:
    """Make the typed table, with the row numbers in `load`; a large delivery becomes a view that reads the file."""
    given = {cell.read.column.name: cell.value for cell in found}
    parts = ", ".join(
        f"CAST({given.get(column.name, 'NULL')} AS {cells.sql_type(column)}) AS {quoted(column.name)}"
        for column in table.columns
    )
    if delivery.large and table.name in LONG_TABLES:
        con.execute(f"CREATE VIEW {table.name} AS SELECT {parts} FROM {source}{where}")
        return
    con.execute(f"CREATE TABLE load.{table.name} AS SELECT r.row AS row, {parts} FROM {numbered}{where} ORDER BY r.row")
    con.execute(f"CREATE VIEW {table.name} AS SELECT * EXCLUDE (row) FROM load.{table.name}")


def make_empty(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """The same for a table that was not delivered."""
    columns = ", ".join(f"{quoted(column.name)} {cells.sql_type(column)}" for column in table.columns)
    con.execute(f"CREATE TABLE load.{table.name} (row BIGINT, {columns})")
    con.execute(f"CREATE VIEW {table.name} AS SELECT * EXCLUDE (row) FROM load.{table.name}")
