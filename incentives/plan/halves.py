"""Columns that are used before they are rounded: the names of their numerators and denominators, and columns for those
that have no name yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from incentives.faults import Fault
from incentives.language.infer import Scoped, Typed
from incentives.language.own import own_text
from incentives.language.quotients import halves
from incentives.language.tree import ONE, Call, Exact, Figure, If, Missing, Name, Node, Number
from incentives.language.types import AnyType, NumberType, Type
from incentives.language.walk import map_nodes
from incentives.plan.columns import Aggregated, Column, Computed, Given, Past, RolledUp, Taken
from incentives.plan.draft import Draft
from incentives.plan.names import inner_name, spoken
from incentives.plan.sources import WHOLE_DAYS

SIDES = ("over", "under")
ROWS = NumberType(Decimal(1), Decimal(10**9), 0)  # of which there is a mean
Key = tuple[str, str]


def exactly(formula: Node, scope: Mapping[str, Scoped]) -> Node:
    """Return a formula that reads columns before they are rounded, but for the question whether they are there."""

    def read(node: Node) -> Node:
        match node:
            case Name(name=name) if (known := scope.get(name)) and known.exact:
                return Exact(name, *known.exact, span=node.span)
            case Call(name="present", args=(Exact(name=name, span=span),)):
                return replace(node, args=(Name(name, span=span),))
            case _:
                return node

    return map_nodes(formula, read)


def ending(draft: Draft, column: Column, typed: Mapping[Key, Column], source: Key) -> Column | None:
    """Return the column of which several values are added up or compared: a fault where its decimals have no end."""
    found = typed[source]
    if not found.exact:
        return found
    over, under = found.exact
    if under == ONE and isinstance(over, Name):
        return typed[source[0], over.name]
    draft.faults.append(Fault("quotient_gathered", column.place, {"name": spoken(found.name)}))
    return None


def half_name(side: str, column: Column) -> str:
    """Return the name of the column of a numerator or denominator."""
    return inner_name(side, column.name)


def half_keys(column: Column) -> list[Key]:
    """Return the keys of the columns of a column's numerator and denominator. Where the column is rolled up from its
    last period, those of that period that are guarded come too."""
    own = [(column.grain, half_name(side, column)) for side in SIDES]
    match column.how:
        case RolledUp(of=of, take="last", finer=finer):
            return [*own, *((finer or column.grain, guard_name(side, of)) for side in SIDES)]
        case _:
            return own


def guard_name(side: str, of: str) -> str:
    """Return the name of the column of a half that is there only where its whole is."""
    return inner_name(f"{side}_there", of)


def halves_of(column: Column, typed: Mapping[Key, Column]) -> tuple[Column, list[Column]]:
    """Return a column with names for both its halves, and the untyped columns of the halves that had none."""
    assert column.exact
    nodes: list[Node] = []
    beside: list[Column] = []
    for side, node in zip(SIDES, column.exact, strict=True):
        found = half_of(column, side, node, typed)
        nodes.append(Name(found[-1].name) if found else node)
        beside += found
    over, under = nodes
    return replace(column, exact=(over, under)), beside


def half_of(column: Column, side: str, node: Node, typed: Mapping[Key, Column]) -> list[Column]:
    """Return the columns that one half of a column needs, the last one being it; none where the node will do."""
    bare = replace(column, name=half_name(side, column), role="part", unit="", mode="half_up", item="", told=None,
                   unrounded=False, exact=None)  # fmt: skip
    match column.how:
        case Given():
            return []
        case Aggregated() as how:
            if isinstance(node, Number):
                return []
            of = replace(how, of=node) if side == "over" else replace(how, take="max", of=node, where=None)
            return [replace(bare, how=of, type=AnyType())]
        case Computed():
            return [] if isinstance(node, Name | Number) else [replace(bare, how=Computed(node))]
        case RolledUp(of=of, take="mean"):
            take, kind = ("sum", summed(typed[source_of(column, of)].type)) if side == "over" else ("count", ROWS)
            return [typed_as(replace(bare, how=replace(column.how, take=take)), kind)]
        case _ if not isinstance(node, Name):
            return []
        case RolledUp(of=of, take="last"):
            source = typed[source_of(column, of)]
            there = Computed(If(Call("present", (Name(of),)), node, Missing()))
            guarded = replace(bare, name=guard_name(side, of), grain=source.grain, how=there)
            kind = typed[source.grain, node.name].type
            return [guarded, typed_as(replace(bare, how=replace(column.how, of=guarded.name)), kind)]
        case Past() | RolledUp() | Taken() as how:
            source = typed[source_of(column, how.of)]
            kind = typed[source.grain, node.name].type
            return [typed_as(replace(bare, how=replace(how, of=node.name)), kind)]
        case _:
            raise AssertionError(f"{column.name} has no halves")


def over_rows(draft: Draft, column: Column, of: Typed) -> Column | None:
    """Return a metric taken over rows of a quotient, which need one denominator in a period, such as its days.
    Another denominator is a fault; pay is rounded in each row."""
    if column.role != "metric" or not isinstance(of.type, NumberType):
        return column
    over, under = halves(of)
    if not isinstance(under, Number | Figure) and under != Name(WHOLE_DAYS):
        draft.faults.append(Fault("quotient_gathered", column.place, {"name": own_text(of.node)}))
        return None
    finer = of.ratio is not None or of.type.scale > column.scale
    return replace(column, exact=(over, under)) if column.unrounded and finer else column


def source_of(column: Column, of: str) -> Key:
    """Return the frame and the name of the column that a column is taken from."""
    match column.how:
        case Taken(frame=frame):
            return frame, of
        case RolledUp(finer=finer) if finer:
            return finer, of
    return column.grain, of


def typed_as(column: Column, kind: Type) -> Column:
    """Return a column of a type that is known."""
    return replace(column, type=kind, scale=kind.scale if isinstance(kind, NumberType) else 0, optional=True)


def summed(kind: Type) -> Type:
    """Return the type of a sum over many rows."""
    assert isinstance(kind, NumberType)
    return replace(kind, low=min(kind.low, Decimal(0)) * 1000, high=max(kind.high, Decimal(0)) * 1000)
