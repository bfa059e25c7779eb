"""The rows of a table that columns are gathered from: the period of each, and what formulas may read of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from incentives.engine.expression import column_sql
from incentives.engine.postings import posting_rows
from incentives.engine.source import dated_join, figures_join
from incentives.language.infer import Scoped, infer
from incentives.language.tree import And, Name, Node
from incentives.language.walk import names_in
from incentives.plan.columns import Aggregated, Column, Plan
from incentives.plan.notes import GIVEN, as_delivered
from incentives.plan.sources import DATED_BY, MONEY, POSTED, SOURCES, scope_of_rows
from incentives.tables.changes import CHANGES, FIRST_CHANGES
from incentives.tables.periods import period_number_sql


def number_sql(text: str) -> str:
    """Return SQL for the number that a text is, `85%` as 0.85, exactly; NULL where it is none, or has more decimals
    than a ratio."""
    plain = f"REPLACE(REPLACE(REPLACE({text}, ',', ''), '％', ''), '%', '')"
    exact = f"REGEXP_MATCHES({plain}, '^-?[0-9]{{1,12}}([.][0-9]{{1,4}})?$')"
    value = f"CAST({plain} AS DECIMAL(22,4))"
    percent = f"{text} LIKE '%\\%' ESCAPE '\\' OR {text} LIKE '%％'"
    hundredth = f"CAST({value} * CAST(0.01 AS DECIMAL(3,2)) AS DECIMAL(18,6))"
    return f"CASE WHEN NOT {exact} THEN NULL WHEN {percent} THEN {hundredth} ELSE CAST({value} AS DECIMAL(18,6)) END"


def of_first(where: Node | None) -> bool:
    """Return whether a condition holds for a customer's first order only."""
    match where:
        case Name(name="first_ever"):
            return True
        case And(parts=parts):
            return any(of_first(part) for part in parts)
        case _:
            return False


# columns of a table that are made of others
MADE = {
    "returned": "t.returned_on IS NOT NULL",
    "first_ever": "t.order_id IN (SELECT order_id FROM first_orders)",
    "number": number_sql("t.value"),
}


def rows_of(plan: Plan, grain: str, table: str, columns: list[Column], more: Set[str] = frozenset()) -> str:
    """Return the SELECT of a table's rows with their period, the columns that its formulas may read, and `more`.

    Where all columns ask for first orders, only these are there.
    """
    used = frozenset({DATED_BY[table], "order_id", "value"}).union(more, *(reads(c) for c in columns)) | runs(columns)
    if all(isinstance(c.how, Aggregated) and c.how.rows == "in_period" for c in columns):
        return table_rows(plan, grain, table, columns, used)
    return up_to(plan, grain, table, columns, used)


def table_rows(plan: Plan, grain: str, table: str, columns: Sequence[Column], used: Set[str]) -> str:
    """Return the SELECT of a table's rows, each once, with their period; postings once in each of their periods."""
    if table == "postings":
        return posting_rows(plan, grain, used)
    signed = all(isinstance(c.how, Aggregated) and c.how.signed for c in columns)
    number = period_number_sql(grain, f"t.`{DATED_BY[table]}`", plan.roll.fiscal_start)
    only_first = all(isinstance(c.how, Aggregated) and of_first(c.how.where) for c in columns)
    posted = [c for c in POSTED if c in used and table == "orders"]
    own = [c for c in SOURCES[table] if c in used and c not in MADE and c not in posted]
    picks = [SIGNED.get((table, c), f"t.`{c}`") if signed else f"t.`{c}`" for c in own]
    picks += signs_of(plan, grain, table, number, signed)
    picks += [f"w.`{c}`" for c in posted]
    made = MADE | {"first_ever": "TRUE"} if only_first else MADE
    picks += [f"{made[c]} AS {c}" for c in made if c in used and c in SOURCES[table]]
    owner = f"{'x' if table == 'receipts' else 't'}.`{plan.key}`"
    join = " JOIN orders x ON x.order_id = t.order_id" if table == "receipts" else ""
    if posted:
        join += f""" LEFT JOIN postings w ON w.`{plan.key}` = {owner}
    AND w.valid_from <= t.{DATED_BY[table]} AND w.valid_to >= t.{DATED_BY[table]}"""
    read = "first_orders" if only_first else table
    if table == "orders" and signed:
        number = period_number_sql(grain, "t.counted_on", plan.roll.fiscal_start)
        read = FIRST_CHANGES if only_first else CHANGES
    return f"SELECT {', '.join([f'{owner} AS `{plan.key}`', f'{number} AS period_no', *picks])} FROM `{read}` t{join}"


# a receipt below zero, as it is where it is taken off
SIGNED = {("receipts", "amount"): "ABS(t.amount) AS amount"}


def signs_of(plan: Plan, grain: str, table: str, booked: str, signed: bool) -> list[str]:
    """Return SQL for further columns of rows: the period of an order itself, whose figures count; its sign; the note
    behind it; whether it counts as a row; and whether it stands to the period's end."""
    found = [f"{booked} AS booked_no"] if table == "orders" else []
    if not signed:
        return found
    if table == "receipts":
        return ["CASE WHEN t.amount < 0 THEN -1 ELSE 1 END AS sign", "TRUE AS is_row", "TRUE AS stands"]
    turns = {name: period_number_sql(grain, f"t.{name}", plan.roll.fiscal_start) for name in ("counted_on", "stood_to")}
    stands = f"t.sign > 0 AND {booked} = {turns['counted_on']} AND COALESCE({turns['stood_to']} > {booked}, TRUE)"
    return [*found, "t.sign", "t.note_id", "t.is_row", "t.given", "t.counted_on", "t.stood_to", f"{stands} AS stands"]


def up_to(plan: Plan, grain: str, table: str, columns: Sequence[Column], used: Set[str]) -> str:
    """Return the SELECT of a table's rows once for each period that ends on their day or later; only valid ones,
    where asked."""
    valid = any(isinstance(c.how, Aggregated) and c.how.rows == "valid" for c in columns)
    signed = all(isinstance(c.how, Aggregated) and c.how.signed for c in columns)
    names = ", ".join(f"t.`{name}`" for name in (plan.key, *(c for c in SOURCES[table] if c in used)))
    day = "counted_on" if table == "orders" and signed else DATED_BY[table]
    if table == "orders":
        names += ", q.period_no AS booked_no"
    if signed and table == "orders":
        names += (
            ", t.sign, t.note_id, t.is_row, t.given, t.sign > 0 AND COALESCE(t.stood_to > q.last_day, TRUE) AS stands"
        )
    until = " AND (t.until_on IS NULL OR t.until_on >= q.last_day)" if valid and table == "events" else ""
    rows = table_rows(plan, grain, table, columns, used | ({"until_on"} if until else set()))
    return f"""SELECT {names}, q.period_no, t.period_no = q.period_no AS within FROM ({rows}) t
    JOIN calendar_periods q ON q.grain = '{grain}' AND t.{day} <= q.last_day{until}"""


def runs(columns: Sequence[Column]) -> frozenset[str]:
    """Return the column that a run counts by, where one of the columns is a run; else nothing."""
    asked = any(isinstance(c.how, Aggregated) and c.how.take == "run" for c in columns)
    return frozenset({"customer_id"} if asked else ())


def table_scope(plan: Plan, table: str, signed: bool = False) -> dict[str, Scoped]:
    """Return the names that a formula over a table may read; `signed`: over the changes of orders."""
    scope = scope_of_rows(table)
    if signed and table == "orders":
        scope[GIVEN.name] = Scoped(MONEY, False)
    return scope | {figure.path: Scoped(figure.type, False) for figure in plan.figures}


def reads(column: Column) -> frozenset[str]:
    """Return the names that an aggregate's formulas read."""
    how = column.how
    assert isinstance(how, Aggregated)
    parts = [part for part in (how.where, how.of) if part is not None]
    return frozenset().union(*(names_in(part) for part in parts))


def figures_for(grain: str, columns: list[Column]) -> str:
    """Return the join of rows `o` on the policy's figures, where any of the formulas reads one: those of an order's
    own period or day, for its credit notes too."""
    if not any("." in name for column in columns for name in reads(column)):
        return ""
    how = columns[0].how
    assert isinstance(how, Aggregated)
    if how.dated:
        return dated_join("o", DATED_BY[how.table])
    return figures_join(grain, "o", "booked_no" if how.table == "orders" else "period_no")


def condition(where: Node | None, scope: dict[str, Scoped], name_of: Callable[[str], str]) -> str:
    """Return a condition as SQL; empty where there is none."""
    if where is None:
        return ""
    if GIVEN.name in scope:
        where = as_delivered(where)
    return column_sql(infer(where, scope), 0, "half_up", name_of)
