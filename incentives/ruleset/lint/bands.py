"""Bands of scores and grades: every value that can occur falls into exactly one, and each grade can be reached.

Exact: values lie on a grid (totals have 2 decimals, POLICY A3), so a band is a run of whole steps of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from incentives.faults import Fault, Place
from incentives.language.flaws import FormulaError
from incentives.language.parse import parse_tests
from incentives.language.tree import Figure, Negate, Node, Not, Number, Range
from incentives.language.types import EXACT, NumberType
from incentives.ruleset.lint.stated import moments, number_on
from incentives.ruleset.model import Grade, Item, Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.units import NUMBERS, metric_type

TOTAL = NUMBERS["score"]
LOWER_BEST = Decimal(200)  # 100 × (2 − 0), the most that "lower is better" can score (POLICY A2)


@dataclass(frozen=True)
class Run:
    """The grid steps `first` to `last` of the band `name`."""

    first: int
    last: int
    name: str


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """The bands of every item and of the grade, on the first day on which something is wrong with them."""
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            path: Path = ("scorecards", card_name, "items", name, "bands")
            if item.bands is not None and (kind := _kind(policy, item.of or name)):
                yield from _item(policy, item.bands, kind, path, document)
    if policy.grade:
        yield from _grade(policy, policy.grade, document)


def _kind(policy: Policy, name: str) -> NumberType | None:
    source = policy.metrics.get(name) or policy.columns.get(name)
    kind = metric_type(source) if source else None
    return kind if isinstance(kind, NumberType) else None


def _item(
    policy: Policy, bands: Mapping[str, object], kind: NumberType, path: Path, document: Document
) -> Iterator[Fault]:
    for day in moments(policy):
        runs = runs_of({test: test for test in bands}, kind.low, kind.high, kind.scale, policy, day)
        faults = list(_covered(runs, kind.low, kind.high, kind.scale, path, document)) if runs else []
        if faults:
            yield from faults
            return


def _grade(policy: Policy, grade: Grade, document: Document) -> Iterator[Fault]:
    path: Path = ("grade", "bands")
    for day in moments(policy):
        highest, usual = _highest(policy, grade, day)
        runs = runs_of(grade.bands, Decimal(0), TOTAL.high, TOTAL.scale, policy, day)
        if not runs:
            continue
        faults = list(_covered(runs, Decimal(0), highest, TOTAL.scale, path, document))
        faults += _order(grade, runs, document)
        faults += _reach(runs, usual, document)
        if faults:
            yield from faults
            return


def runs_of(
    bands: Mapping[str, str], low: Decimal, high: Decimal, scale: int, policy: Policy, day: date
) -> list[Run]:
    """The runs of all bands on a day, in order; empty where an edge is not a plain number (the plan reports those)."""
    first, last = _step(low, scale, ROUND_CEILING), _step(high, scale, ROUND_FLOOR)
    runs = []
    for name, test in bands.items():
        try:
            tests = parse_tests(test)
        except FormulaError:
            return []
        for node in tests:
            found = _runs(node, first, last, scale, policy, day)
            if found is None:
                return []
            runs += [Run(max(a, first), min(b, last), name) for a, b in found if max(a, first) <= min(b, last)]
    return sorted(runs, key=lambda run: (run.first, run.last))


def _runs(node: Node, first: int, last: int, scale: int, policy: Policy, day: date) -> list[tuple[int, int]] | None:
    if isinstance(node, Not):
        inner = _runs(node.of, first, last, scale, policy, day)
        return None if inner is None else [(first, inner[0][0] - 1), (inner[0][1] + 1, last)]
    if not isinstance(node, Range):
        value = _edge(node, policy, day)
        return None if value is None else [(_step(value, scale, ROUND_CEILING), _step(value, scale, ROUND_FLOOR))]
    low, high = (None if edge is None else _edge(edge, policy, day) for edge in (node.low, node.high))
    if (low is None) != (node.low is None) or (high is None) != (node.high is None):
        return None
    begin, end = first, last
    if low is not None:
        begin = _step(low, scale, ROUND_CEILING) if node.low_closed else _step(low, scale, ROUND_FLOOR) + 1
    if high is not None:
        end = _step(high, scale, ROUND_FLOOR) if node.high_closed else _step(high, scale, ROUND_CEILING) - 1
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


def _step(value: Decimal, scale: int, rounding: str) -> int:
    return int(EXACT.scaleb(value, scale).to_integral_value(rounding))


def _covered(
    runs: list[Run], low: Decimal, high: Decimal, scale: int, path: Path, document: Document
) -> Iterator[Fault]:
    """Gaps and overlaps between `low` and `high`."""
    first, last = _step(low, scale, ROUND_CEILING), _step(high, scale, ROUND_FLOOR)
    key = document.key_place(path)
    if runs[0].first > first:
        yield _gap(first, runs[0].first - 1, scale, key)
    reached = runs[0]
    for run in runs[1:]:
        place = document.place((*path, run.name))
        if run.first <= reached.last and run.name != reached.name:
            about = {"value": _number(run.first, scale), "one": reached.name, "other": run.name}
            yield Fault("bands_overlap", place, about)
        elif run.first > reached.last + 1 and reached.last < last:
            yield _gap(reached.last + 1, min(run.first - 1, last), scale, document.place((*path, reached.name)))
        reached = max(reached, run, key=lambda r: r.last)
    if reached.last < last:
        yield _gap(reached.last + 1, last, scale, key)


def _gap(first: int, last: int, scale: int, place: Place) -> Fault:
    about = {"low": _number(first, scale), "high": _number(last, scale)}
    return Fault("bands_gap" if first < last else "bands_gap_one", place, about)


def _order(grade: Grade, runs: list[Run], document: Document) -> Iterator[Fault]:
    """Grades are listed best first, since ceilings and the distribution go by that order."""
    lowest = {run.name: run.first for run in reversed(runs)}
    listed = [name for name in grade.bands if name in lowest]
    for better, worse in pairwise(listed):
        if lowest[worse] > lowest[better]:
            yield Fault("bands_order", document.key_place(("grade", "bands", worse)), {"one": worse, "other": better})


def _reach(runs: list[Run], usual: Decimal, document: Document) -> Iterator[Fault]:
    """Grades whose lowest total is above the highest that weights and caps allow."""
    lowest = {run.name: run.first for run in reversed(runs)}
    for name, first in lowest.items():
        if first > _step(usual, TOTAL.scale, ROUND_FLOOR):
            about = {"name": name, "low": _number(first, TOTAL.scale), "highest": f"{usual:f}"}
            yield Fault("grade_unreachable", document.key_place(("grade", "bands", name)), about)


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
        return TOTAL.high, TOTAL.high
    whole = sum(weight for weight, _ in tops)
    usual = sum((weight * top for weight, top in tops), Decimal(0)) / whole
    return max(top for _, top in tops), round(usual, TOTAL.scale)


def _top(policy: Policy, item: Item, metric: str, day: date) -> Decimal:
    """The most that an item can score."""
    top = TOTAL.high
    if item.attainment and metric in policy.metrics and policy.metrics[metric].direction == "lower":
        top = LOWER_BEST
    if item.bands:
        scores = [number_on(policy, score, day) for score in item.bands.values()]
        top = max((score for score in scores if score is not None), default=top)
    cap = number_on(policy, item.cap, day)
    return top if cap is None else min(top, cap)


def _number(step: int, scale: int) -> str:
    return f"{EXACT.scaleb(Decimal(step), -scale):f}"
