"""A part of a plan: some columns of a frame over rows that have the others already."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace

from incentives.plan.columns import Below, Concluded, Given, Plan, Stood
from incentives.plan.differ import Otherwise, looked_at
from incentives.plan.graph import Key, closure, needs_of
from incentives.plan.used import reads


def part_for(plan: Plan, frame: str, names: Iterable[str]) -> Plan:
    """Return the plan that computes these columns of a frame, all that they are computed from, and what may refuse a
    row or the data; the whole plan where any of these reads conclusions."""
    columns = {(of, column.name): column for of in plan.frames for column in plan.columns(of)}
    start = [(frame, name) for name in (*names, "assessment", "grade") if (frame, name) in columns]
    start += [key for key, column in columns.items() if column.role == "check" or isinstance(column.how, Below)]
    found: dict[Key, None] = closure(start, lambda key: [one for one in reads(columns[key]) if one in columns])
    if any(isinstance(columns[key].how, Concluded | Stood) for key in found):
        return plan
    frames = {
        of: tuple(tuple(c for c in stage if isinstance(c.how, Given) or (of, c.name) in found) for stage in stages)
        for of, stages in plan.frames.items()
    }
    return replace(plan, frames=frames, rules=(), courses=())


def read_by(plan: Plan, frame: str, otherwise: Otherwise) -> frozenset[str]:
    """Return the columns that are read to compute these again, without these and without what every row is given."""
    found = {name for c in plan.columns(frame) if c.name in otherwise.columns for name in needs_of(c)}
    if otherwise.concluded:
        found |= looked_at(rule for rule in plan.rules if rule.grain == frame)
    given = {c.name for c in plan.columns(frame) if isinstance(c.how, Given)}
    return frozenset(found & {c.name for c in plan.columns(frame)}) - otherwise.columns - given


def part_of(plan: Plan, frame: str, otherwise: Otherwise, read: Set[str], kept: str) -> Plan:
    """Return the plan that computes only these columns, over the table `kept` with its rows and the columns `read`."""
    stages = plan.frames[frame]
    first = [replace(c, how=Given()) for stage in stages for c in stage if c.name in read or isinstance(c.how, Given)]
    again = [tuple(c for c in stage if c.name in otherwise.columns) for stage in stages]
    frames = {frame: ((*first, *again[0]), *(stage for stage in again[1:] if stage))}
    rules = tuple(r for r in plan.rules if r.grain == frame) if otherwise.concluded else ()
    return replace(plan, frames=frames, rules=rules, courses=(), kept=kept)
