"""The shipped company, assessed once for all tests of explanations, and walks over what is explained of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from incentives.api import assess, load_data, load_ruleset
from incentives.explain import Line
from incentives.explain.case import Case, cases_of
from incentives.explain.lines import line_of
from incentives.outcome.outcome import Outcome

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHIPPED = "rulesets/sales-2026.yaml"
PERIOD = "2026Q3"
# a head, one who joined, a big order and a part of it, leave, exempt, unsigned, formula targets
FEW = ("R001", "R007", "R016", "R017", "R018", "R019", "R024", "R036")


def outcome(ruleset: str = SHIPPED, period: str = PERIOD) -> Outcome:
    """The outcome of the shipped data by a ruleset, whose path is told from the root of the project."""
    return assessed(ruleset, period)


@cache
def assessed(ruleset: str, period: str) -> Outcome:
    """As outcome, once for each."""
    rules = load_ruleset(ROOT / ruleset)
    tables = load_data(ROOT / "fixtures" / "company", rules)
    return assess(rules, tables, [period])


def told_columns(ruleset: str = SHIPPED) -> list[str]:
    """The columns that somebody can ask about."""
    return [column.name for column in outcome(ruleset).columns if column.role != "check"]


def cases(lang: str = "zh", ruleset: str = SHIPPED) -> list[Case]:
    """The rows of the period, ready to be explained: everybody by the shipped policy in Chinese, else those of FEW."""
    return selected(lang, ruleset)


@cache
def selected(lang: str, ruleset: str) -> list[Case]:
    """As cases, once for each."""
    found = cases_of(outcome(ruleset), PERIOD, told_columns(ruleset), lang)
    return found if (lang, ruleset) == ("zh", SHIPPED) else [case for case in found if case.key in FEW]


def lines(case: Case, ruleset: str = SHIPPED) -> Iterator[Line]:
    """Every line of the explanations of all columns of a row, each figure once."""
    seen: set[int] = set()
    waiting = [line_of(case, name) for name in told_columns(ruleset)]
    while waiting:
        line = waiting.pop()
        if id(line) not in seen:
            seen.add(id(line))
            waiting += line.children
            yield line
