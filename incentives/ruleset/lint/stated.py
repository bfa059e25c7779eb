"""The values that a policy states outside formulas, and their numbers on each day on which any of them changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from incentives.ruleset.figures import breakpoints, value_on
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Path
from incentives.ruleset.timing import Timing

Value = Decimal | str


def moments(policy: Policy) -> tuple[date, ...]:
    """Return the days from which on the policy's values differ: the first of its effective time, and each change
    within."""
    first, last = policy.effective.from_, policy.effective.to
    changes = breakpoints(figure.values for figure in policy.figures.values())
    return (first, *(day for day in changes if first < day and (last is None or day <= last)))


def number_on(policy: Policy, value: Value | None, day: date) -> Decimal | None:
    """Return the number of a stated value on `day`; None where it is not a number then, which another check reports."""
    if not isinstance(value, str):
        return value
    figure = policy.figures.get(value.removeprefix("figures."))
    found = value_on(figure.values, day) if figure else None
    return found if isinstance(found, Decimal) else None


def stated(policy: Policy) -> Iterator[tuple[Path, Value]]:
    """Yield every value stated as a number or a figure's name, with its path."""
    if policy.assessment.least_time is not None:
        yield ("assessment", "least_time"), policy.assessment.least_time
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            here: Path = ("scorecards", card_name, "items", name)
            yield (*here, "weight"), item.weight
            if item.cap is not None:
                yield (*here, "cap"), item.cap
            for test, score in (item.bands or {}).items():
                yield (*here, "bands", test), score
    if policy.grade:
        yield from _of_grade(policy)
    for name, component in policy.pay.items():
        for grade, share in (component.by_grade or {}).items():
            yield ("pay", name, "by_grade", grade), share
        for place, money in (component.by_rank.rows if component.by_rank else {}).items():
            yield ("pay", name, "by_rank", "rows", place), money
        for row_name, row in (component.tiers.rows if component.tiers else {}).items():
            here = ("pay", name, "tiers", "rows", row_name)
            if row.to is not None:
                yield (*here, "to"), row.to
            for key, paid in (("rate", row.rate), ("money", row.money)):
                if paid is not None:
                    yield (*here, key), paid
        for line_name, line in (component.rates.rows if component.rates else {}).items():
            yield ("pay", name, "rates", "rows", line_name, "rate"), line.rate
        for key, extras in (("add_rate", component.add_rate), ("factor", component.factor)):
            for extra_name, extra in extras.items():
                yield ("pay", name, key, extra_name, "then"), extra.then
        if component.timing:
            yield from _of_timing(component.timing, ("pay", name, "timing"))
    yield from _of_conclusions(policy)
    for name, proof in policy.proofs.items():
        if proof.money is not None:
            yield ("proofs", name, "money"), proof.money


def _of_timing(timing: Timing, path: Path) -> Iterator[tuple[Path, Value]]:
    for key in ("hold_back", "instalments"):
        if (value := getattr(timing, key)) is not None:
            yield (*path, key), value
    if timing.claw_back:
        yield (*path, "claw_back", "within"), timing.claw_back.within
    if timing.unpaid:
        yield (*path, "unpaid", "after"), timing.unpaid.after


def _of_grade(policy: Policy) -> Iterator[tuple[Path, Value]]:
    grade = policy.grade
    if grade is None:
        return
    for name, share in grade.of.items():
        yield ("grade", "of", name), share
    for name, share in (grade.distribution.most if grade.distribution else {}).items():
        yield ("grade", "distribution", "most", name), share
    if grade.annual:
        yield ("grade", "annual", "at_least"), grade.annual.at_least


def _of_conclusions(policy: Policy) -> Iterator[tuple[Path, Value]]:
    for name, conclusion in policy.conclusions.items():
        for case, by in ((case, each.by) for case, each in conclusion.any_of.items()):
            if by is not None:
                yield ("conclusions", name, "any_of", case, "by"), by
        for number, action in enumerate(conclusion.then):
            for key in ("by", "points", "days", "months", "most"):
                value = getattr(action, key)
                if value is not None:
                    yield ("conclusions", name, "then", number, key), value
    for name, procedure in policy.procedures.items():
        for step, days in ((step, each.working_days) for step, each in procedure.steps.items()):
            if days is not None:
                yield ("procedures", name, "steps", step, "working_days"), days


def percent(value: Decimal) -> str:
    """Return a share as a person writes it: 0.95 → `95 %`."""
    return f"{(value * 100).normalize():f} %"
