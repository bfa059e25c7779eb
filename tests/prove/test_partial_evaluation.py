"""What is known is put into formulas without changing what they mean: `a` is always there, `b` may be missing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from incentives.language.parse import parse_formula
from incentives.language.tree import Figure, Missing, Name, Node, Number, Text, Truth
from incentives.language.write import write
from incentives.prove.partial_evaluation import Folding, folded

KNOWN: dict[str, Node] = {
    "none": Number(Decimal(0)), "one": Number(Decimal(1)), "two": Number(Decimal(2)), "on": Truth(True),
    "base": Text("sales"), "gone": Missing(),
}  # fmt: skip
CASES = {
    "one * a + none": "a",
    "none * a + two": "2",
    "none * b": "0 * b",  # missing where b is
    "if present(b) then none * b else none": "0",
    "if present(b) and a > 1 then none * b else 1": "if present(b) and a > 1 then 0 else 1",
    "if present(b) then one else one": "1",
    "if b > 3 then one else one": "if b > 3 then 1 else 1",
    "if a > 3 then one else one": "1",
    "if on then a else b": "a",
    'if base = "sales" then a else b': "a",
    'if base in ("margin", "sales") then a else b': "a",
    "if present(gone) then gone else b": "b",
    "present(a) and a > two": "a > 2",
    "on and b > 1 and not(on)": "b > 1 and false",
    "a > 1 and not(on)": "false",
    "b > 1 or on": "b > 1 or true",
    "present(b) or on": "true",
    "max(one + two, a - none) / one": "max(3, a)",
    "-(two) < one": "true",
}


@pytest.mark.parametrize("formula", CASES)
def test_folded(formula: str) -> None:
    by = Folding(lambda name: KNOWN.get(name_of(name), name), lambda name: name == "a")
    assert write(folded(parse_formula(formula), by)) == CASES[formula]


def name_of(node: Node) -> str:
    return node.name if isinstance(node, Name) else node.path if isinstance(node, Figure) else ""
