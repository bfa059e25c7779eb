"""Tests within a formula, behind `in` or a sign of comparison: a slip there is reported like one in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incentives.faults import Fault, Place
from incentives.language import tree as t
from incentives.language.flaws import Flaw
from incentives.language.loose import End, Loose, loose
from incentives.language.parse import FormulaError, parse_formula
from incentives.language.people import people
from incentives.ruleset.lint import meant as m
from incentives.ruleset.lint.cells import ANY, is_empty, misread, never, of_people
from incentives.ruleset.lint.constant import value_of
from incentives.ruleset.model import Policy

NOWHERE = Place("")
ENDS = r"(?=\b(?:and|or|then|else)\b|$)"
AFTER_IN = re.compile(rf"\bin\s+(?P<test>[^\"“”]+?)\s*{ENDS}")
SIGNS = r"==?|!=|≠|<>|>=|<=|=>|=<|[<>≥≤＝＞＜]|\bis\b|等于|介于|在|为|是|[:：]"
AFTER_SIGN = re.compile(rf"(?P<of>[^\W\d][\w.]*?)?\s*(?P<sign>{SIGNS})\s*(?P<test>[^\"“”=<>≥≤]+?)\s*{ENDS}")
WORDS = {"and", "or", "not", "if", "then", "else", "in"}
OURS = {"=", "!=", "<", "<=", ">", ">=", "≠", "≥", "≤", "＝", "＞", "＜"}
OPENED, SHUT = "([（［", ")]）］"
LIMITS = {  # the signs of limits: whether it is the lower one, and whether it counts itself
    ">": (True, False), "＞": (True, False), ">=": (True, True), "≥": (True, True),
    "<": (False, False), "＜": (False, False), "<=": (False, True), "≤": (False, True),
}  # fmt: skip
UNEQUAL = {"!=", "≠", "<>"}


def slips_within(text: str, policy: Policy) -> list[Flaw]:
    """Return the flaws in the tests of a formula, whether the formula can be read or not."""
    if share := people(text):
        return [_flaw(of_people(text, NOWHERE, share), 0, len(text))]
    try:
        tree = parse_formula(text)
    except FormulaError:
        found = [flaw for found in AFTER_IN.finditer(text) for flaw in _unread(found["test"], found.start("test"))]
        return found or [flaw for found in AFTER_SIGN.finditer(text) for flaw in _uncompared(found)]
    return [flaw for node in _within(tree) for flaw in _slips(node, text, policy)]


def _within(node: t.Node) -> Iterator[t.In | t.Compare]:
    if isinstance(node, t.In | t.Compare):
        yield node
    for part in t.children(node):
        yield from _within(part)


def _slips(node: t.In | t.Compare, text: str, policy: Policy) -> Iterator[Flaw]:
    return _tests(node, text) if isinstance(node, t.In) else _compared(node, text, policy)


def _unread(text: str, start: int) -> list[Flaw]:
    """Return the flaw of a range in another notation than the language's; other errors are told by who reads the
    formula."""
    if share := people(text):
        return [_flaw(of_people(text, NOWHERE, share), start, start + len(text))]
    meant = loose(text) if not m.tests_of(text) else None
    return [_flaw(misread(text, NOWHERE, meant, [], ANY), start, start + len(text))] if meant else []


def _uncompared(found: re.Match[str]) -> Iterator[Flaw]:
    """Yield the flaw of each comparison with a range that cannot be read: `share = 80%~90%`."""
    test, of, sign = found["test"], found["of"] or "", found["sign"]
    while test[-1:] in SHUT and sum(test.count(each) for each in SHUT) > sum(test.count(each) for each in OPENED):
        test = test[:-1].rstrip()
    start, end = found.start("of" if of else "sign"), found.start("test") + len(test)
    if share := people(test):
        yield _flaw(of_people(test, NOWHERE, share), start, end)
    elif of not in WORDS and not (sign in OURS and _is_readable(test)) and (meant := loose(test)):
        yield _written(test, limited(sign, meant), of, sign in UNEQUAL, start, end)


def limited(sign: str, meant: Loose) -> Loose:
    """Return the range of a comparison whose number cannot be read: `> 1,000` is above it, whatever the number alone
    would mean."""
    if meant.low is None or meant.low != meant.high or sign not in LIMITS:
        return meant
    is_low, is_closed = LIMITS[sign]
    end = End(meant.low.text, meant.low.value, is_closed)
    return Loose(end, None) if is_low else Loose(None, end)


def _is_readable(text: str) -> bool:
    try:
        return bool(parse_formula(text))
    except FormulaError:
        return False


def _compared(node: t.Compare, text: str, policy: Policy) -> Iterator[Flaw]:
    """Yield the flaw of each comparison with a subtraction of two constants: `share = 80%-90%`."""
    for side, other in ((node.right, node.left), (node.left, node.right)):
        found = m.subtracted(side)
        if found is None or not _is_range(found, policy, equal=node.op in ("=", "!=")):
            continue
        test = text[side.span[0] : side.span[1]].strip("() （）")
        if meant := loose(test):
            of = text[other.span[0] : other.span[1]]
            yield _written(test, meant, of, node.op == "!=", *node.span)
            return


def _is_range(found: t.Arithmetic, policy: Policy, *, equal: bool) -> bool:
    """Return whether a subtraction of constants was meant as a range. A limit may be one, `share >= 100% - 5%`, and
    so may a value with a figure, where it comes out above zero."""
    if not any(isinstance(part, t.Figure) for part in (found.left, found.right)):
        return equal or m.falls(found)
    value = value_of(found, policy, policy.effective.from_)
    return equal and value is not None and value < 0


def _written(test: str, meant: Loose, of: str, unequal: bool, start: int, end: int) -> Flaw:
    """Return the flaw of a comparison, whose mend is the comparison as it is to be written."""
    flaw = _flaw(misread(test, NOWHERE, meant, [], ANY), start, end)
    write = str(flaw.about["write"])
    write = f"{of} {write}" if write[:1] in "<>" and not unequal else f"{of} in {write}"
    write = f"not({write.strip()})" if unequal else write.strip()
    return flaw._replace(about=flaw.about | {"write": write})


def _tests(node: t.In, text: str) -> Iterator[Flaw]:
    start, end = node.tests[0].span[0], node.tests[-1].span[1]
    if m.always(node.tests) and (meant := m.misread(text[start:end])):
        yield _flaw(misread(text[start:end], NOWHERE, meant, [], ANY), start, end)
        return
    for test in node.tests:
        first, last = test.span
        written, ends = text[first:last], m.ends_of(test)
        if ends and is_empty(ends):
            yield _flaw(never(written, NOWHERE, ends), first, last)
        elif (isinstance(test, t.Name | t.Figure) or m.is_formula(test)) and (meant := m.misread(written)):
            yield _flaw(misread(written, NOWHERE, meant, [], ANY), first, last)
        elif isinstance(test, t.Range):
            yield from _edges(node, test, text)


def _edges(node: t.In, test: t.Range, text: str) -> Iterator[Flaw]:
    """Yield the flaw of each edge of a range that is a range itself: `between 80%-90% and 1`, `>= 80%-90%`."""
    for edge in (test.low, test.high):
        found = m.subtracted(edge)
        if edge is None or found is None or not m.falls(found):
            continue
        written = text[edge.span[0] : edge.span[1]].strip("() （）")
        if meant := loose(written):
            of = text[node.of.span[0] : node.of.span[1]]
            one = len(node.tests) == 1
            told = misread(written, NOWHERE, meant, [], ANY)
            yield _written(written, meant, of, False, *node.span) if one else _flaw(told, *test.span)
            return


def _flaw(fault: Fault, start: int, end: int) -> Flaw:
    return Flaw(fault.code, fault.about, start, end)
