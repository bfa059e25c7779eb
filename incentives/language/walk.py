"""Walking a tree: what it reads, and the tree made anew from the bottom up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from incentives.language.tree import Base, Call, If, Node


def map_nodes(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with `change` applied to every node, children first; what does not change is shared, not copied."""
    changed: dict[str, object] = {}
    for part in fields(node):
        old = getattr(node, part.name)
        new: object = old
        if isinstance(old, Base):
            new = map_nodes(old, change)  # type: ignore[arg-type]
        elif isinstance(old, tuple) and old and isinstance(old[0], Base):
            new = tuple(map_nodes(child, change) for child in old)
            new = old if all(a is b for a, b in zip(new, old, strict=True)) else new
        if new is not old:
            changed[part.name] = new
    return change(replace(node, **changed) if changed else node)  # type: ignore[arg-type]


def names_in(node: Node) -> frozenset[str]:
    """Every column name and figure path that the tree reads."""
    return node.names


def branches(node: Node) -> Iterator[Node]:
    """Yield the formulas that are the possible results of a formula."""
    match node:
        case If(then=then, otherwise=otherwise):
            yield from branches(then)
            yield from branches(otherwise)
        case Call(name="min" | "max", args=args):
            for arg in args:
                yield from branches(arg)
        case _:
            yield node
