"""Changes that credit notes make to a component's pay for earlier periods, by what they leave of the orders of
these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incentives.database import quoted
from incentives.engine.division import sql_type
from incentives.engine.expression import column_sql
from incentives.engine.gathering import aggregate, distinct_parts, lines, once
from incentives.engine.rows import figures_for, rows_of
from incentives.engine.source import figures_read, namer, scope_of
from incentives.engine.vesting import NEVER
from incentives.language.infer import infer
from incentives.language.walk import names_in
from incentives.plan.columns import Aggregated, Column, Computed, Plan, Vested, grain_of
from incentives.plan.names import inner_name, is_each, is_gathered, names_of

PAID = quoted(inner_name("paid_no"))  # the period in which credit notes change the earnings of another one


def late_of(frame: str, column: Column) -> str:
    """Return the name of the table of changes that credit notes make to a component's earlier periods: key,
    booked_no, period_no, and a part of each gathered column, numbered."""
    return f"late_{frame}_{names_of(column.name)[0]}"


def late_lines(plan: Plan, grain: str, columns: Sequence[Column]) -> str:
    """Return the SELECT of what credit notes change in what these columns gather of the orders of earlier periods:
    key, booked_no, period_no, and a part of each."""
    who = f"`{plan.key}`, booked_no, period_no"
    parts = []
    for number, column in enumerate(columns):
        picks = ", ".join(f"{'part' if n == number else 0} AS part_{n}" for n in range(len(columns)))
        parts.append(f"SELECT {who}, {picks} FROM ({late_parts(plan, grain, column)})")
    sums = ", ".join(f"SUM(part_{n}) AS part_{n}" for n in range(len(columns)))
    every = "\n  UNION ALL ".join(parts)
    return f"SELECT {who}, {sums} FROM (\n  {every}\n) GROUP BY {who}"


def late_parts(plan: Plan, grain: str, column: Column) -> str:
    """Return the SELECT of what credit notes of later periods change in a column gathered from the orders of one:
    key, booked_no, period_no, part."""
    how, key = column.how, f"`{plan.key}`"
    assert isinstance(how, Aggregated)
    column = replace(column, how=replace(how, own=False, late=True))
    if how.split or is_each(column.name):
        parts = lines(plan, grain, column)
    elif how.take == "count distinct" and not once(how):
        parts = distinct_parts(plan, grain, column)
    else:
        rows = rows_of(plan, grain, how.table, [column])
        return f"""SELECT o.{key}, o.booked_no, o.period_no, {aggregate(plan, column)} AS part
  FROM ({rows}) o{figures_for(grain, [column])} WHERE o.period_no > o.booked_no
  GROUP BY o.{key}, o.booked_no, o.period_no"""
    return f"SELECT {key}, booked_no, period_no, SUM(part) AS part FROM ({parts}) GROUP BY {key}, booked_no, period_no"


def altered(plan: Plan, frame: str, column: Column, how: Vested, rows: str) -> str:
    """Return the SELECT of a subject's earnings of a period after credit notes: by a period's end, before it, and
    the next period with a credit note."""
    turn = f"PARTITION BY `{plan.key}`, booked_no ORDER BY period_no"
    return f"""SELECT *, COALESCE(LEAD(period_no) OVER ({turn}), {NEVER}) AS until_no FROM (
    {anew_steps(plan, frame, column, how, rows)})"""


def anew_steps(plan: Plan, frame: str, column: Column, how: Vested, rows: str) -> str:
    """Return the SELECT of the earnings of each subject's earlier periods after credit notes, and before: key,
    booked_no, period_no, now, before. An amount that cannot be computed counts as nothing."""
    assert how.anew is not None
    key, read = f"`{plan.key}`", read_anew(how)
    sql = with_less(plan, frame, column, how, rows, read)
    columns = {one.name: one for one in plan.columns(frame)}
    for name in how.left:
        if not is_gathered(name):
            sql = computed_anew(plan, frame, columns[name], sql, read)
    value = column_sql(infer(how.anew, scope_of(plan, frame)), column.scale, column.mode, namer("p"))
    zero = f"CAST(0 AS {sql_type(column.type)})"
    join = figures_read(grain_of(frame), "p", how.anew)
    turn = f"PARTITION BY {key}, booked_no ORDER BY period_no"
    return f"""SELECT {key}, booked_no, period_no, now, before FROM (
    SELECT *, LAG(now) OVER ({turn}) AS before FROM (
      SELECT p.{key}, p.period_no AS booked_no, p.{PAID} AS period_no, COALESCE({value}, {zero}) AS now
      FROM ({sql}) p{join}))
  WHERE period_no > booked_no"""


def read_anew(how: Vested) -> list[str]:
    """Return the columns read to recompute the earnings of a period."""
    assert how.anew is not None
    names = {*how.left, *how.beside, *names_in(how.anew)}
    return sorted(name for name in names if "." not in name and name != "period_no")


def with_less(plan: Plan, frame: str, column: Column, how: Vested, rows: str, read: Sequence[str]) -> str:
    """Return the SQL of each row as it is, and again for each period whose credit notes change it, with the rest of
    its orders."""
    who, table = f"`{plan.key}`, booked_no", quoted(late_of(frame, column))
    columns, gathered = {one.name: one for one in plan.columns(frame)}, [*filter(is_gathered, how.left)]
    parts, zeros = ", ".join(f"part_{n}" for n in range(len(gathered))), ", ".join("0" for _ in gathered)
    turn = f"PARTITION BY {who} ORDER BY period_no"
    so_far = ", ".join(f"SUM(part_{n}) OVER ({turn}) AS part_{n}" for n in range(len(gathered)))
    picks = [
        less(columns[name], gathered.index(name)) if name in gathered else f"e.{quoted(name)}"
        for name in read if name != plan.key
    ]  # fmt: skip
    return f"""SELECT e.`{plan.key}`, e.period_no, l.period_no AS {PAID}, {", ".join(picks)} FROM {rows} e
    JOIN (SELECT {who}, period_no, {so_far} FROM (
      SELECT {who}, period_no, {parts} FROM {table} UNION ALL SELECT DISTINCT {who}, booked_no, {zeros} FROM {table}
    )) l ON l.`{plan.key}` = e.`{plan.key}` AND l.booked_no = e.period_no"""


def less(column: Column, number: int) -> str:
    """Return SQL for a gathered column after credit notes on the period's own orders. The change is subtracted from
    figures, and added to amounts of rows, which carry their sign."""
    sign, name = "+" if is_each(column.name) else "-", quoted(column.name)
    return f"CAST(e.{name} {sign} l.part_{number} AS {sql_type(column.type)}) AS {name}"


def computed_anew(plan: Plan, frame: str, column: Column, sql: str, read: Sequence[str]) -> str:
    """Return the SELECT of rows in which a column is computed again."""
    assert isinstance(column.how, Computed)
    formula = column.how.formula
    value = column_sql(infer(formula, scope_of(plan, frame)), column.scale, column.mode, namer("p"))
    names = (f"{value} AS {quoted(name)}" if name == column.name else f"p.{quoted(name)}" for name in read)
    picks = ", ".join(names)
    key = "" if plan.key in read else f"p.`{plan.key}`, "
    return f"SELECT {key}p.period_no, p.{PAID}, {picks} FROM ({sql}) p{figures_read(grain_of(frame), 'p', formula)}"
