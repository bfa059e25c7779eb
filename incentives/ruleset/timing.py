"""The language of when pay is paid: held until cash comes in, in instalments, taken back, settled on leaving."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from incentives.ruleset import rules
from incentives.ruleset.kinds import Value
from incentives.ruleset.parts import Sourced

OnLeaving = Literal["as_collected", "released", "forfeited"]


class ClawBack(Sourced):
    """Recovery of what was paid for an order when the order is returned."""

    within: Value = Field(description="The order is returned at most so many days after its day.")
    by: Literal["full", "days"] = Field(
        "full", description="All of it is taken back, or the part of these days that has not gone by."
    )


class Unpaid(Sourced):
    """Recovery of what was paid for an order as far as the customer has not paid."""

    after: Value = Field(description="So many days after the day it was due; after the order's day where none is.")


class Timing(Sourced):
    """The time at which earnings are paid."""

    hold_back: Value | None = Field(None, description="The share that is paid as the cash comes in; `100%`: all of it.")
    instalments: Value | None = Field(None, description="Paid in so many equal parts, one a period, the first at once.")
    claw_back: ClawBack | None = Field(None, description="What a return takes back.")
    unpaid: Unpaid | None = Field(None, description="What is taken back while the customer does not pay.")
    on_leaving: OnLeaving = Field(
        "released",
        description="What is still held when the rep leaves: paid as it falls due, paid at once, or lost.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, rules.timing(self.model_fields_set))
