"""The form of a cases file: what somebody who checks a policy by hand would write down."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, create_model, model_validator

from incentives.language.tree import Title
from incentives.ruleset.kinds import Day, Name, TitleText, Whole, Words, number

Number = Annotated[Decimal, PlainValidator(number)]


def share(data: Any) -> Decimal | str:
    """A share of an order: a number, or a fraction, which is left as it is written."""
    return data if isinstance(data, str) and re.fullmatch(r"\s*\d+\s*[/／]\s*\d+\s*", data) else number(data)


Share = Annotated[Decimal | str, PlainValidator(share)]
Status = Literal["probation", "active", "leave", "protected", "off_post"]


class Form(BaseModel):
    """A part of a cases file: unknown keys are faults."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=False)


class Attributes(Form):
    """The attributes of a person: those of a posting, and the days of hiring and leaving. All of them are optional."""

    name: Words | None = None
    hired_on: Day | None = None
    left_on: Day | None = None
    left_reason: Words | None = None
    level: Words | None = None
    track: Words | None = None
    team: Words | None = None
    region: Words | None = None
    product_line: Words | None = None
    manager_id: Words | None = None
    base_salary: Number | None = None
    status: Status | None = None


class Posting(Attributes):
    """A stretch of time with attributes of its own; the others are those of the person."""

    from_: Day = Field(alias="from")
    to: Day | None = None


class Delivered(Form):
    """A metric's value with the source that delivered it; `92` alone comes from the first source allowed."""

    value: Words
    source: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"value": data}


class Target(Form):
    """A target as agreed: `1_000_000` alone is a base that both sides signed."""

    base: Number | None = None
    stretch: Number | None = None
    signed: Literal["both", "rep_only", "manager_only", "no"] = "both"
    revised_on: Day | None = None
    reason: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"base": data}


class Record(Form):
    """A period that was assessed elsewhere: `A` alone is its grade."""

    grade: Words | None = None
    total: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"grade": data}


class Decision(Form):
    """A decision about a matter of the period: `A` alone is the decision."""

    decision: Words
    reason: Words | None = None
    by: Words | None = None
    on: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"decision": data}


class Drawn(Form):
    """The expectation of a conclusion: `proposed` alone is its status, `no` that it is not concluded."""

    status: Literal["proposed", "decided", "standing", "rejected", "withheld", "no"]
    what: list[Words] | None = None
    who: Words | None = None
    by: Number | None = None
    days: Number | None = None
    months: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, data: Any) -> Any:
        found = dict(data) if isinstance(data, dict) else {"status": data}
        if isinstance(found.get("what"), str):
            found["what"] = [found["what"]]
        return found | {"status": "no"} if found.get("status") is False else found


class Order(Form):
    """An order of the person, or of `rep`; without `customer` it has a customer of its own."""

    on: Day
    amount: Number
    customer: Words | None = None
    rep: Words | None = None
    margin: Number | None = None
    product_line: Words | None = None
    due_on: Day | None = None
    returned_on: Day | None = None
    reverses: Whole | None = Field(None, ge=1)
    currency: Words | None = None
    credits: dict[str, Share] = Field(default_factory=dict)
    receipts: dict[str, Number] = Field(default_factory=dict)


class Event(Form):
    """Something that happened to the person, or with a customer."""

    kind: Words
    on: Day
    until: Day | None = None
    value: Words | None = None
    source: Words | None = None
    customer: Words | None = None


class Shared(Form):
    """The keys that hold for all cases, or for all persons of a case, unless one says otherwise."""

    period: Words | None = None
    rep: Attributes = Field(default_factory=lambda: Attributes.model_validate({}))
    given: dict[str, Any] = Field(default_factory=dict)
    targets: dict[str, Any] = Field(default_factory=dict)


class Person(Form):
    """One person: what is given, and which figures are expected."""

    rep: Attributes = Field(default_factory=lambda: Attributes.model_validate({}))
    postings: list[Posting] = Field(default_factory=list)
    given: dict[str, Any] = Field(default_factory=dict)
    targets: dict[str, Any] = Field(default_factory=dict)
    history: dict[str, Record] = Field(default_factory=dict)
    orders: list[Order] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    decisions: dict[str, Any] = Field(default_factory=dict)
    expect: dict[str, Any] = Field(default_factory=dict)


class Case(Person):
    """A case: one person, or several (`reps`) where a rule looks at all of them."""

    title: TitleText = Title()
    shows: list[Words] = Field(default_factory=list)
    period: Words | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    calendar: dict[str, Literal["holiday", "make_up"]] = Field(default_factory=dict)
    rates: dict[str, dict[str, Number]] = Field(default_factory=dict)
    reps: dict[str, Person] = Field(default_factory=dict)


class Cases(Form):
    """A whole file."""

    defaults: Shared = Field(default_factory=lambda: Shared.model_validate({}))
    cases: dict[Name, Case] = Field(min_length=1)


@cache
def form_for(subject: str) -> type[Cases]:
    """The form where `rep` and `reps` are called after the subject: `lead` and `leads`."""
    who: Any = (Attributes, Field(default_factory=lambda: Attributes.model_validate({}), alias=subject))
    shared = create_model("Shared", __base__=Shared, rep=who)
    person = create_model("Person", __base__=Person, rep=who)
    persons: Any = (dict[str, person], Field(default_factory=dict, alias=f"{subject}s"))  # type: ignore[valid-type]
    case = create_model("Case", __base__=Case, rep=who, reps=persons)
    defaults: Any = (shared, Field(default_factory=lambda: shared.model_validate({})))
    cases: Any = (dict[Name, case], Field(min_length=1))  # type: ignore[valid-type]
    return cast(type[Cases], create_model("Cases", __base__=Cases, defaults=defaults, cases=cases))
