"""Positions of the marks in a simulation's pictures, in whole SVG units; the template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from incentives.simulate.model import Comparison

WIDTH, ROW, HEIGHT = 420, 34, 120
SHADES = 5


@dataclass(frozen=True)
class Flow:
    """A band from a grade on the left to one on the right, as high as there are people."""

    path: str
    shade: int
    label: str


@dataclass(frozen=True)
class Block:
    """A grade at one side."""

    x: int
    y: int
    height: int
    shade: int
    label: str


@dataclass(frozen=True)
class Bar:
    """A component's cost before and after, or a step of the distribution."""

    x: int
    y: int
    width: int
    label: str
    kind: str = ""
    height: int = 0


def migration(comparison: Comparison, nothing: str) -> tuple[tuple[Block, ...], tuple[Flow, ...]]:
    """The grades before on the left, after on the right, and what flows between them."""
    labels = [*comparison.grades, ""]
    whole = sum(moved.count for moved in comparison.moved)
    if not whole:
        return (), ()
    high = HEIGHT * 2
    tops: dict[tuple[str, str], int] = {}
    blocks = []
    for side, x in (("before", 0), ("after", WIDTH - 14)):
        at = 0
        for shade, grade in enumerate(labels):
            count = sum(m.count for m in comparison.moved if getattr(m, side) == grade)
            tops[side, grade] = at
            if count:
                size = max(1, count * high // whole)
                blocks.append(Block(x, at, size, min(shade, SHADES - 1), f"{grade or nothing} {count}"))
                at += size + 6
    flows = []
    for moved in comparison.moved:
        size = max(1, moved.count * high // whole)
        left, right = tops["before", moved.before], tops["after", moved.after]
        tops["before", moved.before] += size
        tops["after", moved.after] += size
        start, end, middle = 14, WIDTH - 14, WIDTH // 2
        path = (
            f"M{start} {left} C{middle} {left} {middle} {right} {end} {right} V{right + size} "
            f"C{middle} {right + size} {middle} {left + size} {start} {left + size} Z"
        )
        shade = min(labels.index(moved.before), SHADES - 1)
        label = f"{moved.before or nothing} → {moved.after or nothing}: {moved.count}"
        flows.append(Flow(path, shade, label))
    return tuple(blocks), tuple(flows)


def cost_bars(comparison: Comparison) -> tuple[Bar, ...]:
    """Two bars a component, what it comes to before and after."""
    most = max((abs(v) for cost in comparison.costs for v in (cost.before, cost.after)), default=Decimal(0))
    bars = []
    for row, cost in enumerate(comparison.costs):
        for place, (kind, value) in enumerate((("before", cost.before), ("after", cost.after))):
            width = int(abs(value) * WIDTH / most) if most else 0
            bars.append(Bar(0, row * ROW + 14 + place * 8, width, f"{value:,f}", kind, 7))
    return tuple(bars)


def shift_bars(comparison: Comparison) -> tuple[Bar, ...]:
    """The distribution of the change of pay: a column a step, above zero and below."""
    most = max((count for _, count in comparison.shifts), default=0)
    step = WIDTH // max(len(comparison.shifts), 1)
    return tuple(
        Bar(n * step, HEIGHT - count * HEIGHT // most, step - 2, f"{low:,f}: {count}", "lose" if low < 0 else "gain",
            count * HEIGHT // most)
        for n, (low, count) in enumerate(comparison.shifts)
    )  # fmt: skip
