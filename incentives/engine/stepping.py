"""Columns that depend on their own earlier values: computed period by period in order, all subjects at once.

One recursive statement, each step of which joins the rows of the one before: it is planned once, whatever the number
of periods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from incentives.database import quoted
from incentives.engine.division import sql_type
from incentives.engine.frame import frame_sql, late_sql, read_by, staged
from incentives.engine.layers import Rows, beside
from incentives.engine.making import make
from incentives.plan.columns import Before, Column, Plan, grain_of
from incentives.plan.names import inner_name
from incentives.plan.phases import ACROSS, phases_of
from incentives.tables import Tables
from incentives.tables.periods import year_begins_sql

TURN = quoted(inner_name("turn"))  # the number of the step in which a row is computed
HERE = quoted(inner_name("here"))  # whether somebody has a row in it


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
        tables.con.make_view(f"{table}_rows", f"SELECT * FROM {known}")
        if phase % 2:
            make(tables, table, step_sql(plan, frame, f"{table}_rows", mine))
        else:
            make(tables, table, late_sql(plan, frame, mine, quoted(f"{table}_rows")))
        rows = beside(plan, rows, table, mine)
    return rows


def every_row(plan: Plan, frame: str) -> str:
    """Return the SELECT of a frame's columns in all periods, once it is computed."""
    return f"SELECT * FROM `every_{frame}`" if phases_of(plan.columns(frame)) else frame_sql(plan, frame)


def step_sql(plan: Plan, frame: str, rows: str, names: Set[str]) -> str:
    """Return the SELECT of the columns `names`, beside key and period, of all periods: each is made of the one before.

    Who has no row in a step keeps what the last one left.
    """
    kept = [[c for c in stage if c.name in names] for stage in plan.frames[frame]]
    columns = [column for stage in kept for column in stage]
    key, own = quoted(plan.key), ", ".join(quoted(column.name) for column in columns)
    picks = ", ".join(before_sql(plan, frame, c) for c in columns if isinstance(c.how, Before))
    next_one = f"turned p ON p.{key} = b.{key} AND p.{TURN} = b.{TURN} + 1"
    stages = [others for stage in kept if (others := [c for c in stage if not isinstance(c.how, Before)])]
    stepped = staged(plan, frame, [], f"SELECT p.*, {picks}\n  FROM stepped b JOIN {next_one}", stages)
    # the types of the first rows are those of all
    empty = ", ".join(f"CAST(NULL AS {sql_type(c.type)}) AS {quoted(c.name)}" for c in columns)
    return f"""WITH RECURSIVE turned AS MATERIALIZED (
  SELECT *, {turn_sql(plan, columns)} AS {TURN} FROM {quoted(rows)}
),
last AS MATERIALIZED (SELECT MAX({TURN}) AS turn FROM turned),
stepped AS (
  SELECT DISTINCT {key}, CAST(NULL AS INTEGER) AS period_no, CAST(0 AS BIGINT) AS {TURN}, FALSE AS {HERE}, {empty}
  FROM turned
  UNION ALL (
{stepped}
  SELECT {key}, period_no, {TURN}, TRUE, {own} FROM s{len(stages)}
  UNION ALL
  SELECT b.{key}, b.period_no, b.{TURN} + 1, FALSE, {own} FROM stepped b JOIN last ON b.{TURN} < last.turn
  ANTI JOIN {next_one}
  )
)
SELECT {key}, period_no, {own} FROM stepped WHERE {HERE}"""


def turn_sql(plan: Plan, columns: Sequence[Column]) -> str:
    """Return SQL for the number of the step that computes a row: the rows of a subject in order. All rows of a
    period are in one step where any column reads other subjects."""
    if any(isinstance(column.how, ACROSS) for column in columns):
        return "DENSE_RANK() OVER (ORDER BY period_no)"
    return f"ROW_NUMBER() OVER (PARTITION BY {quoted(plan.key)} ORDER BY period_no)"


def before_sql(plan: Plan, frame: str, column: Column) -> str:
    """Return `<sql> AS <name>` for the value of a column in the row before, `b`."""
    how, kind = column.how, sql_type(column.type)
    assert isinstance(how, Before)
    value = f"b.{quoted(how.of)}"
    if how.year:
        then, now = (year_begins_sql(grain_of(frame), f"{row}.period_no", plan.roll.fiscal_start) for row in "bp")
        value = f"CASE WHEN {then} = {now} THEN {value} END"
    return f"COALESCE(CAST({value} AS {kind}), CAST(0 AS {kind})) AS {quoted(column.name)}"
