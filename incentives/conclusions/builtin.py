"""Draws conclusions where durable-rules cannot be had: the same lines in, the same answers out, in plain Python.

It reads and answers what `rules` reads and answers, and shares no code with it; the tests hold every answer of the one
against the other.
"""

from __future__ import annotations

import json

Numbers = list[int]
Nodes = list[tuple[Numbers, Numbers, Numbers]]  # findings, what it comes after, what it gives way to


def answer(line: str) -> str:
    """One line of a network and its situations, answered."""
    asked = json.loads(line)
    nodes, order = asked["nodes"], asked["order"]
    return json.dumps([settled(nodes, order, *situation) for situation in asked["situations"]])


def settled(nodes: Nodes, order: Numbers, held: Numbers, rejected: Numbers) -> list[object]:
    """One situation: what is due, with its findings that hold, and what is concluded.

    Who gives way to nobody is free from the start; the others are settled in `order`, each after all it gives way to.
    """
    free = {*range(len(nodes))} - {*order, *rejected}
    concluded: set[int] = set()
    follow_up(nodes, held, free, concluded)
    for node in order:
        above = nodes[node][2]
        if node not in rejected and concluded.isdisjoint(above):
            free.add(node)
            follow_up(nodes, held, free, concluded)
    due = [node for node in range(len(nodes)) if is_due(nodes[node], held, concluded)]
    return [[(node, [of for of in nodes[node][0] if of in held]) for node in due], sorted(concluded)]


def follow_up(nodes: Nodes, held: Numbers, free: set[int], concluded: set[int]) -> None:
    """Conclude what is free and due, and what follows from that, until nothing more does."""
    while more := [node for node in free - concluded if is_due(nodes[node], held, concluded)]:
        concluded.update(more)


def is_due(node: tuple[Numbers, Numbers, Numbers], held: Numbers, concluded: set[int]) -> bool:
    """Return whether one of its findings holds, where it has any, and all that it comes after is concluded."""
    findings, after, _ = node
    return (not findings or any(of in held for of in findings)) and concluded.issuperset(after)
