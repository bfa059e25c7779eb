"""Figures that change: each value counts in some period, and one that changes within a period counts from the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from incentives.faults import Fault
from incentives.plan.used import OWN_DAY, Figures
from incentives.ruleset import Ruleset
from incentives.ruleset.model import Figure, Policy
from incentives.tables.periods import MONTHS, Period, period_on

ONE_DAY = timedelta(1)


def unused_values(ruleset: Ruleset, read: Figures) -> list[Fault]:
    """Return a fault for each value of a figure that no period has, because the next one comes before a period
    begins."""
    policy, found = ruleset.policy, []
    for name, _, begins, ends in changes(policy):
        grains = grains_of(policy, read, name)
        if ends is None or begins < policy.effective.from_ or OWN_DAY in read.get(f"figures.{name}", ()):
            continue
        periods = [first_from(policy, grain, begins) for grain in grains]
        if all(period.first >= ends for period in periods):
            place = ruleset.key_place("figures", name, "value", begins.isoformat())
            about = {"name": name, "day": begins, "last": ends - ONE_DAY, "periods": listed(periods[:1])}
            found.append(Fault("figure_never_used", place, about))
    return found


def late_changes(ruleset: Ruleset, read: Figures) -> list[Fault]:
    """Return a warning for each value, or the policy itself, that comes into force within a period, with the first
    period in which it counts."""
    policy, found = ruleset.policy, []
    for name, figure, begins, ends in changes(policy):
        periods = [first_from(policy, grain, begins) for grain in grains_of(policy, read, name)]
        within = [period for period in periods if period.first > begins]
        if is_past(policy, read, name, begins, ends):
            found.append(past_value(ruleset, name, begins, ends))
        if begins < policy.effective.from_ or not within or begins == figure.values[0][0]:
            continue
        place = ruleset.key_place("figures", name, "value", begins.isoformat())
        about = {"name": name, "day": begins, "periods": listed(within)}
        found.append(Fault("figure_within", place, about, warning=True))
    begins = policy.effective.from_
    first = first_from(policy, policy.grain, begins)
    if first.first > begins:
        about = {"day": begins, "periods": listed([first])}
        found.append(Fault("effective_within", ruleset.place("effective", "from"), about, warning=True))
    return found


def is_past(policy: Policy, read: Figures, name: str, begins: date, ends: date | None) -> bool:
    """Return whether a value begins before the policy does, and ends before its first period begins."""
    first = policy.effective.from_
    if ends is None or begins >= first or OWN_DAY in read.get(f"figures.{name}", ()):
        return False
    return all(first_from(policy, grain, first).first >= ends for grain in grains_of(policy, read, name))


def past_value(ruleset: Ruleset, name: str, begins: date, ends: date | None) -> Fault:
    """Return the warning of a value that ends before the first period of the policy begins."""
    policy = ruleset.policy
    place, start = ruleset.key_place("figures", name, "value", begins.isoformat()), policy.effective.from_
    about = {
        "name": name,
        "day": begins,
        "last": ends and ends - ONE_DAY,
        "periods": listed([first_from(policy, policy.grain, start)]),
        "mend": {
            "zh": "删去它；或改正它的日期或 effective.from",
            "en": "remove it, or correct its day or effective.from",
        },
    }
    if ends and ends > start:  # without it the figure would have no value on the first day
        about["mend"] = {
            "zh": f"删去它，让下一个值从 {start} 起；或改正 effective.from",
            "en": f"remove it and let the next value begin on {start}, or correct effective.from",
        }
    return Fault("figure_past", place, about, warning=True)


def changes(policy: Policy) -> Iterator[tuple[str, Figure, date, date | None]]:
    """Yield each dated value of the figures that change: name, figure, its first day, and the day on which it ends.
    It ends on the first day of the next value, or the day after the policy's last; another check reports what begins
    after that."""
    last = policy.effective.to
    for name, figure in policy.figures.items():
        days = [day for day, _ in figure.values]
        for begins, following in zip(days, (*days[1:], None), strict=True) if len(days) > 1 else ():
            ends = min((day for day in (following, last and last + ONE_DAY) if day), default=None)
            if begins is not None and (last is None or begins <= last):
                yield name, figure, begins, ends


def grains_of(policy: Policy, read: Figures, name: str) -> list[str]:
    """Return the grains at which a figure is read by its periods, finest first; the policy's own of one that is not
    read."""
    grains = read.get(f"figures.{name}", {policy.grain})
    return [grain for grain in MONTHS if grain in grains]


def first_from(policy: Policy, grain: str, day: date) -> Period:
    """Return the first period of a grain that begins on a day or later."""
    period = period_on(grain, day, policy.fiscal_year_starts)
    return period if period.first == day else period.back(-1, policy.fiscal_year_starts)


def listed(periods: Sequence[Period]) -> dict[str, str]:
    """Return the periods with the day on which each begins, in both languages."""
    return {
        "zh": "、".join(f"{period.id}（{period.first} 起）" for period in periods),
        "en": ", ".join(f"{period.id} (from {period.first})" for period in periods),
    }
