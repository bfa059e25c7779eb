"""Amounts that a component carries on between periods: the keys that say so, and which of them go together."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from incentives.ruleset.kinds import Problems

if TYPE_CHECKING:
    from incentives.ruleset.pay import Component

# kinds that are below zero by their nature: their deductions are not carried on
TAKING = ("deduction", "draw", "correction")


def carrying(given: Set[str], year_to_date: bool) -> Problems:
    """Return the problems of a component's caps: `excess` needs a cap; tiers on the year to date take neither
    `cap_year` nor `excess`."""
    found: Problems = []
    if "excess" in given and not given & {"cap", "cap_year"}:
        found.append(("key_without", ("excess",), {"key": "excess", "other": "cap"}))
    if year_to_date:
        found += [("year_to_date_carries", (key,), {"key": key}) for key in ("cap_year", "excess") if key in given]
    return found


def below_zero(component: Component) -> str:
    """Return how a component treats an amount below zero: as it says, else `paid` for kinds that deduct and
    `carried` for others."""
    return component.below_zero or ("paid" if component.kind in TAKING else "carried")


def is_carried(component: Component) -> bool:
    """Return whether a component carries amounts on by its own keys, whatever they may be."""
    return component.pay_from is not None or component.cap_year is not None or component.excess == "carried"
