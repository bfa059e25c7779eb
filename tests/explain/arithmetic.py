"""The told formulas worked out again in fractions, from the values of a line's children alone."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from incentives.language import tree as t

OPERATORS: dict[str, Any] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "min": min, "max": max, "sum": sum,
    "abs": lambda of: abs(of[0]), "floor": lambda of: math.floor(of[0]), "ceiling": lambda of: math.ceil(of[0]),
}  # fmt: skip


class AbsentError(Exception):
    """Something that is needed has no value."""


def work_out(node: t.Node, values: Mapping[str, Any], parts: Mapping[str, Any]) -> Any:
    """The value of a formula, numbers as fractions. `parts` are the values of labelled parts by title."""

    def of(inner: t.Node) -> Any:
        return work_out(inner, values, parts)

    match node:
        case t.Number(value=value):
            return Fraction(value)
        case t.Text(value=value) | t.Truth(value=value) | t.Day(value=value):
            return value
        case t.Missing():
            raise AbsentError
        case t.Name(name=name) | t.Figure(path=name):
            return needed(values[name])
        case t.Exact(name=name, over=over, under=under):  # both are told where they are not what is shown
            return None if needed(values[name]) is None else of(over) / of(under)
        case t.Labelled(title=title):
            return needed(parts[title.zh])
        case t.Negate(of=inner):
            return -of(inner)
        case t.Arithmetic(op=op, left=left, right=right) | t.Compare(op=op, left=left, right=right):
            return OPERATORS[op](of(left), of(right))
        case t.And(parts=conditions):
            return all(of(condition) for condition in conditions)
        case t.Or(parts=conditions):
            return any(of(condition) for condition in conditions)
        case t.Not(of=inner):
            return not of(inner)
        case t.If(when=when, then=then, otherwise=otherwise):
            return of(then) if of(when) else of(otherwise)
        case t.In(of=inner, tests=tests):
            return any(passes(of(inner), test, of) for test in tests)
        case t.Call(name="present", args=(t.Name(name=name),)):
            return values[name] is not None
        case t.Call(name=name, args=args):
            return FUNCTIONS[name]([of(arg) for arg in args])
        case t.Round(of=inner, scale=scale, mode=mode):
            return rounded(of(inner), scale, mode)
    raise AssertionError(node)


def needed(value: Any) -> Any:
    """A value as it is computed with."""
    if value is None:
        raise AbsentError
    return value if isinstance(value, bool | str) or not hasattr(value, "as_tuple") else Fraction(value)


def passes(value: Any, test: t.Node, of: Any) -> bool:
    """Whether a value passes one test of an `in`."""
    match test:
        case t.Not(of=inner):
            return not passes(value, inner, of)
        case t.Range(low=low, high=high):
            above = low is None or value > of(low) or (test.low_closed and value == of(low))
            return above and (high is None or value < of(high) or (test.high_closed and value == of(high)))
    return bool(value == of(test))


def rounded(value: Fraction, scale: int, mode: str = "half_up") -> Fraction:
    """A number rounded half away from zero, down towards it, as a limit is, or up from it, as what is to go."""
    units = abs(value) * 10**scale
    whole = {"half_up": math.floor(units + Fraction(1, 2)), "down": math.floor(units), "up": math.ceil(units)}[mode]
    return Fraction(whole if value >= 0 else -whole, 10**scale)
