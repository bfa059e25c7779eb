"""Pay that looks at others: what those below a manager bring in, and shares of a pool."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from .formula import parse
from .grades import is_expected
from .leavers import is_gone
from .value import rounded
from .world import Row, World


def managers(world: World, row: Row) -> list[Row]:
    """The rows of the managers above, nearest first, as far as they have one in the period."""
    found: list[Row] = []
    while True:
        above = Row(world.value(found[-1] if found else row, "manager_id"), row.period, row.frame)
        if above not in world.present or is_gone(world, above):
            return found
        found.append(above)


def override(world: World, row: Row, about: dict[str, Any]) -> Fraction | None:
    """What a manager has of what everybody else in the period brings in; missing where one of them lacks it."""
    levels = {int(level): rate for level, rate in about["levels"].items()}

    def entitled(one: Row) -> bool:
        return "entitled" not in about or world.holds(one, about["entitled"])

    paid = Fraction(0)
    for other in world.others(row, "company") if entitled(row) else []:
        brought = brings_in(world, other, about["of"])
        above = [(level, one) for level, one in enumerate(managers(world, other), 1) if level in levels]
        if about.get("once") == "true":
            above = [(level, one) for level, one in above if entitled(one)][:1]
        for level, one in above:
            if one == row and brought is None and is_expected(world, other):
                return None
            if one == row and brought is not None:
                paid += brought * world.given(row, levels[level])
    return paid


def brings_in(world: World, row: Row, of: str) -> Any:
    """What somebody brings in; a formula is rounded to the cent."""
    value = world.formula(row, of)
    return value if value is None or parse(of)[0] == "name" else rounded(value, 2)


def pool(world: World, row: Row, about: dict[str, Any], component: dict[str, Any]) -> Fraction | None:
    """A share of the pool of the row's unit, by largest remainder, ties by key."""
    decimals = int(component.get("decimals", 2))
    money = rounded(world.formula(row, about["money"]), decimals, component.get("rounding", "half_up"))
    unit = world.others(row, about.get("within", "company"))
    lacking = {one.key for one in unit if lacks_points(world, one, about)}
    points = {one.key: points_of(world, one, about) for one in unit}
    if lacking and (row.key in lacking or points[row.key] > 0):
        return None
    everybody = sum(points.values(), Fraction(0))
    if everybody == 0 or money <= 0:
        return Fraction(0)
    units = int(money * 10**decimals)
    whole = {key: floor(units * one / everybody) for key, one in points.items()}
    order = sorted(points, key=lambda key: (whole[key] - units * points[key] / everybody, key))
    more = row.key in order[: units - sum(whole.values())]
    return Fraction(whole[row.key] + more, 10**decimals)


def lacks_points(world: World, row: Row, about: dict[str, Any]) -> bool:
    """Whether somebody takes part whose points are missing."""
    part = "among" not in about or world.holds(row, about["among"])
    return part and is_expected(world, row) and world.formula(row, about["by"]) is None


def points_of(world: World, row: Row, about: dict[str, Any]) -> Fraction:
    """The points with which somebody takes part."""
    points = world.formula(row, about["by"])
    part = not is_gone(world, row) and ("among" not in about or world.holds(row, about["among"]))
    return points if part and points is not None and points > 0 else Fraction(0)
