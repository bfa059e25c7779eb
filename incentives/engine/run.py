"""A plan carried out: its frames computed one after the other in DuckDB, each left as a table."""

from __future__ import annotations

from collections.abc import Sequence, Set

from incentives.engine.division import MACROS
from incentives.engine.frame import counting, early_sql, picked_sql, rejoined_sql, walking_columns
from incentives.engine.making import make
from incentives.engine.periods import create_figures, create_periods
from incentives.engine.spine import create_spine
from incentives.engine.stepping import with_phases
from incentives.plan.columns import Plan, RolledUp, Taken
from incentives.plan.phases import phases_of
from incentives.tables import Tables
from incentives.tables.periods import Period


def prepare(plan: Plan, tables: Tables, known: Sequence[Period]) -> None:
    """Make what all frames read: the periods, and the policy's figures in each of them."""
    con = tables.con
    con.execute(MACROS)
    # With it DuckDB 2.0 takes seconds to plan a chain of twenty stages, without it tenths; the result is the same.
    con.execute("SET disabled_optimizers = 'projection_placement'")
    create_periods(con, plan, known)
    create_figures(con, plan)


def compute(plan: Plan, tables: Tables, frame: str, asked: Sequence[int] | None) -> None:
    """Make `frame_<frame>` with the numbered periods, or all where None. Raises RefusedError as `make`."""
    begin(plan, tables, frame)
    later = phases_of(plan.columns(frame))
    rows = rows_sql(plan, tables, frame, frozenset(later))
    if later:
        make(tables, f"early_{frame}", rows)
        rows = f"SELECT * FROM `{with_phases(plan, tables, frame, f'early_{frame}', later)}`"
    make(tables, f"frame_{frame}", picked_sql(plan, frame, rows, asked))
    tables.con.execute(f"DROP TABLE IF EXISTS `still_{frame}`")


def rows_sql(plan: Plan, tables: Tables, frame: str, late: Set[str] = frozenset()) -> str:
    """The SELECT of a frame without its `late` columns. Raises RefusedError as `make`.

    What reads other periods is computed by itself over a table of the rest, `still_<frame>`, which is made here: its
    windows would else put all columns in order.
    """
    walking, still = walking_columns(plan, frame) - late, f"still_{frame}"
    if not walking:
        return early_sql(plan, frame, late)
    make(tables, still, early_sql(plan, frame, walking | late))
    return rejoined_sql(plan, frame, walking, still)


def begin(plan: Plan, tables: Tables, frame: str) -> None:
    """Make the rows of a frame, and what its statement reads. Raises RefusedError as `make`."""
    create_spine(tables.con, plan, frame)
    for table, sql in counting(plan, frame).items():
        make(tables, table, sql)


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
