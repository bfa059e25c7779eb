"""When pay is paid: what of each order, or of each period's amount, is due by the end of a period (C10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from .changes import fits, left_of
from .days import Period, period_of
from .lines import Line
from .orders import part_of
from .people import day
from .value import rounded
from .world import Row, World

CENT = Fraction(1, 100)
WHOLE = ("factor", "cap", "floor", "prorate", "decimals")  # what makes of orders a thing of the period
Earned = Callable[[Row, date], Any]  # with what is left of the row's orders by a day


def paid_now(world: World, row: Row, about: dict[str, Any], earned: Earned, is_open: Callable[[Row], bool]) -> Any:
    """What is due by now, less what was due by the row before; missing where that is nothing and what was earned is."""
    booked, before = booked_rows(world, row)
    now = sum(due(world, booked, row.period, about, earned, is_open).values(), Fraction(0))
    now -= sum(due(world, booked, before, about, earned, is_open).values(), Fraction(0)) if before else 0
    return now if now or earned(row, row.period.last) is not None else None


def taken_now(
    world: World, row: Row, about: dict[str, Any], earned: Earned, is_open: Callable[[Row], bool]
) -> Fraction:  # fmt: skip
    """What of it is taken back, below zero: of each order or period what is less due than at the end of the period
    before, in this row's period and those since the row before."""
    booked, before = booked_rows(world, row)
    found = Fraction(0)
    for number in range(before.number + 1 if before else row.period.number, row.period.number + 1):
        was, now = (
            due(world, booked, Period(row.period.grain, n), about, earned, is_open) if n >= 0 else {}
            for n in (number - 1, number)
        )
        # what is booked now, or is less for a credit note, is not taken back
        back = (min(Fraction(0), amount - was[item]) for item, amount in now.items() if item in was)
        found += sum(back, Fraction(0))
    return found


def booked_rows(world: World, row: Row) -> tuple[list[Row], Period | None]:
    """The rows in which something is booked, and the period of the row before this one."""
    rows = sorted((r for r in world.rows[row.frame] if r.key == row.key), key=lambda r: r.period.number)
    place = rows.index(row)
    return [r for r in rows if world.in_force(r)], rows[place - 1].period if place else None


def due(
    world: World, booked: list[Row], by: Period, about: dict[str, Any], earned: Earned, is_open: Callable[[Row], bool]
) -> dict[Any, Fraction]:  # fmt: skip
    """What is due by the end of a period of everything that was booked until then, by order or by period."""
    found: dict[Any, Fraction] = {}
    left = day(world.people.reps[booked[0].key].get("left_on", "")) if booked else None
    if left and about["timing"].get("on_leaving") != "as_collected":
        by = min(by, period_of(by.grain, left), key=lambda period: period.number)
    for row in booked:
        if row.period.number > by.number:
            continue
        whole = {key for key in WHOLE if key in about} - ({"cap"} if about.get("excess") == "carried" else set())
        if about.get("over") == "orders" and not whole:
            if is_open(row):
                parts = [(line, part) for line, part in orders(world, row, about, by) if part]
                mode = about.get("rounding", "half_up")
                for line, part in parts:
                    amount = rounded(part * vested(world, row, line, by, about, left), 2, mode)
                    found[line["order_id"], line["note"]] = in_parts(world, row, amount, by, about, left, 2)
        else:
            amount = earned(row, by.last)
            found[row.period.number, amount] = of_period(world, row, amount, by, about, left)
    return found


def of_period(world: World, row: Row, amount: Any, by: Period, about: dict[str, Any], left: date | None) -> Fraction:
    """The same of what one period came to: by the share that its orders have vested."""
    if not amount:
        return Fraction(0)
    decimals = int(about.get("decimals", 2))
    lines: list[tuple[Line, Fraction]] = []
    if set(about["timing"]) & {"hold_back", "claw_back", "unpaid"}:
        of = about if about.get("over") == "orders" else {"over": "orders", "each": "amount", "split": "credits"}
        lines = orders(world, row, of, by)
        sold = sum((part for _, part in lines), Fraction(0))
    else:
        sold = Fraction(0)
    if sold > 0:
        mode = of.get("rounding", "half_up")
        come = [rounded(part * vested(world, row, line, by, about, left), 6, mode) for line, part in lines]
        amount = rounded(amount * sum(come, Fraction(0)) / sold, decimals, about.get("rounding", "half_up"))
    return in_parts(world, row, amount, by, about, left, decimals)


def orders(world: World, row: Row, about: dict[str, Any], by: Period) -> list[tuple[Line, Fraction]]:
    """The orders of which a row has a part, as they are left by the end of a period, and its part of each."""
    shared = about.get("split") == "credits"
    owners = [Row(key, row.period, row.frame) for key in world.lines["orders"]] if shared else [row]
    found = []
    for owner in owners:
        for order in world.lines["orders"].get(owner.key, []):
            line = left_of(order, by.last) if row.period.first <= order["ordered_on"] <= row.period.last else None
            if line is not None and fits(world, owner, line, about):
                sign = -1 if order["amount"] < 0 else 1
                found.append((line, sign * part_of(world, row, owner, line, about)))
    return found


def vested(world: World, row: Row, line: Line, by: Period, about: dict[str, Any], left: date | None) -> Fraction:
    """The share of an order that has vested by the end of a period."""
    timing, sold, share = about["timing"], line["given"], Fraction(1)
    if sold > 0:
        receipts = received(world).get(line["order_id"], [])
        cash = sum((r["amount"] for r in receipts if r["paid_on"] <= by.last), Fraction(0))
        come = max(Fraction(0), min(Fraction(1), cash / sold))
        leaves = timing.get("on_leaving", "released") == "released" and left is not None and left <= by.last
        if "hold_back" in timing and not leaves:
            share -= world.given(row, timing["hold_back"]) * (1 - come)
        if "unpaid" in timing:
            days = int(world.given(row, timing["unpaid"]["after"]))
            if (line["due_on"] or line["ordered_on"]) + timedelta(days=days) <= by.last:
                share = come
    back = line["returned_on"]
    if "claw_back" in timing and back is not None and back <= by.last:
        within = int(world.given(row, timing["claw_back"]["within"]))
        gone = (back - line["ordered_on"]).days
        if gone <= within:
            share *= Fraction(gone, within) if timing["claw_back"].get("by") == "days" else 0
    return share


def received(world: World) -> dict[str, list[Line]]:
    """The receipts by the order that they are of."""
    place = (Row("", Period("year", 0), "receipts"), "")
    if place not in world.known:
        found: dict[str, list[Line]] = {}
        for receipt in (r for lines in world.lines["receipts"].values() for r in lines):
            found.setdefault(receipt["whole_id"], []).append(receipt)
        world.known[place] = found
    kept: dict[str, list[Line]] = world.known[place]
    return kept


def in_parts(
    world: World, row: Row, amount: Fraction, by: Period, about: dict[str, Any], left: date | None, decimals: int
) -> Fraction:  # fmt: skip
    """What of an amount its instalments until the end of a period come to."""
    timing = about["timing"]
    leaves = timing.get("on_leaving", "released") == "released" and left is not None and left <= by.last
    if "instalments" not in timing or amount <= 0 or leaves:
        return amount
    many, turn = int(world.given(row, timing["instalments"])), by.number - row.period.number + 1
    units = amount * 10**decimals
    each = [floor(units / many) + (1 if n < units % many else 0) for n in range(many)]
    return Fraction(sum(each[:turn]), 10**decimals)
