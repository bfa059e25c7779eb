"""A plan carried out: its frames computed one after the other in DuckDB, the asked one left as a table."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from incentives.engine.expression import MACROS
from incentives.engine.frame import frame_sql
from incentives.engine.periods import create_figures, create_periods
from incentives.engine.spine import create_spine
from incentives.faults import Fault, Place, RefusedError
from incentives.plan.columns import Plan, RolledUp, Taken
from incentives.tables import Tables
from incentives.tables.periods import Period


def run(plan: Plan, tables: Tables, known: Sequence[Period], frame: str, asked: Sequence[int] | None = None) -> str:
    """Compute a frame for the numbered periods, and whatever frames it reads for all known ones; the name of its table.

    Raises RefusedError where a figure grows past the digits that its type has.
    """
    con = tables.con
    con.execute(MACROS)
    # With it DuckDB 2.0 takes seconds to plan a chain of twenty stages, without it tenths; the result is the same.
    con.execute("SET disabled_optimizers = 'projection_placement'")
    create_periods(con, plan, known)
    create_figures(con, plan)
    for needed in frames_for(plan, frame):
        create_spine(con, plan, needed)
        sql = frame_sql(plan, needed, asked if needed == frame else None)
        try:
            con.execute(f"CREATE OR REPLACE TEMP TABLE `frame_{needed}` AS {sql}")
        except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
            raise RefusedError([Fault("figure_too_large", Place(tables.inputs[0].name if tables.inputs else ""), {
                "detail": str(error).splitlines()[0]})]) from None  # fmt: skip
    return f"frame_{frame}"


def frames_for(plan: Plan, frame: str) -> list[str]:
    """The frames that one is computed from, in order, itself last."""
    needed: list[str] = []

    def visit(name: str) -> None:
        for column in plan.columns(name):
            other = column.how.finer if isinstance(column.how, RolledUp) else ""
            other = column.how.frame if isinstance(column.how, Taken) else other
            if other and other not in needed:
                visit(other)
        if name not in needed:
            needed.append(name)

    visit(frame)
    return needed
