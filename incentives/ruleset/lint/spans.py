"""Faults that exist on some days of a policy only are reported once, with these days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from incentives.faults import Fault
from incentives.ruleset.lint.stated import moments
from incentives.ruleset.model import Policy


def first_found(policy: Policy, check: Callable[[date], Iterable[Fault]]) -> list[Fault]:
    """Return the faults of the first day that has any, each with the days for which it lasts in its blank `from`."""
    days = moments(policy)
    for number, day in enumerate(days):
        if faults := list(check(day)):
            later = {other: {_key(fault) for fault in check(other)} for other in days[number + 1 :]}
            return [_lasting(fault, policy, day, later) for fault in faults]
    return []


def _key(fault: Fault) -> tuple[object, ...]:
    return fault.code, fault.place, fault.about.get("name"), fault.about.get("one")


def _lasting(fault: Fault, policy: Policy, day: date, later: dict[date, set[tuple[object, ...]]]) -> Fault:
    end = next((other for other, found in later.items() if _key(fault) not in found), None)
    return replace(fault, about=fault.about | {"from": span(policy, day, end)})


def span(policy: Policy, day: date, end: date | None) -> dict[str, str]:
    """Return the days for which something lasts, in words: from `day` to the day before `end`; empty where it always
    does."""
    last = end and end - timedelta(days=1)
    if day == policy.effective.from_:
        return {"zh": f"至 {last} 为止，", "en": f"until {last}, "} if last else {"zh": "", "en": ""}
    if last:
        return {"zh": f"{day} 至 {last} 期间，", "en": f"from {day} to {last}, "}
    return {"zh": f"自 {day} 起，", "en": f"from {day} on, "}
