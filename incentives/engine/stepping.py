"""Columns that are computed from what they were before: period by period in order, all subjects at once.

The last values of what is carried on are kept in a table, a row a subject, which every period joins and renews.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from incentives.engine.division import sql_type
from incentives.engine.frame import frame_sql, late_sql, read_by, staged
from incentives.engine.layers import Rows, beside
from incentives.engine.making import carry_out, make
from incentives.plan.columns import Before, Column, Plan, grain_of
from incentives.plan.phases import phases_of
from incentives.sql import quoted
from incentives.tables import Tables
from incentives.tables.periods import year_begins_sql


def with_phases(
    plan: Plan, tables: Tables, frame: str, rows: Rows, names: Set[str], phases: Mapping[str, int], stage: str
) -> Rows:  # fmt: skip
    """Compute columns, phase by phase, over `rows`, whose columns are the other ones of `names`; the rows with them.

    The tables are `<stage>_<frame>_<phase>`. Raises RefusedError as `make`.
    """
    for phase in sorted(set(phases.values())):
        mine = frozenset(name for name in phases if phases[name] == phase)
        table = f"{stage}_{frame}_{phase}"
        known = rows({name for name in names if phases.get(name, 0) < phase} & read_by(plan, frame, mine))
        tables.con.execute(f"CREATE OR REPLACE TEMP VIEW `{table}_rows` AS SELECT * FROM {known}")
        if phase % 2:
            step(plan, tables, frame, f"{table}_rows", mine, table)
        else:
            make(tables, table, late_sql(plan, frame, mine, quoted(f"{table}_rows")))
        rows = beside(plan, rows, table, mine)
    return rows


def every_row(plan: Plan, frame: str) -> str:
    """The SELECT of a frame's columns in all periods, once it is computed."""
    return f"SELECT * FROM `every_{frame}`" if phases_of(plan.columns(frame)) else frame_sql(plan, frame)


def step(plan: Plan, tables: Tables, frame: str, rows: str, names: Set[str], table: str) -> None:
    """Make `table` with the columns `names` beside key and period, one period after the other."""
    con, key, state = tables.con, quoted(plan.key), f"{table}_before"
    of = dict.fromkeys(c.how.of for c in plan.columns(frame) if isinstance(c.how, Before) and c.name in names)
    carried = ", ".join((key, "period_no", *map(quoted, of)))
    # the columns of both tables have the types of what is put into them
    types = ", ".join(f"{quoted(c.name)} {sql_type(c.type)}" for c in plan.columns(frame) if c.name in names)
    con.execute(f"CREATE OR REPLACE TEMP TABLE `{table}` ({key} VARCHAR, period_no INTEGER, {types})")
    con.execute(f"CREATE OR REPLACE TEMP TABLE `{state}` AS SELECT {carried} FROM `{table}`")
    sql = f"INSERT INTO `{table}` BY NAME {step_sql(plan, frame, rows, names, state)}"
    for (number,) in con.execute(f"SELECT DISTINCT period_no FROM `{rows}` ORDER BY 1").fetchall():
        carry_out(tables, sql, [number])
        here = f"SELECT {carried} FROM `{table}` WHERE period_no = {number}"
        others = f"SELECT s.* FROM `{state}` s ANTI JOIN ({here}) n ON n.{key} = s.{key}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE `{state}` AS {here} UNION ALL {others}")


def step_sql(plan: Plan, frame: str, rows: str, names: Set[str], state: str) -> str:
    """The SELECT of the columns `names`, beside key and period, in the period `?`."""
    kept = [[c for c in stage if c.name in names] for stage in plan.frames[frame]]
    picks = ", ".join(before_sql(plan, frame, c) for stage in kept for c in stage if isinstance(c.how, Before))
    key = quoted(plan.key)
    joined = f"`{rows}` p LEFT JOIN `{state}` b ON b.{key} = p.{key}"
    first = f"SELECT p.*, {picks}\n  FROM {joined}\n  WHERE p.period_no = ?"
    stages = [own for stage in kept if (own := [c for c in stage if not isinstance(c.how, Before)])]
    columns = ", ".join((key, "period_no", *map(quoted, sorted(names))))
    return staged(plan, frame, [], first, stages) + f"\nSELECT {columns} FROM s{len(stages)}"


def before_sql(plan: Plan, frame: str, column: Column) -> str:
    """`<sql> AS <name>` for what a column was in the row before, `b`."""
    how, kind = column.how, sql_type(column.type)
    assert isinstance(how, Before)
    value = f"b.{quoted(how.of)}"
    if how.year:
        then, now = (year_begins_sql(grain_of(frame), f"{row}.period_no", plan.roll.fiscal_start) for row in "bp")
        value = f"CASE WHEN {then} = {now} THEN {value} END"
    return f"COALESCE(CAST({value} AS {kind}), CAST(0 AS {kind})) AS {quoted(column.name)}"
