"""Expected figures of a case, and their exact comparison with the figures that came out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from incentives.cases.read import Actor, Setting, Story
from incentives.faults import Place, RefusedError
from incentives.language.near import near_names
from incentives.language.tree import Title
from incentives.language.types import ChoiceType, DayType, NumberType, TruthType, Type
from incentives.plan.columns import Column
from incentives.ruleset.kinds import day, number, text, truth
from incentives.ruleset.placed import Path
from incentives.ruleset.scalars import written

MISSING = "missing"
REFUSED = "refused"
HIDDEN = {"part", "check"}

CONCLUSIONS, PROCEDURES = "conclusions", "procedures"

Value = Decimal | bool | str | date | tuple[str, ...] | None


@dataclass(frozen=True)
class Expected:
    """One figure that is to come out for the person with `key`, whom the case calls `person`.

    Without a `name` the data or policy is to be refused with `value` in the message. A `part` is what is expected of a
    conclusion, or with `procedure` a step of one.
    """

    key: str
    person: str
    name: str
    title: Title
    value: Value
    place: Place
    part: str = ""
    procedure: bool = False


@dataclass(frozen=True)
class Difference:
    """An expected figure that came out differently; both as text, what came out in both languages."""

    case: str
    title: Title
    person: str
    figure: Expected
    expected: str
    got: Title
    place: Place


def expected_of(setting: Setting, story: Story, columns: dict[str, Column]) -> tuple[Expected, ...]:
    """All figures that a case expects; what it cannot expect is noted as a fault."""
    return tuple(one for actor in story.actors for one in _of(setting, actor, columns))


def _of(setting: Setting, actor: Actor, columns: dict[str, Column]) -> Iterator[Expected]:
    for name, value in actor.person.expect.items():
        if name in (CONCLUSIONS, PROCEDURES):
            continue
        path: Path = (*actor.path, "expect", name)
        if name == REFUSED:
            kind: Type | None = None
        elif name in columns:
            kind = columns[name].type
        else:
            close = next(iter(near_names(name, columns, 1)), "")
            code = "case_column_unknown_close" if close else "case_column_unknown"
            setting.fault(code, path, at_key=True, name=name, close=close)
            continue
        try:
            figure = value_of(value, kind)
        except PydanticCustomError as error:
            for code, _, about in (error.context or {})["found"]:
                setting.fault(code, path, **about)
            continue
        if isinstance(kind, ChoiceType) and figure is not None and figure not in kind.values:
            setting.fault("case_choice_unknown", path, value=figure, allowed=", ".join(kind.values))
            continue
        called = ("", Title()) if kind is None else (name, columns[name].title)
        yield Expected(actor.key, actor.who, *called, figure, setting.document.place(path))


def value_of(data: Any, kind: Type | None) -> Value:
    """An expected value in the type of its column, None for `missing`. Raises PydanticCustomError."""
    if data == MISSING:
        return None
    match kind:
        case NumberType():
            return number(data)
        case TruthType():
            return truth(data)
        case DayType():
            return day(data)
        case _:
            return data if data == "" else text(data)


def columns_for(columns: tuple[Column, ...]) -> dict[str, Column]:
    """The columns that a case may expect, by name."""
    return {column.name: column for column in columns if column.role not in HIDDEN}


def agrees(expected: Value, got: Value) -> bool:
    """Return whether a figure came out as expected, to the last digit; `missing` may also be the name of a state."""
    return got in {None, MISSING} if expected is None else expected == got


def shown(value: Value, like: Value = None) -> str:
    """A value as text; a number without the zeros at its end that `like` does not write either."""
    if value is None:
        return MISSING
    if isinstance(value, Decimal):
        least = -int(like.as_tuple().exponent) if isinstance(like, Decimal) else 0
        whole, _, part = f"{value:f}".partition(".")
        part = part[:least] + part[least:].rstrip("0")
        return f"{whole}.{part}" if part else whole
    return ", ".join(value) if isinstance(value, tuple) else written(value) or "''"


def refusal_of(error: RefusedError) -> list[Title]:
    """The messages of a refusal in both languages."""
    return [Title(fault.text("zh"), fault.text("en")) for fault in error.faults if not fault.warning]
