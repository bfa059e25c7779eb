"""The language of draws and of what is taken back: advances on pay, their recovery, and the limits that protect pay."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal, Self

from pydantic import Field, model_validator

from incentives.ruleset import rules
from incentives.ruleset.kinds import Formula, Name, Problems
from incentives.ruleset.parts import Sourced

OF_BALANCE = ("recover", "brought", "on_leaving")  # what becomes of a balance, which only a recoverable draw has
CARRYING = ("cap_year", "floor_year", "excess", "below_zero", "pay_from")


class Draw(Sourced):
    """An advance on what is earned: a top-up to a minimum, or a loan on top."""

    amount: Formula = Field(description="The minimum that is topped up to, or the loan of each period.")
    against: tuple[Name, ...] = Field(strict=False, min_length=1, description="The components that are earned.")
    as_: Literal["top_up", "loan"] = Field("top_up", alias="as", description="Which of the two.")
    recoverable: bool = Field(True, description="Whether it is paid back out of what is earned later.")
    recover: Formula = Field("100%", description="At most this share of what is earned is taken to pay it back.")
    brought: Formula | None = Field(
        None, description="Added to the balance in the period, such as what was owed from before this policy."
    )
    on_leaving: Literal["due", "forgiven"] = Field("due", description="What becomes of the balance in the last period.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        idle = [] if self.recoverable else [key for key in OF_BALANCE if key in self.model_fields_set]
        return rules.sound(self, [("draw_without_balance", (key,), {"key": key}) for key in idle])


class TakesBack(Sourced):
    """Deductions of other components, taken through this one within limits; the rest is carried on."""

    from_: tuple[Name, ...] = Field(
        alias="from", strict=False, min_length=1, description="The components; they pay nothing below zero themselves."
    )
    of: Formula = Field(description="The pay that is protected, such as `base_salary + commission`.")
    at_most: Formula = Field("100%", description="At most this share of it is taken in a period …")
    keep: Formula | None = Field(None, description="… and this much of it, such as a minimum wage, is left.")


def drawing(given: Set[str], kind: str) -> Problems:
    """Return the problems of a component with `draw` or `takes_back`, which needs its own kind and carries on by
    itself."""
    found: Problems = []
    if {"takes_back", "rounding"} <= given:  # the amount taken is rounded down, to stay within its limits
        found.append(("several_forms", ("rounding",), {"given": "takes_back, rounding"}))
    for key, own in (("draw", "draw"), ("takes_back", "deduction")):
        if key in given:
            found += [("form_of_kind", (key,), {"key": key, "kind": own})] * (kind != own)
            found += [("several_forms", (other,), {"given": f"{key}, {other}"}) for other in CARRYING if other in given]
    return found
