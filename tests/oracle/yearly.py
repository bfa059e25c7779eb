"""The floor of a year: what a component is topped up to in the last of a rep's periods in the year."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from .attendance import there, whole
from .people import day
from .value import rounded
from .world import Define, Row, World

NOTHING = Fraction(0)


def define_topped(
    name: str, about: dict[str, Any], column: str, is_open: Callable[[World, Row], bool]
) -> dict[str, Define]:  # fmt: skip
    """What a component pays in `column`: as usual, and what is wanting of the floor in the year's last period."""
    more = partial(wanting, about=about, name=name, column=column, is_open=is_open)
    return {f"~more {name}": more, column: partial(topped, name=name)}


def topped(world: World, row: Row, name: str) -> Any:
    """What is paid as usual and what tops it up."""
    parts = [world.value(row, f"~usual {name}"), world.value(row, f"~more {name}")]
    return None if None in parts else sum(parts, NOTHING)


def wanting(
    world: World, row: Row, about: dict[str, Any], name: str, column: str, is_open: Callable[[World, Row], bool]
) -> Any:  # fmt: skip
    """What is wanting of the floor after what was paid in the year."""
    now = world.value(row, f"~usual {name}")
    if now is None:
        return None
    year, left = row.period.around("year"), day(world.people.reps[row.key].get("left_on", ""))
    goes = left is not None and left <= row.period.last and about.get("leavers") != "forfeited"
    if not (goes or row.period.last == year.last) or not world.in_force(row) or not is_open(world, row):
        return NOTHING
    floor = world.formula(row, about["floor_year"])
    if floor is None:
        return None
    rows = [r for r in (*before_in_year(world, row), row) if world.in_force(r)]
    leaves_early = left is not None and left < year.last
    if "prorate" in about and not (about.get("leavers") == "full" and leaves_early):
        way = about["prorate"]
        floor *= Fraction(sum(there(world, r, way) for r in rows), whole(world, year, way))
    had = sum((world.value(r, column) or NOTHING for r in rows[:-1]), NOTHING)
    found = max(NOTHING, rounded(floor, 2) - had - now)
    return rounded(found, int(about.get("decimals", 2)), about.get("rounding", "half_up"))


def before_in_year(world: World, row: Row) -> list[Row]:
    """The earlier rows of the same year, in order."""
    year = row.period.around("year")
    rows = [r for r in world.rows[row.frame] if r.key == row.key and r.period.around("year") == year]
    return sorted((r for r in rows if r.period.number < row.period.number), key=lambda r: r.period.number)
