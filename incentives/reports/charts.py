"""Positions of the marks in the page's charts, in whole SVG units; the template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from incentives.reports.model import Bin, Control, Count, Share

WIDTH = 420
STRIP, STRIP_GAP = 26, 14
BIN_HEIGHT = 120
PAY_ROW = 34


@dataclass(frozen=True)
class Mark:
    """A rectangle with its label; `shade` numbers its colour, the best grade being 0."""

    x: int
    y: int
    width: int
    height: int
    label: str
    count: int
    shade: int


@dataclass(frozen=True)
class Strip:
    """One period's grades as a strip whose segments add up to the whole width."""

    period: str
    y: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Tick:
    """A label on the axis."""

    x: int
    label: str


def strips(counts: tuple[Count, ...]) -> tuple[Strip, ...]:
    """A strip for each period that has grades."""
    graded = [count for count in counts if any(share.count for share in count.grades)]
    return tuple(
        Strip(count.period, i * (STRIP + STRIP_GAP), _segments(count.grades, i * (STRIP + STRIP_GAP)))
        for i, count in enumerate(graded)
    )


def _segments(shares: tuple[Share, ...], y: int) -> tuple[Mark, ...]:
    whole = sum(share.count for share in shares)
    marks, before = [], 0
    for shade, share in enumerate(shares):
        x, end = before * WIDTH // whole, (before + share.count) * WIDTH // whole
        before += share.count
        if share.count:
            marks.append(Mark(x, y, max(end - x - 2, 1), STRIP, share.label, share.count, shade))
    return tuple(marks)


def columns(bins: tuple[Bin, ...]) -> tuple[Mark, ...]:
    """The bins as stacked columns, the best grade on top."""
    most = max((sum(s.count for s in b.grades) for b in bins), default=0)
    step = WIDTH // max(len(bins), 1)
    marks = []
    for i, one in enumerate(bins):
        below = 0
        for shade, share in reversed(list(enumerate(one.grades))):
            low, high = below * BIN_HEIGHT // most, (below + share.count) * BIN_HEIGHT // most
            below += share.count
            if share.count:
                label = f"{one.low:f}+ {share.label}"
                marks.append(Mark(i * step, BIN_HEIGHT - high, step - 2, high - low, label, share.count, shade))
    return tuple(marks)


def ticks(bins: tuple[Bin, ...]) -> tuple[Tick, ...]:
    """At most a dozen labels below the columns, each at the left edge of its bin."""
    step, every = WIDTH // max(len(bins), 1), max(1, -(-len(bins) // 12))
    return tuple(Tick(i * step, f"{one.low:f}") for i, one in enumerate(bins) if i % every == 0)


def pay_bars(controls: tuple[Control, ...]) -> tuple[tuple[Control, int, int], ...]:
    """Each component (not the total) with the y and the width of its bar; a deduction is as wide as its amount."""
    parts = [control for control in controls if control.kind]
    most = max((abs(control.amount) for control in parts), default=Decimal(0))
    return tuple(
        (control, i * PAY_ROW, int(abs(control.amount) * WIDTH / most) if most else 0)
        for i, control in enumerate(parts)
    )
