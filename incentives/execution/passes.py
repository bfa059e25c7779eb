"""The columns that a change affects, recomputed over kept rows in a few passes (`Wave`).

History columns and their inputs are recomputed for every period, other columns only for the asked ones. Of these,
columns that depend on history are a pass of their own. If a pass over all periods changes no formula or figure, only
subjects whose inputs changed are recomputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from incentives.database import quoted
from incentives.engine.division import sql_type
from incentives.engine.frame import late_sql
from incentives.engine.making import make
from incentives.engine.source import WALK
from incentives.plan.columns import (
    Column,
    Computed,
    Given,
    Past,
    Plan,
    RolledUp,
    RunningSum,
    Settled,
)  # fmt: skip
from incentives.plan.graph import closure, dependents, needs_of
from incentives.plan.leavers import GONE
from incentives.plan.phases import ACROSS, following
from incentives.tables import Tables

HISTORY = (Past, RunningSum, Settled)  # kinds that read the subject's other periods
BESIDE = (GONE, "left_on", "period_start")  # columns of a row that a column may read without naming them


@dataclass(frozen=True)
class Wave:
    """Columns computed together, in every period or in the asked ones."""

    columns: frozenset[str]
    every: bool


@dataclass(frozen=True)
class Made:
    """A table of columns by key and period; `some`: only of the subjects whose inputs changed."""

    table: str
    columns: frozenset[str]
    some: bool


def is_waved(columns: Iterable[Column]) -> bool:
    """Return whether all of these columns are computed from others of their frame, and none period by period."""
    return all(
        isinstance(c.how, (Computed, *HISTORY, *ACROSS)) and not (isinstance(c.how, RolledUp) and c.how.finer)
        for c in columns
    )


def waves_of(columns: Sequence[Column]) -> list[Wave]:
    """Return the waves of these columns of a frame, in turn."""
    needs = {column.name: needs_of(column) for column in columns}
    start = (column.name for column in columns if isinstance(column.how, HISTORY))
    seen = {*closure(start, lambda of: [name for name in needs[of] if name in needs])}
    late, resting = following(columns, HISTORY), dependents(columns, seen) - seen
    rest = needs.keys() - seen - resting
    parts = ((seen - late, True), (seen & late, True), (rest, False), (resting, False))
    return [Wave(frozenset(names), every) for names, every in parts if names]


def read_of(columns: Iterable[Column], names: Set[str]) -> set[str]:
    """Return the columns, of the same frame, that these are computed from; figures of the policy have dots in their
    names."""
    return {n for column in columns if column.name in names for n in needs_of(column) if "." not in n}


def compute(
    plan: Plan, tables: Tables, frame: str, columns: Sequence[Column], roots: Set[str], rows: str, asked: Sequence[int]
) -> list[Made]:  # fmt: skip
    """Recompute the columns over `rows`, which have the old values of the columns that are read; return the tables, in
    order.

    `roots` are the columns that themselves differ. Columns not recomputed keep their old values. Raises RefusedError as
    `make`.
    """
    made: list[Made] = []
    how = {column.name: column.how for column in columns}
    for number, wave in enumerate(waves_of(columns)):
        read, moved = read_of(columns, wave.columns) - wave.columns, ""
        within = "" if wave.every else f" WHERE k.period_no IN ({', '.join(map(str, asked))})"
        if not roots & wave.columns and not any(one.columns & read for one in made):
            continue
        if not roots & wave.columns and wave.every:
            moved = f"moved_{frame}_{number}"
            make(tables, moved, moved_sql(plan, made, read, rows))
            if not tables.con.query(f"SELECT 1 FROM `{moved}` LIMIT 1"):
                continue
            if any(isinstance(how[name], ACROSS) for name in wave.columns):
                moved = ""
        one = f"again_{frame}_{number}"
        make(tables, one, late_sql(plan, frame, wave.columns, over(plan, frame, made, read, rows, moved, within)))
        made.append(Made(one, wave.columns, bool(moved)))
    return made


def moved_sql(plan: Plan, made: Iterable[Made], read: Set[str], rows: str) -> str:
    """Return the SELECT of the subjects for whom any of the columns that are read differs from its value in `rows`."""
    key, found = quoted(plan.key), [f"SELECT {quoted(plan.key)} FROM {quoted(rows)} WHERE FALSE"]
    for one in made:
        differ = " OR ".join(f"a.{x} IS DISTINCT FROM k.{x}" for x in map(quoted, sorted(read & one.columns)))
        if differ:
            found.append(f"SELECT k.{key} FROM {quoted(rows)} k{joined(plan, one, 'a')} WHERE {differ}")
    return " UNION ALL ".join(found)


def over(
    plan: Plan, frame: str, made: Sequence[Made], read: Set[str], rows: str, moved: str, within: str
) -> str:  # fmt: skip
    """Return SQL for the relation of all that a wave reads."""
    key, found = quoted(plan.key), [one for one in made if one.columns & read]
    given = {c.name: sql_type(c.type) for c in plan.columns(frame) if isinstance(c.how, Given)}
    every = read | {plan.key, "period_no"} | (given.keys() & set(BESIDE))
    picks = [f"CAST(k.{quoted(name)} AS {given[name]}) AS {quoted(name)}" for name in sorted(every & given.keys())]
    picks += [f"{picked(plan, found, name)} AS {quoted(name)}" for name in sorted(every - given.keys())]
    picks += [f"k.{quoted(name)}" for name in WALK]
    joins = "".join(joined(plan, one, f"a{number}") for number, one in enumerate(found))
    joins += f" SEMI JOIN `{moved}` m ON m.{key} = k.{key}" if moved else ""
    return f"(SELECT {', '.join(picks)} FROM {quoted(rows)} k{joins}{within})"


def joined(plan: Plan, one: Made, name: str) -> str:
    """Return the join of rows `k` on a table that was made."""
    key = quoted(plan.key)
    beside = f"JOIN `{one.table}` {name} ON {name}.{key} = k.{key} AND {name}.period_no = k.period_no"
    return f" {'LEFT ' if one.some else ''}{beside}"


def picked(plan: Plan, made: Iterable[Made], name: str) -> str:
    """Return SQL for the value of a column: `a0`, `a1`, … in order where it was recomputed, `k` where it was not."""
    column = quoted(name)
    for number, one in enumerate(made):
        if name in one.columns:
            new, absent = f"a{number}.{column}", f"a{number}.{quoted(plan.key)} IS NULL"
            return f"CASE WHEN {absent} THEN k.{column} ELSE {new} END" if one.some else new
    return f"k.{column}"
