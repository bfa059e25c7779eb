"""The language of pay that looks at people: the time that they were there, their place, and those below them."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal

from pydantic import Field

from incentives.ruleset.kinds import Name, Problems, Value
from incentives.ruleset.parts import Sourced

Prorate = Literal["calendar_days", "working_days", "days_30", "whole_months"]
Leavers = Literal["full", "pro_rata", "forfeited"]


class ByRank(Sourced):
    """Money by a place among others; who has no place is paid nothing."""

    of: Name = Field(description="The place: a column with `rank`, or any count.")
    rows: dict[str, Value] = Field(description="`{'1': 10_000, '[2..3]': 5_000}`; other places: 0.", min_length=1)


def problems(given: Set[str], leavers: str | None, to_date: bool) -> Problems:
    """What is wrong between these keys and the others of a component. `to_date`: its tiers are the year's so far."""
    found: Problems = []
    if leavers == "pro_rata" and "prorate" not in given:
        found.append(("key_needs", ("leavers",), {"key": "leavers: pro_rata", "other": "prorate"}))
    if leavers == "full" and "prorate" not in given:
        found.append(("key_without", ("leavers",), {"key": "leavers: full", "other": "prorate"}))
    if to_date and "prorate" in given:
        found.append(("several_forms", ("prorate",), {"given": "prorate, basis: year_to_date"}))
    return found
