"""The share of a period that somebody was there: calendar days, working days, months of thirty days, whole months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction
from typing import Any

from .days import Period, days
from .people import day
from .world import Row, World


def share(world: World, row: Row, about: dict[str, Any]) -> Fraction:
    """The share of the period that a component pays for; all of it without `prorate`."""
    if "prorate" not in about or (about.get("leavers") == "full" and is_leaver(world, row)):
        return Fraction(1)
    return Fraction(there(world, row, about["prorate"]), whole(world, row.period, about["prorate"]))


def there(world: World, row: Row, way: str) -> int:
    """How much of a row's period somebody was there, counted in a way."""
    present = {
        on
        for first, last, posting in world.people.stretches(row.key, row.period)
        if world.people.treatment(posting.about["status"]) == "assess"
        for on in days(first, last)
    }
    if way == "whole_months":
        return sum(present.issuperset(days(m.first, m.last)) for m in row.period.parts("month"))
    return sum(worth(world, on, way) for on in present)


def whole(world: World, period: Period, way: str) -> int:
    """How much there is of a period, counted in a way."""
    if way == "whole_months":
        return len(period.parts("month"))
    return sum(worth(world, on, way) for on in days(period.first, period.last))


def worth(world: World, on: date, way: str) -> int:
    """What a day counts."""
    if way == "working_days":
        return int(world.people.is_worked(on))
    return weight(on) if way == "days_30" else 1


def weight(on: date) -> int:
    """What a day counts where every month has thirty."""
    last = monthrange(on.year, on.month)[1]
    return 0 if on.day == 31 else 31 - last if on.day == last < 30 else 1


def is_leaver(world: World, row: Row) -> bool:
    """Whether somebody left before the period's last day."""
    left = day(world.people.reps[row.key].get("left_on", ""))
    return left is not None and left < row.period.last
