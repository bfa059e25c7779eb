"""Sums, extremes and the like of divisions that are not rounded yet, and a formula as numerator and denominator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce

from incentives.language import ranges as r
from incentives.language import tree as t
from incentives.language.ranges import Ratio
from incentives.language.typed import Around, Typed, branches_of, fits, made
from incentives.language.types import MOST_DIGITS, NumberType

Join = Callable[[NumberType, NumberType], NumberType]
JOINS: dict[str, Join] = {
    "+": r.added, "sum": r.added, "-": lambda a, b: r.added(a, r.negated(b)), "min": r.least, "max": r.greatest,
}  # fmt: skip


def carries(*parts: Typed) -> bool:
    """Return whether any of the parts carries a division."""
    return any(part.ratio is not None for part in parts)


def together(node: t.Node, name: str, parts: tuple[Typed, ...], around: Around) -> Typed:
    """A sum, a difference, the least or the greatest of parts, over one denominator."""
    join = JOINS[name]
    kind, ratio = parts[0].type, parts[0].as_ratio
    for part in parts[1:]:
        assert isinstance(kind, NumberType)
        assert isinstance(part.type, NumberType)
        over, other, whole = r.common(ratio, part.as_ratio)
        widest = r.common_digits(over, other)
        if widest > MOST_DIGITS:
            around.flaw("too_many_digits", node, digits=widest, most=MOST_DIGITS)
        ratio = Ratio(fits(node, join(over, other), around), fits(node, whole.under, around), whole.by)
        kind = join(kind, part.type)
    assert isinstance(kind, NumberType)
    return made(node, replace(kind, scale=r.QUOTIENT_SCALE), *parts, ratio=ratio)


def halves(typed: Typed) -> tuple[t.Node, t.Node]:
    """A formula as numerator and denominator, which is 1 where it carries no division.

    They count only where the formula has a value: a branch that is missing is left out where that is safe.
    """
    if typed.ratio is None:
        return typed.node, t.ONE
    match typed.node:
        case t.Exact(over=over, under=under):
            return over, under
        case t.Labelled():
            return halves(typed.parts[0])
        case t.Negate():
            over, under = halves(typed.parts[0])
            return t.Negate(over), under
        case t.If(when=when):
            (a, b), (c, d) = map(_branch, typed.parts[1:])
            return _either(when, a, c), _either(when, b, d)
        case t.Cases(whens=whens):
            pairs = [_branch(part) for part in branches_of(typed)]
            overs, unders = ([pair[side] for pair in pairs] for side in (0, 1))
            return t.Cases(whens, tuple(overs[:-1]), overs[-1]), t.Cases(whens, tuple(unders[:-1]), unders[-1])
        case t.Arithmetic(op="*"):
            (a, b), (c, d) = map(halves, typed.parts)
            return _times(a, c), _times(b, d)
        case t.Arithmetic(op="/"):
            (a, b), (c, d) = map(halves, typed.parts)
            return (a, c) if b == d else (_times(a, d), _times(b, c))
        case t.Arithmetic(op=op):
            return reduce(lambda one, two: _joined(one, two, op), map(_above, typed.parts))
        case t.Call(name="abs"):
            over, under = halves(typed.parts[0])
            return t.Call("abs", (over,)), t.Call("abs", (under,))
        case t.Call(name=name):
            return reduce(lambda one, two: _joined(one, two, name), map(_above, typed.parts))
        case _:
            raise AssertionError(f"{typed.node} carries no division")


def _either(when: t.Node, then: t.Node, otherwise: t.Node) -> t.Node:
    """One of two parts; that which is there, where the other is missing and it cannot fail."""
    for one, other in ((then, otherwise), (otherwise, then)):
        if one == other or (isinstance(one, t.Missing) and isinstance(other, t.Name | t.Figure | t.Number)):
            return other
    return t.If(when, then, otherwise)


def _branch(typed: Typed) -> tuple[t.Node, t.Node]:
    return halves(typed) if isinstance(typed.type, NumberType) else (t.Missing(), t.Missing())


def _above(typed: Typed) -> tuple[t.Node, t.Node]:
    """Numerator and denominator, the latter above zero."""
    over, under = halves(typed)
    if typed.as_ratio.under.low >= 0:
        return over, under
    return t.If(t.Compare("<", under, t.ZERO), t.Negate(over), over), t.Call("abs", (under,))


def _joined(one: tuple[t.Node, t.Node], two: tuple[t.Node, t.Node], name: str) -> tuple[t.Node, t.Node]:
    """Two divisions added, or the least of them and so on, over one denominator."""
    (a, b), (c, d) = one, two
    if b != d:
        a, c, b = _times(a, d), _times(c, b), _times(b, d)
    return (t.Arithmetic(name, a, c) if name in "+-" else t.Call(name, (a, c))), b


def _times(a: t.Node, b: t.Node) -> t.Node:
    if a == t.ONE or b == t.ONE:
        return b if a == t.ONE else a
    return t.Arithmetic("*", a, b)


def absolute(node: t.Node, part: Typed) -> Typed:
    """The absolute value of a division."""
    assert isinstance(part.type, NumberType)
    one = part.as_ratio
    ratio = Ratio(r.absolute(one.over), r.absolute(one.under), one.by)
    return made(node, r.absolute(part.type), part, ratio=ratio)
