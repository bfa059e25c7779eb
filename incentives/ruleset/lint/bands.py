"""Bands of scores and grades: every value that can occur falls into exactly one, and each grade can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from incentives.faults import Fault, Place
from incentives.language.types import NumberType
from incentives.ruleset.lint.grid import Grid, Run, gaps, grid_of, overlaps, runs_of
from incentives.ruleset.lint.stated import moments, number_on
from incentives.ruleset.model import Grade, Item, Policy, metric_type
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.units import NUMBERS

TOP = NUMBERS["score"].high
TOTALS = grid_of(Decimal(0), TOP, NUMBERS["score"].scale)
LOWER_BEST = Decimal(200)  # 100 × (2 − 0), the most that "lower is better" can score (POLICY A2)


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """The bands of every item and of the grade, on the first day on which something is wrong with them."""
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            grid = _grid(policy, item.of or name)
            if item.bands is not None and grid:
                yield from _item(policy, item.bands, grid, ("scorecards", card_name, "items", name, "bands"), document)
    if policy.grade:
        yield from _grade(policy, policy.grade, document)


def _grid(policy: Policy, name: str) -> Grid | None:
    """The grid of a metric's or column's values."""
    source = policy.metrics.get(name) or policy.columns.get(name)
    kind = metric_type(source) if source else None
    if source is None or not isinstance(kind, NumberType):
        return None
    return grid_of(kind.low, kind.high, kind.scale, source.unit in {"ratio", "rate"})


def _item(policy: Policy, bands: Mapping[str, object], grid: Grid, path: Path, document: Document) -> Iterator[Fault]:
    places = {test: document.key_place((*path, test)) for test in bands} | {"": document.key_place(path)}
    for day in moments(policy):
        runs = runs_of({test: test for test in bands}, grid, policy, day)
        faults = list(_covered(runs, grid, places)) if runs else []
        if faults:
            yield from faults
            return


def _grade(policy: Policy, grade: Grade, document: Document) -> Iterator[Fault]:
    path: Path = ("grade", "bands")
    places = {name: document.place((*path, name)) for name in grade.bands} | {"": document.key_place(path)}
    for day in moments(policy):
        runs = runs_of(grade.bands, TOTALS, policy, day)
        if not runs:
            continue
        highest, usual = _highest(policy, grade, day)
        reachable = replace(TOTALS, last=grid_of(highest, highest, TOTALS.scale).last)
        faults = [*_covered(runs, reachable, places), *_order(grade, runs, document), *_reach(runs, usual, document)]
        if faults:
            yield from faults
            return


def _covered(runs: list[Run], grid: Grid, places: Mapping[str, Place]) -> Iterator[Fault]:
    for first, last, below in gaps(runs, grid):
        about = {"low": grid.written(first), "high": grid.written(last)}
        yield Fault("bands_gap" if first < last else "bands_gap_one", places[below], about)
    for step, one, other in overlaps(runs):
        yield Fault("bands_overlap", places[other], {"value": grid.written(step), "one": one, "other": other})


def _order(grade: Grade, runs: list[Run], document: Document) -> Iterator[Fault]:
    """Grades are listed best first, since ceilings and the distribution go by that order."""
    lowest = _lowest(runs)
    listed = [name for name in grade.bands if name in lowest]
    for better, worse in pairwise(listed):
        if lowest[worse] > lowest[better]:
            yield Fault("bands_order", document.key_place(("grade", "bands", worse)), {"one": worse, "other": better})


def _reach(runs: list[Run], usual: Decimal, document: Document) -> Iterator[Fault]:
    """Grades whose lowest total is above the highest that weights and caps allow."""
    for name, first in _lowest(runs).items():
        if first > grid_of(usual, usual, TOTALS.scale).last:
            about = {"name": name, "low": TOTALS.written(first), "highest": f"{usual:f}"}
            yield Fault("grade_unreachable", document.key_place(("grade", "bands", name)), about)


def _lowest(runs: list[Run]) -> dict[str, int]:
    """The lowest step of each band."""
    return {run.name: run.first for run in reversed(runs)}


def _highest(policy: Policy, grade: Grade, day: date) -> tuple[Decimal, Decimal]:
    """(the highest total there can be, the highest with every item scored).

    They differ, since the weight of an item that is exempt goes to the others.
    """
    tops: list[tuple[Decimal, Decimal]] = []
    for card_name, share in grade.of.items():
        card = policy.scorecards.get(card_name)
        for name, item in (card.items if card else {}).items():
            weight = (number_on(policy, item.weight, day) or 0) * (number_on(policy, share, day) or Decimal(0))
            if weight > 0:
                tops.append((weight, _top(policy, item, item.of or name, day)))
    if not tops:
        return TOP, TOP
    whole = sum(weight for weight, _ in tops)
    usual = sum((weight * top for weight, top in tops), Decimal(0)) / whole
    return max(top for _, top in tops), round(usual, TOTALS.scale)


def _top(policy: Policy, item: Item, metric: str, day: date) -> Decimal:
    """The most that an item can score."""
    top = TOP
    if item.attainment and metric in policy.metrics and policy.metrics[metric].direction == "lower":
        top = LOWER_BEST
    if item.bands:
        scores = [number_on(policy, score, day) for score in item.bands.values()]
        top = max((score for score in scores if score is not None), default=top)
    cap = number_on(policy, item.cap, day)
    return top if cap is None else min(top, cap)
