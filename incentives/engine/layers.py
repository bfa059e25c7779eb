"""The rows of a frame out of the tables that it was made in, joined no further than the columns that are read need.

To copy all columns into one table takes longer than to join them where they are read, unless the rows are few
(`engine/run.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial

from incentives.database import quoted
from incentives.engine.frame import walk_of
from incentives.plan.columns import Given, Plan

Rows = Callable[[Iterable[str]], str]  # the relation that has these columns, beside what every row is given


def rows_of(plan: Plan, frame: str, table: str) -> Rows:
    """Return the rows of the table that has a frame's given columns: to plan a statement takes time for every column
    that it drags along."""
    columns = plan.columns(frame)
    always = [*(c.name for c in columns if isinstance(c.how, Given)), *walk_of(frame)]
    others = {column.name for column in columns}.difference(always)

    def relation(names: Iterable[str]) -> str:
        picks = ", ".join(map(quoted, [*always, *sorted(others.intersection(names))]))
        return f"(SELECT {picks} FROM {quoted(table)})"

    return relation


def beside(plan: Plan, rows: Rows, table: str, columns: Set[str]) -> Rows:
    """Return the rows with columns that stand in a table of their own, by key and period."""
    return partial(joined_sql, plan, rows, table, columns)


def joined_sql(plan: Plan, rows: Rows, table: str, columns: Set[str], names: Iterable[str]) -> str:
    """Return the relation; without the table where none of the names is in it."""
    wanted = set(names)
    base, picked = rows(wanted - columns), sorted(wanted & columns)
    if not picked:
        return base
    key, picks = quoted(plan.key), "".join(f", l.{quoted(name)}" for name in picked)
    return f"(SELECT e.*{picks} FROM {base} e JOIN `{table}` l ON l.{key} = e.{key} AND l.period_no = e.period_no)"


def within(rows: Rows, numbers: Sequence[int] | None) -> Rows:
    """Return the rows of the numbered periods, or all where None."""
    listed = ", ".join(map(str, numbers or ()))
    return rows if numbers is None else lambda names: f"(SELECT * FROM {rows(names)} WHERE period_no IN ({listed}))"
