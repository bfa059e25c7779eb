"""What an explanation shows is right: each result follows from what is below it, each condition is as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from incentives.explain import Line
from incentives.explain.case import Case
from incentives.explain.titles import shown_of
from incentives.language import tree as t
from incentives.language.walk import map_nodes, names_in
from incentives.plan.columns import Column, Given

from .arithmetic import AbsentError, rounded, work_out
from .company import PERIOD, SHIPPED, cases, lines, outcome, told_columns

RULESETS = [SHIPPED, "tests/explain/distribution.yaml", "tests/explain/further.yaml"]


def values_of(line: Line, case: Case) -> dict[str, Any]:
    """The values of the children by name, and of what the plan asks of every row, which is told without a line."""
    usual = ("scored", "in_force", "locked", "exempted", "decided_grade", "~open")
    asked = {name: case.values.get(name) for name in usual}
    return asked | halves(line, case) | {child.name: child.value for child in line.children if child.name}


def halves(line: Line, case: Case) -> dict[str, Any]:
    """The numerators and denominators that are told beside a quotient."""
    found: dict[str, Any] = {}

    def note(node: t.Node) -> t.Node:
        if isinstance(node, t.Exact):
            found.update({name: case.values[name] for name in names_in(node.over) | names_in(node.under)})
        return node

    for node in (line.formula, *(fact.node for fact in line.facts)):
        if node is not None:
            map_nodes(node, note)
    return found


def labelled(line: Line) -> dict[str, Any]:
    """The values of the labelled parts; tiers are titled `low 档` after the label `low`."""
    parts = [child for child in line.children if child.kind == "part"]
    return {child.title.removesuffix(" 档"): child.value for child in parts}


def result(line: Line, case: Case) -> Any:
    """The result of the told formula, rounded as the column is; None where something is missing."""
    assert line.formula is not None
    try:
        value = work_out(line.formula, values_of(line, case), labelled(line))
    except AbsentError:
        return None
    column = case.columns.get(line.name)
    number = column is not None and not isinstance(value, bool | str)
    return rounded(value, column.scale, column.mode) if number and isinstance(column, Column) else value


def with_formula(ruleset: str) -> Iterator[tuple[Case, Line]]:
    for case in cases("zh", ruleset):
        for line in lines(case, ruleset):
            if line.formula is not None:
                yield case, line


@pytest.mark.parametrize("ruleset", RULESETS)
def test_result_follows_from_children(ruleset: str) -> None:
    wrong, checked = [], 0
    for case, line in with_formula(ruleset):
        found = result(line, case)
        checked += 1
        if found != line.value:
            wrong.append((case.key, line.name or line.title, found, line.value))
    assert not wrong[:10]
    assert checked > len(cases("zh", ruleset)) * 60


@pytest.mark.parametrize("ruleset", RULESETS)
def test_facts_are_as_told(ruleset: str) -> None:
    checked = 0
    for case, line in with_formula(ruleset):
        for fact in line.facts:
            if fact.node is not None:
                found = work_out(fact.node, values_of(line, case), {})
                assert found is bool(fact.held), (case.key, line.name, fact)
                checked += 1
    assert checked > len(cases("zh", ruleset)) * 5


def test_every_column_shows_the_outcome() -> None:
    names = told_columns()
    key = outcome().plan.key
    rows = {row[0]: row[1:] for row in outcome().rows([key, *names])}
    for case in cases():
        shown = {line.name: line for line in lines(case) if line.kind != "figure"}
        for name, value in zip(names, rows[case.key], strict=True):
            assert shown[name].value == value
            assert shown[name].shown == shown_of(case, name)
    assert len(rows) == 40


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_has_title_and_place(lang: str) -> None:
    for case in cases(lang):
        texts = case.outcome.ruleset.texts
        for line in lines(case):
            assert line.title.strip(), (case.key, line.name)
            assert "~" not in line.title + line.sentence + line.shown + "".join(fact.text for fact in line.facts)
            if line.kind in ("figure", "part") or (line.name and not isinstance(case.columns[line.name].how, Given)):
                assert line.place is not None
                assert 0 < line.place.line <= texts[line.place.file].count("\n") + 1


def test_rounding_is_told_where_it_changed_something() -> None:
    case = next(case for case in cases() if case.key == "R005")
    told = {line.name: line.rounding for line in lines(case)}
    assert told["results"] == "舍入：四舍五入，保留 2 位小数；94.995 → 95.00"
    assert told["pay_total"] == ""
    assert case.period == PERIOD
