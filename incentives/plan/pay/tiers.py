"""Pay of a base through tiers: slice by slice or all at one rate, on money or on shares of a quota (C1, C11)."""

from __future__ import annotations

from decimal import Decimal

from incentives.language.tree import (
    ZERO,
    And,
    Arithmetic,
    Call,
    Compare,
    If,
    Labelled,
    Mirrored,
    Missing,
    Name,
    Negate,
    Node,
    Title,
    first_of,
)
from incentives.language.types import NumberType
from incentives.language.walk import map_nodes
from incentives.plan.draft import Draft, Path, present
from incentives.plan.scores import total
from incentives.ruleset.pay import Tier, Tiers

EDGE = NumberType(Decimal(0), Decimal(10**12), 2)
SHARE = NumberType(Decimal(0), Decimal(100), 4)  # of a quota: `120.25%`


def tiered(draft: Draft, tiers: Tiers, base: Node, path: Path, added: Node | None, quota: Name | None) -> Node:
    """Return the pay for a base; `added` is added to every rate. Missing where there is no quota above zero."""
    ways = {"slice": sliced, "whole": whole, "interpolated": interpolated}
    paid = ways[tiers.by](draft, tiers, base, (*path, "tiers"), added, quota)
    if quota is None:
        return paid
    return If(And((present(quota), Compare(">", quota, ZERO))), paid, Missing())


def mirrored(base: Node, paid: Node) -> Node:
    """Return the pay for a base; a base below zero takes back the pay for the same amount above zero."""
    back = map_nodes(paid, lambda node: Negate(base) if node == base else node)
    return Mirrored(Compare("<", base, ZERO), Negate(back), paid)


def sliced(draft: Draft, tiers: Tiers, base: Node, path: Path, added: Node | None, quota: Name | None) -> Node:
    """Return the sum over the tiers of the base inside each × its rate (超额累进), or the money of those entered."""
    parts: list[Node] = []
    low: Node = ZERO
    for name, row in tiers.rows.items():
        here = (*path, "rows", name)
        high = edge(draft, row, here, quota)
        if row.money is not None:
            paid: Node = If(entered(tiers, base, low), draft.value(row.money, "money", (*here, "money")), ZERO)
        else:
            inside = base if high is None else Call("min", (base, high))
            inside = Call("max", (ZERO, inside if low == ZERO else Arithmetic("-", inside, low)))
            paid = Arithmetic("*", inside, rate_of(draft, row, here, added))
        parts.append(Labelled(paid, titled(row, name), draft.ruleset.place(*here)))
        low = high if high is not None else low
    return total(parts)


def whole(draft: Draft, tiers: Tiers, base: Node, path: Path, added: Node | None, quota: Name | None) -> Node:
    """Return the base × the rate of the tier that it falls in (全额累进), or the money of that tier."""
    steps: list[tuple[Node | None, Node]] = []
    for name, row in tiers.rows.items():
        here = (*path, "rows", name)
        if row.money is not None:
            paid: Node = If(Compare(">", base, ZERO), draft.value(row.money, "money", (*here, "money")), ZERO)
        else:
            paid = Arithmetic("*", Call("max", (ZERO, base)), rate_of(draft, row, here, added))
        part = Labelled(paid, titled(row, name), draft.ruleset.place(*here))
        steps.append((edge(draft, row, here, quota), part))
    return stepped(tiers, base, steps)


def stepped(tiers: Tiers, base: Node, steps: list[tuple[Node | None, Node]]) -> Node:
    """Return the pay of the tier that the base falls in; `steps` are upper edges and pay up to them, the last has no
    edge."""
    within = "<=" if tiers.edge == "lower" else "<"
    lines = [(Compare(within, base, high), paid) for high, paid in steps if high is not None]
    return first_of(lines, next((paid for high, paid in steps if high is None), Missing()))


def interpolated(
    draft: Draft, tiers: Tiers, base: Node, path: Path, added: Node | None, quota: Name | None
) -> Node:  # fmt: skip
    """Return the base × a rate that is each tier's own at its upper edge and moves evenly in between.

    Up to the first edge it is the first tier's; above the last one that of the tier without an edge.
    """
    steps: list[tuple[Node | None, Node]] = []
    low: Node | None = None
    before: Node = ZERO
    for name, row in tiers.rows.items():
        here = (*path, "rows", name)
        high, rate = edge(draft, row, here, quota), rate_of(draft, row, here, None)
        moving = rate if low is None or high is None else between(base, (low, before), (high, rate))
        whole_rate = moving if added is None else Arithmetic("+", moving, added)
        paid = Arithmetic("*", Call("max", (ZERO, base)), whole_rate)
        steps.append((high, Labelled(paid, titled(row, name), draft.ruleset.place(*here))))
        low, before = high, rate
    return stepped(tiers, base, steps)


def between(base: Node, low: tuple[Node, Node], high: tuple[Node, Node]) -> Node:
    """Return the rate of a base between two edges with their rates."""
    (start, first), (end, last) = low, high
    length = Arithmetic("-", end, start)
    come = Call("max", (ZERO, Arithmetic("-", Call("min", (base, end)), start)))  # at most the base, and never below 0
    run = Arithmetic("*", Arithmetic("-", last, first), come)
    return If(Compare("!=", length, ZERO), Arithmetic("+", first, Arithmetic("/", run, length)), last)


def edge(draft: Draft, row: Tier, path: Path, quota: Name | None) -> Node | None:
    """Return the upper edge of a tier in money; None where it has none."""
    if row.to is None:
        return None
    if quota is None:
        return draft.value(row.to, "money", (*path, "to"), EDGE)
    return Arithmetic("*", quota, draft.value(row.to, "ratio", (*path, "to"), SHARE))


def entered(tiers: Tiers, base: Node, low: Node) -> Node:
    """Return whether any of the base lies in the tier above `low`: the first by more than zero, the others by their
    edge."""
    return Compare(">=" if tiers.edge == "upper" and low != ZERO else ">", base, low)


def rate_of(draft: Draft, row: Tier, path: Path, added: Node | None) -> Node:
    """Return the rate of a tier, and what is added to it."""
    rate = draft.value(row.rate if row.rate is not None else "0", "rate", (*path, "rate"))
    return rate if added is None else Arithmetic("+", rate, added)


def titled(row: Tier, name: str) -> Title:
    """Return the title of a tier, its key without one."""
    return row.title if row.title.zh or row.title.en else Title(name, name)
