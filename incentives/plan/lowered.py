"""A condition reduced to comparisons, `and`, `or` and `not`, with the columns it names written out, so that it can
be tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial

from incentives.language.facts import MIRRORED
from incentives.language.infer import Scoped, infer
from incentives.language.tree import (
    And,
    Arithmetic,
    Call,
    Compare,
    Day,
    Figure,
    If,
    In,
    Labelled,
    Missing,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Or,
    Range,
    Text,
    Truth,
)  # fmt: skip
from incentives.language.types import EXACT, TruthType
from incentives.language.walk import names_in
from incentives.plan.columns import Column, Computed, Past, PolicyFigure

MATH = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}


@dataclass(frozen=True)
class World:
    """The names that a condition may read: the columns of a frame and the figures, which change on `days` (ISO)
    only."""

    columns: Mapping[str, Column]
    figures: Mapping[str, PolicyFigure]
    days: tuple[str, ...]

    @cached_property
    def scope(self) -> dict[str, Scoped]:
        """Return the types of all names."""
        known = {name: column.scoped for name, column in self.columns.items()}
        return known | {path: Scoped(figure.type) for path, figure in self.figures.items()}


def lowered(node: Node, world: World) -> Node:
    """Return a true/false formula without `in`, and with the formulas of true/false columns in their places."""
    low = partial(lowered, world=world)
    match node:
        case Name(name=name):
            column = world.columns[name]
            if isinstance(column.type, TruthType) and isinstance(column.how, Computed):
                return where_there(column.how.formula, world)
            return node
        case And(parts=parts):
            return And(tuple(map(low, parts)))
        case Or(parts=parts):
            return Or(tuple(map(low, parts)))
        case Not(of=of):
            return Not(low(of))
        case If(when=when, then=then, otherwise=otherwise):
            return If(low(when), low(then), low(otherwise))
        case In(of=of, tests=tests):
            return Or(tuple(tested(of, test) for test in tests))
        case Labelled(of=of):
            return low(of)
        case Call(name="present" | "holds" as name, args=(Name() as of,)):
            return Call(name, (low(of),))
        case Compare(op=op, left=left, right=right) if op in ("=", "!=") and is_truth(left, world):
            return Compare(op, low(left), low(right))
        case Compare(op=op, left=left, right=right) if is_constant(left) and not is_constant(right):
            return Compare(MIRRORED[op], right, left)
    return node


def where_there(formula: Node, world: World) -> Node:
    """Return a column's formula, made missing where a name that it needs is missing."""
    needs = sorted(infer(formula, world.scope).needs)
    there = tuple(Call("present", (lowered(Name(name), world),)) for name in needs)
    return If(And(there), lowered(formula, world), Missing()) if there else lowered(formula, world)


def tested(of: Node, test: Node) -> Node:
    """Return one test of an `in` as comparisons."""
    match test:
        case Not(of=inner):
            return Not(tested(of, inner))
        case Range(low=low, high=high):
            ends = [Compare(">=" if test.low_closed else ">", of, low)] if low is not None else []
            ends += [Compare("<=" if test.high_closed else "<", of, high)] if high is not None else []
            return And(tuple(ends))
        case _:
            return Compare("=", of, test)


def is_truth(node: Node, world: World) -> bool:
    """Return whether a part is true or false."""
    match node:
        case Name(name=name) | Figure(path=name):
            return isinstance(world.scope[name].type, TruthType)
        case Call(name=name):
            return name in ("present", "holds")
        case If(then=then):
            return is_truth(then, world)
        case _:
            return isinstance(node, Truth | And | Or | Not | In | Compare)


def is_constant(node: Node) -> bool:
    """Return whether a part is a value of the policy, on each day the same for all rows."""
    match node:
        case Number() | Text() | Day() | Figure():
            return True
        case Negate(of=of):
            return is_constant(of)
        case Arithmetic(op=op, left=left, right=right):
            return op in MATH and is_constant(left) and is_constant(right)
        case _:
            return False


def implied(condition: Node, world: World) -> list[Node]:
    """Return conditions that hold in every row for the names of a condition: a streak goes on exactly where its own
    condition holds.

    In a skipped (exempt) row a streak is 0, and a count is one of the periods before.
    """
    found: list[Node] = []
    skipped = And((Name("exempted"), Not(Name("locked"))))
    for name in sorted(names_in(condition) & world.columns.keys()):
        how, one = world.columns[name].how, Number(Decimal(1))
        if isinstance(how, Past) and how.function in ("streak", "count"):
            now = Call("holds", (lowered(Name(how.of), world),))
            runs = Compare(">=", Name(name), one)
            if how.function == "streak":
                found.append(Compare("=", runs, And((now, Not(skipped)))))
            else:
                most = Compare("<=", Name(name), Number(Decimal(how.periods - 1)))
                found.append(Or((skipped, If(now, runs, most))))
    return found
