"""The parts of a network, its circles, and the order in which it settles."""

from __future__ import annotations

import pytest

from incentives.conclusions.network import Node, components, settling_order
from incentives.ruleset.settled import links, settle


def nodes_of(text: str) -> list[Node]:
    """Nodes written `name < after after > over over`, one after each semicolon."""
    found = []
    for part in text.split(";"):
        rest, _, over = part.partition(">")
        name, _, after = rest.partition("<")
        found.append(Node(name.strip(), (), tuple(after.split()), tuple(over.split())))
    return found


def circles(nodes: list[Node]) -> list[list[str]]:
    return settle(links({node.name: node.after for node in nodes}, {node.name: node.over for node in nodes}))[1]


@pytest.mark.parametrize(
    ("text", "parts", "order"),
    [
        ("a", "a", "a"),
        ("a; b; c", "a | b | c", "a b c"),
        ("a; b; c < a", "a c | b", "a b c"),
        ("a < c; b; c", "a c | b", "c a b"),
        ("a; b; c > a", "a c | b", "c a b"),
        ("a > c; b; c; d < b; e > d b", "a c | b d e", "a e b c d"),
        ("a < b c; b < d; c < d; d", "a b c d", "d b c a"),
        ("甲 < 丙; 乙; 丙", "甲 丙 | 乙", "丙 甲 乙"),
        ("a < unknown > other; b", "a | b", "a b"),
    ],
)
def test_parts(text: str, parts: str, order: str) -> None:
    nodes = nodes_of(text)
    assert " | ".join(" ".join(node.name for node in part) for part in components(nodes)) == parts
    assert [node.name for node in settling_order(nodes)] == order.split()
    assert circles(nodes) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a < a", ["a"]),
        ("a > a", ["a"]),
        ("a < b; b < a", ["a b"]),
        ("a > b; b > a", ["a b"]),
        ("a > b; b; a2 < b > a", ["a b a2"]),
        ("x; c < b; b < a; a < c", ["c a b"]),
        ("a < b; b < a; c < d; d < c; e < a c", ["a b", "c d"]),
        ("a < b c; b < a; c < a", ["a b", "a c"]),
        ("a < b; b < a c; c < b", ["a b", "b c"]),
        ("a < b; b < a; c < a b", ["a b"]),
    ],
)
def test_circles(text: str, told: list[str]) -> None:
    assert [" ".join(circle) for circle in circles(nodes_of(text))] == told


def test_a_long_chain() -> None:
    nodes = [Node(str(number), (), (str(number + 1),), ()) for number in range(3000)] + [Node("3000", (), (), ())]
    assert [node.name for node in settling_order(nodes)] == [str(number) for number in range(3000, -1, -1)]
