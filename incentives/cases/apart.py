"""Batches of cases that run in one set of data: cases that cannot notice each other."""

from __future__ import annotations

from dataclasses import dataclass

from incentives.cases.expect import Expected
from incentives.cases.facts import Facts
from incentives.cases.read import Story
from incentives.plan.columns import Column, Concluded, Counted, Plan, Ranked, RolledUp, Stood
from incentives.plan.graph import reads_of
from incentives.plan.rules import Rule

APART = {"region", "team"}  # within which no case meets another


@dataclass(frozen=True)
class Prepared:
    """A case ready to run."""

    story: Story
    facts: Facts
    expected: tuple[Expected, ...]

    @property
    def refused(self) -> Expected | None:
        """The refusal that the case expects."""
        return next((one for one in self.expected if not one.name), None)


@dataclass
class Batch:
    """Cases that run in one set of data: a `single` one, or several that name no region, team or customer in common."""

    cases: list[Prepared]
    units: set[tuple[str, str]]
    single: bool


def grouped(cases: list[Prepared], plan: Plan) -> list[list[Batch]]:
    """The cases in lists of batches, a list for each variant of the policy."""
    wide = company_wide(plan)
    groups: dict[tuple[object, ...], dict[tuple[object, ...], list[Batch]]] = {}
    for case in cases:
        written = case.story.case
        variant = tuple(sorted((path, str(value)) for path, value in written.set.items()))
        same = (case.story.period.id, tuple(sorted(written.calendar.items())), str(written.rates))
        batches = groups.setdefault(variant, {}).setdefault(same, [])
        single = case.refused is not None or ("company", "") in case.facts.units
        single = single or any(one.name in wide for one in case.expected)
        fitting = (b for b in batches if not b.single and not b.units & case.facts.units)
        batch = None if single else next(fitting, None)
        if batch is None:
            batches.append(Batch([case], set(case.facts.units), single))
        else:
            batch.cases.append(case)
            batch.units |= case.facts.units
    return [[batch for batches in group.values() for batch in batches] for group in groups.values()]


def company_wide(plan: Plan) -> frozenset[str]:
    """The columns and conclusions that look at everybody, or at something that does."""
    columns = [column for frame in plan.frames for column in plan.columns(frame)]
    wide: set[str] = set()
    before = -1
    while len(wide) != before:
        before = len(wide)
        wide |= {column.name for column in columns if is_wide(column, wide)}
        wide |= {rule.name for rule in plan.rules if drawn_wide(rule, plan.rules, wide)}
    return frozenset(wide)


def is_wide(column: Column, wide: set[str]) -> bool:
    """Return whether a column looks at everybody: by itself, or through one of `wide`."""
    match column.how:
        case RolledUp(within="company"):
            return True
        case Ranked(within=within) | Counted(within=within) if not APART & {*within}:
            return True
        case Stood(conclusion=name):
            return name in wide
        case Concluded(conclusions=names):
            return any(name in wide for name in names)
        case _:
            return any(name in wide for _, name in reads_of(column))


def drawn_wide(rule: Rule, rules: tuple[Rule, ...], wide: set[str]) -> bool:
    """Return whether a conclusion does: it chooses among all, or follows from, ends with or gives way to what is
    `wide`."""
    read = {*(finding.column for finding in rule.findings), *rule.after}
    read |= {other.name for other in rules if rule.name in other.over}
    read |= {rule.stands.until} if rule.stands else set()
    read |= {action.among for action in rule.actions}
    return bool(read & wide) or any(action.do == "assign" and not action.same for action in rule.actions)
