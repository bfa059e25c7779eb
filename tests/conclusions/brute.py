"""What a network comes to, worked out by asking back from each conclusion; no code shared with the engine."""

from __future__ import annotations

from collections.abc import Sequence

from incentives.conclusions.network import Drawn, Node, Situation


def brute(nodes: Sequence[Node], situation: Situation) -> tuple[Drawn, ...]:
    """The conclusions that are due, in the order of the network."""
    named = {node.name: node for node in nodes}
    known: dict[str, bool] = {}

    def due(node: Node) -> bool:
        own = not node.findings or any(finding in situation.held for finding in node.findings)
        return own and all(concluded(name) for name in node.after)

    def concluded(name: str) -> bool:
        if name not in known:
            known[name] = due(named[name]) and why_not(name) == ""
        return known[name]

    def why_not(name: str) -> str:
        if name in situation.rejected:
            return "rejected"
        return next((node.name for node in nodes if name in node.over and concluded(node.name)), "")

    return tuple(
        Drawn(node.name, tuple(name for name in node.findings if name in situation.held), why_not(node.name))
        for node in nodes
        if due(node)
    )
