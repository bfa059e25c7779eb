"""A plan carried out: its frames computed one after the other in DuckDB, each left as a view."""

from __future__ import annotations

from collections.abc import Sequence, Set

from incentives.database import Database, quoted
from incentives.engine.division import MACROS
from incentives.engine.frame import counting, early_sql, late_sql, read_by, walking_columns
from incentives.engine.layers import Rows, beside, rows_of
from incentives.engine.making import make
from incentives.engine.periods import create_figures, create_periods
from incentives.engine.spine import create_spine
from incentives.engine.stepping import with_phases
from incentives.plan.columns import Plan, RolledUp, Taken
from incentives.plan.phases import phases_of
from incentives.tables import Tables
from incentives.tables.calendar import reach_days
from incentives.tables.periods import Period

FEW = 1000  # rows; with more, to copy them takes longer


def prepare(plan: Plan, tables: Tables, known: Sequence[Period]) -> None:
    """Make what all frames read: the periods, and the policy's figures in each of them."""
    begin(tables.con)
    create_periods(tables.con, plan, known)
    if known:
        reach_days(tables.con, known[0].first, known[-1].last)
    create_figures(tables.con, plan)


def begin(con: Database) -> None:
    """Let a connection know what the statements of the engine need."""
    con.prepare("SELECT whole_ceiling(1, 1)", MACROS)


def compute(plan: Plan, tables: Tables, frame: str, asked: Sequence[int] | None) -> None:
    """Make `frame_<frame>` with the numbered periods, or all where None. Raises RefusedError as `make`."""
    show(tables, plan, frame, make_rows(plan, tables, frame), asked)


def make_rows(plan: Plan, tables: Tables, frame: str, late: Set[str] = frozenset()) -> Rows:
    """Make the tables of a frame without its `late` columns. Raises RefusedError as `make`.

    What reads other periods is computed by itself into `walked_<frame>` over the table of the rest, `still_<frame>`:
    its windows would else put all columns in order.
    """
    create_spine(tables.con, plan, frame)
    for table, sql in counting(plan, frame).items():
        make(tables, table, sql)
    columns = [column for column in plan.columns(frame) if column.name not in late]
    later, still, walked = phases_of(columns), f"still_{frame}", f"walked_{frame}"
    walking = walking_columns(plan, frame) - late - later.keys()
    make(tables, still, early_sql(plan, frame, walking | late | later.keys()))
    if walking:
        make(tables, walked, late_sql(plan, frame, walking, rows_of(plan, frame, still)(read_by(plan, frame, walking))))
    rows = beside(plan, rows_of(plan, frame, still), walked, walking)
    return with_phases(plan, tables, frame, rows, {column.name for column in columns}, later, "early")


def show(tables: Tables, plan: Plan, frame: str, rows: Rows, asked: Sequence[int] | None) -> None:
    """Make the relations `every_<frame>`, of all periods, and `frame_<frame>` of the numbered ones, or all where None.

    Both are views; but a few rows are laid down as a table, for to plan over the view, whose columns stand in several
    tables, takes longer than to read them.
    """
    con, names = tables.con, [column.name for column in plan.columns(frame)]
    every = f"SELECT {', '.join(map(quoted, names))} FROM {rows(names)}"
    con.make_view(f"every_{frame}", every)
    within = f" WHERE period_no IN ({', '.join(map(str, asked))})" if asked is not None else ""
    (many,) = con.query(f"SELECT COUNT(*) FROM {rows([])}{within}")[0]
    con.drop(f"frame_{frame}")
    lay_down = con.make_table if many <= FEW else con.make_view
    lay_down(f"frame_{frame}", f"SELECT * FROM `every_{frame}`{within}")


def frames_for(plan: Plan, frame: str) -> list[str]:
    """Return the frames that one is computed from, in order, itself last."""
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
