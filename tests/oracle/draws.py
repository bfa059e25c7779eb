"""Draws with their balances, and deductions that take back what other components owe, within limits."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from .carried import row_before
from .grades import is_expected
from .value import rounded
from .world import Define, Row, World

NOTHING = Fraction(0)


def taken_of(policy: dict[str, Any]) -> set[str]:
    """The components that are taken back through another one."""
    return {name for about in policy.get("pay", {}).values() for name in about.get("takes_back", {}).get("from", ())}


def define_draw(name: str, about: dict[str, Any], amount: Define, column: str) -> dict[str, Define]:
    """The columns of a draw whose amount is `amount`: what it comes to in `column`, and its balance."""
    found = {f"~amount {name}": amount, column: partial(drawn_less_paid_back, about=about, name=name)}
    if about["draw"].get("recoverable", "true") == "true":
        found[f"{name}_balance"] = partial(balance, about=about, name=name)
    return found


def before(world: World, row: Row, column: str) -> Fraction:
    """What a column was in the row before."""
    earlier = row_before(world, row)
    return NOTHING if earlier is None else world.value(earlier, column) or NOTHING


def owed_before(world: World, row: Row, about: dict[str, Any], name: str) -> Fraction:
    """The balance of the row before, and what is brought in besides."""
    stated = about["draw"].get("brought")
    brought = None if stated is None else world.formula(row, stated)
    return before(world, row, f"{name}_balance") + rounded(max(NOTHING, brought or NOTHING), 2)


def is_last(world: World, row: Row) -> bool:
    """Whether the rep has left by the end of the period."""
    left = world.value(row, "left_on")
    return left is not None and left <= row.period.last


def money(value: Fraction, about: dict[str, Any]) -> Fraction:
    """An amount rounded as its component is."""
    return rounded(value, int(about.get("decimals", 2)), about.get("rounding", "half_up"))


def moved(world: World, row: Row, about: dict[str, Any], name: str) -> tuple[Any, Any]:
    """What is drawn and what is paid back in a row."""
    draw = about["draw"]
    amount = world.value(row, f"~amount {name}")
    parts = [world.value(row, other) for other in draw["against"]]
    if None in parts and is_expected(world, row):
        amount = None
    earned = sum((part or NOTHING for part in parts), NOTHING)
    top_up = draw.get("as", "top_up") == "top_up"
    left = world.value(row, "left_on")
    drawn = amount
    if amount is not None and left is not None and left < row.period.first:
        drawn = NOTHING
    elif amount is not None and top_up:
        drawn = money(max(NOTHING, amount - earned) if amount > 0 else NOTHING, about)
    if draw.get("recoverable", "true") != "true":
        return drawn, NOTHING
    owed = owed_before(world, row, about, name)
    if is_last(world, row) and draw.get("on_leaving", "due") == "due":
        return drawn, owed + (drawn or NOTHING)
    if amount is None:
        return drawn, NOTHING
    share = world.formula(row, draw.get("recover", "100%"))
    most = max(NOTHING, earned - amount if top_up else earned) * share
    return drawn, money(min(owed, most), about)


def drawn_less_paid_back(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What a draw comes to."""
    if not world.in_force(row):
        return None
    drawn, back = moved(world, row, about, name)
    return None if drawn is None else money(drawn - back, about)


def balance(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What is still to be paid back at the end of a row's period."""
    if not world.in_force(row):
        return None
    if is_last(world, row) and about["draw"].get("on_leaving", "due") == "forgiven":
        return NOTHING
    drawn, back = moved(world, row, about, name)
    owed = owed_before(world, row, about, name)
    return owed if drawn is None else owed + drawn - back


def define_taking(name: str, about: dict[str, Any], most: Define) -> dict[str, Define]:
    """The columns of a deduction that takes at most `most`: what it takes, and what it carries on."""
    return {
        f"~most {name}": most,
        name: partial(taken, about=about, name=name),
        f"{name}_carried": partial(still_owed, about=about, name=name),
    }


def owed_by(world: World, row: Row, about: dict[str, Any], name: str) -> Fraction | None:
    """All that is to be taken back by now; missing where a component is that it is taken of."""
    found = -before(world, row, f"{name}_carried")
    for other in about["takes_back"]["from"]:
        whole = world.value(row, f"~own {other}")
        if whole is None and is_expected(world, row):
            return None
        if whole is not None:
            back = world.value(row, f"~clawed {other}")
            found += max(NOTHING, back - whole) - back
    return found


def taken(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What is taken in a row, below zero."""
    most = world.value(row, f"~most {name}")
    if not world.in_force(row) or most is None:
        return None
    owed = owed_by(world, row, about, name)
    if owed is None:
        return None
    limits = [owed, most]
    if "keep" in about["takes_back"]:
        pay, keep = (world.formula(row, about["takes_back"][key]) for key in ("of", "keep"))
        if pay is None or keep is None:
            return None
        limits.append(max(NOTHING, rounded(pay, 2) - keep))
    return -rounded(min(limits), int(about.get("decimals", 2)), "down")


def still_owed(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What is carried on, below zero."""
    if not world.in_force(row):
        return None
    owed = owed_by(world, row, about, name)
    return before(world, row, f"{name}_carried") if owed is None else -owed - (world.value(row, name) or NOTHING)


def at_most(world: World, row: Row, about: dict[str, Any]) -> Any:
    """The share of the pay that may be taken, before it is rounded."""
    pay, share = (world.formula(row, text) for text in (about["of"], about.get("at_most", "100%")))
    return None if pay is None or share is None else max(NOTHING, rounded(pay, 2)) * share


def own(world: World, row: Row, name: str) -> Any:
    """What a component pays that is taken back through another: nothing below zero."""
    value = world.value(row, f"~own {name}")
    return None if value is None else max(NOTHING, value - world.value(row, f"~clawed {name}"))
