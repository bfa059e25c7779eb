"""The language of pay that depends on people: their time in the period, their place, and the people below them."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal, Self

from pydantic import Field, model_validator

from incentives.ruleset import rules
from incentives.ruleset.kinds import Formula, Name, Problems, Value
from incentives.ruleset.parts import Sourced, WithinUnit

Prorate = Literal["calendar_days", "working_days", "days_30", "whole_months"]
MOST_LEVELS = 8
Leavers = Literal["full", "pro_rata", "forfeited"]


class Override(Sourced):
    """Pay of a manager by the results of the people below."""

    of: Formula = Field(description="What somebody brings in: a metric, another component, or a formula.")
    levels: dict[str, Value] = Field(
        description="`{1: 2%, 2: 1%}`: the rate of those so many levels below, 1 to 8.", min_length=1
    )
    once: bool = Field(False, description="Paid to the nearest manager above who is entitled only.")
    entitled: Formula | None = Field(None, description="The managers who are paid; all without it.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, override(self.levels.keys(), self.once, self.entitled is not None))


class Pool(Sourced):
    """A sum of money that is shared by points."""

    money: Formula = Field(description="The money, the same for everybody of a unit.")
    by: Formula = Field(description="The points; below zero counts as none.")
    within: WithinUnit = Field("company", description="Each of these units has a pool.")
    among: Formula | None = Field(None, description="Only those for whom this holds take part.")


class ByRank(Sourced):
    """Money by a place among others; who takes no part is paid nothing."""

    of: Name = Field(description="The place: a column with `rank`, or any count.")
    rows: dict[str, Value] = Field(description="`{'1': 10_000, '[2..3]': 5_000}`; other places: 0.", min_length=1)


def problems(given: Set[str], leavers: str | None, to_date: bool) -> Problems:
    """Return the problems between these keys and the others of a component. `to_date`: its tiers are the year's so
    far."""
    found: Problems = []
    if leavers == "pro_rata" and "prorate" not in given:
        found.append(("key_needs", ("leavers",), {"key": "leavers: pro_rata", "other": "prorate"}))
    if leavers == "full" and "prorate" not in given:
        found.append(("key_without", ("leavers",), {"key": "leavers: full", "other": "prorate"}))
    if to_date and "prorate" in given:
        found.append(("several_forms", ("prorate",), {"given": "prorate, basis: year_to_date"}))
    return found


def override(levels: Set[str], once: bool, entitled: bool) -> Problems:
    """Return the problems of an override: a level that does not exist, or `once` without `entitled`."""
    known = {str(level) for level in range(1, MOST_LEVELS + 1)}
    found: Problems = [("override_level", ("levels", level), {"level": level, "most": MOST_LEVELS})
                       for level in sorted(levels - known)]  # fmt: skip
    if once and not entitled:
        found.append(("key_needs", ("once",), {"key": "once", "other": "entitled"}))
    return found
