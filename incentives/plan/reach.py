"""Checks of conclusions without any data: those that nobody can reach, and those that may contradict (P9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incentives.faults import Fault
from incentives.language.parse import FormulaError, parse_formula
from incentives.language.tree import And, Name, Node
from incentives.plan import advice
from incentives.plan.columns import Column
from incentives.plan.draft import Draft, any_of
from incentives.plan.lowered import World
from incentives.plan.narrowed import narrowed
from incentives.plan.possible import can_hold
from incentives.plan.rules import Finding, Rule

Frames = Mapping[str, Sequence[Sequence[Column]]]


def check_reach(draft: Draft, frames: Frames, rules: Sequence[Rule]) -> None:
    """Report conclusions and cases that can never be reached, and pairs that exclude each other and may be due at once.

    Only what is proved is unreachable; what cannot be decided may be due at once. `frames` are typed, without faults.
    """
    days = days_of(draft)
    for grain in dict.fromkeys(rule.grain for rule in rules):
        columns = {column.name: column for stage in frames[grain] for column in stage}
        mine = [rule for rule in rules if rule.grain == grain]
        findings = [finding.column for rule in mine for finding in rule.findings]
        world = World(narrowed(columns, draft.figures, findings), draft.figures, days)
        by_name = {rule.name: rule for rule in mine}
        dead = check_conditions(draft, by_name, world)
        check_exclusions(draft, by_name, world, dead)


def days_of(draft: Draft) -> tuple[str, ...]:
    """Return the days from which on the policy's figures differ: the first of its effective time, and each change
    within."""
    effective = draft.ruleset.policy.effective
    first, last = effective.from_.isoformat(), (effective.to or effective.from_.max).isoformat()
    changes = {day for figure in draft.figures.values() for day, _ in figure.values if day is not None}
    return (first, *sorted(day for day in changes if first < day <= last))


def check_conditions(draft: Draft, rules: Mapping[str, Rule], world: World) -> set[str]:
    """Report each condition that can never hold, by itself or with those it comes after; return the names nobody can
    reach.

    A conclusion that only follows from an unreachable one is not reported.
    """
    dead: set[str] = set()
    for rule in rules.values():
        lost = [finding for finding in rule.findings if can_hold(Name(finding.column), world) is False]
        draft.faults += [never(rule, finding, world) for finding in lost]
        if lost and len(lost) == len(rule.findings):
            dead.add(rule.name)
    for rule in rules.values():
        alive = rule.after and not dead & chain(rule, rules).keys()
        if alive and can_hold(due(rule, rules), world) is False:
            dead.add(rule.name)
            after = ", ".join(rule.after)
            draft.fault(
                "conclusion_unreachable_after", ("conclusions", rule.name, "after"), name=rule.name, after=after
            )
    return dead | {rule.name for rule in rules.values() if dead & chain(rule, rules).keys()}


def check_exclusions(draft: Draft, rules: Mapping[str, Rule], world: World, dead: set[str]) -> None:
    """Report each pair that excludes each other, may be due at once, and of which neither gives way."""
    told: set[frozenset[str]] = set()
    for rule in rules.values():
        for number, name in enumerate(rule.excludes):
            pair = frozenset((rule.name, name))
            if name not in rules or len(pair) == 1 or pair & dead or pair in told:
                continue
            told.add(pair)
            other = rules[name]
            settled = name in rule.over or rule.name in other.over
            if not settled and can_hold(And((due(rule, rules), due(other, rules))), world) is not False:
                path = ("conclusions", rule.name, "excludes", number)
                draft.fault("conclusions_contradict", path, name=rule.name, other=name, line=other.place.line)


def due(rule: Rule, rules: Mapping[str, Rule]) -> Node:
    """Return the condition under which a conclusion is due: a finding of it holds, and one of each that it comes
    after."""
    every = [rule.findings for rule in chain(rule, rules).values() if rule.findings]
    return And(tuple(any_of([Name(finding.column) for finding in findings]) for findings in every))


def chain(rule: Rule, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return a conclusion and all that it comes after, directly or not."""
    found = {rule.name: rule}
    waiting = list(rule.after)
    while waiting:
        name = waiting.pop()
        if name in rules and name not in found:
            found[name] = rules[name]
            waiting += rules[name].after
    return found


def never(rule: Rule, finding: Finding, world: World) -> Fault:
    """Return the fault of a finding that can never hold, at the criterion that cannot be met where it is one alone."""
    for criterion in rule.promotion.criteria if rule.promotion else ():
        if can_hold(Name(criterion.met), world) is False:
            about: dict[str, object] = {"name": rule.name, "condition": f"{criterion.name} {criterion.test}".strip()}
            plain = advice.Advice({"zh": "", "en": ""}, advice.CORRECT)
            return Fault("conclusion_unreachable", criterion.place, about | plain.blanks)
    if finding.said:
        code = "conclusion_unreachable" if len(rule.findings) == 1 else "case_unreachable"
        about = {"name": rule.name, "condition": " ".join(finding.said.split())}
        return Fault(code, finding.place, about | why_never(finding.said, world).blanks)
    return Fault("promotion_unreachable", rule.place, {"name": rule.name})


def why_never(said: str, world: World) -> advice.Advice:
    """Return the advice for a condition, as it is written, that can never hold."""
    try:
        node = parse_formula(said)
    except FormulaError:
        return advice.Advice({"zh": "", "en": ""}, advice.CORRECT)
    return advice.alone(node, world, lambda part: said[part.span[0] : part.span[1]])
