"""The language of conclusions: what follows from the figures, the actions it asks for, ladders and procedures."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from incentives.language.tree import Title
from incentives.ruleset import rules
from incentives.ruleset.kinds import Formula, Name, TitleText, Value, Whole, Words
from incentives.ruleset.parts import Grain, Part, Sourced, Unit, WithinUnit

Do = Literal["propose", "award", "allow", "leave", "start", "enrol", "assign", "observe", "warn", "name"]
When = Literal["next_period", "next_month", "next_year"]
PROPOSES = ("propose", "observe")  # such an action hurts or binds somebody, so that people decide


class Action(Part):
    """One thing that a conclusion asks for."""

    do: Do = Field(description="What is to be done.")
    what: TitleText = Field(Title(), description="Its object: the plan, the course, the title, what is proposed.")
    of: Name | None = Field(None, description="With `propose`: the salary or rate that is to be adjusted.")
    by: Value | None = Field(None, description="With `of`: the change as a share of it, such as `-10%`.")
    points: Value | None = Field(None, description="With `of`: the change in points of the rate, such as `0.5%`.")
    from_: When | None = Field(None, alias="from", description="With `of`: from when; `next_period` without it.")
    code: Words | None = Field(
        None, description="With `of: base_salary`: its earning code for payroll; the conclusion's name without it."
    )
    pay: Name | None = Field(None, description="With `award` and `allow`: the component under `pay` with the amount.")
    days: Value | None = Field(None, description="With `leave`: how many days.")
    months: Value | None = Field(None, description="How long it lasts, or binds to stay.")
    among: Formula | None = Field(None, description="With `assign`: who may be chosen, of the same period.")
    same: tuple[WithinUnit, ...] = Field((), strict=False, description="With `assign`: of the same team or region.")
    most: Value | None = Field(None, description="With `assign`: how many each may have at a time; 1 without it.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, rules.action(self.do, self.model_fields_set, self.of))


class Case(Sourced):
    """One of several ways to come to a conclusion, with what is its own in the actions."""

    when: Formula = Field(description="Where this holds …")
    what: TitleText = Field(Title(), description="… an action without an object of its own takes this one …")
    by: Value | None = Field(None, description="… and an adjustment without a `by` of its own this one.")


class Criterion(Sourced):
    """One thing that a promotion asks for."""

    of: Formula | None = Field(None, description="The figure that is looked at.")
    event: Words | None = Field(None, description="Or the kind of event: the last one that is still valid.")
    is_: Words | None = Field(None, alias="is", description="The test of it, such as `'>= 110%'`; an event's value.")
    unit: Unit | None = Field(None, description="The unit of `of`; without it, that of what the formula reads.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, rules.criterion(self.model_fields_set))


class Stands(Sourced):
    """The duration of a conclusion in later periods."""

    until: Formula | None = Field(None, description="It ends with the period in which this holds.")
    for_: Whole | None = Field(None, alias="for", ge=1, le=400, description="It ends after so many periods.")
    from_: Literal["proposed", "decided"] | None = Field(
        None, alias="from", description="Whether a proposal stands by itself or, as without this, once it is decided."
    )


class Conclusion(Sourced):
    """A rule: its actions follow where its condition holds."""

    grain: Grain | None = Field(None, description="The period it is drawn for; the ruleset's own without it.")
    when: Formula | None = Field(None, description="Where this holds …")
    any_of: dict[Name, Case] = Field(default_factory=dict, description="… or any of these …")
    after: tuple[Name, ...] = Field((), strict=False, description="… and all these conclusions are drawn …")
    then: tuple[Action, ...] = Field((), strict=False, description="… this is to be done.")
    excludes: tuple[Name, ...] = Field((), strict=False, description="Conclusions that contradict it.")
    over: tuple[Name, ...] = Field((), strict=False, description="Conclusions that give way to it.")
    proposal: bool | None = Field(None, description="Whether people decide; so without it for `propose`, `observe`.")
    stands: Stands | None = Field(None, description="Whether it holds on in later periods, for `standing`.")
    even_exempt: bool = Field(False, description="Whether it is drawn for those who are exempt, too.")
    shows: tuple[Name, ...] = Field((), strict=False, description="Further figures to be shown with it.")
    ladder: Name | None = Field(None, description="A promotion on this ladder …")
    from_level: Words | None = Field(None, description="… from this level to the next one …")
    criteria: dict[Name, Criterion] = Field(default_factory=dict, description="… where all of these are met.")
    procedure: Name | None = Field(None, description="The steps that its promotion goes through.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, rules.conclusion(self.model_fields_set))

    @property
    def is_proposal(self) -> bool:
        """Return whether it takes effect only once it is decided."""
        return any(a.do in PROPOSES for a in self.then) if self.proposal is None else self.proposal


class Ladder(Sourced):
    """The levels of a career."""

    levels: tuple[Words, ...] = Field(strict=False, min_length=2, description="Its levels, lowest first.")


class Step(Sourced):
    """One step of a procedure; its key is the value that its event carries."""

    parts: tuple[Words, ...] = Field((), strict=False, description="Its events where it takes several, in any order.")
    working_days: Value | None = Field(None, description="At least so many working days after the step before.")


class Procedure(Sourced):
    """Steps that must follow each other, each a dated event."""

    event: Words = Field(description="The kind of the events.")
    steps: dict[str, Step] = Field(description="The steps in their order.", min_length=2)
