"""The units of figures: how many decimals each has and what range it may take unless a ruleset says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from incentives.language.types import DayType, NumberType, TextType, TruthType, Type


@dataclass(frozen=True)
class Unit:
    """A unit of numbers: `scale` decimals, values from `low` to `high` by default."""

    scale: int
    low: Decimal
    high: Decimal


NUMBERS = {
    "money": Unit(2, Decimal(-(10**12)), Decimal(10**12)),
    "ratio": Unit(6, Decimal(0), Decimal(1000)),
    "rate": Unit(6, Decimal(0), Decimal(10)),
    "score": Unit(2, Decimal(0), Decimal(1000)),
    "count": Unit(0, Decimal(0), Decimal(10**9)),
    "days": Unit(2, Decimal(0), Decimal(10**5)),
    "hours": Unit(2, Decimal(0), Decimal(10**5)),
}
OTHERS: dict[str, Type] = {"switch": TruthType(), "text": TextType(), "date": DayType()}
UNITS = (*NUMBERS, *OTHERS)


def unit_type(
    unit: str, bounds: tuple[Decimal, Decimal] | None = None, scale: int | None = None, tax: str | None = None
) -> Type:
    """The type of a figure of `unit`, with its own bounds, scale or tax where it declares them."""
    if unit in OTHERS:
        return OTHERS[unit]
    known = NUMBERS[unit]
    low, high = bounds or (known.low, known.high)
    return NumberType(low, high, known.scale if scale is None else scale, tax or "")


def signed_type(unit: str, values: Iterable[object]) -> Type:
    """The type of a figure of `unit` that has these values: at least zero where none of them is below."""
    kind = unit_type(unit)
    below = any(isinstance(value, Decimal) and value < 0 for value in values)
    return kind if below or not isinstance(kind, NumberType) else replace(kind, low=max(kind.low, Decimal(0)))
