"""Dated figures: a value of the policy from each of its days on, and the value in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from incentives.ruleset.kinds import day_key, refusal

FigureScalar = Decimal | bool | str | date
Dated = tuple[tuple[date | None, FigureScalar], ...]


def value_on(values: Dated, day: date) -> FigureScalar | None:
    """The value in force on `day`: that of the last entry that begins on or before it; None before the first."""
    found = None
    for first, value in values:
        if first is None or first <= day:
            found = value
    return found


def breakpoints(figures: Iterable[Dated]) -> tuple[date, ...]:
    """The days on which any of the figures changes, in order."""
    return tuple(sorted({first for values in figures for first, _ in values if first is not None}))


def dated(data: Any) -> Dated:
    """One value, or a mapping of first days to values, as pairs in order of days. Scalars stay as YAML gave them;
    what they must be depends on the figure's unit."""
    if isinstance(data, tuple):
        return data
    if not isinstance(data, dict):
        return ((None, _scalar(data)),)
    if not data:
        raise refusal("figure_empty")
    return tuple(sorted((day_key(first), _scalar(value)) for first, value in data.items()))


def _scalar(data: Any) -> FigureScalar:
    if data is None or isinstance(data, list | dict):
        raise refusal("figure_form")
    scalar: FigureScalar = data
    return scalar


_SCALAR = {"type": ["number", "string", "boolean"]}
FigureValue = Annotated[
    Dated,
    PlainValidator(dated),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "object", "additionalProperties": _SCALAR, "minProperties": 1}]}),
]
