"""Arithmetic on the types of numbers: which range, how many decimals and which tax a result has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from incentives.language.types import EXACT, NumberType

# Decimals to which the bounds of a quotient are widened; its value itself is exact.
QUOTIENT_SCALE = 12


@dataclass(frozen=True)
class Ratio:
    """The types of numerator and denominator of a division that is not rounded yet; the denominator is never zero.

    `by` tells denominators apart: those of one `by` are equal in every row in which both have a value. It is empty
    where there is none.
    """

    over: NumberType
    under: NumberType
    by: str = ""


def of_value(value: Decimal) -> NumberType:
    """The type of one number: its own range and as many decimals as it is written with."""
    return NumberType(value, value, max(0, -int(value.as_tuple().exponent)))


ONE = of_value(Decimal(1))


def negated(a: NumberType) -> NumberType:
    """The type of -a."""
    return replace(a, low=EXACT.minus(a.high), high=EXACT.minus(a.low))


def added(a: NumberType, b: NumberType) -> NumberType:
    """The type of a + b."""
    return NumberType(EXACT.add(a.low, b.low), EXACT.add(a.high, b.high), max(a.scale, b.scale), a.tax or b.tax)


def multiplied(a: NumberType, b: NumberType) -> NumberType:
    """The type of a × b."""
    corners = [EXACT.multiply(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return NumberType(min(corners), max(corners), a.scale + b.scale, a.tax or b.tax)


def quotient(ratio: Ratio) -> NumberType:
    """The range of a division, outwards to 12 decimals. A denominator is at least one unit of its last decimal."""
    unit = Decimal(1).scaleb(-ratio.under.scale)
    below, above = ratio.under.low, ratio.under.high
    divisors = [d for d in (below, above, EXACT.minus(unit), unit) if d != 0 and below <= d <= above] or [unit]
    lows = [_divided(n, d, ROUND_FLOOR) for n in (ratio.over.low, ratio.over.high) for d in divisors]
    highs = [_divided(n, d, ROUND_CEILING) for n in (ratio.over.low, ratio.over.high) for d in divisors]
    tax = "" if ratio.under.tax else ratio.over.tax
    return NumberType(min(lows), max(highs), QUOTIENT_SCALE, tax)


def _divided(n: Decimal, d: Decimal, rounding: str) -> Decimal:
    return EXACT.divide(n, d).quantize(Decimal(1).scaleb(-QUOTIENT_SCALE), rounding=rounding, context=EXACT)


def joined(a: NumberType, b: NumberType) -> NumberType:
    """The type of a value that is either a or b."""
    return NumberType(min(a.low, b.low), max(a.high, b.high), max(a.scale, b.scale), a.tax or b.tax)


def least(a: NumberType, b: NumberType) -> NumberType:
    """The type of min(a, b)."""
    return NumberType(min(a.low, b.low), min(a.high, b.high), max(a.scale, b.scale), a.tax or b.tax)


def greatest(a: NumberType, b: NumberType) -> NumberType:
    """The type of max(a, b)."""
    return NumberType(max(a.low, b.low), max(a.high, b.high), max(a.scale, b.scale), a.tax or b.tax)


def absolute(a: NumberType) -> NumberType:
    """The type of abs(a)."""
    low, high = a.low.copy_abs(), a.high.copy_abs()
    return replace(a, low=Decimal(0) if a.low <= 0 <= a.high else min(low, high), high=max(low, high))


def rounded(a: NumberType, scale: int) -> NumberType:
    """The type of `a` after rounding to `scale` decimals, whichever way."""
    unit = Decimal(1).scaleb(-scale)
    low = a.low.quantize(unit, rounding=ROUND_FLOOR, context=EXACT)
    high = a.high.quantize(unit, rounding=ROUND_CEILING, context=EXACT)
    return replace(a, low=low, high=high, scale=max(scale, 0))


def common(one: Ratio, two: Ratio) -> tuple[NumberType, NumberType, Ratio]:
    """Both numerators over one denominator, which is above zero; and that one, over itself."""
    one, two = positive(one), positive(two)
    if one.by == two.by:
        return one.over, two.over, Ratio(one.under, one.under, one.by)
    over, other = multiplied(one.over, two.under), multiplied(two.over, one.under)
    under, by = multiplied(one.under, two.under), "|".join(sorted(filter(None, (one.by, two.by))))
    return over, other, Ratio(under, under, by)


def positive(ratio: Ratio) -> Ratio:
    """The same division with a denominator above zero."""
    if ratio.under.low >= 0:
        return ratio
    if ratio.under.high <= 0:
        return Ratio(negated(ratio.over), negated(ratio.under), ratio.by)
    return Ratio(joined(ratio.over, negated(ratio.over)), absolute(ratio.under), ratio.by)


def narrowed(a: NumberType, low: Decimal | None, high: Decimal | None) -> NumberType:
    """`a` within bounds that are known to hold; unchanged where they leave nothing."""
    new_low = a.low if low is None else max(a.low, low)
    new_high = a.high if high is None else min(a.high, high)
    return replace(a, low=new_low, high=new_high) if new_low <= new_high else a


def common_digits(a: NumberType, b: NumberType) -> int:
    """Digits of the smallest decimal type that holds every value of both."""
    scale = max(a.scale, b.scale)
    return max(a.digits - a.scale, b.digits - b.scale) + scale


def division_powers(ratio: Ratio, scale: int) -> tuple[int, int]:
    """The powers of ten by which numerator and denominator are multiplied so that both are whole, and their whole
    quotient counts units of the `scale`-th decimal."""
    over = max(scale + ratio.under.scale, ratio.over.scale)
    return over, over - scale


def division_digits(ratio: Ratio, scale: int) -> int:
    """Digits that the integer division of a ratio takes on its way to `scale` decimals, one more for doubling."""
    over, under = division_powers(ratio, scale)
    return max(ratio.over.digits - ratio.over.scale + over, ratio.under.digits - ratio.under.scale + under) + 1
