"""Months followed against the assessment period around them (A12)."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from .people import elapsed_days
from .world import Define, Row, World

FRAME = "tracking"
# a month shares the standing of the assessment period around it
STANDING = ("assessment", "assessment_reason", "assessment_detail", "decision_reason", "decided_by", "decided_on")


def define_tracking(world: World) -> dict[tuple[str, str], Define]:
    """`<name>_to_date` and `<name>_pace` a tracked metric, and the share of the period that has elapsed."""
    tracked = world.policy.get("tracking", {})
    found: dict[tuple[str, str], Define] = {(FRAME, "elapsed"): elapsed} if tracked else {}
    for name in STANDING if tracked else ():
        found[FRAME, name] = partial(of_period, name=name)
    for name, about in tracked.items():
        found[FRAME, f"{name}_to_date"] = partial(to_date, of=about["of"])
        found[FRAME, f"{name}_pace"] = partial(pace, name=name, against=about["against"])
        found[FRAME, about["of"]] = partial(of_month, name=about["of"])
        found[FRAME, about["against"]] = partial(of_period, name=about["against"])
    return found


def of_month(world: World, row: Row, name: str) -> Any:
    """The month's own figure."""
    return world.value(Row(row.key, row.period, "month"), name)


def of_period(world: World, row: Row, name: str) -> Any:
    """The figure of the assessment period around the month."""
    around = Row(row.key, row.period.around(world.grain), world.grain)
    return world.value(around, name) if around in world.present else None


def elapsed(world: World, row: Row) -> Fraction:
    """Working days from the start of the assessment period to the month's end ÷ those of the period."""
    return elapsed_days(row.period.around(world.grain), row.period.last, world.people)


def to_date(world: World, row: Row, of: str) -> Any:
    """The sum of the monthly figure from the start of the assessment period; what is missing is left out."""
    months = [m for m in row.period.around(world.grain).parts("month") if m.number <= row.period.number]
    rows = [Row(row.key, month, "month") for month in months]
    values = [world.value(r, of) for r in rows if r in world.present]
    there = [value for value in values if value is not None]
    return sum(there, Fraction(0)) if there else None


def pace(world: World, row: Row, name: str, against: str) -> Any:
    """To date ÷ (target × elapsed); nothing where that is not above zero."""
    done, aim = world.value(row, f"{name}_to_date"), world.value(row, against)
    due = None if aim is None else aim * world.value(row, "elapsed")
    return None if done is None or not due or due <= 0 else done / due
