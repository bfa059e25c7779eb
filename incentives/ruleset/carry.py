"""What a component carries on between periods: which keys say so, and which of them go together."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from incentives.ruleset.kinds import Problems

if TYPE_CHECKING:
    from incentives.ruleset.pay import Component

# kinds that are below zero by their nature: what they take off is not carried on
TAKING = ("deduction", "draw", "correction")


def carrying(given: Set[str], year_to_date: bool) -> Problems:
    """What a cap leaves over is of a cap; a year's cap beside tiers on the year to date is their `cap`."""
    found: Problems = []
    if "excess" in given and not given & {"cap", "cap_year"}:
        found.append(("key_without", ("excess",), {"key": "excess", "other": "cap"}))
    if year_to_date:
        found += [("year_to_date_carries", (key,), {"key": key}) for key in ("cap_year", "excess") if key in given]
    return found


def below_zero(component: Component) -> str:
    """What becomes of what is below zero: it is carried on, but for what takes off by its nature."""
    return component.below_zero or ("paid" if component.kind in TAKING else "carried")


def is_carried(component: Component) -> bool:
    """Return whether a component carries something on whatever its amounts may be."""
    return component.pay_from is not None or component.cap_year is not None or component.excess == "carried"
