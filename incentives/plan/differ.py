"""The columns that a changed policy computes differently, and those that depend on them."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from incentives.faults import Place
from incentives.language.tree import Title
from incentives.plan.columns import (
    Column,
    Concluded,
    Given,
    Plan,
    Roll,
    Stood,
    Terms,
    Vested,
)  # fmt: skip
from incentives.plan.graph import closure, dependents, elsewhere_of, figures_of, needs_of
from incentives.plan.names import is_gathered
from incentives.plan.rules import Rule


@dataclass(frozen=True)
class Otherwise:
    """The columns of a frame to recompute, and whether its conclusions are to be drawn again.

    `roots`: the columns that are themselves computed differently; the others depend on them.
    """

    columns: frozenset[str]
    concluded: bool = False
    roots: frozenset[str] = frozenset()


def differing(old: Plan, new: Plan, frame: str) -> Otherwise | None:
    """Return the columns of a frame to recompute under a new plan; None where it is everything.

    It is everything where who is assessed differs, or a column that is taken from another frame.
    """
    figures = changed_figures(old, new)
    if rows_by(old, frame) != rows_by(new, frame) or figures & rows_by(new, frame).figures:
        return None
    if any(taken(new, frame, other, figures, old) for other in new.frames if other != frame):
        return None
    known = {column.name: column for column in old.columns(frame)}
    roots = {c.name for c in new.columns(frame) if figures & figures_of(c) or not same(known.get(c.name), c)}
    rules, before = ([rule for rule in plan.rules if rule.grain == frame] for plan in (new, old))
    concluded = bare(tuple(rules)) != bare(tuple(before)) or bool(figures & acted(rules))
    found = resting(new, frame, roots, rules, concluded)
    return None if any(elsewhere_of(c) for c in new.columns(frame) if c.name in found.columns) else found


def resting(plan: Plan, frame: str, roots: Set[str], rules: Iterable[Rule], concluded: bool = False) -> Otherwise:
    """Return these columns of a frame and all that depend on them, through conclusions too."""
    columns, read = plan.columns(frame), looked_at(rules)
    found = dependents(columns, roots)
    if concluded or found & read:
        concluded = True
        found = dependents(columns, found | {c.name for c in columns if isinstance(c.how, Stood | Concluded)})
    # the vesting of orders stays as it was, unless the orders that count or the terms differ
    terms = [c.how.lines for c in columns if isinstance(c.how, Vested) and c.how.lines and c.name in roots]
    found |= {*terms}
    while more := {name for c in columns if c.name in found for name in made_with(c, roots, found)} - found:
        found |= more
    return Otherwise(frozenset(found), concluded, frozenset(roots))


def made_with(column: Column, roots: Set[str], found: Set[str]) -> Set[str]:
    """Return the further columns needed to compute one that credit notes change. These are formulas over reduced
    orders and, where any of it differs, all columns gathered from the orders."""
    if not isinstance(column.how, Vested):
        return frozenset()
    gathered = {*filter(is_gathered, column.how.left)}
    differs = column.name in roots or gathered & found
    return {*column.how.left} - (frozenset() if differs else gathered)


def narrowed(plan: Plan, frame: str, otherwise: Otherwise, wanted: Set[str]) -> Otherwise:
    """Return the part of `otherwise` that the wanted columns need; conclusions only where these depend on them."""
    columns = {column.name: column for column in plan.columns(frame) if column.name in otherwise.columns}
    known = (name for name in sorted(wanted) if name in columns)
    found = {*closure(known, lambda one: [name for name in needs_of(columns[one]) if name in columns])}
    if otherwise.concluded and any(isinstance(columns[name].how, Stood | Concluded) for name in found):
        return otherwise
    return Otherwise(frozenset(found), roots=otherwise.roots & found)


def changed_figures(old: Plan, new: Plan) -> set[str]:
    """Return the paths of the figures that have other values, or another type, or that only one of the plans has."""
    before, after = ({f.path: (f.type, f.values) for f in plan.figures} for plan in (old, new))
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


@dataclass(frozen=True)
class Rows:
    """The inputs that determine a frame's rows: who is assessed, what each row is given, and the figures for how
    long."""

    roll: Roll
    given: frozenset[str]
    leaving: frozenset[Terms]
    figures: frozenset[str]


def rows_by(plan: Plan, frame: str) -> Rows:
    """Return the inputs that determine the rows of a frame; rows are kept only where these are the same."""
    columns = plan.columns(frame)
    given = frozenset(column.name for column in columns if isinstance(column.how, Given))
    terms = [column.how.terms for column in columns if isinstance(column.how, Vested)]
    leaving = frozenset(one for one in terms if one.on_leaving == "as_collected")
    paths = {plan.roll.least_time, *(path for one in leaving for path in (one.after, one.instalments))}
    return Rows(plan.roll, given, leaving, frozenset(paths - {""}))


def taken(plan: Plan, frame: str, other: str, figures: Set[str], old: Plan) -> bool:
    """Return whether a frame takes anything from another frame that differs."""
    of = {name for c in plan.columns(frame) for at, name in elsewhere_of(c) if at == other}
    if not of:
        return False
    known = {column.name: column for column in old.columns(other)} if other in old.frames else {}
    columns = plan.columns(other)
    roots = {c.name for c in columns if figures & figures_of(c) or not same(known.get(c.name), c)}
    rules = [rule for rule in plan.rules if rule.grain == other]
    return bool(of & resting(plan, other, roots, rules).columns)


def with_figures_of(plan: Plan, columns: Iterable[Column], concluded: bool) -> Plan:
    """Return the plan with those of its figures alone that these columns read, and its conclusions, if they are
    drawn."""
    read = {plan.roll.least_time}.union(*map(figures_of, columns)) | (acted(plan.rules) if concluded else set())
    return replace(plan, figures=tuple(figure for figure in plan.figures if figure.path in read))


def looked_at(rules: Iterable[Rule]) -> set[str]:
    """Return the columns that conclusions are drawn from, or tell."""
    found: set[str] = set()
    for rule in rules:
        for finding in rule.findings:
            found |= {finding.column, *(name for _, name in finding.reads)}
        for action in rule.actions:
            found |= {action.among, *action.same}
        if rule.stands:
            found.add(rule.stands.until)
        if rule.promotion:
            found |= {name for c in rule.promotion.criteria for name in (c.value, c.met, c.gap)}
    return found - {""}


def acted(rules: Iterable[Rule]) -> set[str]:
    """Return the figures that the actions of conclusions name."""
    found: set[str] = set()
    for rule in rules:
        found |= {finding.by for finding in rule.findings}
        for a in rule.actions:
            found |= {a.by, a.points, a.days, a.months, a.most}
    return found - {""}


def same(before: Column | None, after: Column) -> bool:
    """Return whether two columns are computed alike, whatever they are called in reports and wherever they are
    written."""
    return before == after or (before is not None and bare(before) == bare(after))


def bare(value: Any) -> Any:
    """Return a value without the places and titles in it."""
    if isinstance(value, Place | Title):
        return None
    if isinstance(value, tuple):
        return tuple(bare(part) for part in value)
    if is_dataclass(value):
        return (type(value), *(bare(getattr(value, part.name)) for part in fields(value) if part.compare))
    return value
