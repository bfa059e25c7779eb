"""Pay: tiers, shares by grade, formulas, awards per order, and their sum (C1, C4, C6)."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import floor
from typing import Any

from .conclusions import stands, takes_effect
from .formula import parse
from .metrics import chosen, seen
from .value import rounded, value_of
from .world import Define, Row, World

CENT = Fraction(1, 100)


def define_pay(world: World) -> dict[tuple[str, str], Define]:
    """A column a component, and their sum."""
    components = world.policy.get("pay", {})
    found: dict[tuple[str, str], Define] = {
        (world.grain, name): partial(component, about=about, name=name) for name, about in components.items()
    }
    if components:
        found[world.grain, "pay_total"] = partial(pay_total, names=tuple(components))
    return found


def component(world: World, row: Row, about: dict[str, Any], name: str) -> Any:
    """What one component pays a row inside the effective range, in money."""
    if not world.in_force(row):
        return None
    if "only_when" in about and not world.holds(row, about["only_when"]):
        return Fraction(0)
    if not granted(world, row, name):
        return Fraction(0)
    value = earned(world, row, about)
    return None if value is None else rounded(value, 2)


def granted(world: World, row: Row, name: str) -> bool:
    """Whether a conclusion in effect awards or allows the component, or none has to."""
    named = [
        (conclusion, action["do"])
        for conclusion, about in world.policy.get("conclusions", {}).items()
        for action in about.get("then", [])
        if action.get("pay") == name
    ]
    return not named or any(
        takes_effect(world, row, conclusion) or (do == "allow" and stands(world, row, conclusion))
        for conclusion, do in named
    )


def earned(world: World, row: Row, about: dict[str, Any]) -> Any:
    """What a component comes to once its condition holds, exactly."""
    if "over" in about:
        return awarded(world, row, about)
    if "formula" in about:
        return world.formula(row, about["formula"])
    base = world.formula(row, about["base"])
    if "by_grade" in about:
        grade = world.value(row, "grade")
        shares = about["by_grade"]
        return None if base is None or grade not in shares else base * world.given(row, shares[grade])
    return None if base is None else tiered(world, row, base, about["tiers"])


def tiered(world: World, row: Row, base: Fraction, tiers: dict[str, Any]) -> Any:
    """A base through its tiers: slice by slice, or the whole at the rate of its tier."""
    if base < 0:
        return Fraction(0)
    paid, low = Fraction(0), Fraction(0)
    for about in tiers["rows"].values():
        high = world.given(row, about["to"]) if "to" in about else None
        rate = world.given(row, about["rate"])
        if tiers["by"] == "slice":
            paid += max(Fraction(0), (base if high is None else min(base, high)) - low) * rate
            low = base if high is None else high
        elif high is None or base < high or (base == high and tiers.get("edge", "upper") == "lower"):
            return base * rate
    return paid


def awarded(world: World, row: Row, about: dict[str, Any]) -> Fraction:
    """`each` for the lines that hold: the subject's own, or its shares by credit."""
    each = parse(about["each"])
    if about.get("split") != "credits":
        values = [value_of(each, seen(world, row, line)) for line in chosen(world, row, about)]
        return sum((value for value in values if value is not None), Fraction(0))
    owners = (Row(key, row.period, row.frame) for key in world.lines["orders"])
    paid = Fraction(0)
    for owner in owners:
        for line in chosen(world, owner, about):
            amount = rounded(value_of(each, seen(world, row, line)) or Fraction(0), 2)
            shares = world.credits.get(line["order_id"]) or {owner.key: Fraction(1)}
            paid += split(amount, shares).get(row.key, Fraction(0))
    return paid


def split(amount: Fraction, shares: dict[str, Fraction]) -> dict[str, Fraction]:
    """An amount shared to the cent by largest remainder, equal remainders in order of key."""
    exact = {key: amount / CENT * share for key, share in shares.items()}
    cents = {key: floor(value) for key, value in exact.items()}
    left = int(amount / CENT) - sum(cents.values())
    for key in sorted(exact, key=lambda k: (cents[k] - exact[k], k))[:left]:
        cents[key] += 1
    return {key: value * CENT for key, value in cents.items()}


def pay_total(world: World, row: Row, names: tuple[str, ...]) -> Any:
    """The sum of the components that are not missing."""
    if not world.in_force(row):
        return None
    return sum((world.value(row, name) or Fraction(0) for name in names), Fraction(0))
