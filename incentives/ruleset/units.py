"""The units of figures: the decimals of each, and its default range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from incentives.language.types import EXACT, DayType, NumberType, TextType, TruthType, Type


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
ROOM = 4  # decimals that a constant has room for: 12.34 %


def unit_type(
    unit: str, bounds: tuple[Decimal, Decimal] | None = None, scale: int | None = None, tax: str | None = None
) -> Type:
    """Return the type of a figure of `unit`, with its own bounds, scale or tax where it declares them."""
    if unit in OTHERS:
        return OTHERS[unit]
    known = NUMBERS[unit]
    low, high = bounds or (known.low, known.high)
    return NumberType(low, high, known.scale if scale is None else scale, tax or "")


def constant_type(
    unit: str, values: Iterable[object], bounds: tuple[Decimal, Decimal] | None = None, room: bool = True
) -> Type:
    """Return the type of a figure of `unit` that has these values and may have others, within `bounds` if there are
    any.

    There is room for other values, so that one of them seldom has another type: ten times as large, up to the next
    power of ten, unless `bounds` say how large; and with 4 decimals, or as many as the unit has. A type has zero, and
    what is on the other side of zero, only where one of the values is there. Without `room`, it is as narrow as the
    values are.
    """
    kind = unit_type(unit, bounds)
    numbers = [value for value in values if isinstance(value, Decimal)]
    if not isinstance(kind, NumberType) or not numbers:
        return kind
    least, most = min(numbers), max(numbers)
    stated = max(decimals(value) for value in numbers)
    scale = max(stated, min(kind.scale, ROOM if room else 0))
    smallest, low, high = Decimal(1).scaleb(-scale), kind.low, kind.high
    if bounds is None and (least or most):
        widest = power_above(max(abs(least), abs(most)) * (10 if room else 1))
        low, high = max(low, -widest), min(high, widest)
    if least >= 0:
        low = max(low, smallest if least else Decimal(0))
    if least < 0 and most <= 0:
        high = min(high, -smallest if most else Decimal(0))
    return replace(kind, low=low, high=high, scale=scale) if low <= high else kind


def decimals(value: Decimal) -> int:
    """Return the decimals that a value has, without zeros at the end."""
    return max(0, -int(value.normalize(EXACT).as_tuple().exponent))


def power_above(value: Decimal) -> Decimal:
    """Return the smallest power of ten that is not below a value above zero."""
    power = Decimal(1).scaleb(value.adjusted())
    return power if power == value else power * 10
