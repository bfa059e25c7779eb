"""Pay order by order: through tiers or by the line of a table of rates, bounded, shared over the credits (C6, C10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from .changes import counted, fits, is_about_notes, left_of
from .days import period_of
from .formula import parse
from .lines import Line
from .metrics import DAYS, chosen, seen
from .trade import split
from .value import rounded, value_of
from .world import Row, World

Look = Callable[[str], Any]


def awarded(world: World, row: Row, about: dict[str, Any], own: bool = False) -> Fraction:
    """What the lines that hold come to: the subject's own, or its shares by credit."""
    if about["over"] == "orders" and not is_about_notes(about):
        parts = parts_of(world, row, about)
        return sum((p for line, p, _ in parts if not own or line["ordered_on"] >= row.period.first), Fraction(0))
    if about.get("split") != "credits":
        lines = chosen(world, row, about)
        if about["over"] == "receipts":
            return sum((refunded(world, row, line, about) for line in lines), Fraction(0))
        return sum((worth(world, row, line, about) for line in lines), Fraction(0))
    owners = [Row(key, row.period, row.frame) for key in world.lines["orders"]]
    paid = Fraction(0)
    for owner in owners:
        for line in chosen(world, owner, about):
            shares = world.credits.get(line["order_id"]) or {owner.key: Fraction(1)}
            paid += split(worth(world, owner, line, about), shares).get(row.key, Fraction(0))
    return paid


def lacks(world: World, row: Row, about: dict[str, Any]) -> bool:
    """Whether a line of the row's own period that counts, or that it has a share of, lacks what it is paid by."""
    signed = about["over"] == "orders" and not is_about_notes(about)
    shared = about.get("split") == "credits"
    owners = [Row(key, row.period, row.frame) for key in world.lines["orders"]] if shared else [row]
    found: dict[str, int] = {}
    for owner in owners:
        lines = counted(world, owner, about) if signed else [(line, 1) for line in chosen(world, owner, about)]
        for line, sign in lines:
            shares = world.credits.get(line["order_id"]) if shared else None
            mine = row.key in shares if shares else owner == row
            if (
                mine
                and not (signed and line["ordered_on"] < row.period.first)
                and is_lacking(world, owner, line, about)
            ):
                found[line.get("order_id", "")] = found.get(line.get("order_id", ""), 0) + sign
    return any(found.values())


def is_lacking(world: World, row: Row, line: Line, about: dict[str, Any]) -> bool:
    """Whether something is missing that a line is paid by."""
    look = seen(world, row, line, DAYS.get(about.get("rate_on", "period")))
    stated_by = [about[key] for key in ("each", "cap_each", "floor_each") if key in about]
    return any(value_of(parse(text), look) is None for text in stated_by)


def refunded(world: World, row: Row, line: Line, about: dict[str, Any]) -> Fraction:
    """What a receipt pays; one below zero takes back what the same amount above zero pays."""
    if line["amount"] >= 0:
        return worth(world, row, line, about)
    return -worth(world, row, {**line, "amount": -line["amount"]}, about)


def parts_of(world: World, row: Row, about: dict[str, Any]) -> list[tuple[Line, Fraction, int]]:
    """What the row has of each order that is put on or taken off in its period."""
    shared = about.get("split") == "credits"
    owners = [Row(key, row.period, row.frame) for key in world.lines["orders"]] if shared else [row]
    found = []
    for owner in owners:
        for line, sign in counted(world, owner, about):
            found.append((line, sign * part_of(world, row, owner, line, about), sign))
    return found


def left_by(world: World, row: Row, about: dict[str, Any], by: date) -> Fraction:
    """What the orders booked in the row's period come to by a day."""
    shared = about.get("split") == "credits"
    owners = [Row(key, row.period, row.frame) for key in world.lines["orders"]] if shared else [row]
    found = Fraction(0)
    for owner in owners:
        for order in world.lines["orders"].get(owner.key, []):
            if row.period.first <= order["ordered_on"] <= row.period.last:
                line = left_of(order, by)
                if line is not None and fits(world, owner, line, about):
                    found += (-1 if order["amount"] < 0 else 1) * part_of(world, row, owner, line, about)
    return found


def part_of(world: World, row: Row, owner: Row, line: Line, about: dict[str, Any]) -> Fraction:
    """What a row has of what an order pays."""
    booked = Row(owner.key, period_of(row.period.grain, line["ordered_on"]), owner.frame)
    amount = worth(world, booked, line, about)
    shares = world.credits.get(line["order_id"]) if about.get("split") == "credits" else None
    return split(amount, shares or {owner.key: Fraction(1)}).get(row.key, Fraction(0))


def worth(world: World, row: Row, line: Line, about: dict[str, Any]) -> Fraction:
    """What one line pays, to the cent; nothing where something is missing."""
    look = seen(world, row, line, DAYS.get(about.get("rate_on", "period")))
    value = value_of(parse(about["each"]), look)
    if value is None:
        return Fraction(0)
    extras = about.get("add_rate", {}).values()
    added = sum((stated(one["then"], look) for one in extras if value_of(parse(one["when"]), look)), Fraction(0))
    if "tiers" in about:
        value = through(about["tiers"], value, look, added)
    elif "rates" in about:
        value *= stated(fitting(about["rates"], look)["rate"], look) + added
    for key, bound in (("cap_each", min), ("floor_each", max)):
        edge = value_of(parse(about[key]), look) if key in about else value
        if edge is None:
            return Fraction(0)
        value = bound(value, edge)
    return rounded(value, 2, about.get("rounding", "half_up"))


def stated(text: str, look: Look) -> Any:
    """A value as the policy states it."""
    return value_of(parse(text), look)


def through(tiers: dict[str, Any], amount: Fraction, look: Look, added: Fraction) -> Fraction:
    """An amount through tiers whose edges are money, `added` to every rate; one below zero as much less as the same
    above zero is more."""
    if amount < 0:
        return -through(tiers, -amount, look, added)
    low, paid = Fraction(0), Fraction(0)
    for tier in tiers["rows"].values():
        high = stated(tier["to"], look) if "to" in tier else None
        inside = high is None or amount < high or (amount == high and tiers.get("edge") == "lower")
        if tiers["by"] == "whole":
            if inside:
                return amount * (stated(tier["rate"], look) + added)
        else:
            top = amount if high is None else min(amount, high)
            paid += max(top - low, Fraction(0)) * (stated(tier["rate"], look) + added)
        low = high
    return paid


def fitting(rates: dict[str, Any], look: Look) -> Any:
    """The line that counts: of those that fit, the one that states most, then what comes first in `by`; or None."""
    by = rates["by"]
    fits = [
        line for line in rates["rows"].values() if all(look(key) == line[key] for key in by if key in line)
    ]  # fmt: skip
    return min(fits, key=lambda line: (-sum(key in line for key in by), [key not in line for key in by]), default=None)
