"""The grid that values lie on (totals have 2 decimals, POLICY A3) and the runs of its steps that tests cover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from incentives.language.flaws import FormulaError
from incentives.language.parse import parse_tests
from incentives.language.tree import Figure, Negate, Node, Not, Number, Range
from incentives.language.types import EXACT
from incentives.ruleset.lint.stated import number_on, percent
from incentives.ruleset.model import Policy


@dataclass(frozen=True)
class Grid:
    """Values from `first` to `last` in steps of 10^-scale; `shares` are told as percentages."""

    first: int
    last: int
    scale: int
    shares: bool = False

    def written(self, step: int) -> str:
        """A step as a person writes it."""
        value = EXACT.scaleb(Decimal(step), -self.scale)
        return percent(value) if self.shares else f"{value:f}"


@dataclass(frozen=True)
class Run:
    """The steps `first` to `last` that belong to the band `name`."""

    first: int
    last: int
    name: str


def grid_of(low: Decimal, high: Decimal, scale: int, shares: bool = False) -> Grid:
    """The grid of all values from `low` to `high`."""
    return Grid(_up(low, scale), _down(high, scale), scale, shares)


def runs_of(bands: Mapping[str, str], grid: Grid, policy: Policy, day: date) -> list[Run]:
    """The runs of all bands (name → tests) on a day, in order.

    Empty where a test has no plain numbers for edges; those are the plan's to type.
    """
    runs = []
    for name, written in bands.items():
        try:
            tests = parse_tests(written)
        except FormulaError:
            return []
        for test in tests:
            found = _runs(test, grid, policy, day)
            if found is None:
                return []
            inside = ((max(first, grid.first), min(last, grid.last)) for first, last in found)
            runs += [Run(first, last, name) for first, last in inside if first <= last]
    return sorted(runs, key=lambda run: (run.first, run.last))


def gaps(runs: list[Run], grid: Grid) -> Iterator[tuple[int, int, str]]:
    """(first, last, the band below or "") of each stretch of the grid that no run covers."""
    reached, below = grid.first - 1, ""
    for run in [*runs, Run(grid.last + 1, grid.last + 1, "")]:
        if run.first > reached + 1 and reached < grid.last:
            yield reached + 1, min(run.first - 1, grid.last), below
        if run.last > reached:
            reached, below = run.last, run.name


def overlaps(runs: list[Run]) -> Iterator[tuple[int, str, str]]:
    """(step, one band, the other) where two bands meet."""
    for one, other in pairwise(runs):
        if other.first <= one.last and one.name != other.name:
            yield other.first, one.name, other.name


def _runs(test: Node, grid: Grid, policy: Policy, day: date) -> list[tuple[int, int]] | None:
    if isinstance(test, Not):
        inner = _runs(test.of, grid, policy, day)
        return inner and [(grid.first, inner[0][0] - 1), (inner[0][1] + 1, grid.last)]
    if not isinstance(test, Range):
        value = _edge(test, policy, day)
        return None if value is None else [(_up(value, grid.scale), _down(value, grid.scale))]
    begin, end = grid.first, grid.last
    if test.low is not None:
        low = _edge(test.low, policy, day)
        if low is None:
            return None
        begin = _up(low, grid.scale) if test.low_closed else _down(low, grid.scale) + 1
    if test.high is not None:
        high = _edge(test.high, policy, day)
        if high is None:
            return None
        end = _down(high, grid.scale) if test.high_closed else _up(high, grid.scale) - 1
    return [(begin, end)]


def _edge(node: Node, policy: Policy, day: date) -> Decimal | None:
    match node:
        case Number(value=value):
            return value
        case Negate(of=Number(value=value)):
            return -value
        case Figure(path=path):
            return number_on(policy, path, day)
        case _:
            return None


def _up(value: Decimal, scale: int) -> int:
    return int(EXACT.scaleb(value, scale).to_integral_value(ROUND_CEILING))


def _down(value: Decimal, scale: int) -> int:
    return int(EXACT.scaleb(value, scale).to_integral_value(ROUND_FLOOR))
