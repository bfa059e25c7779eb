"""The parts of a formula that somebody wrote, within what was made around them: a message shows those."""

from __future__ import annotations

import re

from incentives.language import tree as t
from incentives.language.write import write

NOWHERE = (0, 0)
SIMPLE = re.compile(r"[^\s(),]+|\w+\([^()]*\)")


def own_part(node: t.Node) -> t.Node:
    """The part of a node that was written by somebody and is its value; the node itself where that is not just one."""
    while node.span == NOWHERE:
        found = _values(node)
        if len(found) != 1 or found[0] is node:
            return node
        node = found[0]
    return node


def own_text(node: t.Node) -> str:
    """The text of a node as somebody wrote it: without the conditions that were made around its values."""
    if node.span != NOWHERE:
        return write(node)
    match node:
        case t.Arithmetic(op=op, left=left, right=right):
            return f"{_bracketed(left)} {op} {_bracketed(right)}"
        case t.Call(name=name, args=args) if name in ("min", "max", "sum"):
            return f"{name}({', '.join(dict.fromkeys(map(own_text, args)))})"
        case t.If() | t.Cases() | t.Labelled() | t.Round():
            return ", ".join(dict.fromkeys(map(own_text, _values(node)))) or write(node)
        case _:
            return write(node)


def _bracketed(part: t.Node) -> str:
    text = own_text(part)
    return text if SIMPLE.fullmatch(text) else f"({text})"


def _values(node: t.Node) -> list[t.Node]:
    """What a node comes to: the branches of what was made around them, but for its constants."""
    match node:
        case t.If(then=then, otherwise=otherwise):
            parts: tuple[t.Node, ...] = (then, otherwise)
        case t.Cases(thens=thens, otherwise=otherwise):
            parts = (*thens, otherwise)
        case t.Labelled(of=of) | t.Round(of=of):
            parts = (of,)
        case _:
            return [node]
    found = [part for part in parts if not isinstance(part, t.Number | t.Missing)]
    return list({(part.span, write(part)): part for part in found}.values())
