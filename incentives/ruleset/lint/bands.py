"""Bands of grades and scores: on every day each value falls into exactly one, and each can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from incentives.faults import Fault, Place
from incentives.language.loose import End, Loose
from incentives.language.tree import Node, Not, Range, Text, Truth
from incentives.language.types import DayType, NumberType, TextType, TruthType, Type
from incentives.language.write import write
from incentives.ruleset.lint.cells import grades, keyed, left_by, scale_of, wrong
from incentives.ruleset.lint.grid import Grid, Run, covered, gaps, grid_of, overlaps
from incentives.ruleset.lint.meant import ends_of, test_text, tests_of
from incentives.ruleset.lint.spans import first_found
from incentives.ruleset.lint.stated import moments
from incentives.ruleset.lint.totals import TOP, highest_total, lowest_total
from incentives.ruleset.model import Grade, Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.units import NUMBERS

FINER = 12  # decimals of a quotient beyond those that it is shown with
DAYS = grid_of(Decimal(1), Decimal(date.max.toordinal()), 0, days=True)
MEND = {
    "zh": "让相邻两档首尾相接，如 '[75..95)' 和 '>= 95'",
    "en": "let each band begin where the one below ends, such as '[75..95)' and '>= 95'",
}


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield the faults of the grade's bands, on the first day on which something is wrong. The plan checks the bands
    of items, since it knows the values that each metric can have."""
    if policy.grade and not wrong(grades(policy, policy.grade, document)):
        yield from _grade(policy, policy.grade, document)


def item_faults(
    policy: Policy, card: str, name: str, kind: Type, document: Document, *, share: bool, quotient: bool
) -> list[Fault]:  # fmt: skip
    """Return the faults in the bands of an item whose metric has the type `kind`; `share` where it is a share of 100
    %."""
    item = policy.scorecards[card].items[name]
    bands = {test: test for test in item.bands or {}}
    path: Path = ("scorecards", card, "items", name, "bands")
    if not bands or wrong(keyed(bands, path, scale_of(policy, item.of or name), document)):
        return []
    places = {test: document.key_place((*path, test)) for test in bands} | {"": document.key_place(path)}
    if isinstance(kind, NumberType):
        return _of_numbers(
            policy, bands, grid_of(kind.low, kind.high, kind.scale, shares=share, finer=FINER * quotient), places
        )
    if isinstance(kind, DayType):
        return _of_numbers(policy, bands, DAYS, places)
    return _of_words(bands, kind, places)


def _of_numbers(policy: Policy, bands: Mapping[str, str], grid: Grid, places: Mapping[str, Place]) -> list[Fault]:
    def wrong_on(day: date) -> Iterator[Fault]:
        found = covered(bands, grid, policy, day)
        yield from (unknown(name, edge, places[name]) for name, edge in found.unknown.items())
        yield from _empty(bands, found.runs, found.unknown, grid, places)
        yield from _covered(found.runs, grid, places, bands, whole=not found.unknown)

    return first_found(policy, wrong_on)


def is_whole(policy: Policy, bands: Iterable[str], kind: Type, *, quotient: bool = False) -> bool:
    """Return whether it is certain that bands hold every value of a type, on every day."""
    if isinstance(kind, NumberType):
        grid = grid_of(kind.low, kind.high, kind.scale, finer=FINER * quotient)
    elif isinstance(kind, DayType):
        grid = DAYS
    else:
        return not _of_words({text: text for text in bands}, kind, {"": Place("")})
    named = {str(number): text for number, text in enumerate(bands)}
    found = [covered(named, grid, policy, day) for day in moments(policy)]
    return not any(each.unknown or any(gaps(each.runs, grid)) for each in found)


def _of_words(bands: Mapping[str, str], kind: Type, places: Mapping[str, Place]) -> list[Fault]:
    """Return a fault for each truth value that no band holds, or a warning that bands of texts may not hold every
    text."""
    tests = [test for text in bands for test in tests_of(text)]
    listed = {test.value for test in tests if isinstance(test, Text | Truth)}
    excluded = [test.of.value for test in tests if isinstance(test, Not) and isinstance(test.of, Text | Truth)]
    anything = any(isinstance(test, Range) and test.low is None and test.high is None for test in tests)
    if anything or set(excluded) & listed or len(set(excluded)) > 1:
        return []
    if isinstance(kind, TruthType):
        absent = sorted({True, False} - listed - ({not excluded[0]} if excluded else set()))
        return [Fault("bands_lack", places[""], {"value": "true" if value else "false"}) for value in absent]
    return [Fault("bands_words", places[""], warning=True)] if isinstance(kind, TextType) else []


def totals_of(grade: Grade) -> Grid:
    """Return every total that there can be, of the decimals that the policy states."""
    return grid_of(Decimal(0), TOP, NUMBERS["score"].scale if grade.scale is None else grade.scale)


def _grade(policy: Policy, grade: Grade, document: Document) -> Iterator[Fault]:
    totals = totals_of(grade)
    path: Path = ("grade", "bands")
    places = {name: document.place((*path, name)) for name in grade.bands} | {"": document.key_place(path)}
    limits = {day: highest_total(policy, grade, day) for day in moments(policy)}

    def wrong_on(day: date) -> Iterator[Fault]:
        found = covered(grade.bands, totals, policy, day)
        highest = max(limits[other][0] for other in _met_by(policy, grade, day))
        reachable = replace(totals, last=grid_of(highest, highest, totals.scale).last)
        yield from (unknown(name, edge, places[name]) for name, edge in found.unknown.items())
        yield from _empty(grade.bands, found.runs, found.unknown, totals, places)
        whole = not found.unknown and all(map(tests_of, grade.bands.values()))
        yield from _covered(found.runs, reachable, places, grade.bands, whole=whole)
        yield from _order(grade, found.runs, document)
        yield from _reach(found.runs, limits[day][1], totals, document)
        yield from _low_reach(policy, grade, found.runs, day, document)

    yield from first_found(policy, wrong_on)


def unknown(name: str, edge: Node, place: Place) -> Fault:
    """Return the warning that bands cannot be checked, since an edge is not the same for all rows."""
    return Fault("bands_unknown", place, {"name": name, "edge": write(edge)}, warning=True)


def _met_by(policy: Policy, grade: Grade, day: date) -> list[date]:
    """Return the days whose totals meet the bands of a day: its own; with an annual grade, those of years that begin
    then."""
    days, month = moments(policy), policy.fiscal_year_starts
    if grade.annual is None:
        return [day]

    def bands_of_year(other: date) -> date:
        start = date(max(other.year - (other.month < month), 1), month, 1)
        return max((each for each in days if each <= start), default=days[0])

    return [day, *(other for other in days if bands_of_year(other) == day)]


def _empty(
    bands: Mapping[str, str], runs: Sequence[Run], unknown: Mapping[str, Node], grid: Grid, places: Mapping[str, Place]
) -> Iterator[Fault]:  # fmt: skip
    """Yield a fault for each band that holds for no value that can occur."""
    there = {run.name for run in runs}
    for name, text in bands.items():
        if name in there or name in unknown or not tests_of(text):
            continue
        about: dict[str, object] = {"low": grid.written(grid.first), "high": grid.written(grid.last)}
        about |= {"text": text, "from": ""}
        shares = [end for test in tests_of(text) if grid.shares and (end := _plain_share(test))]
        if shares:
            yield Fault("test_percent", places[name], about | {"number": shares[0].text, "share": f"{shares[0].text}%"})
        else:
            yield Fault("test_outside", places[name], about)


def _plain_share(test: Node) -> End | None:
    """Return the edge of a test of shares that was probably meant as a percentage: `98` for `98%`."""
    ends = ends_of(test)
    for end in (ends.low, ends.high) if ends else ():
        if end and end.value is not None and not end.text.endswith("%") and end.value > 1:
            return end
    return None


def _covered(
    runs: list[Run], grid: Grid, places: Mapping[str, Place], bands: Mapping[str, str], *, whole: bool
) -> Iterator[Fault]:
    """Yield a fault for each gap between bands, where all bands are known (`whole`), and for each overlap of two."""
    for first, last, below in gaps(runs, grid) if whole else ():
        above = next((run.name for run in runs if run.first > last), "")
        about: dict[str, object] = {"low": grid.written(first), "high": grid.written(last)}
        about |= {"from": "", "mend": filled(bands, below, above, grid, first, last)}
        yield Fault("bands_gap" if first < last else "bands_gap_one", places[below], about)
    for step, one, other in overlaps(runs):
        about = {"value": grid.written(step), "one": one, "other": other, "from": ""}
        yield Fault("bands_overlap", places[other], about | {"mend": closed(bands, one, other)})


def filled(
    bands: Mapping[str, str], below: str, above: str, grid: Grid, first: int, last: int
) -> dict[str, str]:  # fmt: skip
    """Return how to close the gap from `first` to `last`: by the edges of its neighbours, or by a band of its own
    where these are single values."""
    lower, upper = (ends_in(bands.get(name, "")) for name in (below, above))
    ranged = [ends is not None and ends.low != ends.high for ends in (lower, upper)]
    if not below or all(ranged) or (ranged[0] and not above):
        return closed(bands, below, above)
    low, high = (End(grid.edge(step), None, True) for step in (first, last))
    if ranged[0] and lower:
        wider = test_text(Loose(lower.low, high))
        return {"zh": f"把 {below} 写成 '{wider}'", "en": f"write {below} as '{wider}'"}
    one = test_text(Loose(low, high)) if first < last else low.text
    if not above:
        one = test_text(Loose(low, None))
    added = {"zh": f"加一档 '{one}'", "en": f"add a band '{one}'"}
    if not (ranged[1] and upper):
        return added
    more = test_text(Loose(low, upper.high))
    return {"zh": f"把 {above} 写成 '{more}'，或{added['zh']}", "en": f"write {above} as '{more}', or {added['en']}"}


def closed(bands: Mapping[str, str], below: str, above: str) -> dict[str, str]:
    """Return how to rewrite a band so that it ends where the next one begins. One that holds everything is limited
    to the values that the others leave."""
    for name in (below, above):
        if name and tests_of(bands[name]) and ends_in(bands[name]) == Loose(None, None) and len(bands) > 1:
            others = [ends for other in bands if other != name and (ends := ends_in(bands[other]))]
            left = left_by(others) if len(others) == len(bands) - 1 else None
            text = test_text(left) if left else ""
            mend = {"zh": f"把 {name} 写成 '{text}'", "en": f"write {name} as '{text}'"}
            return mend if left else {"zh": f"删去 {name}，或删去其余各档", "en": f"remove {name}, or all the others"}
    lower, upper = (ends_in(bands.get(name, "")) for name in (below, above))
    if lower is None and upper is None:
        return MEND
    if upper is None or upper.low is None:
        ends = Loose(lower.low if lower else None, None)
        name = below
    elif lower is None:
        ends, name = Loose(None, End(upper.low.text, upper.low.value, not upper.low.closed)), ""
    else:
        low, high = lower.low, upper.low
        if low and high and low.value is not None and high.value is not None and low.value >= high.value:
            return MEND
        ends, name = Loose(low, End(high.text, high.value, not high.closed)), below
    text = test_text(ends)
    if not name:
        return {
            "zh": f"加一档 '{text}'，或让最低一档没有下限",
            "en": f"add a band '{text}', or let the lowest have no lower edge",
        }
    if text == bands[name]:
        return MEND
    return {"zh": f"把 {name} 写成 '{text}'", "en": f"write {name} as '{text}'"}


def ends_in(text: str) -> Loose | None:
    """Return the ends of a band that is one range."""
    tests = tests_of(text)
    return ends_of(tests[0]) if len(tests) == 1 else None


def _order(grade: Grade, runs: list[Run], document: Document) -> Iterator[Fault]:
    """Yield a fault for each grade not listed best first, since ceilings and the distribution go by that order."""
    lowest = _lowest(runs)
    listed = [name for name in grade.bands if name in lowest]
    for better, worse in pairwise(listed):
        if lowest[worse] > lowest[better]:
            yield Fault("bands_order", document.key_place(("grade", "bands", worse)), {"one": worse, "other": better})


def _reach(runs: list[Run], usual: Decimal, totals: Grid, document: Document) -> Iterator[Fault]:
    """Yield a fault for each grade whose lowest total is above the highest that weights and caps allow."""
    for name, first in _lowest(runs).items():
        if first > grid_of(usual, usual, totals.scale).last:
            about = {"name": name, "low": totals.written(first), "highest": f"{usual:f}", "from": ""}
            yield Fault("grade_unreachable", document.key_place(("grade", "bands", name)), about)


def _low_reach(policy: Policy, grade: Grade, runs: list[Run], day: date, document: Document) -> Iterator[Fault]:
    """Yield a warning for each grade whose highest total is below the lowest that items score, and that no ceiling
    gives."""
    lowest, totals = lowest_total(policy, grade, day), totals_of(grade)
    given = {ceiling.then for ceiling in grade.ceilings.values()}
    if grade.distribution or lowest <= 0:
        return
    last = {run.name: run.last for run in sorted(runs, key=lambda run: run.last)}
    for name, high in last.items():
        if high < grid_of(lowest, lowest, totals.scale).first and name not in given:
            about = {"name": name, "high": totals.written(high), "lowest": f"{lowest:f}", "from": ""}
            yield Fault("grade_unreachable_low", document.key_place(("grade", "bands", name)), about, warning=True)


def _lowest(runs: list[Run]) -> dict[str, int]:
    """Return the lowest step of each band."""
    return {run.name: run.first for run in reversed(runs)}
