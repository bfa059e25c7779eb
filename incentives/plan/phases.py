"""The phases in which the columns of a frame are computed where some depend on their own earlier values.

Phase 0 is all that needs none of these. Odd phases are stepped: period by period, all subjects at once. Even ones look
back over what was stepped: sums, streaks and the like over all periods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incentives.faults import Fault
from incentives.plan.columns import (
    Before,
    Below,
    Column,
    Concluded,
    Counted,
    Past,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Stood,
    Vested,
)  # fmt: skip
from incentives.plan.draft import Draft
from incentives.plan.graph import dependents, needs_of
from incentives.plan.rules import Rule

WINDOWS = (Past, RunningSum, Settled, Vested)
ACROSS = (Ranked, Counted, RolledUp, Below)  # kinds that read other subjects


def phases_of(columns: Sequence[Column]) -> dict[str, int]:
    """Return the phase of each of these columns of a frame, in stage order, that is not in phase 0."""
    if not any(isinstance(column.how, Before) for column in columns):
        return {}
    known = {column.name for column in columns}
    needs = {column.name: [name for name in needs_of(column) if name in known] for column in columns}
    found = dict.fromkeys(needs, 0)
    before: dict[str, int] = {}
    while found != before:
        before = dict(found)
        for column in columns:
            most = max((found[name] for name in needs[column.name]), default=0)
            found[column.name] = phase_after(most, column)
    return {name: phase for name, phase in found.items() if phase}


def phase_after(most: int, column: Column) -> int:
    """Return the first phase in which a column can be computed whose last needs are computed in phase `most`."""
    if isinstance(column.how, Before):
        return most + 1 - most % 2
    return most + most % 2 if isinstance(column.how, WINDOWS) else most


def late_columns(columns: Sequence[Column]) -> frozenset[str]:
    """Return the columns that read conclusions, or columns that do."""
    return following(columns, (Stood, Concluded))


def check_phases(draft: Draft, frames: Mapping[str, Sequence[Sequence[Column]]], rules: Sequence[Rule]) -> None:
    """Report conclusions that read a carried amount which itself waits for conclusions."""
    for frame, stages in frames.items():
        columns = [column for stage in stages for column in stage]
        late = late_columns(columns)
        last = phases_of([column for column in columns if column.name in late])
        for rule in rules:
            read = [(finding.column, finding.place) for finding in rule.findings]
            read += [(action.among, rule.place) for action in rule.actions]
            read += [(rule.stands.until, rule.place)] if rule.stands else []
            draft.faults += [
                Fault("conclusion_reads_carried", place, {"name": rule.name})
                for name, place in read if rule.grain == frame and name in last
            ]  # fmt: skip


def following(columns: Sequence[Column], kinds: tuple[type, ...]) -> frozenset[str]:
    """Return the columns of a frame of some kinds, and all that are computed from them."""
    return frozenset(dependents(columns, {column.name for column in columns if isinstance(column.how, kinds)}))
