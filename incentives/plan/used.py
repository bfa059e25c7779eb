"""The used part of a plan: the columns from which its results follow, and the figures that these read, by grain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from incentives.plan import names
from incentives.plan.columns import Aggregated, Below, Column, Computed, Frames, Vested, grain_of
from incentives.plan.graph import Key, closure, reads_in_any_period
from incentives.plan.rules import Course, Rule
from incentives.ruleset.model import Policy

OWN_DAY = "day"  # read by the day of each row
RESULTS = frozenset({
    "score", "scorecard", "ceiling", "total", "grade", "pay", "pay_total", "balance", "criterion", "finding",
    "tracking",
})  # fmt: skip
LISTED = frozenset({"metric", "figure", "target", "attainment"})  # results of a policy that has no others
Figures = dict[str, set[str]]  # by path: the grains at which it is read


def used_columns(policy: Policy, frames: Frames, rules: tuple[Rule, ...]) -> set[Key]:
    """Return the columns that are results, or that results follow from."""
    columns = {(frame, column.name): column for frame, stages in frames.items() for s in stages for column in s}
    asked = {*named_by(policy), *named_in(rules)}
    concludes = policy.scorecards or policy.pay or policy.conclusions or policy.tracking
    results = RESULTS if concludes else RESULTS | LISTED
    start = [key for key, column in columns.items() if column.role in results or key[1] in asked]
    return {*closure(start, lambda key: [one for one in reads(columns[key]) if one in columns])}


def reads(column: Column) -> list[Key]:
    """Return the columns that a column is computed from, also in another period; for a copy, its original too."""
    copied = [(column.grain, name)] if (name := names.with_late(column.name)) else []
    return copied + reads_in_any_period(column)


def named_by(policy: Policy) -> Iterator[str]:
    """Yield the columns that a policy names outside formulas: those for reports, with their targets, and for proofs."""
    for name, part in (*policy.metrics.items(), *policy.columns.items()):
        if part.for_reports:
            yield from (name, names.target_of(name), names.target_of(name, "stretch"), names.attainment_of(name))
    for proof in policy.proofs.values():
        yield proof.metric or ""


def named_in(rules: tuple[Rule, ...]) -> Iterator[str]:
    """Yield the columns that conclusions name outside their findings."""
    for rule in rules:
        yield from rule.shows
        yield rule.stands.until if rule.stands else ""
        for action in rule.actions:
            yield from (action.among, action.of)


def used_figures(
    policy: Policy, frames: Frames, rules: tuple[Rule, ...], courses: tuple[Course, ...], least_time: str
) -> Figures:
    """Return the figures of the policy that results follow from, with the grains at which they are read."""
    used, found = used_columns(policy, frames, rules), defaultdict[str, set[str]](set)
    for frame, stages in frames.items():
        for column in (c for stage in stages for c in stage if (frame, c.name) in used):
            for path in figures_in(column):
                found[path].add(OWN_DAY if is_dated(column) else grain_of(frame))
    for path in (least_time, *(stage.working_days for course in courses for stage in course.stages)):
        found[path].add(policy.grain)
    for rule in rules:
        for path in figures_of(rule):
            found[path].add(rule.grain)
    for proof in policy.proofs.values():
        found[str(proof.money)].add(policy.grain)
    return found


def idle_figures(frames: Frames) -> Figures:
    """Return the figures that any column reads, with the grains at which they are read."""
    found = defaultdict[str, set[str]](set)
    for frame, column in ((frame, column) for frame, stages in frames.items() for stage in stages for column in stage):
        for path in figures_in(column):
            found[path].add(OWN_DAY if is_dated(column) else grain_of(frame))
    return found


def figures_in(column: Column) -> frozenset[str]:
    """Return the paths of the figures that a column reads."""
    match column.how:
        case Computed(formula=formula):
            read = formula.names
        case Aggregated(of=of, where=where):
            read = (of.names if of else frozenset()) | (where.names if where else frozenset())
        case Vested(terms=terms):
            read = frozenset({terms.hold_back, terms.within, terms.after, terms.instalments})
        case Below(at=at):
            read = frozenset({at})
        case _:
            return frozenset()
    return frozenset(name for name in read if "." in name)


def is_dated(column: Column) -> bool:
    """Return whether a column reads figures of the days of its rows."""
    return isinstance(column.how, Aggregated) and column.how.dated


def figures_of(rule: Rule) -> Iterator[str]:
    """Yield the paths of the figures that a conclusion's actions and cases state, or adjust."""
    for action in rule.actions:
        yield from (action.by, action.points, action.days, action.months, action.most, f"figures.{action.of}")
    for finding in rule.findings:
        yield finding.by
