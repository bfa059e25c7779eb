"""What orders come to: each as it was made, and as every credit note that names it leaves it (C10)."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from .days import period_of
from .formula import parse
from .left import Left
from .lines import Line
from .value import holds, rounded
from .world import Row, World

Change = tuple[date, int, Line]  # the day, whether the order is put on or taken off, and what is left of it


def with_changes(orders: list[Line]) -> list[Line]:
    """The orders, each with its changes; credit notes that name one are none."""
    by_id = {line["order_id"]: line for line in orders}
    notes = sorted((line for line in orders if line.get("reverses")), key=lambda n: (n["ordered_on"], n["order_id"]))
    kept = [line for line in orders if not line.get("reverses")]
    for line in kept:
        own = {**line, "given": line["amount"], "note": None}
        sign = 1
        if line["amount"] < 0:
            own |= {"amount": -line["amount"], "margin": None if line["margin"] is None else -line["margin"]}
            sign = -1
        line["changes"] = [(line["ordered_on"], sign, own)]
    for note in notes:
        order = by_id[note["reverses"]]
        before = order["changes"][-1][2]
        less = note["margin"]
        if less is None and order["margin"] is not None:
            share = note["amount"] / order["amount"] if order["amount"] else Fraction(0)
            less = rounded(order["margin"] * share, 2)
        left = before["amount"] + note["amount"]
        margin = before["margin"] + less if before["margin"] is not None and less is not None else before["margin"]
        after = {**before, "amount": left, "given": left, "margin": margin, "note": note["order_id"]}
        order["changes"] += [(note["ordered_on"], -1, before), (note["ordered_on"], 1, after)]
    return kept


def is_about_notes(about: dict[str, Any]) -> bool:
    """Whether a metric or component takes credit notes as they stand in the data."""
    text = " ".join(str(about.get(key, "")) for key in ("where", "take", "each"))
    return "reverses" in text or bool(re.search(r"\bamount\s*<=?\s*0(?![\d._])", text))


def look_at(world: World, row: Row, line: Line, about: dict[str, Any], given: bool = False) -> Any:
    """How a formula over an order finds its names: figures are those of the order's own period or day; of rows so far
    those of the row's."""
    from .metrics import DAYS, seen

    so_far = about.get("rows") == "so_far"
    booked = row if so_far else Row(row.key, period_of(row.period.grain, line["ordered_on"]), row.frame)
    dated = DAYS.get(about.get("rate_on", "period"))
    return seen(world, booked, line | {"amount": line["given"]} if given else line, dated)


def counted(world: World, row: Row, about: dict[str, Any]) -> list[tuple[Line, int]]:
    """What of the orders of the row's subject is put on or taken off in its period, and fits `where`."""
    first = date.min if about.get("rows") == "so_far" else row.period.first
    return [
        (line, sign)
        for order in world.lines["orders"].get(row.key, [])
        for day, sign, line in order["changes"]
        if is_within(world, row, order, day, first) and not is_nothing(line) and fits(world, row, line, about)
    ]


def is_within(world: World, row: Row, order: Line, day: date, first: date) -> bool:
    """Whether a change of a day counts in a row; of what is left, those of the period's own orders."""
    if isinstance(world, Left) and first != date.min:
        return row.period.first <= order["ordered_on"] <= row.period.last and day <= max(world.by, row.period.last)
    return first <= day <= row.period.last


def is_nothing(line: Line) -> bool:
    """Whether credit notes have left nothing of an order."""
    return line["note"] is not None and line["amount"] == 0


def fits(world: World, row: Row, line: Line, about: dict[str, Any]) -> bool:
    """Whether `where` holds for an order as it is."""
    if "where" not in about:
        return True
    given = bool(re.search(r"\bamount\s*>=?\s*0(?![\d._])", about["where"]))
    return holds(parse(about["where"]), look_at(world, row, line, about, given))


def standing(world: World, row: Row, about: dict[str, Any], by: date) -> list[Line]:
    """The orders booked in the row's period of which something is left by a day, as they are then."""
    first = date.min if about.get("rows") == "so_far" else row.period.first
    found = []
    for order in world.lines["orders"].get(row.key, []):
        if first <= order["ordered_on"] <= row.period.last and order["amount"] >= 0:
            line = left_of(order, by)
            if line is not None and fits(world, row, line, about):
                found.append(line)
    return found


def left_of(order: Line, by: date) -> Line | None:
    """An order as it is left by a day; None where nothing is."""
    _, _, line = [change for change in order["changes"] if change[0] <= by][-1]
    return None if is_nothing(line) else line


def distinct(world: World, row: Row, about: dict[str, Any], of: str) -> int:
    """How many different values the period's orders have, less those that the orders of earlier ones have no more."""
    grain = row.period.grain
    found = 0
    booked: dict[int, list[tuple[Any, Line, int, date]]] = {}
    for order in world.lines["orders"].get(row.key, []):
        number = row.period.number if about.get("rows") == "so_far" else period_of(grain, order["ordered_on"]).number
        for day, sign, line in order["changes"]:
            if day > (max(world.by, row.period.last) if isinstance(world, Left) else row.period.last):
                continue
            if is_nothing(line) or (isinstance(world, Left) and number != row.period.number):
                continue
            value = line.get(of)
            if value is not None and fits(world, row, line, about):
                booked.setdefault(number, []).append((value, line, sign, day))
    for number, entries in booked.items():
        for value in {entry[0] for entry in entries}:
            own = [entry for entry in entries if entry[0] == value]
            before = number != row.period.number and is_there([e for e in own if e[3] < row.period.first])
            found += is_there(own) - before
    return found


def is_there(entries: list[tuple[Any, Line, int, date]]) -> bool:
    """Whether anything is left of these orders."""
    worth = sum((line["amount"] * sign for _, line, sign, _ in entries), Fraction(0))
    return worth > 0 or (worth == 0 and sum(sign for _, _, sign, _ in entries) > 0)
