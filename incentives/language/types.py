"""The types of formulas: a number is a range and a scale, and its digits follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal

MOST_DIGITS = 38
# Decimal's own operators round to 28 digits; ranges and literals are computed in here.
EXACT = Context(prec=400)


@dataclass(frozen=True)
class NumberType:
    """A decimal between `low` and `high` with `scale` decimals.

    `tax` is "included" or "excluded" for money that says so; mixing the two is an error.
    """

    low: Decimal
    high: Decimal
    scale: int
    tax: str = ""

    @property
    def digits(self) -> int:
        """Digits before and after the point that hold every value of the range."""
        largest = max(self.low.copy_abs(), self.high.copy_abs())
        return max(len(str(int(largest))), 1) + self.scale


@dataclass(frozen=True)
class TextType:
    """Any text."""


@dataclass(frozen=True)
class TruthType:
    """True or false."""


@dataclass(frozen=True)
class DayType:
    """A calendar day."""


@dataclass(frozen=True)
class ChoiceType:
    """A closed list of values, such as the grades, best first; another value in a comparison is an error."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class AnyType:
    """Fits everywhere: the type of no value at all, and of a part whose own fault has been told already."""


Type = NumberType | TextType | TruthType | DayType | ChoiceType | AnyType
