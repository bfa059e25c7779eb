"""Exact amounts as a solver knows them: fractions of whole numbers, each a number or an unknown of z3.

What is rounded becomes an unknown of its own with the inequalities that make it the rounded value, so that nothing is
approximated. Terms are z3 expressions, or Python numbers and truths where they are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import Any

import z3

Term = Any  # an expression of z3, or the Python int or bool that it is known to be
MOST_VALUES = 64  # of a denominator, such as the weights that are there; each gives inequalities of its own


@dataclass(frozen=True)
class Amount:
    """A number: `over` ÷ `under`, both whole."""

    over: Term
    under: Term = 1


@dataclass
class Ground:
    """The knowledge about the unknowns: conditions, the codes of texts, and terms that can have few values only."""

    facts: list[Term] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    few: dict[int, tuple[Term, frozenset[int]]] = field(default_factory=dict)
    rounded: dict[tuple[object, ...], tuple[Term, Term, Term]] = field(default_factory=dict)
    made: int = 0

    def unknown(self, name: str = "") -> Term:
        """A new whole unknown; `name` tells it apart from all others, and is made up where it is empty."""
        self.made += 1
        return z3.Int(name or f"#{self.made}")

    def truth(self, name: str) -> Term:
        """A truth that is not known."""
        return z3.Bool(name)

    def code(self, text: str) -> int:
        """The number that stands for a text."""
        return self.codes.setdefault(text, len(self.codes) + 1)

    def values(self, term: Term) -> frozenset[int] | None:
        """The values that a term can have, where they are few."""
        if isinstance(term, int):
            return frozenset({term})
        known = self.few.get(term.get_id())
        return known[1] if known else None

    def noted(self, term: Term, values: frozenset[int] | None) -> Term:
        """The term, with the values that it can have remembered."""
        if values is not None and len(values) <= MOST_VALUES and not isinstance(term, int):
            self.few[term.get_id()] = (term, values)
        return term


# ---- truths ----


def both(*parts: Term) -> Term:
    """Return whether all of the parts hold."""
    open_ = [part for part in parts if part is not True]
    if any(part is False for part in open_):
        return False
    return open_[0] if len(open_) == 1 else z3.And(*open_) if open_ else True


def either(*parts: Term) -> Term:
    """Return whether any of the parts holds."""
    open_ = [part for part in parts if part is not False]
    if any(part is True for part in open_):
        return True
    return open_[0] if len(open_) == 1 else z3.Or(*open_) if open_ else False


def opposite(part: Term) -> Term:
    """Return whether a part does not hold."""
    return not part if isinstance(part, bool) else z3.Not(part)


# ---- whole numbers ----


def times(ground: Ground, a: Term, b: Term) -> Term:
    """The product of two whole numbers."""
    if isinstance(b, int):
        a, b = b, a
    if isinstance(a, int) and a in (0, 1):
        return b if a else 0
    one, two = ground.values(a), ground.values(b)
    few = frozenset(x * y for x in one for y in two) if one and two else None
    return ground.noted(a * b, few)


def plus(ground: Ground, a: Term, b: Term) -> Term:
    """The sum of two whole numbers."""
    if isinstance(a, int) and a == 0:
        return b
    if isinstance(b, int) and b == 0:
        return a
    one, two = ground.values(a), ground.values(b)
    few = frozenset(x + y for x in one for y in two) if one and two else None
    return ground.noted(a + b, few)


def chosen(ground: Ground, when: Term, then: Term, otherwise: Term) -> Term:
    """One of two whole numbers or truths."""
    if isinstance(when, bool):
        return then if when else otherwise
    if isinstance(then, bool) and isinstance(otherwise, bool):
        return then if then == otherwise else when if then else z3.Not(when)
    if type(then) is type(otherwise) is int and then == otherwise:
        return then
    term = z3.If(when, then, otherwise)
    if z3.is_bool(term):
        return term
    one, two = ground.values(then), ground.values(otherwise)
    return ground.noted(term, one | two if one and two else None)


# ---- amounts ----


def amount_of(value: Fraction | int) -> Amount:
    """A number that is known."""
    return Amount(value.numerator, value.denominator)


def added(ground: Ground, a: Amount, b: Amount) -> Amount:
    """a + b."""
    if isinstance(a.under, int) and isinstance(b.under, int):
        shared = a.under * b.under // gcd(a.under, b.under)
        one, two = times(ground, a.over, shared // a.under), times(ground, b.over, shared // b.under)
        return Amount(plus(ground, one, two), shared)
    one, two = times(ground, a.over, b.under), times(ground, b.over, a.under)
    return Amount(plus(ground, one, two), times(ground, a.under, b.under))


def negated(ground: Ground, a: Amount) -> Amount:
    """-a."""
    return Amount(times(ground, a.over, -1), a.under)


def multiplied(ground: Ground, a: Amount, b: Amount) -> Amount:
    """a × b."""
    return reduced(Amount(times(ground, a.over, b.over), times(ground, a.under, b.under)))


def divided(ground: Ground, a: Amount, b: Amount) -> Amount:
    """a ÷ b; of no meaning where b is zero."""
    if isinstance(b.over, int) and b.over == 0:
        return Amount(0)
    return reduced(Amount(times(ground, a.over, b.under), times(ground, a.under, b.over)))


def reduced(a: Amount) -> Amount:
    """An amount that is known, without common divisors and above a positive number."""
    if isinstance(a.over, int) and isinstance(a.under, int) and a.under:
        return amount_of(Fraction(a.over, a.under))
    if isinstance(a.under, int) and a.under < 0:
        return Amount(-a.over, -a.under)
    return a


def picked(ground: Ground, when: Term, then: Amount, otherwise: Amount) -> Amount:
    """One of two amounts."""
    if isinstance(then.under, int) and isinstance(otherwise.under, int):
        shared = then.under * otherwise.under // gcd(then.under, otherwise.under)
        one = times(ground, then.over, shared // then.under)
        two = times(ground, otherwise.over, shared // otherwise.under)
        return Amount(chosen(ground, when, one, two), shared)
    over = chosen(ground, when, then.over, otherwise.over)
    return Amount(over, chosen(ground, when, then.under, otherwise.under))


def compared(ground: Ground, op: str, a: Amount, b: Amount) -> Term:
    """`a op b`, both brought over positive denominators."""
    (over_a, under_a), (over_b, under_b) = upright(ground, a), upright(ground, b)
    if isinstance(under_a, int) and isinstance(under_b, int):
        shared = gcd(under_a, under_b)
        under_a, under_b = under_a // shared, under_b // shared
    return holds(op, times(ground, over_a, under_b), times(ground, over_b, under_a))


def upright(ground: Ground, a: Amount) -> tuple[Term, Term]:
    """Numerator and denominator, the latter above zero."""
    if isinstance(a.under, int):
        return (-a.over, -a.under) if a.under < 0 else (a.over, a.under)
    values = ground.values(a.under)
    if values and min(values) >= 0:
        return a.over, a.under
    turned = a.under < 0
    return chosen(ground, turned, -a.over, a.over), chosen(ground, turned, -a.under, a.under)


def holds(op: str, a: Term, b: Term) -> Term:
    """`a op b` of two whole numbers."""
    match op:
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case ">=":
            return a >= b
        case "=":
            return a == b
        case _:  # !=
            return a != b


def rounded(ground: Ground, a: Amount, scale: int, mode: str) -> Amount:
    """The amount at `scale` decimals. Modes as in formulas, and floor and ceiling."""
    ten = 10 ** abs(scale)
    up, down = (ten, 1) if scale >= 0 else (1, ten)
    over, under = upright(ground, reduced(a))
    if isinstance(under, int) and down == 1 and up % under == 0:
        return Amount(times(ground, over, up // under), up)
    over, under = times(ground, over, up), times(ground, under, down)
    if isinstance(over, int) and isinstance(under, int):
        return reduced(Amount(known(over, under, mode) * down, up))
    key = (ident(over), ident(under), mode)
    if key in ground.rounded:  # the same rounded alike is the same unknown
        return Amount(times(ground, ground.rounded[key][0], down), up)
    whole = ground.unknown()
    ground.rounded[key] = (whole, over, under)
    values = ground.values(under)
    if values is None:
        ground.facts.append(z3.Implies(under != 0, is_rounded(whole, over, under, mode)))
    else:
        for value in sorted(values - {0}):
            means = is_rounded(whole, over, value, mode)
            ground.facts.append(means if isinstance(under, int) else z3.Implies(under == value, means))
    return Amount(times(ground, whole, down), up)


def ident(term: Term) -> tuple[str, int]:
    """Return a key that tells a term from others, as long as it is kept."""
    return ("known", term) if isinstance(term, int) else ("term", term.get_id())


def is_rounded(whole: Term, over: Term, under: Term, mode: str) -> Term:
    """Return a condition: a whole number is over ÷ under, rounded; `under` is above zero."""
    if mode == "floor":
        return z3.And(under * whole <= over, over < under * (whole + 1))
    if mode == "ceiling":
        return z3.And(under * (whole - 1) < over, over <= under * whole)
    if mode == "half_even":
        near = [2 * under * whole - under <= 2 * over, 2 * over <= 2 * under * whole + under]
        tie = z3.Or(2 * over == 2 * under * whole + under, 2 * over == 2 * under * whole - under)
        return z3.And(*near, z3.Implies(tie, whole % 2 == 0))
    return z3.If(over >= 0, away(whole, over, under, mode), away(-whole, -over, under, mode))


def away(whole: Term, over: Term, under: Term, mode: str) -> Term:
    """The same for what is not below zero, and for modes that treat what is below zero alike."""
    match mode:
        case "half_up":
            return z3.And(2 * under * whole <= 2 * over + under, 2 * over + under < 2 * under * (whole + 1))
        case "half_down":
            return z3.And(2 * under * (whole - 1) < 2 * over - under, 2 * over - under <= 2 * under * whole)
        case "up":
            return z3.And(under * (whole - 1) < over, over <= under * whole)
        case _:  # down, floor
            return z3.And(under * whole <= over, over < under * (whole + 1))


def known(over: int, under: int, mode: str) -> int:
    """over ÷ under, rounded to a whole number; `under` is above zero."""
    floor, rest = divmod(over, under)
    if mode in ("floor", "ceiling") or not rest:
        return floor + (mode == "ceiling" and rest > 0)
    outer, inner = (floor + 1, floor) if over > 0 else (floor, floor + 1)
    if mode in ("up", "down"):
        return outer if mode == "up" else inner
    if 2 * rest != under:
        return floor + (2 * rest > under)
    return {"half_up": outer, "half_down": inner}.get(mode, floor + floor % 2)


def extreme(ground: Ground, amounts: Sequence[Amount], op: str) -> Amount:
    """The least (`<`) or the greatest (`>`) of several amounts."""
    found = amounts[0]
    for other in amounts[1:]:
        found = picked(ground, compared(ground, op, found, other), found, other)
    return found
