"""Tests behind `in` within a formula: a slip there is told as one in a cell is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incentives.faults import Fault, Place
from incentives.language import tree as t
from incentives.language.flaws import Flaw
from incentives.language.loose import loose
from incentives.language.parse import FormulaError, parse_formula
from incentives.ruleset.lint import meant as m
from incentives.ruleset.lint.cells import ANY, is_empty, misread, never

NOWHERE = Place("")
AFTER_IN = re.compile(r"\bin\s+(?P<test>[^\"“”]+?)\s*(?=\b(?:and|or|then|else)\b|$)")


def slips_within(text: str) -> list[Flaw]:
    """What is wrong with the tests of a formula, be it one that can be read or not."""
    try:
        tree = parse_formula(text)
    except FormulaError:
        return [flaw for found in AFTER_IN.finditer(text) for flaw in _unread(found["test"], found.start("test"))]
    return [flaw for node in _within(tree) for flaw in _tests(node, text)]


def _within(node: t.Node) -> Iterator[t.In]:
    if isinstance(node, t.In):
        yield node
    for part in t.children(node):
        yield from _within(part)


def _unread(text: str, start: int) -> list[Flaw]:
    """A range that is not written as the language has it; what else is wrong is told by whoever reads the formula."""
    meant = loose(text) if not m.tests_of(text) else None
    return [_flaw(misread(text, NOWHERE, meant, [], ANY), start, start + len(text))] if meant else []


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


def _flaw(fault: Fault, start: int, end: int) -> Flaw:
    return Flaw(fault.code, fault.about, start, end)
