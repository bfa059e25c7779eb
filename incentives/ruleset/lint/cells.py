"""Tests in cells: each is a range, or one value where that is what people mean; a slip is reported with its mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from incentives.faults import Fault, Place
from incentives.language.loose import Loose, loose
from incentives.language.parse import FormulaError, parse_formula
from incentives.language.people import People, people
from incentives.language.tree import Call, Name, Negate, Node, Range
from incentives.language.types import NumberType
from incentives.language.write import write
from incentives.ruleset.conclude import Criterion
from incentives.ruleset.kinds import in_wide_quotes
from incentives.ruleset.lint import meant as m
from incentives.ruleset.lint.totals import highest_total
from incentives.ruleset.model import Grade, Policy, metric_type
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.units import NUMBERS, unit_type

COMPARED = re.compile("[<>≤≥＜＞]|[大小低高]于|不[低高少多]于")
REST = re.compile(
    r"\s*(?:其他|其它|其余|其他情况|其余情况|余下|剩余|else|otherwise|others?|the rest|rest)\s*", re.IGNORECASE
)
ANY = m.Scale(Decimal("-Infinity"), Decimal("Infinity"), whole=False)


@dataclass(frozen=True)
class Cell:
    """A test, where it stands in the policy and in the file."""

    path: Path
    text: str
    place: Place


@dataclass(frozen=True)
class Table:
    """Tests of the same value, of which one is to hold."""

    cells: tuple[Cell, ...]
    scale: m.Scale


@dataclass(frozen=True)
class Others:
    """The ranges of a table but for those of one cell, gone over only where there is a slip."""

    ranges: Sequence[Sequence[Loose]]
    at: int

    def __iter__(self) -> Iterator[Loose]:
        for number, each in enumerate(self.ranges):
            if number != self.at:
                yield from each


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield the faults of every test of the policy, by itself and beside its neighbours."""
    for table in tables(policy, document):
        yield from wrong(table)


def tables(policy: Policy, document: Document) -> Iterator[Table]:
    """Yield every place of a policy where tests are written."""
    if policy.grade:
        yield grades(policy, policy.grade, document)
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            if item.bands:
                path: Path = ("scorecards", card_name, "items", name, "bands")
                yield keyed(item.bands, path, scale_of(policy, item.of or name), document)
    for name, component in policy.pay.items():
        if component.by_rank:
            path = ("pay", name, "by_rank", "rows")
            yield keyed(component.by_rank.rows, path, of_unit("count"), document)
    for name, conclusion in policy.conclusions.items():
        for key, criterion in conclusion.criteria.items():
            if criterion.is_ is not None and (criterion.event is None or is_test(criterion.is_)):
                here: Path = ("conclusions", name, "criteria", key, "is")
                yield Table((Cell(here, criterion.is_, document.place(here)),), of_criterion(policy, criterion))


def grades(policy: Policy, grade: Grade, document: Document) -> Table:
    """Return the bands of the grade, up to the highest total there can be."""
    path: Path = ("grade", "bands")
    cells = (Cell((*path, name), text, document.place((*path, name))) for name, text in grade.bands.items())
    highest, _ = highest_total(policy, grade, policy.effective.from_)
    return Table(tuple(cells), replace(of_unit("score"), high=highest))


def keyed(rows: Mapping[str, object], path: Path, scale: m.Scale | None, document: Document) -> Table:
    """Return a table whose keys are tests."""
    cells = (Cell((*path, text), text, document.key_place((*path, text))) for text in rows)
    return Table(tuple(cells), scale or ANY)


def is_test(text: str) -> bool:
    """Return whether the wanted value of an event is a test of a number, such as `>= 80%`."""
    first, meant = text.strip()[:1], loose(text)
    return first in "<>=[(≥≤（" or first.isdigit() or (meant is not None and meant.low != meant.high)


def scale_of(policy: Policy, name: str) -> m.Scale | None:
    """Return the values of a metric or column as it declares them; None where they are no numbers."""
    source = policy.metrics.get(name) or policy.columns.get(name)
    kind = metric_type(source) if source else None
    falling = name in policy.metrics and policy.metrics[name].direction == "lower"
    return m.Scale(kind.low, kind.high, kind.scale == 0, falling) if isinstance(kind, NumberType) else None


def of_unit(unit: str) -> m.Scale:
    """Return the values of a unit."""
    kind = unit_type(unit)
    assert isinstance(kind, NumberType)
    return m.Scale(kind.low, kind.high, kind.scale == 0)


def of_criterion(policy: Policy, criterion: Criterion) -> m.Scale:
    """Return the values that a criterion tests: those of a metric or column, of its unit, or the count of a
    function."""
    try:
        formula = parse_formula(criterion.of) if criterion.of else None
    except FormulaError:
        formula = None
    if isinstance(formula, Name) and (known := scale_of(policy, formula.name)):
        return known
    if isinstance(formula, Call) and formula.name in ("streak", "count"):
        return of_unit("count")
    return of_unit(criterion.unit) if criterion.unit in NUMBERS else ANY


def wrong(table: Table) -> list[Fault]:
    """Return the slips in the tests of a table."""
    ranges = [m.meant(cell.text) for cell in table.cells]
    found = []
    for at, cell in enumerate(table.cells):
        others = Others(ranges, at)
        if cell.path[:2] == ("grade", "bands") and (share := people(cell.text)):
            found.append(of_people(cell.text, cell.place, share, str(cell.path[-1])))
            continue
        found += list(slips(cell.text, cell.place, others, table.scale))[:1]
    return found


def slips(text: str, place: Place, others: Iterable[Loose], scale: m.Scale) -> Iterator[Fault]:
    """Yield the faults of one test beside the ranges of the others."""
    if REST.fullmatch(text):
        yield rest(text, place, others)
        return
    if inside := in_wide_quotes(text):
        yield Fault("quotes_wide", place, {"value": text, "write": f"'{inside}'"})
        return
    if share := people(text):
        yield of_people(text, place, share)
        return
    if meant := m.misread(text):
        yield misread(text, place, meant, others, scale)
        return
    for test in m.tests_of(text):
        ends = m.ends_of(test)
        if ends and isinstance(test, Range) and is_empty(ends):
            yield never(text, place, ends)
        elif m.is_formula(test) or (ends and not isinstance(test, Range)):
            yield from point(text, place, test, others, scale)


def rest(text: str, place: Place, others: Iterable[Loose]) -> Fault:
    """Return the fault of a word for what the others leave: the mend is the range below them all, or above them all."""
    left = left_by(list(others))
    if left is None:
        return Fault("test_rest_between", place, {"text": text})
    return Fault("test_rest", place, {"text": text, "write": m.test_text(left)})


def left_by(ranges: Sequence[Loose]) -> Loose | None:
    """Return the range below all others, or above them all; None where they leave neither."""
    lows = [(end.value, end.closed is False, end) for each in ranges if (end := each.low) and end.value is not None]
    highs = [
        (end.value, end.closed is not False, end) for each in ranges if (end := each.high) and end.value is not None
    ]
    if ranges and len(lows) == len(ranges):
        end = min(lows, key=lambda low: low[:2])[2]
        return Loose(None, replace(end, closed=end.closed is False))
    if ranges and len(highs) == len(ranges):
        end = max(highs, key=lambda high: high[:2])[2]
        return Loose(replace(end, closed=end.closed is False), None)
    return None


def of_people(text: str, place: Place, share: People, grade: str = "") -> Fault:
    """Return the fault of a share of people, which no range of values is: the best of a `grade` are a distribution,
    all others a place among so many."""
    first = f"place <= ceiling({share.share} * staff)"
    after = f"place > staff - floor({share.share} * staff)" if share.last else f"place > ceiling({share.share} * staff)"
    if grade and not share.last:
        most = f"{share.until or share.share}"
        about = {"text": text, "write": f"distribution: {{within: company, most: {{{grade}: {most}}}}}"}
        return Fault("test_people_grade", place, about)
    if share.until and share.last:
        after = f"place <= staff - floor({share.share} * staff) and place > staff - floor({share.until} * staff)"
    elif share.until:
        after = f"place > ceiling({share.share} * staff) and place <= ceiling({share.until} * staff)"
    return Fault("test_people", place, {"text": text, "write": after if share.last or share.until else first})


def is_told(text: str) -> bool:
    """Return whether a test is a slip whatever its neighbours are, so that nothing more is reported."""
    return any(slips(text, Place(""), (), replace(ANY, whole=True)))


def is_empty(ends: Loose) -> bool:
    """Return whether a range as it is written holds nothing."""
    low, high = ends.low, ends.high
    if low and high and low.value is None and low.text == high.text:
        return not (low.closed and high.closed)
    return ends.is_empty


def misread(text: str, place: Place, meant: Loose, others: Iterable[Loose], scale: m.Scale) -> Fault:
    """Return the fault of a range that is not written as the language has it."""
    if is_empty(meant):
        if COMPARED.search(text):
            return never(text, place, meant)
        meant = m.swapped(meant)
    ends = m.settled(meant, others, scale)
    if ends.low and m.same(ends.low, ends.high):
        ends = ends if scale.whole else m.around(ends.low, others, scale)
    about = {"text": text, "write": m.test_text(ends), "counts": m.counted(ends)}
    if value := m.difference(text):
        return Fault("test_subtraction", place, about | {"value": value})
    return Fault("test_always" if m.always(m.tests_of(text)) else "test_range", place, about)


def never(text: str, place: Place, ends: Loose) -> Fault:
    """Return the fault of a range that holds nothing, since its ends are in the wrong order or exclude each other."""
    low, high = ends.low, ends.high
    assert low
    assert high
    both = [m.test_text(Loose(low, None)), m.test_text(Loose(None, high))]
    swapped = m.swapped(ends)
    same = m.same(low, high)
    write = f"[{low.text}..{low.text}]" if same else m.test_text(swapped)
    about = {"text": text, "one": both[0], "other": both[1], "write": write, "counts": m.counted(swapped)}
    if not COMPARED.search(text) or same:
        return Fault("test_never", place, about)
    return Fault("test_never_both", place, about | {"outside": f"{both[1]}, {both[0]}"})


def point(text: str, place: Place, test: Node, others: Iterable[Loose], scale: m.Scale) -> Iterator[Fault]:
    """Yield the fault of a test that one value alone passes, where people mean more than that."""
    ends = m.ends_of(test)
    if ends is None or ends.low is None:
        written = text.strip() if not isinstance(test, Negate) else write(test)
        about = {"text": text, "write": f">= {written}", "one": f"[{written}..{written}]"}
        yield Fault("test_point", place, about)
    elif not m.is_one(ends.low, others, scale):
        more = m.test_text(m.around(ends.low, others, scale))
        yield Fault("test_point", place, {"text": text, "write": more, "one": f"[{ends.low.text}..{ends.low.text}]"})
