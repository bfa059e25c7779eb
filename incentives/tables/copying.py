"""A delivered table is copied into memory, typed, and its cells are checked on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor

from incentives.database import Database, quoted
from incentives.tables import cells
from incentives.tables.canon import LONG_TABLES, Column, Table
from incentives.tables.cell_faults import HAPPENED, span_sql
from incentives.tables.cells import Cell, is_clean
from incentives.tables.checks import rising, shared
from incentives.tables.targets import twice_revised

# So long a text that it pays to try first whether all of it is clean, and whether the ids rise.
LARGE = 64_000_000

Relation = Callable[[bool, Set[str]], str]  # SQL of the rows: with their numbers or without, these columns clean


def copied(
    con: Database, table: Table, found: list[Cell], wrong: list[str], relation: Relation,
    texts: Sequence[str], sought: Cell | None, subjects: str, size: int,
) -> int | None:  # fmt: skip
    """Make the typed table and return the number of rows that were read.

    None where any cell is at fault, anything of `wrong` (SQL) holds in any row, or two rows seem to share what must be
    unique. `texts`: columns of text; of a large table these are taken to be clean, as nearly all are, and it is made
    once more where they are not. `sought`: the cell that names one of the `subjects`, where these are known.
    """
    if size <= LARGE:
        create(con, table, found, [*wrong, *at_fault(found)], relation(is_numbered(table), frozenset()))
        return settled(con, table, found, "false", False)
    others = [cell for cell in found if cell is not sought]
    for plain in (frozenset(texts), frozenset[str]()):
        refs = [f"r.{quoted(text)}" for text in texts if text in plain]
        # what names a known subject is as clean as that one's name is
        unclean = [f"NOT {is_clean(ref)}" for ref in refs if not sought or ref != sought.read.ref]
        empty = [f"{sought.read.ref} IS NULL"] if sought and sought.read.column.filled else []
        source = relation(is_numbered(table), plain)
        create(con, table, found, [*wrong, *unclean, *empty, *at_fault(others)], source)
        rows = settled(con, table, found, strangers(table, sought, subjects) if sought else "false", True)
        if rows is not None:
            return rows
    return None


def at_fault(found: list[Cell]) -> list[str]:
    """Return SQL for the conditions under which a cell of a row is at fault."""
    return [f"({cell.reason}) IS NOT NULL" for cell in found if cell.reason != "NULL"]


def strangers(table: Table, sought: Cell, subjects: str) -> str:
    """Return SQL for whether the table names a subject that is none; each is looked up once, which keeps the rows in
    order."""
    key = quoted(sought.read.column.name)
    return (
        f"EXISTS (FROM (SELECT DISTINCT {key} AS who FROM load.{table.name}) "
        f"WHERE who NOT IN (SELECT {key} FROM {subjects}))"
    )


def create(con: Database, table: Table, found: list[Cell], wrong: list[str], source: str) -> None:
    """Make the typed table, with `faulty` where anything of `wrong` (SQL) holds in a row."""
    row = "r.row AS row, " if is_numbered(table) else ""
    con.execute(
        f"CREATE OR REPLACE TABLE load.{table.name} AS SELECT {row}{typed(stored(table, found), found)}, "
        f"{' OR '.join(wrong) or 'false'} AS faulty FROM {source}"
    )


def settled(con: Database, table: Table, found: list[Cell], strange: str, is_large: bool) -> int | None:
    """Give the typed table its name and return the number of rows that were read; None where any is faulty, where
    `strange` (SQL) holds, or where two seem to share what must be unique. A large one has its row if its key rises."""
    given = {cell.read.column.name for cell in found}
    keys = [name for name in table.unique if name in given]
    source = f"load.{table.name}"
    with ThreadPoolExecutor(1) as beside:  # to see whether keys rise keeps but one core busy
        seen = beside.submit(rising, con.another(), keys, source) if is_large else None
        rows, is_faulty = con.query(f"SELECT count(*), coalesce(bool_or(faulty), false) OR {strange} FROM {source}")[0]
        in_order = seen is not None and seen.result()
    if not is_faulty and not in_order:
        is_faulty = twice_revised(con) if table.name == "targets" else shared(con, keys, source)
    con.execute(f"ALTER TABLE {source} DROP COLUMN faulty")
    if table.name == "snapshots":
        con.execute("DELETE FROM load.snapshots WHERE value IS NULL")
    row = "rowid AS row, " if in_order and not is_numbered(table) else ""
    there = stored(table, found)
    columns = ", ".join(quoted(c.name) if c in there else absent(c) for c in table.columns)
    con.make_view(table.name, f"SELECT {row}{columns} FROM {source}", shared=True)
    if days := [name for name in HAPPENED if name in given]:
        con.execute(f"INSERT INTO load.days SELECT {span_sql(days)} FROM {table.name}")
    note_periods(con, table, given)
    return None if is_faulty else int(rows)


def is_numbered(table: Table) -> bool:
    """Return whether the rows of the typed table have the numbers that they have in their file."""
    return table.name not in LONG_TABLES


def stored(table: Table, found: list[Cell]) -> tuple[Column, ...]:
    """Return the columns of the typed table that take up memory."""
    given = {cell.read.column.name for cell in found}
    return tuple(c for c in table.columns if c.name in given or is_numbered(table))


def note_periods(con: Database, table: Table, given: Set[str]) -> None:
    """Note which periods the rows of a table name."""
    if "period" in given:
        con.execute(f"INSERT INTO load.named SELECT DISTINCT '{table.name}', period FROM {table.name}")


def typed(columns: Sequence[Column], found: list[Cell]) -> str:
    """Return SQL for these columns of the typed table; a column that was not delivered is NULL."""
    given = {cell.read.column.name: cell.value for cell in found}
    return ", ".join(
        f"CAST({given[c.name]} AS {cells.sql_type(c)}) AS {quoted(c.name)}" if c.name in given else absent(c)
        for c in columns
    )


def absent(column: Column) -> str:
    """Return SQL for the column where it was not delivered."""
    return f"CAST(NULL AS {cells.sql_type(column)}) AS {quoted(column.name)}"
