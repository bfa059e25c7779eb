"""The network of conclusions as plain values: what stands on what, what gives way to what, and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """One conclusion: due when any of its own findings holds (or it has none) and all of `after` are concluded."""

    name: str
    findings: tuple[str, ...]  # its own findings; () where it follows from `after` alone
    after: tuple[str, ...]  # conclusions that must all be concluded before
    over: tuple[str, ...]  # conclusions that give way to this one where it is concluded


@dataclass(frozen=True)
class Situation:
    """What is known of one rep and period: the findings that hold and the conclusions that a decision rejected."""

    held: frozenset[str]
    rejected: frozenset[str]


@dataclass(frozen=True)
class Drawn:
    """A conclusion that is due in a situation.

    `withheld` is empty where it is concluded; otherwise it says why not: "rejected", or the name of the conclusion
    that it gave way to (the first in the order of the network).
    """

    name: str
    findings: tuple[str, ...]  # those of its own that hold, in the node's order
    withheld: str


def components(nodes: Sequence[Node]) -> list[tuple[Node, ...]]:
    """The parts that neither `after` nor `over` connects, ordered by their first node; in each the ruleset's order."""
    linked = _links(nodes)
    for name, others in list(linked.items()):
        for other in others:
            linked[other] = [*linked[other], name]
    part: dict[str, int] = {}
    for number, node in enumerate(nodes):
        waiting = [node.name]
        while waiting:
            name = waiting.pop()
            if name not in part:
                part[name] = number
                waiting += linked[name]
    return [
        tuple(node for node in nodes if part[node.name] == number)
        for number in dict.fromkeys(part[n.name] for n in nodes)
    ]


def circles(nodes: Sequence[Node]) -> list[list[str]]:
    """The circles through `after` and `over` together, each told once, from its first node in the ruleset's order.

    A node has to be settled before those that come after it and those that give way to it. Of circles that share
    nodes at least one is told.
    """
    return _walk(nodes)[1]


def settling_order(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, each after all that have to be settled before it, otherwise in the ruleset's order (no circles)."""
    by_name = {node.name: node for node in nodes}
    return [by_name[name] for name in _walk(nodes)[0]]


def above(nodes: Iterable[Node]) -> dict[str, list[str]]:
    """For each conclusion those that are over it, in the order of the network."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for name in dict.fromkeys(node.over):
            found.setdefault(name, []).append(node.name)
    return found


def _links(nodes: Sequence[Node]) -> dict[str, list[str]]:
    """For each node those that have to be settled before it; names that no node has are left out."""
    over = above(nodes)
    names = {node.name for node in nodes}
    return {n.name: [name for name in dict.fromkeys([*n.after, *over.get(n.name, ())]) if name in names] for n in nodes}


def _walk(nodes: Sequence[Node]) -> tuple[list[str], list[list[str]]]:
    """All names in the order in which they can be settled, and the circles met on the way."""
    before = _links(nodes)
    order: dict[str, None] = {}
    found: dict[tuple[str, ...], None] = {}
    for node in nodes:
        trail = [(node.name, iter(before[node.name]))] if node.name not in order else []
        while trail:
            name, rest = trail[-1]
            following = next((other for other in rest if other not in order), None)
            on_trail = [name for name, _ in trail]
            if following is None:
                order[name] = None
                trail.pop()
            elif following in on_trail:
                found[_turned(on_trail[on_trail.index(following) :], list(before))] = None
            else:
                trail.append((following, iter(before[following])))
    return list(order), [list(circle) for circle in found]


def _turned(circle: list[str], order: list[str]) -> tuple[str, ...]:
    """A circle, which was walked against its arrows, told along them from its first node."""
    along = circle[::-1]
    first = along.index(min(along, key=order.index))
    return (*along[first:], *along[:first])
