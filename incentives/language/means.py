"""Weighted means: Σ weight × value ÷ Σ weight lies between the least and the greatest of the values."""

from __future__ import annotations

from decimal import Decimal

from incentives.language import tree as t
from incentives.language.typed import Typed
from incentives.language.types import NumberType

NOTHING = t.Number(Decimal(0))


def mean_bounds(over: Typed, under: Typed) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest value that over ÷ under can have; None where that is no weighted mean, or where a
    weight may be below zero."""
    parts, weights = terms(over), terms(under)
    kinds = [weighed(part, weight) for part, weight in zip(parts, weights, strict=False)]
    found = [kind for kind in kinds if kind]
    if len(found) < max(len(parts), len(weights)):
        return None
    return min(kind.low for kind in found), max(kind.high for kind in found)


def terms(typed: Typed) -> list[Typed]:
    """Return the terms of a sum."""
    match typed.node:
        case t.Arithmetic(op="+"):
            left, right = typed.parts
            return [*terms(left), *terms(right)]
        case _:
            return [typed]


def weighed(part: Typed, weight: Typed) -> NumberType | None:
    """The type of the value that `part` is `weight` times; of one that counts only where both do."""
    match part.node, weight.node:
        case t.If() as one, t.If() as two if one.when == two.when and one.otherwise == two.otherwise == NOTHING:
            return weighed(part.parts[1], weight.parts[1])
        case t.Arithmetic(op="*"), node if isinstance(weight.type, NumberType) and weight.type.low >= 0:
            values = [value for factor, value in (part.parts, part.parts[::-1]) if factor.node == node]
            return next((value.type for value in values if isinstance(value.type, NumberType)), None)
    return None
