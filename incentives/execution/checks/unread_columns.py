"""Warnings for tables and columns of the data that no rule of the policy reads, though somebody delivered them."""

from __future__ import annotations

from incentives.database import quoted
from incentives.execution.checks.eventkinds import stages_read
from incentives.faults import Fault
from incentives.language.walk import names_in
from incentives.plan.columns import Aggregated, Column, Plan, Vested
from incentives.tables import Tables
from incentives.tables.canon import canon
from incentives.tables.headings import match_headings

# what may be read of each table beside who, when and how much; ids, reasons and sources are for people, and what is
# listed of people and targets is read in the reports
ASIDE = {"orders": ("product_line", "margin", "due_on"), "events": ("until_on", "value")}
JOINTS = {"zh": "、", "en": ", "}
MADE_OF = {"number": "value"}  # the names that a formula may use for a column


def unread_columns(plan: Plan, tables: Tables) -> list[Fault]:
    """Return a warning for each delivered table that nothing reads, and for each other one with columns that nothing
    reads."""
    columns = [column for frame in plan.frames for column in plan.columns(frame)]
    read = tables_read(plan, columns)
    found: list[Fault] = []
    for table in ("orders", "receipts", "credits", "events"):
        if table not in tables.delivered:
            continue
        if table not in read:
            found += [warning(tables, table, "table_unread", [])] if holds_any(tables, table, "1") else []
            continue
        looked_at = {MADE_OF.get(name, name) for name in columns_read(plan, columns, table)}
        idle = [name for name in ASIDE.get(table, ()) if name not in looked_at and is_given(tables, table, name)]
        found += [warning(tables, table, "columns_unread", idle)] if idle else []
    return found


def tables_read(plan: Plan, columns: list[Column]) -> set[str]:
    """Return the tables whose rows some rule reads; what reads receipts or credits reads their orders."""
    read = {column.how.table for column in columns if isinstance(column.how, Aggregated)}
    if any(isinstance(column.how, Vested) for column in columns):
        read |= {"orders", "receipts"}
    if "receipts" in read:
        read.add("orders")
    return read | ({"credits"} if "orders" in read else set()) | ({"events"} if plan.courses else set())


def columns_read(plan: Plan, columns: list[Column], table: str) -> set[str]:
    """Return the columns of a table that rules read."""
    hows = [column.how for column in columns if isinstance(column.how, Aggregated) and column.how.table == table]
    found = {name for how in hows for part in (how.where, how.of) if part is not None for name in names_in(part)}
    if table == "orders" and any(isinstance(c.how, Vested) and c.how.terms.after for c in columns):
        found.add("due_on")
    if any(how.rows == "valid" for how in hows):
        found.add("until_on")
    return found | ({"value"} if table == "events" and stages_read(plan) else set())


def is_given(tables: Tables, table: str, name: str) -> bool:
    """Return whether a column was delivered and has a value in any row."""
    delivery, known = tables.delivered[table], canon(tables.expectation.subject)[table]
    matches = match_headings(delivery, known, tables.expectation).matches
    return any(match.column.name == name for match in matches) and holds_any(tables, table, quoted(name))


def holds_any(tables: Tables, table: str, value: str) -> bool:
    """Return whether a table has a row with a value."""
    return bool(tables.con.query(f"SELECT 1 FROM {quoted(table)} WHERE {value} IS NOT NULL LIMIT 1"))


def warning(tables: Tables, table: str, code: str, columns: list[str]) -> Fault:
    """Return the warning about a table, or about columns of it by their headings."""
    heads = {column.name: column.head for column in canon(tables.expectation.subject)[table].columns}
    said = {lang: joint.join(heads[name] for name in columns) for lang, joint in JOINTS.items()}
    return Fault(code, tables.spot(table), {"table": table, "columns": said, "number": len(columns)}, warning=True)
