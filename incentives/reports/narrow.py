"""An outcome narrowed to what may be handed on: one team's rows, and no pay where there shall be none.

Renderers read only the narrowed outcome, so what is not in it cannot leak from any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from incentives.language.tree import Name, Node, children
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import (
    Aggregated,
    Column,
    Computed,
    Counted,
    Delivered,
    Given,
    Past,
    Ranked,
    RolledUp,
    RunningSum,
    Taken,
    Targeted,
)
from incentives.reports.columns import columns_of
from incentives.sql import literal, quoted


def narrow(outcome: Outcome, team: str | None = None, with_pay: bool = True) -> Outcome:
    """The same outcome over a view with the columns and rows that may be seen.

    Without pay there is no base salary, no pay and nothing computed from them. With a team there are only its
    rows, and no figure that adds up pay over others.
    """
    pay = paid_columns(outcome)
    if not with_pay:
        dropped = pay
    elif team is not None:
        dropped = _shared(outcome, pay)
    else:
        dropped = frozenset()
    columns = [name for name in columns_of(outcome) if name not in dropped]
    listed = ", ".join(quoted(name) for name in [*columns, "period_no"])
    rows = "TRUE" if team is None else f"`team` = {literal(team)}"
    view = "shown_" + sha256(f"{outcome.relation}|{team!r}|{with_pay}".encode()).hexdigest()[:16]
    outcome.con.execute(
        f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {listed} FROM {quoted(outcome.relation)} WHERE {rows}"
    )
    kept = tuple(tuple(c for c in stage if c.name not in dropped) for stage in outcome.plan.frames[outcome.grain])
    plan = replace(outcome.plan, frames=outcome.plan.frames | {outcome.grain: kept})
    return replace(outcome, plan=plan, relation=view)


def paid_columns(outcome: Outcome) -> frozenset[str]:
    """The names of the columns that are pay, or from which pay could be read: whatever is computed from them."""
    columns = [c for frame in outcome.plan.frames for c in outcome.plan.columns(frame)]
    start = {"base_salary"} | {c.name for c in columns if c.role in {"pay", "pay_total"}}
    return _closure(start, columns)


def _shared(outcome: Outcome, pay: frozenset[str]) -> frozenset[str]:
    columns = [c for frame in outcome.plan.frames for c in outcome.plan.columns(frame)]
    return _closure({c.name for c in columns if _over_others(c) and pay & set(_read_by(c))}, columns)


def _over_others(column: Column) -> bool:
    match column.how:
        case RolledUp(within=within):
            return bool(within)
        case Ranked() | Counted():
            return True
        case _:
            return False


def _closure(start: set[str], columns: list[Column]) -> frozenset[str]:
    found = set(start)
    while more := {c.name for c in columns if c.name not in found and found & set(_read_by(c))}:
        found |= more
    return frozenset(found)


def _read_by(column: Column) -> Iterator[str]:
    match column.how:
        case Computed(formula=formula):
            yield from _names(formula)
        case Aggregated(of=of, where=where):
            yield from _names(of)
            yield from _names(where)
        case RolledUp(of=name) | Taken(of=name) | RunningSum(of=name) | Past(of=name) | Counted(of=name):
            yield name
        case Ranked(order=order):
            yield from (name for name, _ in order)
        case Given() | Delivered() | Targeted():
            return


def _names(node: Node | None) -> Iterator[str]:
    if node is None:
        return
    if isinstance(node, Name):
        yield node.name
    for part in children(node):
        yield from _names(part)
