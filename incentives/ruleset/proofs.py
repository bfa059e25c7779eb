"""The language of proofs: claims of a policy about itself, which `check` tests without any data."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal, Self

from pydantic import Field, model_validator

from incentives.ruleset import rules
from incentives.ruleset.kinds import Name, Problems, Value
from incentives.ruleset.parts import Sourced

Ask = Literal["never_less", "no_jump_above", "at_most", "at_least", "reachable"]
NEEDS: dict[str, tuple[str, ...]] = {
    "never_less": ("metric",), "no_jump_above": ("metric", "money"), "at_most": ("money",), "at_least": ("money",),
    "reachable": ("names",),
}  # fmt: skip


class Proof(Sourced):
    """Something that must hold for every rep there can be."""

    ask: Ask = Field(
        description="`never_less`: for a better `metric` `pay` is never less; `no_jump_above`: one step of it never "
        "moves `pay` by more than `money`; `at_most`, `at_least`: `pay` is within `money`; `reachable`: somebody can "
        "come to each of `names`."
    )
    pay: Name = Field("pay_total", description="The component of pay; the sum of all without it.")
    metric: Name | None = Field(None, description="The metric of which there is more, the rest held.")
    money: Value | None = Field(None, description="The amount that is not passed.")
    names: tuple[Name, ...] = Field((), strict=False, description="Grades or conclusions that somebody can reach.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, problems(self.ask, self.model_fields_set))


def problems(ask: str, given: Set[str]) -> Problems:
    """Return the problems of a question that lacks keys which it needs, or has others."""
    needs = NEEDS[ask]
    found: Problems = [("key_needs", ("ask",), {"key": ask, "other": key}) for key in needs if key not in given]
    may = {*needs, *(() if ask == "reachable" else ("pay",))}
    others = sorted(given & {"pay", "metric", "money", "names"} - may)
    return found + [
        ("proof_takes", (key,), {"ask": ask, "key": key, "allowed": ", ".join(sorted(may))}) for key in others
    ]
