"""Dated figures: a value of the policy from each of its days on, and the value in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from incentives.ruleset.kinds import Problems, refusal, refusals, shown
from incentives.ruleset.scalars import plain

FigureScalar = Decimal | bool | str | date
Dated = tuple[tuple[date | None, FigureScalar], ...]


def value_on(values: Dated, day: date) -> FigureScalar | None:
    """Return the value in force on `day`: that of the last entry that begins on or before it; None before the first."""
    found = None
    for first, value in values:
        if first is None or first <= day:
            found = value
    return found


def breakpoints(figures: Iterable[Dated]) -> tuple[date, ...]:
    """Return the days on which any of the figures changes, in order."""
    return tuple(sorted({first for values in figures for first, _ in values if first is not None}))


def dated(data: Any) -> Dated:
    """Return one value, or a mapping of first days to values, as pairs in order of days. Scalars stay as YAML gave
    them; what they must be depends on the figure's unit."""
    if isinstance(data, tuple):
        return data
    if not isinstance(data, dict):
        if data is None or isinstance(data, list):
            raise refusal("figure_form")
        return ((None, data),)
    if not data:
        raise refusal("figure_empty")
    values: list[tuple[date, FigureScalar]] = []
    found: Problems = []
    for first, value in data.items():
        starts = plain(first)
        if not isinstance(starts, date):
            found.append(("not_day_key", (first,), {"value": shown(first)}))
        elif value is None or isinstance(value, list | dict):
            found.append(("figure_form", (first,), {}))
        else:
            values.append((starts, value))
    if found:
        raise refusals(found)
    return tuple(sorted(values, key=lambda entry: entry[0]))


_SCALAR = {"type": ["number", "string", "boolean"]}
FigureValue = Annotated[
    Dated,
    PlainValidator(dated),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "object", "additionalProperties": _SCALAR, "minProperties": 1}]}),
]
