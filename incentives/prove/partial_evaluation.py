"""Formulas with what is known put in: the figures of the policy in a period, and how the rep stands.

What can no longer be chosen is left out, so that a scorecard without weight takes no part in a proof. A formula means
the same as before, also where something that it needs is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from incentives.language import tree as t
from incentives.language.tree import ONE, ZERO
from incentives.language.walk import map_nodes, names_in
from incentives.plan.lowered import MATH
from incentives.plan.possible import COMPARE

Literal = t.Number | t.Text | t.Truth | t.Day
Known = Callable[[t.Name | t.Figure], t.Node]  # what stands for a name: a literal, `Missing`, or the name itself


@dataclass(frozen=True)
class Folding:
    """The knowledge about names: the value of each that has one, and the names that are always there."""

    known: Known
    there: Callable[[str], bool]
    guarded: frozenset[str] = frozenset()

    def is_sure(self, node: t.Node) -> bool:
        """Return whether a formula is never missing."""
        names = names_in(node)
        return not has_missing(node) and all(name in self.guarded or self.there(name) for name in names)


def literal(value: object) -> t.Node | None:
    """A value as it would be written; None for what cannot be."""
    match value:
        case bool():
            return t.Truth(value)
        case Decimal():
            return t.Number(value)
        case str():
            return t.Text(value)
        case date():
            return t.Day(value)
        case _:
            return None


def folded(node: t.Node, by: Folding) -> t.Node:
    """A formula with what is known put in."""
    match node:
        case t.Name() | t.Figure():
            return by.known(node)
        case t.Exact(name=name):
            stands = by.known(t.Name(name))
            if isinstance(stands, t.Missing | t.Number):
                return stands
            return replace(node, over=folded(node.over, by), under=folded(node.under, by))
        case t.Labelled(of=of):
            return folded(of, by)
        case t.Call(name="present", args=(t.Name(name=name) as arg,)):
            stands = by.known(arg)
            if isinstance(stands, t.Missing):
                return t.Truth(False)
            return t.Truth(True) if stands != arg or name in by.guarded or by.there(name) else node
        case t.Call(name="present"):
            return t.Truth(True)  # of a figure of the policy
        case t.If():
            return choice(node, by)
        case t.And() | t.Or():
            return chain(node, by)
        case _:
            return simpler(parts_folded(node, by), by)


def parts_folded(node: t.Node, by: Folding) -> t.Node:
    """A formula with its direct parts folded."""
    parts = t.children(node)
    new = {id(part): folded(part, by) for part in parts}
    match node:
        case t.In(of=of, tests=tests):
            return replace(node, of=new[id(of)], tests=tuple(new[id(test)] for test in tests))
        case t.Call(args=args):
            return replace(node, args=tuple(new[id(arg)] for arg in args))
        case t.Range(low=low, high=high):
            return replace(node, low=low and new[id(low)], high=high and new[id(high)])
        case t.Arithmetic(left=left, right=right) | t.Compare(left=left, right=right):
            return replace(node, left=new[id(left)], right=new[id(right)])
        case t.Negate(of=of) | t.Not(of=of) | t.Round(of=of):
            return replace(node, of=new[id(of)])
        case _:
            return node


def simpler(node: t.Node, by: Folding) -> t.Node:
    """A formula whose parts are folded, worked out where it can be."""
    match node:
        case t.Not(of=t.Truth(value=value)):
            return t.Truth(not value)
        case t.Negate(of=t.Number(value=number)):
            return t.Number(-number)
        case t.Compare(op=op, left=t.Number() as left, right=t.Number() as right):
            return t.Truth(COMPARE[op](left.value, right.value))
        case t.Compare(op="=" | "!=" as op, left=left, right=right) if is_literal(left) and is_literal(right):
            return t.Truth((left == right) == (op == "="))
        case t.In(of=of, tests=tests) if is_literal(of) and all(map(is_literal, tests)):
            return t.Truth(of in tests)
        case t.Arithmetic(op="+" | "-" | "*" as op, left=t.Number(value=one), right=t.Number(value=two)):
            return t.Number(MATH[op](one, two))
        case t.Arithmetic(op="*", left=left, right=right) if ZERO in (left, right):
            return ZERO if by.is_sure(right if left == ZERO else left) else node
        case t.Arithmetic(op="*", left=left, right=right) if ONE in (left, right):
            return right if left == ONE else left
        case t.Arithmetic(op="+", left=left, right=right) if ZERO in (left, right):
            return right if left == ZERO else left
        case t.Arithmetic(op="-" | "/" as op, left=left, right=right) if right == {"-": ZERO, "/": ONE}[op]:
            return left
    return node


def choice(node: t.If, by: Folding) -> t.Node:
    """An `if`: the branch that is taken, where that is known; what it asks to be present is there in the first."""
    when = folded(node.when, by)
    if isinstance(when, t.Truth):
        return folded(node.then if when.value else node.otherwise, by)
    inside = replace(by, guarded=by.guarded | asked_for(when))
    then, otherwise = folded(node.then, inside), folded(node.otherwise, by)
    if then == otherwise and (is_literal(then) or isinstance(then, t.Missing)) and by.is_sure(plainly(when)):
        return then
    return replace(node, when=when, then=then, otherwise=otherwise)


def chain(node: t.And | t.Or, by: Folding) -> t.Node:
    """`and`, `or` without the parts that leave it open, up to the one that settles it."""
    settling = isinstance(node, t.Or)
    parts: list[t.Node] = []
    for part in node.parts:
        inside = by if settling else replace(by, guarded=by.guarded.union(*map(asked_for, parts)))
        one = folded(part, inside)
        if not isinstance(one, t.Truth):
            parts.append(one)
        elif one.value == settling:
            if all(by.is_sure(plainly(before)) for before in parts):
                return one
            parts.append(one)
            break
    return t.Truth(not settling) if not parts else parts[0] if len(parts) == 1 else replace(node, parts=tuple(parts))


def asked_for(when: t.Node) -> frozenset[str]:
    """The names that are present where a condition holds."""
    match when:
        case t.Call(name="present", args=(t.Name(name=name),)):
            return frozenset({name})
        case t.And(parts=parts):
            return frozenset().union(*map(asked_for, parts))
        case _:
            return frozenset()


def plainly(node: t.Node) -> t.Node:
    """A condition without the questions whether something is present, which are always answered."""
    return map_nodes(node, lambda one: t.Truth(True) if isinstance(one, t.Call) and one.name == "present" else one)


def is_literal(node: t.Node) -> bool:
    """Return whether a formula is a value as written."""
    return isinstance(node, Literal)


def has_missing(node: t.Node) -> bool:
    """Return whether a formula says that something is missing."""
    return isinstance(node, t.Missing) or any(map(has_missing, t.children(node)))
