"""The exact value of a formula over a policy's figures on a day; for edges that are no plain numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from incentives.language.tree import Arithmetic, Call, Day, Figure, Negate, Node, Number, Round
from incentives.ruleset.figures import value_on
from incentives.ruleset.model import Policy

MATH: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
CALLS: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "min": min, "max": max, "sum": lambda values: sum(values, Fraction(0)), "abs": lambda values: abs(values[0]),
    "floor": lambda values: Fraction(math.floor(values[0])), "ceiling": lambda values: Fraction(math.ceil(values[0])),
}  # fmt: skip


def value_of(node: Node, policy: Policy, day: date) -> Fraction | None:
    """Return the value on a day, a day of the calendar as its number; None where it is none, or not the same for all
    rows."""
    match node:
        case Number(value=value):
            return Fraction(value)
        case Day(value=value):
            return Fraction(value.toordinal())
        case Figure(path=path):
            figure = policy.figures.get(path.removeprefix("figures."))
            found = value_on(figure.values, day) if figure else None
            if isinstance(found, date):
                return Fraction(found.toordinal())
            return None if found is None or isinstance(found, bool | str) else Fraction(found)
        case Negate(of=of):
            inner = value_of(of, policy, day)
            return None if inner is None else -inner
        case Arithmetic(op=op, left=left, right=right):
            values = values_of((left, right), policy, day)
            return None if values is None or (op == "/" and values[1] == 0) else MATH[op](*values)
        case Call(name=name, args=args) if name in CALLS:
            values = values_of(args, policy, day)
            return None if values is None else CALLS[name](values)
        case Round(of=of, scale=scale, mode=mode):
            inner = value_of(of, policy, day)
            return None if inner is None else rounded(inner, scale, mode)
        case _:
            return None


def values_of(nodes: tuple[Node, ...], policy: Policy, day: date) -> list[Fraction] | None:
    """Return the values of several parts; None where one has none."""
    values = [value_of(node, policy, day) for node in nodes]
    found = [value for value in values if value is not None]
    return found if len(found) == len(values) else None


def rounded(value: Fraction, scale: int, mode: str) -> Fraction:
    """Return a value at so many decimals; `half_up` is away from zero."""
    step = Fraction(10) ** -scale
    units, sign = abs(value) / step, -1 if value < 0 else 1
    whole, rest = math.floor(units), units - math.floor(units)
    half = Fraction(1, 2)
    up = {
        "up": rest > 0, "down": False, "half_up": rest >= half, "half_down": rest > half,
        "half_even": rest > half or (rest == half and whole % 2 == 1),
    }[mode]  # fmt: skip
    return sign * (whole + up) * step
