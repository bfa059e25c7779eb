"""Decisions whether a condition over the columns of a row can hold: exact where possible, else it is taken as possible.

A value compared with values of the policy is tried at these values, between and beyond them. A value compared with
anything else may be less, equal or more. So `False` is a proof, while `True` may be more than data can ever show.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any

from incentives.language.facts import MIRRORED
from incentives.language.flaws import FormulaError
from incentives.language.infer import infer
from incentives.language.tree import (
    And,
    Arithmetic,
    Call,
    Compare,
    Day,
    Figure,
    If,
    Missing,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Or,
    Text,
    Truth,
    children,
)  # fmt: skip
from incentives.language.types import EXACT, AnyType, ChoiceType, NumberType, TextType, TruthType, Type
from incentives.language.walk import names_in
from incentives.language.write import write
from incentives.plan.lowered import MATH, World, implied, is_constant, is_truth, lowered
from incentives.plan.names import inner_name

Value = Decimal | bool | str | date | None  # None: missing
Known = Mapping[Node, Value]
MOST_TRIED = 5_000
TODAY = Name(inner_name("day"))  # the day on which the figures of the policy are read
OTHER = "\0"  # any text that no condition names
NOTHING = Decimal(0)
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Open:
    """A value that has to be known before more can be decided."""

    key: Node


@dataclass
class Quantity:
    """Something that is compared: its type, the names that it needs, whether it may be missing all the same."""

    kind: Type
    needs: tuple[Node, ...]
    missing: bool
    edges: set[Value] = field(default_factory=set)


@dataclass
class Search:
    """A condition on its way to an answer: its quantities, and how much has been tried."""

    world: World
    quantities: dict[Node, Quantity] = field(default_factory=dict)
    tried: int = 0


class TooManyError(Exception):
    """Raised where there are too many values to try."""


def can_hold(condition: Node, world: World) -> bool | None:
    """Return whether there can be a row in which the condition is true; None where that is not decided."""
    plain = lowered(condition, world)
    whole = And((plain, *implied(plain, world)))
    search = Search(world)
    gather(whole, search)
    try:
        return tried(whole, {}, search)
    except TooManyError:
        return None


def tried(condition: Node, known: Known, search: Search) -> bool:
    """Return whether the condition is true for any values of the unknown parts."""
    search.tried += 1
    if search.tried > MOST_TRIED:
        raise TooManyError
    found = value_of(condition, known, search)
    if not isinstance(found, Open):
        return found is True
    return any(tried(condition, {**known, found.key: value}, search) for value in domain(found.key, search))


# ---- the values that are tried ----


def gather(node: Node, search: Search) -> None:
    """Note every quantity of a lowered condition, and the values that it is compared with."""
    world = search.world
    match node:
        case Name() | Figure():
            quantity(node, search)
        case Compare(left=left, right=right) if not is_truth(left, world):
            for side in (left, right):
                if not is_constant(side):
                    quantity(side, search)
            if is_constant(right) and not is_constant(left):
                search.quantities[left].edges.update(constant(right, world, day) for day in world.days)
        case _:
            for part in children(node):
                gather(part, search)


def quantity(node: Node, search: Search) -> Quantity:
    """Return the quantity that a part is; create it where it is new."""
    world = search.world
    if node not in search.quantities:
        if isinstance(node, Name | Figure):
            known = world.scope[node.name if isinstance(node, Name) else node.path]
            search.quantities[node] = Quantity(known.type, (), known.missing)
        else:
            try:
                typed = infer(node, world.scope)
                needs = tuple(lowered(Name(name), world) for name in sorted(typed.needs))
                kind = AnyType() if typed.ratio else typed.type
                search.quantities[node] = Quantity(kind, needs, typed.missing)
            except FormulaError:  # sound only where a condition around it holds
                search.quantities[node] = Quantity(AnyType(), (), missing=True)
            for need in search.quantities[node].needs:
                gather(need, search)
    return search.quantities[node]


def domain(key: Node, search: Search) -> list[Value]:
    """Return the values to try for an unknown part: one for each case that conditions can distinguish."""
    if key == TODAY:
        return [*search.world.days]
    if isinstance(key, Compare):
        return [Decimal(-1), NOTHING, Decimal(1)]
    known = search.quantities[key]
    missing: list[Value] = [None] if known.missing else []
    match known.kind:
        case TruthType():
            return [True, False, *missing]
        case ChoiceType(values=values):
            return [*values, *missing]
        case TextType():
            return [*sorted(str(edge) for edge in known.edges), OTHER, *missing]
        case NumberType() as kind:
            return [*points(known.edges, kind), *missing]
        case _:
            return [*around(known.edges), *missing]


def points(edges: set[Value], kind: NumberType) -> list[Value]:
    """Return values of a type at the edges, next to them, and at its ends; one for each side of every edge."""
    unit = Decimal(1).scaleb(-kind.scale)
    found = {kind.low, kind.high}
    numbers = sorted(edge for edge in edges if isinstance(edge, Decimal))
    for edge in numbers:
        low = edge.quantize(unit, ROUND_FLOOR, EXACT)
        high = edge.quantize(unit, ROUND_CEILING, EXACT)
        found |= {low, high, EXACT.subtract(low, unit), EXACT.add(high, unit)}
    cells: dict[tuple[int, int], Value] = {}
    for value in sorted(found):
        if kind.low <= value <= kind.high:
            cells.setdefault((sum(edge < value for edge in numbers), sum(edge <= value for edge in numbers)), value)
    return list(cells.values())


def around(edges: set[Value]) -> list[Value]:
    """Return values at, between and beyond edges where their type says no more: days, texts, and quotients."""
    if texts := sorted(edge for edge in edges if isinstance(edge, str)):
        return [*texts, OTHER]
    if days := sorted(edge for edge in edges if isinstance(edge, date)):
        near = {day.toordinal() + step for day in days for step in (-1, 0, 1)}
        return [date.fromordinal(day) for day in sorted(near) if 1 <= day <= date.max.toordinal()]
    numbers = sorted(edge for edge in edges if isinstance(edge, Decimal))
    if not numbers:
        return [NOTHING]
    between = [EXACT.divide(EXACT.add(a, b), Decimal(2)) for a, b in pairwise(numbers)]
    return [EXACT.subtract(numbers[0], Decimal(1)), *numbers, *between, EXACT.add(numbers[-1], Decimal(1))]


# ---- values ----


def value_of(node: Node, known: Known, search: Search) -> Value | Open:
    """Return the value of a lowered condition; or what has to be known first."""
    match node:
        case Truth(value=value):
            return value
        case Missing():
            return None
        case And(parts=parts):
            return chained(parts, known, search, ends=False)
        case Or(parts=parts):
            return chained(parts, known, search, ends=True)
        case Not(of=of):
            found = value_of(of, known, search)
            return found if found is None or isinstance(found, Open) else not found
        case If(when=when, then=then, otherwise=otherwise):
            found = value_of(when, known, search)
            if found is None or isinstance(found, Open):
                return found
            return value_of(then if found else otherwise, known, search)
        case Call(name=name, args=(of,)):
            found = value_of(of, known, search)
            return found if isinstance(found, Open) else found is not None if name == "present" else found is True
        case Compare(op=op, left=left, right=right):
            if is_truth(left, search.world):
                return alike(op, left, right, known, search)
            return measured(node, known, search) if is_constant(right) else ordered(node, known, search)
        case _:
            return asked(node, known, search)


def chained(parts: tuple[Node, ...], known: Known, search: Search, *, ends: bool) -> Value | Open:
    """Return the value of `and` or `or`: the value that ends it where any part has it, else what is open, missing,
    or the other value."""
    first: Open | None = None
    missing = False
    for part in parts:
        found = value_of(part, known, search)
        if found is ends:
            return ends
        missing = missing or found is None
        first = first or (found if isinstance(found, Open) else None)
    return first or (None if missing else not ends)


def alike(op: str, left: Node, right: Node, known: Known, search: Search) -> Value | Open:
    """Return whether two truths are the same, or what has to be known first."""
    sides = [value_of(side, known, search) for side in (left, right)]
    first = next((side for side in sides if isinstance(side, Open)), None)
    return first or (None if None in sides else holds(op, *sides))


def measured(node: Compare, known: Known, search: Search) -> Value | Open:
    """Return the value of a comparison of a quantity with a value of the policy, or what has to be known first."""
    world = search.world
    if is_constant(node.left):
        left: Value | Open = NOTHING
    elif node.op not in ("=", "!=") and isinstance(search.quantities[node.left].kind, TextType):
        return ordered(node, known, search)
    else:
        left = asked(node.left, known, search)
    if left is None or isinstance(left, Open):
        return left
    if len(world.days) > 1 and TODAY not in known and is_dated(node, world):
        return Open(TODAY)
    day = str(known.get(TODAY, world.days[0]))
    left = constant(node.left, world, day) if is_constant(node.left) else left
    return holds(node.op, left, constant(node.right, world, day))


def ordered(node: Compare, known: Known, search: Search) -> Value | Open:
    """Return the comparison of two quantities: less, equal or more, the same wherever the two meet."""
    for side in (node.left, node.right):
        if not is_constant(side) and (search.quantities[side].missing or search.quantities[side].needs):
            found = asked(side, known, search)
            if found is None or isinstance(found, Open):
                return found
    turned = write(node.right) < write(node.left)
    key = Compare("<", node.right, node.left) if turned else Compare("<", node.left, node.right)
    sign = NOTHING if key.left == key.right else known.get(key)
    return Open(key) if sign is None else holds(MIRRORED[node.op] if turned else node.op, sign, NOTHING)


def asked(node: Node, known: Known, search: Search) -> Value | Open:
    """Return the value of a quantity: missing where what it needs is, else as it is known."""
    for need in search.quantities[node].needs:
        found = value_of(need, known, search)
        if found is None or isinstance(found, Open):
            return found
    return known[node] if node in known else Open(node)


def constant(node: Node, world: World, day: str) -> Value:
    """Return the value of a part that `is_constant`, from a day (ISO) on."""
    match node:
        case Number(value=value) | Text(value=value) | Day(value=value):
            return value
        case Figure(path=path):
            values = world.figures[path].values
            return next((value for first, value in reversed(values) if first is None or first <= day), values[0][1])
        case Negate(of=of):
            return EXACT.minus(number(of, world, day))
        case Arithmetic(op=op, left=left, right=right):
            return MATH[op](number(left, world, day), number(right, world, day))
        case _:
            raise AssertionError(f"{write(node)} is no value")


def number(node: Node, world: World, day: str) -> Decimal:
    """Return the value of a part that is a number."""
    value = constant(node, world, day)
    assert isinstance(value, Decimal)
    return value


def is_dated(node: Compare, world: World) -> bool:
    """Return whether a comparison reads a figure that changes."""
    return any(name in world.figures and len(world.figures[name].values) > 1 for name in names_in(node))


def holds(op: str, left: Value | Open, right: Value | Open) -> bool:
    """Return whether `left op right` is true for values of one kind."""
    found = COMPARE[op](left, right)
    return bool(found)
