"""Checks of the time in which a policy and its figures are in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from incentives.faults import Fault
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document

FIRST = date(1960, 1, 1)
YEARS = 10  # a day of a policy lies within so many years of its time


def far(day: date, policy: Policy) -> bool:
    """Return whether a day is so far from the time of a policy that its year was probably mistyped."""
    last = policy.effective.to or policy.effective.from_
    return day < FIRST or day.year > max(last.year, policy.effective.from_.year) + YEARS


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield the faults of the effective time, the announcement, and figures without a value in part of the effective
    time."""
    first, last = policy.effective.from_, policy.effective.to
    if last is not None and last < first:
        yield Fault("effective_order", document.place(("effective", "to")), {"first": first, "last": last})
    yield from _far(policy, document)
    if policy.announced_on is not None and policy.announced_on > first:
        about = {"announced": policy.announced_on, "first": first}
        yield Fault("announced_late", document.place(("announced_on",)), about, warning=True)
    for name, figure in policy.figures.items():
        place = document.place(("figures", name, "value"))
        begins = figure.values[0][0]
        if begins is not None and begins > first:
            yield Fault("figure_undefined", place, {"name": name, "first": first, "begins": begins})
        for day, _ in figure.values:
            if day is None:
                continue
            late = document.key_place(("figures", name, "value", day.isoformat()))
            if far(day, policy) and (last is None or day <= last):
                yield Fault("day_of_policy_far", late, {"day": day, "first": first}, warning=True)
            if last is not None and day > last:
                yield Fault("figure_late", late, {"day": day, "last": last})


def _far(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a warning for each day of the policy that is far from the others, or from any year that people live in."""
    first, last, announced = policy.effective.from_, policy.effective.to, policy.announced_on
    if not 1990 <= first.year <= 2100:
        yield Fault("year_far", document.place(("effective", "from")), {"day": first}, warning=True)
    elif announced is not None and first.year - announced.year > YEARS:
        about = {"announced": announced, "first": first}
        yield Fault("announced_far", document.place(("announced_on",)), about, warning=True)
    if last is not None and first.year + 2 * YEARS < last.year < 2099:
        yield Fault("year_far", document.place(("effective", "to")), {"day": last}, warning=True)
