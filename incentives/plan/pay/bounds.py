"""Bounds of an amount of pay: at most a cap, at least a floor."""

from __future__ import annotations

from incentives.language.tree import Arithmetic, Call, Compare, If, Node, Round, children
from incentives.plan.draft import Draft, Path


def bounded(draft: Draft, earned: Node, path: Path, **stated: str | None) -> Node:
    """Return what was earned, at most the formulas named `cap…` and at least those named `floor…`, each where it is
    stated."""
    for key, formula in stated.items():
        if formula is None:
            continue
        sign, function = ("<", "min") if key.startswith("cap") else (">", "max")
        edge = draft.value(formula, "money", (*path, key))
        # a division is exact in a comparison and in a branch, but not among what `min` is given
        earned = If(Compare(sign, earned, edge), earned, edge) if divides(earned) else Call(function, (earned, edge))
    return earned


def divides(node: Node) -> bool:
    """Return whether a division is carried to the end of a formula."""
    own = isinstance(node, Arithmetic) and node.op == "/"
    return own or (not isinstance(node, Round) and any(divides(child) for child in children(node)))
