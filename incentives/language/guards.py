"""Facts about the parts that are reached only where a condition holds, read off its typed tree."""

from __future__ import annotations

from functools import reduce

from incentives.language import facts as f
from incentives.language import tree as t
from incentives.language.facts import Facts
from incentives.language.typed import Typed
from incentives.language.types import NumberType


def facts_of(typed: Typed, held: bool) -> Facts:
    """Return the facts that hold where a condition held, or where it did not."""
    match typed.node:
        case t.Call(name="present", args=(t.Name(name=name) | t.Figure(path=name),)) if held:
            return f.is_present(name)
        case t.Not():
            return facts_of(typed.parts[0], not held)
        case t.Labelled():
            return facts_of(typed.parts[0], held)
        case t.And() if held:
            return reduce(Facts.__or__, (facts_of(part, True) for part in typed.parts))
        case t.Or() if not held:
            return reduce(Facts.__or__, (facts_of(part, False) for part in typed.parts))
        case t.Compare(op=op):
            return _compared(op if held else f.OPPOSITE[op], *typed.parts)
        case t.In(tests=(test,)):
            return _tested(test, typed.parts[0], typed.parts[1], held)
        case _:
            return Facts()


def _compared(op: str, left: Typed, right: Typed) -> Facts:
    if not isinstance(left.type, NumberType) or not isinstance(right.type, NumberType):
        return Facts()
    ends = not (left.ratio or right.ratio)
    return f.compared(op, left.node, left.type, right.node, right.type, ends)


def _tested(test: t.Node, of: Typed, typed: Typed, held: bool) -> Facts:
    """Return the facts that the only test of an `in` tells."""
    match test:
        case t.Range(low=low, high=high):
            ends = dict(zip([end for end in (low, high) if end is not None], typed.parts, strict=True))
            known = Facts()
            if held or high is None:
                op = ">=" if test.low_closed else ">"
                known |= _compared(op if held else f.OPPOSITE[op], of, ends[low]) if low else Facts()
            if held or low is None:
                op = "<=" if test.high_closed else "<"
                known |= _compared(op if held else f.OPPOSITE[op], of, ends[high]) if high else Facts()
            return known
        case t.Not(of=inner):
            return _tested(inner, of, typed.parts[0], not held)
        case _:
            return _compared("=" if held else "!=", of, typed)


def is_nonzero(typed: Typed, facts: Facts) -> bool:
    """Return whether a divisor cannot be zero: by its range, or by a condition around it."""
    if typed.node in facts.nonzero:
        return True
    match typed.node:
        case t.Negate() | t.Labelled():
            return is_nonzero(typed.parts[0], facts)
        case t.Arithmetic(op="*"):
            return all(is_nonzero(part, facts) for part in typed.parts)
        case t.Arithmetic(op="/"):
            return is_nonzero(typed.parts[0], facts)
        case _:
            pass
    assert isinstance(typed.type, NumberType)
    return any(kind.low > 0 or kind.high < 0 for kind in (typed.type, typed.as_ratio.over))
