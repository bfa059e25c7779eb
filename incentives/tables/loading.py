"""One delivered table → the typed table of the same name, or the faults of all its cells."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from functools import partial

from incentives.database import Database, literal, quoted
from incentives.faults import Fault
from incentives.tables import cells
from incentives.tables.canon import DECIMALS, LONG_TABLES, SOURCES, Column, Table
from incentives.tables.cell_faults import HAPPENED, count_faults, name_faults
from incentives.tables.cells import Cell, Read
from incentives.tables.checks import rising, shared
from incentives.tables.copying import LARGE, copied, note_periods, typed
from incentives.tables.delivery import Delivery, Heading
from incentives.tables.expectation import Expectation
from incentives.tables.headings import Matched

# So long a text, in bytes, that it is not copied into memory, however much of that there is.
LONG = 2_000_000_000


def load(
    con: Database,
    delivery: Delivery,
    matched: Matched,
    table: Table,
    expectation: Expectation,
    known: frozenset[str],
) -> tuple[list[Fault], int]:
    """Check every cell of `delivery` in one pass and make `table` in `con`; `known` are the tables already sound.

    Returns the faults, each with its row, and the number of rows. In a table with faults the bad cells are empty; it
    serves only to check other tables against it. A long table is a view of its file, in which text that came clean is
    read as it is. A large one has a column `row` besides where its key rises with it.
    """
    reads = reads_of(matched)
    by_column = {read.column.name: read for read in reads}
    found = [cell_of(read, table, expectation, by_column, known) for read in reads]
    if matched.named and table.columns[0].kind == "key" and expectation.table in known:
        found.append(name_cell(matched.named))
    relation = partial(joined, delivery, matched, by_column, expectation, known)
    numbered = relation(numbered=True)
    texts = [m.heading.ref for m in matched.matches if m.heading.type == "VARCHAR" and not takes_raw(m.column)]
    plain = frozenset(texts)  # as nearly all are: then they need not be cleaned
    stays = is_long(con, table, delivery)
    if not stays:
        blank = [f"r.{quoted(heading.ref)} IS NOT NULL" for heading in matched.blank]
        sought = next((c for c in found if is_sought(c.read.column, table, expectation, known)), None)
        rows = copied(con, table, found, blank, relation, texts, sought, expectation.table, delivery.size)
        if rows is not None:
            return [], rows
    counts = count_faults(con, matched, found, relation(plain=plain), texts)
    if any(counts.unclean):
        plain = frozenset(text for text, unclean in zip(texts, counts.unclean, strict=True) if not unclean)
        counts = count_faults(con, matched, found, relation(plain=plain), [])
    con.execute("INSERT INTO load.days VALUES (?, ?)", counts.span)
    keys = [cell.value for cell in found if cell.read.column.name in table.unique]
    in_order = rising(con, keys, relation(plain=plain))
    is_shared = not in_order and shared(con, keys, relation(plain=plain))
    faults = name_faults(con, delivery, matched, table, expectation, found, counts, is_shared, numbered)
    if faults:
        found = [sound_part(cell) for cell in found]
    where = f" WHERE {by_column['value'].ref} IS NOT NULL" if table.name == "snapshots" else ""
    if stays:
        with_row = in_order and delivery.knows_row
        make_view(con, table, found, relation(numbered=with_row, plain=plain) + where, with_row)
    elif faults:
        rows_sql = f"SELECT r.row AS row, {typed(table.columns, found)} FROM {numbered}{where}"
        con.execute(f"CREATE OR REPLACE TABLE load.{table.name} AS {rows_sql}")
    return faults, counts.rows


def is_long(con: Database, table: Table, delivery: Delivery) -> bool:
    """Return whether a table stays in its file: a copy would be too long, or take a quarter of the database's
    memory."""
    if table.name not in LONG_TABLES or delivery.size <= min(LARGE, LONG):
        return False
    sql = "SELECT parse_formatted_bytes(current_setting('memory_limit')) // 4"
    return delivery.size > min(LONG, int(con.query(sql)[0][0]))


def make_view(con: Database, table: Table, found: list[Cell], source: str, with_row: bool) -> None:
    """Make the typed table as a view of where it lies."""
    row = "r.row AS row, " if with_row else ""
    con.make_view(table.name, f"SELECT {row}{typed(table.columns, found)} FROM {source}", shared=True)
    note_periods(con, table, {cell.read.column.name for cell in found})


def sound_part(cell: Cell) -> Cell:
    """Return the cell, empty where it is bad."""
    kind = cells.sql_type(cell.read.column)
    return replace(cell, value=f"TRY_CAST(CASE WHEN ({cell.reason}) IS NULL THEN {cell.value} END AS {kind})")


def reads_of(matched: Matched) -> list[Read]:
    """Return the canonical columns a delivery has; a wide file has metric, value and source by unpivoting."""
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
    """Return whether the column's cells are read without cleaning them first."""
    return column.kind in DECIMALS or column.kind == "day"


def staged(delivery: Delivery, matched: Matched, numbered: bool, plain: Set[str]) -> str:
    """Return the SELECT of the delivery with clean text in its cells, rows without any content left out, wide
    metrics unpivoted; columns of `plain` are taken to be clean."""
    row = ["row"] if numbered else []
    as_given = {m.heading.ref for m in matched.matches if takes_raw(m.column)} | plain
    parts = []
    for heading in delivery.headings:
        ref = quoted(heading.ref)
        parts.append(ref if heading.ref in as_given else f"{cells.as_text(ref, heading.type)} AS {ref}")
    # the first cell is filled nearly always: those after it are seldom looked at
    filled = " OR ".join(
        f"{cells.cleaned(quoted(h.ref)) if h.type == 'VARCHAR' and h.ref not in plain else quoted(h.ref)} IS NOT NULL"
        for h in delivery.headings
    )
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
    numbered: bool = False,
    plain: Set[str] = frozenset(),
) -> str:
    """Return the staged relation `r` with the period `p` and the metric `m` that each row names, and the subject
    `s`."""
    source = f"({staged(delivery, matched, numbered, plain)}) r"
    if period := reads.get("period"):
        source += f" LEFT JOIN load.known_periods p ON p.spelling = upper(replace({period.ref}, ' ', ''))"
    if metric := reads.get("metric"):
        source += f" LEFT JOIN load.known_metrics m ON m.spelling = lower({metric.ref})"
    key = reads.get(expectation.key)
    if matched.named and key and expectation.table in known:
        source += f" LEFT JOIN {expectation.table} s ON s.{quoted(expectation.key)} = {key.ref}"
    return source


def cell_of(read: Read, table: Table, expectation: Expectation, reads: dict[str, Read], known: frozenset[str]) -> Cell:
    """Return how one column is read and checked."""
    column, ref = read.column, read.ref
    value, reason = ref, "NULL"
    match column.kind:
        case "key" | "rep":
            if is_sought(column, table, expectation, known):
                reason = unknown(ref, expectation.table, expectation.key, "subject_unknown")
        case "order" if "orders" in known:
            reason = unknown(ref, "orders", "order_id", "order_unknown")
        case "day":
            value, reason = cells.day_cell(ref, read.type, column.name in HAPPENED)
        case "period":
            value, reason = "p.id", period_reason(ref, table, expectation, reads)
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
            value, reason = cells.metric_value(ref, read.shift, read.type, {m.unit for m in expectation.metrics})
        case "choice" | "named":
            value, reason = cells.listed_cell(column, ref)
        case "matter":
            value, reason = cells.matter_cell(ref, expectation)
        case "ruling":
            value, reason = cells.ruling_cell(ref, reads["about"].ref, expectation)
        case "share":
            value, reason = cells.share_cell(ref, read.type, read.shift)
        case kind if kind in DECIMALS:
            value, reason = cells.decimal_cell(kind, ref, read.type, read.shift)
        case _:
            pass  # text and ids stay as they are written
    if column.kind in ("key", "rep", "order", "id", "text"):
        reason = cells.or_error(ref, reason)
    if table.name == "snapshots" and column.name == "source":
        reason = source_reason(ref, value, reads["value"].ref)
    if column.filled and takes_raw(column):
        blank = f"{value} IS NULL AND {cells.as_text(ref, read.type)} IS NULL"
        reason = f"CASE WHEN {blank} THEN 'cell_empty' ELSE {reason} END"
    elif column.filled:
        reason = f"CASE WHEN {ref} IS NULL THEN 'cell_empty' ELSE {reason} END"
    return Cell(read, value, reason)


def is_sought(column: Column, table: Table, expectation: Expectation, known: frozenset[str]) -> bool:
    """Return whether the column names a subject that must be one of the known ones."""
    return column.name == expectation.key and expectation.table in known and table.name != expectation.table


def unknown(ref: str, table: str, key: str, code: str) -> str:
    """Return SQL for `code` where the cell names no row of `table`."""
    return f"CASE WHEN {ref} NOT IN (SELECT {quoted(key)} FROM {table}) THEN '{code}' END"


def target_subject(ref: str, reads: dict[str, Read], expectation: Expectation, known: frozenset[str]) -> str:
    """Return SQL for whether the subject of a target is a known rep, or a team or region that somebody is posted to."""
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


def period_reason(ref: str, table: Table, expectation: Expectation, reads: dict[str, Read]) -> str:
    """Return SQL for whether the text is a period, of the grain that its metric, its table or its conclusion is kept
    in."""
    grains = {
        "snapshots": "p.grain <> m.grain",
        "targets": f"p.grain <> '{expectation.grain}'",
        "history": f"p.grain NOT IN ('{expectation.grain}', 'year')",
    }
    wrong = f" WHEN {grains[table.name]} THEN 'period_grain'" if table.name in grains else ""
    if table.name == "decisions":
        wrong = cells.matter_grain(reads["about"].ref, expectation)
    return f"CASE WHEN {ref} IS NOT NULL AND p.id IS NULL THEN 'period_unknown'{wrong} END"


def source_reason(ref: str, source: str, value: str) -> str:
    """Return SQL for whether the metric may come from this source (POLICY M: a metric has provenance)."""
    return (
        f"CASE WHEN list_contains(m.sources, {ref}) THEN NULL "
        f"WHEN {value} IS NULL OR m.name IS NULL OR len(m.sources) = 0 THEN NULL "
        f"WHEN {source} IS NULL THEN 'source_missing' "
        f"WHEN NOT list_contains(m.sources, {source}) THEN 'source_refused' END"
    )


def name_cell(heading: Heading) -> Cell:
    """Return the 姓名 beside a key: it must be the name that the subject has (people are never matched by name)."""
    ref = f"r.{quoted(heading.ref)}"
    read = Read(Column("name", "text"), ref, "VARCHAR", "0", literal(heading.text), literal(heading.letter))
    return Cell(read, ref, f"CASE WHEN {ref} <> s.name THEN 'name_differs' END")


def make_empty(con: Database, table: Table) -> None:
    """Create the typed table and its view, empty, for a table that was not delivered."""
    columns = ", ".join(f"{quoted(column.name)} {cells.sql_type(column)}" for column in table.columns)
    con.execute(f"CREATE TABLE load.{table.name} (row BIGINT, {columns})")
    con.make_view(table.name, f"SELECT * EXCLUDE (row) FROM load.{table.name}", shared=True)
