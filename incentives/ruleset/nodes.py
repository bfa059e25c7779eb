"""YAML events → a small tree of nodes with offsets, safely: no tags, no recursion, a limit on depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

ANCHOR = re.compile(r"&\S+\s*")
MOST_DEPTH = 50
TOO_DEEP = "exceeded maximum nesting depth"  # libyaml's own limit, far above ours: its scanner may reach it first


@dataclass
class Node:
    """A scalar (`value`), or a mapping (keys and values by turns) or sequence (`parts`), from `start` to `end`."""

    kind: str
    start: int
    end: int
    value: str = ""
    style: str = ""
    parts: list[Node] = field(default_factory=list)


class MalformedError(Exception):
    """Raised for YAML that is not read: a message code, its blanks, and where."""

    def __init__(self, code: str, start: int, end: int, **about: str) -> None:
        self.code, self.start, self.end, self.about = code, start, end, about
        super().__init__(code)


def compose(text: str) -> Node | None:
    """Return the tree of the one document in `text`; None where it is empty.

    Raises MalformedError, and yaml.YAMLError for what is not YAML.
    """
    root: list[Node] = []
    open_nodes: list[Node] = []
    anchors: dict[str, Node] = {}
    documents = 0
    for event in _events(text):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise MalformedError("yaml_documents", *_span(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop().end = _span(event)[1]
        elif isinstance(event, yaml.NodeEvent):
            node = _node(event, text, anchors, open_nodes)
            (open_nodes[-1].parts if open_nodes else root).append(node)
            if isinstance(event, yaml.CollectionStartEvent):
                open_nodes.append(node)
                if len(open_nodes) > MOST_DEPTH:
                    raise MalformedError("yaml_deep", node.start, node.start + 1, most=str(MOST_DEPTH))
    return root[0] if root else None


def _events(text: str) -> Iterator[yaml.Event]:
    """Yield the events of libyaml, one at a time, so that hostile input is stopped before it is read to its end."""
    loader = yaml.CSafeLoader(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
    except yaml.MarkedYAMLError as error:
        if error.problem != TOO_DEEP:
            raise
        at = error.problem_mark.index if error.problem_mark else 0
        raise MalformedError("yaml_deep", at, at + 1, most=str(MOST_DEPTH)) from None
    finally:
        loader.dispose()


def _node(event: yaml.NodeEvent, text: str, anchors: dict[str, Node], open_nodes: list[Node]) -> Node:
    start, end = _span(event)
    anchor = event.anchor or ""
    if isinstance(event, yaml.AliasEvent):
        named = anchors.get(anchor)
        if named is None:
            raise MalformedError("yaml_alias_unknown", start, end, name=anchor)
        if any(named is x for x in open_nodes):
            raise MalformedError("yaml_alias_recursive", start, end, name=anchor)
        return named
    if getattr(event, "tag", None) or text[start : start + 1] == "!":
        raise MalformedError("yaml_tag", start, end)
    if anchor:
        start = ANCHOR.match(text, start).end()  # type: ignore[union-attr]
    if isinstance(event, yaml.ScalarEvent):
        node = Node("scalar", start, end, event.value, event.style or "")
    else:
        kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        node = Node(kind, start, end, style="flow" if getattr(event, "flow_style", False) else "")
    if anchor:
        anchors[anchor] = node
    return node


def _span(event: yaml.Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0), (end.index if end else 0)
