"""The edits of a change that moved each person: each left out of the change and, where that moves nobody back, each
alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from incentives.database import literal, quoted
from incentives.execution.reassess import Snapshot
from incentives.faults import RefusedError
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.ruleset import Ruleset
from incentives.simulate.attribution import Edits, edits_of, only, sound_parts
from incentives.simulate.axis import MOST
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.lines import changed_lines
from incentives.simulate.model import Mover
from incentives.simulate.trial import trial

Row = tuple[str, str]  # key and period
Figures = Mapping[Row, tuple[Any, ...]]


def caused(before: Snapshot, change: Change, new: Outcome, movers: Sequence[Mover]) -> tuple[Mover, ...]:
    """The movers, each with the lines of those edits alone that moved a figure of that row.

    An edit moved it where the change without this edit gives the row another figure. Where that is so of none (each of
    two is enough), those did that give it another figure alone; where that is so of none either, all of them together.
    """
    edits = edits_of(change)
    if len(edits) < 2 or len(edits) > MOST or not movers:
        return tuple(movers)
    base = before.outcome
    groups = sound_parts(base.ruleset, change, base.plan)
    owned = [frozenset(line.path for line in changed_lines(base.ruleset, policy)) for _, (policy, _) in groups]
    if len(groups) < 2:
        return tuple(movers)
    names = list(dict.fromkeys((*figures_shown(base), *figures_shown(new))))
    was, now = (figures_of(outcome, names, movers) for outcome in (base, new))

    @cache
    def without(group: int) -> frozenset[Row]:
        rest = tuple(edit for edit in edits if edit not in groups[group][0])
        found = policy_with(base, change, rest)
        return moved(before, found, names, movers, now) if found else alone(group)

    @cache
    def alone(group: int) -> frozenset[Row]:
        return moved(before, groups[group][1], names, movers, was)

    def causes_of(row: Row) -> Iterable[int]:
        every = range(len(groups))
        found = [group for group in every if row in without(group)]
        return found or [group for group in every if row in alone(group)] or every

    return tuple(with_causes(mover, [owned[group] for group in causes_of((mover.key, mover.period))], owned)
                 for mover in movers)  # fmt: skip


def with_causes(mover: Mover, causes: Sequence[frozenset[str]], owned: Sequence[frozenset[str]]) -> Mover:
    """The mover with the lines of its causes that its figures rest on; with all of theirs where none is known to be.

    A line that is in the change as a whole alone stays.
    """
    theirs, anybodys = frozenset().union(*causes), frozenset().union(*owned)
    resting = [line for line in mover.lines if line in theirs or line not in anybodys]
    return replace(mover, lines=tuple(resting or sorted(theirs)))


def policy_with(base: Outcome, change: Change, edits: Edits) -> tuple[Ruleset, Plan] | None:
    """The policy with some edits of the change; None where they make none."""
    try:
        policy = changed_ruleset(base.ruleset, only(change, edits))
        return policy, compile_plan(policy, base.plan)
    except RefusedError:
        return None


def moved(
    before: Snapshot, tried: tuple[Ruleset, Plan], names: Sequence[str], movers: Sequence[Mover], than: Figures
) -> frozenset[Row]:
    """The rows of the movers to which a policy gives other figures than those; none where the data keeps it from being
    computed."""
    try:
        with trial(before, *tried, only=frozenset(names)) as outcome:
            found = figures_of(outcome, names, movers)
    except RefusedError:
        return frozenset()
    return frozenset(row for mover in movers if found.get(row := (mover.key, mover.period)) != than.get(row))


def figures_shown(outcome: Outcome) -> list[str]:
    """The figures that make a row one that moves: its grade, its total, each component of what it is paid."""
    return [c.name for c in outcome.columns if c.role == "pay" or c.name in ("grade", "total")]


def figures_of(outcome: Outcome, names: Sequence[str], movers: Sequence[Mover]) -> Figures:
    """These figures of the movers' rows in an outcome; a component that is missing pays nothing."""
    key, there = quoted(outcome.plan.key), set(figures_shown(outcome))
    picks = [quoted(name) if name in there else "NULL" for name in names]
    picks = [p if name in ("grade", "total") else f"COALESCE({p}, 0)" for name, p in zip(names, picks, strict=True)]
    who = ", ".join(literal(text) for text in sorted({mover.key for mover in movers}))
    sql = f"SELECT {', '.join([key, 'period', *picks])} FROM `{outcome.relation}` WHERE {key} IN ({who})"
    return {(row[0], row[1]): tuple(row[2:]) for row in outcome.con.query(sql)}
