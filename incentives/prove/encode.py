"""A typed formula as terms of a solver: its value, and whether it is there, by the same rules as its SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from incentives.language import tree as t
from incentives.language.infer import Typed
from incentives.language.types import NumberType
from incentives.plan.names import is_inner
from incentives.prove.amounts import (
    Amount,
    Ground,
    Term,
    added,
    amount_of,
    both,
    chosen,
    compared,
    divided,
    either,
    extreme,
    holds,
    multiplied,
    negated,
    opposite,
    picked,
    rounded,
)


@dataclass(frozen=True)
class Value:
    """The value of a name or a formula: an amount, a truth, or the number that stands for a text or a day; and whether
    it is there. Of a missing one, `of` means nothing."""

    of: Term
    there: Term = True


Named = Callable[[str], Value]
NOTHING = Value(None, False)


class UnreadableError(Exception):
    """A formula holds what cannot be put to a solver, such as the order of texts."""


def column_value(typed: Typed, scale: int, mode: str, named: Named, ground: Ground) -> Value:
    """The value of a column: a number rounded once, at its end; missing where anything that it needs is."""
    if isinstance(typed.type, NumberType):
        return where_there(typed, at_end(typed, scale, mode, named, ground), named)
    return whole(typed, named, ground)


def where_there(typed: Typed, value: Value, named: Named) -> Value:
    """A value that is missing where a name that it needs is."""
    return Value(value.of, both(*(named(name).there for name in sorted(typed.needs)), value.there))


def whole(typed: Typed, named: Named, ground: Ground) -> Value:
    """A formula, or a branch of one, by itself."""
    return where_there(typed, inner(typed, named, ground), named)


def at_end(typed: Typed, scale: int, mode: str, named: Named, ground: Ground) -> Value:
    """A number rounded at the end of a formula; in each branch by itself."""
    match typed.node:
        case t.If():

            def ended(part: Typed) -> Value:
                return where_there(part, at_end(part, scale, mode, named, ground), named)

            return branched(typed, ended, named, ground)
        case t.Labelled():
            return at_end(typed.parts[0], scale, mode, named, ground)
        case t.Missing():
            return NOTHING
        case _:
            pass
    found = inner(typed, named, ground)
    assert isinstance(typed.type, NumberType)
    if typed.ratio is None and scale >= typed.type.scale:
        return found
    return Value(rounded(ground, found.of, scale, mode), found.there)


def branched(typed: Typed, ended: Callable[[Typed], Value], named: Named, ground: Ground) -> Value:
    """An `if`, its branches `ended`; missing where the condition is. A branch that is never taken is not looked at."""
    condition, *branches = typed.parts
    when = inner(condition, named, ground)
    if isinstance(when.of, bool):
        found = ended(branches[0] if when.of else branches[1])
        return Value(found.of, both(when.there, found.there))
    then, otherwise = map(ended, branches)
    if then.of is None or otherwise.of is None:
        of = otherwise.of if then.of is None else then.of
    elif isinstance(then.of, Amount):
        of = picked(ground, when.of, then.of, otherwise.of)
    else:
        of = chosen(ground, when.of, then.of, otherwise.of)
    return Value(of, both(when.there, chosen(ground, when.of, then.there, otherwise.there)))


def inner(typed: Typed, named: Named, ground: Ground) -> Value:
    """A part of a formula; what it needs is seen to by what is around it."""
    match typed.node:
        case t.Number(value=value):
            return Value(amount_of(Fraction(value)))
        case t.Text(value=text):
            return Value(ground.code(text))
        case t.Truth(value=truth):
            return Value(truth)
        case t.Day(value=day):
            return Value(day.toordinal())
        case t.Missing():
            return NOTHING
        case t.Name(name=name) | t.Figure(path=name):
            return named(name)
        case t.Labelled():
            return inner(typed.parts[0], named, ground)
        case t.Exact(name=name):
            return exactly(typed, named(name).there, named, ground)
        case t.Call(name="present"):
            (arg,) = typed.parts
            assert isinstance(arg.node, t.Name | t.Figure)
            return Value(named(arg.node.name if isinstance(arg.node, t.Name) else arg.node.path).there)
        case t.If():
            return branched(typed, lambda part: whole(part, named, ground), named, ground)
        case t.And() | t.Or():
            return chain([inner(part, named, ground) for part in typed.parts], isinstance(typed.node, t.And), ground)
        case t.In():
            return within(typed, named, ground)
        case _:
            pass
    parts = [inner(part, named, ground) for part in typed.parts]
    there = both(*(part.there for part in parts))
    return Value(None, there) if any(part.of is None for part in parts) else Value(worked(typed, parts, ground), there)


def exactly(typed: Typed, there: Term, named: Named, ground: Ground) -> Value:
    """A column before it is rounded: it lies where its type says, over a denominator that is not zero."""
    over, under = (inner(part, named, ground).of for part in typed.parts)
    if over is None or under is None:
        return Value(None, there)
    if isinstance(under.over, int):
        return Value(divided(ground, over, under), there)
    found, kind = divided(ground, over, under), typed.type
    within = [under.over != 0]
    if isinstance(kind, NumberType) and isinstance(typed.parts[0].node, t.Name) and is_inner(typed.parts[0].node.name):
        ends = ((">=", kind.low), ("<=", kind.high))
        within += [compared(ground, op, found, amount_of(Fraction(end))) for op, end in ends]
    ground.facts.append(either(opposite(there), both(*within)))
    return Value(found, there)


def worked(typed: Typed, parts: list[Value], ground: Ground) -> Term:
    """The value of a part whose own parts are all needed."""
    match typed.node:
        case t.Not():
            return opposite(parts[0].of)
        case t.Negate():
            return negated(ground, parts[0].of)
        case t.Compare(op=op):
            return comparison(op, typed.parts[0], parts[0], parts[1], ground)
        case t.Arithmetic(op=op):
            left, right = parts[0].of, parts[1].of
            if op == "-":
                return added(ground, left, negated(ground, right))
            return {"+": added, "*": multiplied, "/": divided}[op](ground, left, right)
        case t.Round(scale=scale, mode=mode):
            kind = typed.parts[0]
            if kind.ratio is None and isinstance(kind.type, NumberType) and scale >= kind.type.scale:
                return parts[0].of
            return rounded(ground, parts[0].of, scale, mode)
        case t.Call(name="floor" | "ceiling" as name):
            return rounded(ground, parts[0].of, 0, name)
        case t.Call(name="min" | "max" as name):
            return extreme(ground, [part.of for part in parts], "<" if name == "min" else ">")
        case t.Call(name="abs"):
            return extreme(ground, [parts[0].of, negated(ground, parts[0].of)], ">")
        case t.Call(name="sum"):
            total = parts[0].of
            for part in parts[1:]:
                total = added(ground, total, part.of)
            return total
        case _:
            raise UnreadableError(type(typed.node).__name__)


def comparison(op: str, typed: Typed, left: Value, right: Value, ground: Ground) -> Term:
    """`left op right` of numbers, truths, days, or of texts that are equal or not."""
    if isinstance(left.of, Amount):
        return compared(ground, op, left.of, right.of)
    if op not in ("=", "!=") and type(typed.type).__name__ == "TextType":
        raise UnreadableError(op)
    return holds(op, left.of, right.of)


def chain(parts: list[Value], is_and: bool, ground: Ground) -> Value:
    """`and`, `or`: a part counts only where those before it leave it open."""
    found = parts[-1]
    for part in reversed(parts[:-1]):
        goes_on = part.of if is_and else opposite(part.of)
        of = both(part.of, found.of) if is_and else either(part.of, found.of)
        found = Value(of, both(part.there, chosen(ground, goes_on, found.there, True)))
    return found


def within(typed: Typed, named: Named, ground: Ground) -> Value:
    """`of in (tests)`."""
    of = inner(typed.parts[0], named, ground)
    if of.of is None:
        return Value(False, of.there)
    found = [tested(test, typed.parts[0], of, named, ground) for test in typed.parts[1:]]
    return Value(either(*(test.of for test in found)), both(of.there, *(test.there for test in found)))


def tested(test: Typed, kind: Typed, of: Value, named: Named, ground: Ground) -> Value:
    """One test of an `in`."""
    match test.node:
        case t.Not():
            found = tested(test.parts[0], kind, of, named, ground)
            return Value(opposite(found.of), found.there)
        case t.Range(low=low, high=high):
            ends = [inner(part, named, ground) for part in test.parts]
            ops = [">=" if test.node.low_closed else ">"] * (low is not None)
            ops += ["<=" if test.node.high_closed else "<"] * (high is not None)
            held = [comparison(op, kind, of, end, ground) for op, end in zip(ops, ends, strict=True)]
            return Value(both(*held), both(*(end.there for end in ends)))
        case _:
            pass
    other = inner(test, named, ground)
    return Value(comparison("=", kind, of, other, ground), other.there)
