"""Days written into formulas that lie far from the policy, such as 2062 typed for 2026."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from incentives.faults import Fault, Place
from incentives.language.tree import Day, Node, children
from incentives.plan.columns import Aggregated, Computed, Plan
from incentives.plan.draft import STRIDE
from incentives.ruleset import Ruleset
from incentives.ruleset.lint.dates import far


def far_days(ruleset: Ruleset, plan: Plan) -> list[Fault]:
    """Return a warning for each day of a formula that is far from the time of the policy."""
    found: dict[tuple[Place, date], Fault] = {}
    for column in (column for frame in plan.frames for column in plan.columns(frame)):
        match column.how:
            case Computed(formula=formula):
                parts: list[Node | None] = [formula]
            case Aggregated(of=of, where=where):
                parts = [of, where]
            case _:
                continue
        for day in (day for part in parts if part is not None for day in days_in(part)):
            place = plan.origins[day.span[0] // STRIDE]
            if far(day.value, ruleset.policy):
                about = {"day": day.value, "first": ruleset.policy.effective.from_}
                found.setdefault((place, day.value), Fault("day_of_policy_far", place, about, warning=True))
    return list(found.values())


def days_in(node: Node) -> Iterator[Day]:
    """Yield the days written in a tree."""
    if isinstance(node, Day):
        yield node
    for child in children(node):
        yield from days_in(child)
