"""The share of a period that somebody was there: calendar days, working days, months of thirty days, whole months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction
from typing import Any

from .days import days
from .people import day
from .world import Row, World


def share(world: World, row: Row, about: dict[str, Any]) -> Fraction:
    """The share of the period that a component pays for; all of it without `prorate`."""
    if "prorate" not in about or (about.get("leavers") == "full" and is_leaver(world, row)):
        return Fraction(1)
    there = {
        on
        for first, last, posting in world.people.stretches(row.key, row.period)
        if world.people.treatment(posting.about["status"]) == "assess"
        for on in days(first, last)
    }
    every = list(days(row.period.first, row.period.last))
    match about["prorate"]:
        case "calendar_days":
            return Fraction(len(there), len(every))
        case "working_days":
            worked = [on for on in every if world.people.is_worked(on)]
            return Fraction(sum(on in there for on in worked), len(worked))
        case "days_30":
            return Fraction(sum(map(weight, there)), sum(map(weight, every)))
    months = row.period.parts("month")
    return Fraction(sum(there.issuperset(days(m.first, m.last)) for m in months), len(months))


def weight(on: date) -> int:
    """What a day counts where every month has thirty."""
    last = monthrange(on.year, on.month)[1]
    return 0 if on.day == 31 else 31 - last if on.day == last < 30 else 1


def is_leaver(world: World, row: Row) -> bool:
    """Whether somebody left before the period's last day."""
    left = day(world.people.reps[row.key].get("left_on", ""))
    return left is not None and left < row.period.last
