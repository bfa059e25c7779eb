"""The network of conclusions as plain values: what stands on what, what gives way to what, and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from incentives.ruleset.settled import links, settle


@dataclass(frozen=True)
class Node:
    """One conclusion: due when any of its own findings holds (or it has none) and all of `after` are concluded."""

    name: str
    findings: tuple[str, ...]  # its own findings; () where it follows from `after` alone
    after: tuple[str, ...]  # conclusions that must all be concluded before
    over: tuple[str, ...]  # conclusions that give way to this one where it is concluded


@dataclass(frozen=True)
class Situation:
    """The facts of one rep and period: the findings that hold and the conclusions that a decision rejected."""

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


def settling_order(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, each after all that have to be settled before it, otherwise in the ruleset's order (no circles)."""
    by_name = {node.name: node for node in nodes}
    return [by_name[name] for name in settle(_links(nodes))[0]]


def above(nodes: Iterable[Node]) -> dict[str, list[str]]:
    """For each conclusion those that are over it, in the order of the network."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for name in dict.fromkeys(node.over):
            found.setdefault(name, []).append(node.name)
    return found


def _links(nodes: Sequence[Node]) -> dict[str, list[str]]:
    """For each node those that have to be settled before it; names that no node has are left out."""
    return links({node.name: node.after for node in nodes}, {node.name: node.over for node in nodes})
