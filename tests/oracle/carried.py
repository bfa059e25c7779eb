"""What a component carries on from one of a rep's rows to the next: below zero, above its caps, too little to pay."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from .value import rounded
from .world import Define, Row, World

NOTHING = Fraction(0)
TAKING = ("deduction", "draw", "correction")


def below_zero(about: dict[str, Any]) -> str:
    """What the policy does with what is below zero."""
    return str(about.get("below_zero", "paid" if about["kind"] in TAKING else "carried"))


def define_carried(name: str, about: dict[str, Any], earned: Define, column: str) -> dict[str, Define]:
    """The columns of a component whose earnings are `earned`: what is paid, in `column`, and what is carried on."""
    about = {**about, "column": column}
    found = {f"~earned {name}": earned, column: partial(paid, about=about, name=name)}
    if below_zero(about) == "carried" or "pay_from" in about or about.get("excess") == "carried":
        found[f"{name}_carried"] = partial(rest, about=about, name=name)
    return found


def row_before(world: World, row: Row) -> Row | None:
    """The subject's last row before this one."""
    rows = [r for r in world.rows[row.frame] if r.key == row.key and r.period.number < row.period.number]
    return max(rows, key=lambda r: r.period.number, default=None)


def carried_to(world: World, row: Row, name: str) -> Fraction:
    """What the row before has carried on."""
    before = row_before(world, row)
    if before is None or (row.frame, f"{name}_carried") not in world.columns:
        return NOTHING
    return world.value(before, f"{name}_carried") or NOTHING


def room(world: World, row: Row, about: dict[str, Any]) -> Any:
    """What is left of the year's cap; None where the cap is missing."""
    cap = world.formula(row, about["cap_year"])
    if cap is None:
        return None
    spent, before = NOTHING, row_before(world, row)
    while before is not None and before.period.around("year") == row.period.around("year"):
        spent += world.value(before, about["column"]) or NOTHING
        before = row_before(world, before)
    return max(NOTHING, rounded(cap - spent, 2))


def within_year(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What a period adds to what the year earned, as far as its cap goes."""
    cap = world.formula(row, about["cap_year"])
    if cap is None:
        return None
    sum_of, before = NOTHING, row_before(world, row)
    while before is not None and before.period.around("year") == row.period.around("year"):
        if world.in_force(before):
            sum_of += world.value(before, f"~earned {name}") or NOTHING
        before = row_before(world, before)
    now = sum_of + world.value(row, f"~earned {name}")
    return min(now, cap) - min(sum_of, cap)


def due(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What may be paid of what was earned and what was carried on; the rest of it is lost."""
    earned = world.value(row, f"~earned {name}")
    if earned is None:
        return None
    if "cap_year" in about and about.get("excess") != "carried":
        earned = within_year(world, row, about, name)
        if earned is None:
            return None
    found = earned + carried_to(world, row, name)
    if below_zero(about) == "lost":
        found = max(NOTHING, found)
    if "cap_year" in about and about.get("excess") != "carried":
        left = room(world, row, about)
        return None if left is None else min(found, left)
    return found


def paid(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What is paid now."""
    found = due(world, row, about, name)
    if not world.in_force(row) or found is None:
        return None
    if below_zero(about) == "carried":
        found = max(NOTHING, found)
    if about.get("excess") == "carried":
        bounds = [world.formula(row, about["cap"])] if "cap" in about else []
        bounds += [room(world, row, about)] if "cap_year" in about else []
        if None in bounds:
            return None
        found = min(found, *bounds)
    if "pay_from" in about:
        least, left = world.formula(row, about["pay_from"]), world.value(row, "left_on")
        if least is None:
            return None
        last = left is not None and left <= row.period.last
        found = NOTHING if 0 < found < least and not last else found
    return rounded(found, int(about.get("decimals", 2)), about.get("rounding", "half_up"))


def rest(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What is carried on to the next row."""
    if not world.in_force(row):
        return None
    found, now = due(world, row, about, name), world.value(row, about["column"])
    if found is None or now is None:
        return carried_to(world, row, name)
    if about.get("excess") != "carried" and "pay_from" not in about:
        return min(NOTHING, found)
    left = found - now
    if "floor_year" in about and left > 0:  # what tops the year up is taken from it first
        left = max(NOTHING, left - (world.value(row, f"~more {name}") or NOTHING))
    return left
