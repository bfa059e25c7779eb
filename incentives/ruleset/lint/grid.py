"""The grid that values lie on (totals have 2 decimals, POLICY A3) and the runs of its steps that tests cover."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from incentives.language.tree import Node, Not, Range
from incentives.language.types import EXACT
from incentives.ruleset.lint.constant import value_of
from incentives.ruleset.lint.meant import tests_of
from incentives.ruleset.lint.stated import percent
from incentives.ruleset.model import Policy


@dataclass(frozen=True)
class Grid:
    """Values from `first` to `last` in steps of 10^-scale; `shares` are shown as percentages, `days` as dates.
    Quotients are exact: their steps are `finer` by so many decimals, which are not shown."""

    first: int
    last: int
    scale: int
    shares: bool = False
    days: bool = False
    finer: int = 0

    def written(self, step: int) -> str:
        """Return a step as a person writes it."""
        if self.days:
            return date.fromordinal(step).isoformat()
        value = EXACT.scaleb(Decimal(step), -self.scale)
        if self.finer:
            value = EXACT.quantize(value, Decimal(1).scaleb(self.finer - self.scale))
        return percent(value) if self.shares else f"{value:f}"

    def edge(self, step: int) -> str:
        """Return a step as a formula writes it."""
        return f'date("{self.written(step)}")' if self.days else self.written(step)


@dataclass(frozen=True)
class Run:
    """The steps `first` to `last` that belong to the band `name`."""

    first: int
    last: int
    name: str


def grid_of(
    low: Decimal, high: Decimal, scale: int, *, shares: bool = False, days: bool = False, finer: int = 0
) -> Grid:  # fmt: skip
    """Return the grid of all values from `low` to `high`."""
    scale += finer
    return Grid(_up(Fraction(low), scale), _down(Fraction(high), scale), scale, shares, days, finer)


@dataclass(frozen=True)
class Covered:
    """The steps that tests cover on a day: the runs in order, and the edges (name of the band → edge) that no number
    is known of."""

    runs: list[Run]
    unknown: dict[str, Node]


def covered(bands: Mapping[str, str], grid: Grid, policy: Policy, day: date) -> Covered:
    """Return the runs of the grid that all bands (name → tests) cover on a day."""
    runs: list[Run] = []
    unknown: dict[str, Node] = {}
    for name, written in bands.items():
        for test in tests_of(written):
            found = _runs(test, grid, policy, day)
            if isinstance(found, list):
                inside = ((max(first, grid.first), min(last, grid.last)) for first, last in found)
                runs += [Run(first, last, name) for first, last in inside if first <= last]
            else:
                unknown[name] = found
    return Covered(sorted(runs, key=lambda run: (run.first, run.last)), unknown)


def gaps(runs: list[Run], grid: Grid) -> Iterator[tuple[int, int, str]]:
    """Yield (first, last, the band below or "") of each stretch of the grid that no run covers."""
    reached, below = grid.first - 1, ""
    for run in [*runs, Run(grid.last + 1, grid.last + 1, "")]:
        if run.first > reached + 1 and reached < grid.last:
            yield reached + 1, min(run.first - 1, grid.last), below
        if run.last > reached:
            reached, below = run.last, run.name


def overlaps(runs: list[Run]) -> Iterator[tuple[int, str, str]]:
    """Yield (step, one band, the other) where two bands overlap, each pair once; `runs` are in order."""
    furthest: list[Run] = []  # the run that reaches furthest, and the one of another band that does
    told: set[tuple[str, str]] = set()
    for run in runs:
        met = next((one for one in furthest if one.name != run.name and one.last >= run.first), None)
        if met and (met.name, run.name) not in told:
            told.add((met.name, run.name))
            yield run.first, met.name, run.name
        longest = sorted([*furthest, run], key=lambda one: -one.last)
        furthest = longest[:1] + [one for one in longest if one.name != longest[0].name][:1]


def _runs(test: Node, grid: Grid, policy: Policy, day: date) -> list[tuple[int, int]] | Node:
    """Return the steps that a test holds for; an edge that no number is known of."""
    if isinstance(test, Not):
        inner = _runs(test.of, grid, policy, day)
        return inner if not isinstance(inner, list) else [(grid.first, inner[0][0] - 1), (inner[0][1] + 1, grid.last)]
    if not isinstance(test, Range):
        value = value_of(test, policy, day)
        return test if value is None else [(_up(value, grid.scale), _down(value, grid.scale))]
    begin, end = grid.first, grid.last
    if test.low is not None:
        low = value_of(test.low, policy, day)
        if low is None:
            return test.low
        begin = _up(low, grid.scale) if test.low_closed else _down(low, grid.scale) + 1
    if test.high is not None:
        high = value_of(test.high, policy, day)
        if high is None:
            return test.high
        end = _down(high, grid.scale) if test.high_closed else _up(high, grid.scale) - 1
    return [(begin, end)]


def _up(value: Fraction, scale: int) -> int:
    return math.ceil(value * int(10**scale))


def _down(value: Fraction, scale: int) -> int:
    return math.floor(value * int(10**scale))
