"""Tests of whether a formula over rows is about credit notes themselves; it then reads them as they stand in the
data."""

from __future__ import annotations

from incentives.language.tree import ZERO, Compare, Name, Node
from incentives.language.walk import map_nodes

# the amount of an order after credit notes; the delivered amount, below zero for a credit note
AMOUNT, GIVEN = Name("amount"), Name("given")
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def asks_for_notes(*formulas: Node | None) -> bool:
    """Return whether any of the formulas reads `reverses`, or asks whether an amount is below zero."""
    return any(formula is not None and is_about_notes(formula) for formula in formulas)


def is_about_notes(formula: Node) -> bool:
    """Return whether a formula reads `reverses`, or asks whether an amount is below zero."""
    found = "reverses" in formula.names

    def look(node: Node) -> Node:
        nonlocal found
        found = found or sign_of(node) in ("<", "<=")
        return node

    map_nodes(formula, look)
    return found


def sign_of(node: Node) -> str:
    """Return the operator with which an amount is compared with zero, seen from the amount; empty for anything else."""
    match node:
        case Compare(op=op, left=left, right=right) if left == AMOUNT and right == ZERO:
            return op
        case Compare(op=op, left=left, right=right) if left == ZERO and right == AMOUNT:
            return TURNED[op]
    return ""


def as_delivered(where: Node) -> Node:
    """Return a condition on the sign of the amount with the delivered amount in its place, which shows the kind of
    row."""
    return map_nodes(where, lambda node: map_nodes(node, given) if sign_of(node) else node)


def given(node: Node) -> Node:
    """Return the node of the delivered amount in place of the amount after credit notes."""
    return GIVEN if node == AMOUNT else node
