"""The rows that metrics and awards run over: orders, receipts and events, typed, with what is known of each."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from .people import Rows, day

Line = dict[str, Any]
DATED = {"orders": "ordered_on", "raw orders": "ordered_on", "receipts": "paid_on", "events": "happened_on"}
DAYS = ("ordered_on", "due_on", "returned_on", "paid_on", "happened_on", "until_on")
NUMBERS = ("amount", "margin")
RENAMED = {"receipts": {"on": "paid_on"}, "events": {"on": "happened_on", "until": "until_on"}}


def typed(table: str, row: dict[str, str]) -> Line:
    """A row with its days as days and its money as fractions; what is empty is missing."""
    line: Line = {}
    for column, text in row.items():
        name = RENAMED.get(table, {}).get(column, column)
        if name in DAYS:
            line[name] = day(text)
        elif name in NUMBERS:
            line[name] = Fraction(text) if text else None
        else:
            line[name] = text or None
    if table == "events":
        line["number"] = number(row.get("value") or "")
        line.setdefault("until_on", None)
        line.setdefault("customer_id", None)
    return line


def number(text: str) -> Fraction | None:
    """The number that an event's value is, `85%` as 0.85; None where it is none."""
    plain = text.replace(",", "").rstrip("%％")
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", plain):
        return None
    return Fraction(plain) / (100 if text[-1] in "%％" else 1)


def read_lines(data: dict[str, Rows], key: str) -> dict[str, dict[str, list[Line]]]:
    """table → subject → its rows in order of day, then of the file; a receipt belongs to the subject of its order."""
    orders = [typed("orders", row) for row in data.get("orders", [])]
    for line in orders:
        line["returned"] = line.get("returned_on") is not None
        line["first_ever"] = is_first(line, orders)
    owner = {line["order_id"]: line[key] for line in orders}
    whole = {line["order_id"]: line.get("reverses") or line["order_id"] for line in orders}
    receipts = [
        {**line, key: owner[line["order_id"]], "whole_id": whole[line["order_id"]]}
        for line in (typed("receipts", r) for r in data.get("receipts", []))
    ]
    from .changes import with_changes

    raw, orders = orders, with_changes(orders)
    events = [typed("events", row) for row in data.get("events", [])]
    found: dict[str, dict[str, list[Line]]] = {}
    for table, lines in (("orders", orders), ("raw orders", raw), ("receipts", receipts), ("events", events)):
        found[table] = defaultdict(list)
        for line in sorted(lines, key=lambda one: (one[DATED[table]], one.get("order_id") or "")):
            found[table][line[key]].append(line)
    return found


def is_first(line: Line, orders: list[Line]) -> bool:
    """Whether an order is its customer's first: no earlier one of which anything was left by its day."""
    if line["customer_id"] is None or line.get("reverses") or line["amount"] < 0:
        return False
    for other in orders:
        if other["customer_id"] != line["customer_id"] or other.get("reverses") or other["amount"] < 0:
            continue
        notes = [n for n in orders if n.get("reverses") == other["order_id"]]
        gone = bool(notes) and sum(n["amount"] for n in notes) == -other["amount"]
        if gone and max(n["ordered_on"] for n in notes) <= line["ordered_on"]:
            continue
        if (other["ordered_on"], other["order_id"]) < (line["ordered_on"], line["order_id"]):
            return False
    return True


def within(lines: list[Line], table: str, first: date, last: date) -> list[Line]:
    """The lines dated from first to last."""
    return [line for line in lines if first <= line[DATED[table]] <= last]
