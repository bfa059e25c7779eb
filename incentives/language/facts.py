"""Facts that a condition tells about the values behind it: names that are present, parts that are not zero, bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from incentives.language import tree as t
from incentives.language.types import EXACT, NumberType

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MIRRORED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Facts:
    """The facts that hold where a part of a formula is reached."""

    present: frozenset[str] = frozenset()
    nonzero: frozenset[t.Node] = frozenset()
    bounds: Mapping[t.Node, Bounds] = field(default_factory=dict)

    def __or__(self, other: Facts) -> Facts:
        """Both together."""
        bounds = dict(self.bounds)
        for node, (low, high) in other.bounds.items():
            old_low, old_high = bounds.get(node, (None, None))
            lows, highs = [x for x in (low, old_low) if x is not None], [x for x in (high, old_high) if x is not None]
            bounds[node] = (max(lows, default=None), min(highs, default=None))
        return Facts(self.present | other.present, self.nonzero | other.nonzero, bounds)

    def unbounded(self) -> Facts:
        """Without the bounds."""
        return Facts(self.present, self.nonzero)


def is_present(name: str) -> Facts:
    """The fact of `present(name)`."""
    return Facts(present=frozenset({name}))


def compared(
    op: str, left: t.Node, left_type: NumberType, right: t.Node, right_type: NumberType, ends: bool
) -> Facts:  # fmt: skip
    """The facts about both sides of a comparison of numbers that holds; whether the decimals of both have an end."""
    one = _one_side(op, left, left_type, right_type, ends)
    return one | _one_side(MIRRORED[op], right, right_type, left_type, ends)


def _one_side(op: str, node: t.Node, own: NumberType, other: NumberType, ends: bool) -> Facts:
    """The facts about `node` when `node op other` holds; `>` moves a bound by the last decimal of `node`, if any."""
    unit = Decimal(1).scaleb(-own.scale) if ends else Decimal(0)
    step = unit if other.scale <= own.scale else Decimal(0)
    if op == "!=":
        zero = other.low == other.high == 0
        low = unit if zero and own.low == 0 else None
        high = EXACT.minus(unit) if zero and own.high == 0 else None
        return Facts(nonzero=frozenset({node} if zero else ()), bounds={node: (low, high)})
    low = {"=": other.low, ">=": other.low, ">": EXACT.add(other.low, step)}.get(op)
    high = {"=": other.high, "<=": other.high, "<": EXACT.subtract(other.high, step)}.get(op)
    strictly = (op == ">" and other.low >= 0) or (op == "<" and other.high <= 0)
    return Facts(nonzero=frozenset({node} if strictly else ()), bounds={node: (low, high)})
