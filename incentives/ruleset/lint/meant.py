"""The range that a test was meant to be, written as the language has it; neighbours say whose the edges are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from incentives.language.loose import End, Loose, loose
from incentives.language.parse import FormulaError, parse_tests
from incentives.language.tree import Arithmetic, Call, Figure, Name, Negate, Node, Number, Range, Round
from incentives.language.types import EXACT
from incentives.language.write import write

SIGN = re.compile(r"^\s*[<>≤≥＜＞]=?\s*")


@dataclass(frozen=True)
class Scale:
    """The values that tests are of: from `low` to `high`, whole ones or not; `falling` where less is better."""

    low: Decimal
    high: Decimal
    whole: bool
    falling: bool = False


def tests_of(text: str) -> tuple[Node, ...]:
    """Return the tests of a cell; none where it cannot be read."""
    try:
        return parse_tests(text)
    except FormulaError:
        return ()


def misread(text: str) -> Loose | None:
    """Return the range that is meant where the language reads a text as something else, or not at all."""
    tests = tests_of(text)
    if len(tests) == 1 and isinstance(tests[0], Range) and _halved(tests[0]):
        return loose(SIGN.sub("", text))  # `>= 95-110`
    other = not tests or any(isinstance(test, Name | Figure) or is_formula(test) for test in tests) or always(tests)
    return loose(text) if other else None


def _halved(test: Range) -> bool:
    """Return whether the only edge of a test is a range itself."""
    edges = [edge for edge in (test.low, test.high) if edge is not None]
    found = subtracted(edges[0]) if len(edges) == 1 else None
    return found is not None and falls(found)


def subtracted(node: Node | None) -> Arithmetic | None:
    """Return a subtraction of two constants, `95-110`, which people write for a range; None for anything else."""
    if not isinstance(node, Arithmetic) or node.op != "-":
        return None
    constant = all(number_of(part) is not None or isinstance(part, Figure) for part in (node.left, node.right))
    return node if constant else None


def falls(node: Arithmetic) -> bool:
    """Return whether a subtraction of two numbers is below zero, as it is for every range whose ends are in order."""
    low, high = number_of(node.left), number_of(node.right)
    return low is not None and high is not None and low < high


def is_formula(test: Node) -> bool:
    """Return whether a test is computed of values of the policy alone, and so is one value."""
    own = all(name.startswith("figures.") for name in test.names)
    return own and isinstance(test, Arithmetic | Call | Round | Negate) and number_of(test) is None


def always(tests: Sequence[Node]) -> bool:
    """Return whether one of two tests always holds: `>= 95, < 110`, where a comma is an `or`."""
    ends = [ends for ends in map(ends_of, tests) if ends]
    lows = [one.low for one in ends if one.low and not one.high and one.low.value is not None]
    highs = [one.high for one in ends if one.high and not one.low and one.high.value is not None]
    return len(tests) == 2 and len(lows) == len(highs) == 1 and not Loose(lows[0], highs[0]).is_empty


def number_of(node: Node | None) -> Decimal | None:
    """Return the number that an edge is, where it is written out."""
    match node:
        case Number(value=value):
            return value
        case Negate(of=Number(value=value)):
            return -value
        case _:
            return None


def ends_of(test: Node) -> Loose | None:
    """Return the ends of a test that is a range or one value; None for others."""
    if isinstance(test, Range):
        low = End(write(test.low), number_of(test.low), test.low_closed) if test.low is not None else None
        high = End(write(test.high), number_of(test.high), test.high_closed) if test.high is not None else None
        return Loose(low, high)
    if number_of(test) is not None or isinstance(test, Figure):
        end = End(write(test), number_of(test), True)
        return Loose(end, end)
    return None


def meant(text: str) -> list[Loose]:
    """Return the ranges that a cell means, however it is written."""
    found = misread(text)
    if found:
        return [found]
    return [ends for ends in map(ends_of, tests_of(text)) if ends]


def settled(ends: Loose, others: Iterable[Loose], scale: Scale) -> Loose:
    """Return a range whose ends are said to count or not: an edge that two share goes to the upper one of them, and
    where the next one begins a step above (`80-89`, `90-100`), what lies between belongs to the lower one."""
    others = list(others)
    low, high = ends.low, ends.high
    if low and low.closed is None:
        taken = any(same(low, other.high) and other.high and other.high.closed for other in others)
        low = End(low.text, low.value, not taken)
    if high and high.closed is None:
        high = _upper(high, [other.low for other in others if other.low], scale)
    return Loose(low, high)


def _upper(high: End, lows: list[End], scale: Scale) -> End:
    touching = [low for low in lows if same(high, low)]
    if touching:
        return End(high.text, high.value, all(low.closed is False for low in touching))
    above = [low for low in lows if high.value is not None and low.value is not None and low.value > high.value]
    following = min(above, key=lambda low: low.value or Decimal(0), default=None)
    near = following and following.value is not None and high.value is not None and not scale.whole
    if following and near and (following.value or 0) - (high.value or 0) <= _unit(high):
        return End(following.text, following.value, following.closed is False)
    is_top = high.value is not None and high.value >= scale.high
    return End(high.text, high.value, high.usual or scale.whole or is_top)


def _unit(end: End) -> Decimal:
    """Return one of the last decimal of a number as it is written: 1 for 94, 0.1 for 94.9, 1 % for 94%."""
    digits = end.text.rstrip("%").partition(".")[2]
    return Decimal(1).scaleb(-len(digits) - 2 * end.text.endswith("%"))


def same(one: End | None, other: End | None) -> bool:
    """Return whether two edges are the same."""
    if one is None or other is None:
        return False
    return one.value == other.value if one.value is not None else one.text == other.text


def around(point: End, others: Iterable[Loose], scale: Scale) -> Loose:
    """Return the range that one value was probably meant to begin, up to where the next one begins; to end, where
    less is better, or where another one begins above it."""
    rest = [other for other in others if not same(point, other.low) or not same(point, other.high)]
    values = sorted(
        {end.value for other in rest for end in (other.low, other.high) if end and end.value is not None}
    )  # fmt: skip
    begins = any(same(point, other.low) for other in others if other.low and other.low.closed is False)
    names = {end.value: end.text for other in rest for end in (other.low, other.high) if end}
    if point.value is None:
        return Loose(point, None)
    if scale.falling or begins:
        below = [value for value in values if value < point.value]
        return Loose(End(names[below[-1]], below[-1], False) if below else None, point)
    above = [value for value in values if value > point.value]
    return Loose(point, End(names[above[0]], above[0], False) if above else None)


def is_one(point: End, others: Iterable[Loose], scale: Scale) -> bool:
    """Return whether a single value is meant: among whole numbers, and where its neighbours leave out just this one."""
    if scale.whole:
        return True
    others = list(others)
    below = point.value == scale.low or any(same(point, o.high) and o.high and not o.high.closed for o in others)
    above = point.value == scale.high or any(same(point, o.low) and o.low and not o.low.closed for o in others)
    return below and above


def test_text(ends: Loose) -> str:
    """Return a range as a test of the language: `[95..110)`, `>= 95`."""
    low, high = ends.low, ends.high
    if low and high and low == high and low.value is not None:
        return low.text
    if low and high:
        return f"{'[' if low.closed else '('}{low.text}..{high.text}{']' if high.closed else ')'}"
    if low:
        return f"{'>=' if low.closed else '>'} {low.text}"
    return f"{'<=' if high.closed else '<'} {high.text}" if high else "-"


def counted(ends: Loose) -> dict[str, str]:
    """Return, in words, which ends of a range count: `95 counts, 110 does not`."""
    found = [end for end in (ends.low, ends.high) if end]
    zh = "，".join(f"{'含' if end.closed else '不含'} {end.text}" for end in found)
    match [(end.text, end.closed) for end in found[:1] if ends.low == ends.high] or [(e.text, e.closed) for e in found]:
        case [(only, counts)]:
            return {"zh": zh, "en": f"{only} {'counts' if counts else 'does not count'}"}
        case [(low, True), (high, True)]:
            return {"zh": zh, "en": f"{low} and {high} count"}
        case [(low, True), (high, _)]:
            return {"zh": zh, "en": f"{low} counts, {high} does not"}
        case [(low, _), (high, True)]:
            return {"zh": zh, "en": f"{high} counts, {low} does not"}
        case [(low, _), (high, _)]:
            return {"zh": zh, "en": f"neither {low} nor {high} counts"}
        case _:
            return {"zh": "", "en": ""}


def swapped(ends: Loose) -> Loose:
    """Return a range whose ends are in the wrong order with its ends exchanged; one value where they are the same."""
    low, high = ends.low, ends.high
    if low is None or high is None:
        return ends
    if same(low, high):
        return Loose(End(low.text, low.value, True), End(high.text, high.value, True))
    return Loose(End(high.text, high.value, low.closed), End(low.text, low.value, high.closed, usual=False))


def difference(text: str) -> str:
    """Return the result of a subtraction of two numbers, as it would be read; empty for anything else."""
    match tests_of(SIGN.sub("", text)):
        case (Arithmetic(op="-", left=left, right=right),):
            one, two = number_of(left), number_of(right)
            if one is not None and two is not None:
                value = EXACT.subtract(one, two)
                shares = isinstance(left, Number) and left.percent
                return f"{(value * 100).normalize():f}%" if shares else f"{value:f}"
        case _:
            pass
    return ""
