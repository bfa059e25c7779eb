"""Rows after leaving, for who is still paid as cash comes in: nothing is earned or measured in them any more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .days import MONTHS, Period
from .formula import parse
from .people import People, Rows, day

if TYPE_CHECKING:
    from .world import Row, World


def is_gone(world: World, row: Row) -> bool:
    """Whether the subject left before the row's period."""
    left = day(world.people.reps[row.key].get("left_on", ""))
    return left is not None and left < row.period.first


def rows_after(
    policy: dict[str, Any], data: dict[str, Rows], people: People, there: list[tuple[str, Period]], last: date
) -> list[tuple[str, Period]]:  # fmt: skip
    """A row a period that begins after leaving and before the last thing that happens to what was earned."""
    timings = [about.get("timing", {}) for about in policy.get("pay", {}).values()]
    held = [timing for timing in timings if timing.get("on_leaving") == "as_collected"]
    after = max((most(policy, t["unpaid"]["after"]) for t in held if "unpaid" in t), default=0)
    parts = max((most(policy, t["instalments"]) for t in held if "instalments" in t), default=1)
    found = []
    for key in sorted({key for key, _ in there}) if held else []:
        left, period = day(people.reps[key].get("left_on", "")), max(p.number for k, p in there if k == key)
        grain = next(p.grain for k, p in there if k == key)
        if left is None:
            continue
        until = max([months_on(left, (parts - 1) * MONTHS[grain]), *order_days(data, key, after)])
        while (after_it := Period(grain, (period := period + 1))).first <= min(until, last):
            if after_it.first > left:
                found.append((key, after_it))
    return found


def order_days(data: dict[str, Rows], key: str, after: int) -> list[date]:
    """The days on which something happens to the orders of which somebody has a part."""
    found: list[date] = []
    for order in data.get("orders", []):
        whole = order.get("reverses") or order["order_id"]
        parts = [c["rep_id"] for c in data.get("credits", []) if c["order_id"] == whole]
        if key not in (parts or [order["rep_id"]]):
            continue
        on, due = date.fromisoformat(order["ordered_on"]), day(order["due_on"])
        paid = [date.fromisoformat(r["on"]) for r in data.get("receipts", []) if r["order_id"] == order["order_id"]]
        found += [on, (due or on) + timedelta(days=after), day(order["returned_on"]) or on, *paid]
    return found


def months_on(on: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    first = Period("month", on.year * 12 + on.month - 1 + months)
    return min(first.first + timedelta(days=on.day - 1), first.last)


def most(policy: dict[str, Any], written: str) -> int:
    """The largest value that a figure has at any time."""
    if not written.startswith("figures."):
        return int(parse(written)[1])
    value = policy["figures"][written.removeprefix("figures.")]["value"]
    return max(int(parse(one)[1]) for one in (value.values() if isinstance(value, dict) else [value]))
