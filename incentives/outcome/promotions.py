"""The distance of everybody on a ladder from the next level: a row for each criterion, made by the database (POLICY
R8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from incentives.database import literal, quoted
from incentives.faults import Place
from incentives.language.tree import Range
from incentives.outcome.concluded import rules_of
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column, grain_of
from incentives.plan.names import on_level_of
from incentives.plan.rules import Criterion, Rule
from incentives.ruleset.lint.meant import tests_of

COLUMNS = (
    "name", "period", "period_no", "position", "promotion", "promotion_title", "ladder", "from", "to", "number",
    "criterion", "title", "value", "test", "threshold", "distance", "unit", "met", "line",
)  # fmt: skip
NUMBERS = ("count", "money", "ratio", "rate", "score", "days", "hours")


@dataclass(frozen=True)
class Reached:
    """One criterion of a promotion for somebody on its level: what it is, what it asks for, what is still to go.

    `value` is exact text where the criterion is none of a number; `edge` and `gap` are None where there is no single
    figure to reach.
    """

    key: str
    name: str
    period: str
    rule: Rule
    criterion: Criterion
    value: Decimal | str | None
    edge: Decimal | None
    gap: Decimal | None
    met: bool


def promotions_of(outcome: Outcome) -> tuple[Rule, ...]:
    """The promotions whose criteria the outcome has, in the order of the ruleset."""
    return tuple(rule for rule in rules_of(outcome) if rule.promotion and criteria_of(outcome, rule))


def criteria_of(outcome: Outcome, rule: Rule) -> tuple[tuple[int, Criterion], ...]:
    """The criteria of a promotion that the outcome has columns for, with their numbers."""
    there = {column.name for column in outcome.plan.columns(outcome.grain)}
    criteria = rule.promotion.criteria if rule.promotion else ()
    return tuple((number, c) for number, c in enumerate(criteria) if c.value in there and c.met in there)


def promotions_sql(outcome: Outcome, lang: str) -> str:
    """SQL for the rows of COLUMNS, the key before them, of everybody on a level; values as exact text, unordered."""
    parts = [
        row_sql(outcome, position, rule, number, criterion, lang)
        for position, rule in enumerate(promotions_of(outcome))
        for number, criterion in criteria_of(outcome, rule)
    ]
    nothing = ", ".join(f"'' AS {quoted(name)}" for name in (outcome.plan.key, *COLUMNS))
    return " UNION ALL ".join(parts) or f"SELECT {nothing} WHERE FALSE"


def row_sql(outcome: Outcome, position: int, rule: Rule, number: int, criterion: Criterion, lang: str) -> str:
    """The rows of one criterion."""
    promotion, key = rule.promotion, quoted(outcome.plan.key)
    assert promotion is not None
    texts = {
        "promotion": rule.name,
        "promotion_title": rule.title.get(lang),
        "ladder": promotion.ladder.get(lang),
        "from": promotion.from_level,
        "to": promotion.to_level,
        "criterion": criterion.name,
        "title": criterion.title.get(lang),
        "test": criterion.test,
        "unit": criterion.unit,
        "line": line_text(criterion.place),
    }
    values = {
        "position": str(position),
        "number": str(number),
        "value": f"CAST({shown_sql(outcome, criterion)} AS VARCHAR)",
        "threshold": f"CAST(f.{quoted(criterion.edge)} AS VARCHAR)" if criterion.edge else "CAST(NULL AS VARCHAR)",
        "distance": f"CAST(r.{quoted(criterion.gap)} AS VARCHAR)" if criterion.gap else "CAST(NULL AS VARCHAR)",
        "met": f"COALESCE(r.{quoted(criterion.met)}, FALSE)",
    }
    said = values | {name: literal(text) for name, text in texts.items()} | {n: f"r.{n}" for n in COLUMNS[:3]}
    return (
        f"SELECT r.{key}, {', '.join(f'{said[name]} AS {quoted(name)}' for name in COLUMNS)} "
        f"FROM {quoted(outcome.relation)} r "
        f"JOIN figures f ON f.grain = '{grain_of(outcome.grain)}' AND f.period_no = r.period_no "
        f"WHERE r.{quoted(on_level_of(rule.name))}"
    )


def shown_sql(outcome: Outcome, criterion: Criterion) -> str:
    """SQL for the value of a criterion as it is shown. One that is used exactly and rounds to the edge, on whose other
    side it lies, is shown with its last decimal one less or more: 44.9999% where less than 45 % does not do."""
    value, column = f"r.{quoted(criterion.value)}", column_of(outcome, criterion)
    tests = tests_of(criterion.test)
    if not criterion.edge or column.exact is None or not (len(tests) == 1 and isinstance(tests[0], Range)):
        return value
    test, met = tests[0], f"COALESCE(r.{quoted(criterion.met)}, FALSE)"
    closed = test.low_closed if test.low is not None else test.high_closed
    is_above = (test.low is None) == closed  # `<=` that is not met, `>` that is
    moved = f"{value} {'+' if is_above else '-'} {Decimal(1).scaleb(-column.scale):f}"
    beside = f"NOT {met}" if closed else met
    return f"CASE WHEN {value} = f.{quoted(criterion.edge)} AND {beside} THEN {moved} ELSE {value} END"


def column_of(outcome: Outcome, criterion: Criterion) -> Column:
    """The column of the value of a criterion."""
    return next(column for column in outcome.plan.columns(outcome.grain) if column.name == criterion.value)


def line_text(place: Place) -> str:
    """File and line of a place, without the file's folder."""
    return f"{PurePath(place.file).name}:{place.line}"


def reached_of(outcome: Outcome, where: str = "TRUE", blanks: Sequence[Any] = (), most: int = 0) -> list[Reached]:
    """The criteria of everybody on a level where `where` holds, by promotion, then key, period and criterion."""
    rules = promotions_of(outcome)
    key = quoted(outcome.plan.key)
    sql = (
        f"SELECT {key}, name, period, position, number, value, threshold, distance, met "
        f"FROM ({promotions_sql(outcome, 'zh')}) WHERE {where} "
        f"ORDER BY position, {key}, period_no, number{f' LIMIT {most}' if most else ''}"
    )
    found = []
    for who, name, period, position, number, value, edge, gap, met in outcome.con.query(sql, list(blanks)):
        rule = rules[int(position)]
        criterion = dict(criteria_of(outcome, rule))[int(number)]
        seen = Decimal(value) if value is not None and criterion.unit in NUMBERS else value
        found.append(Reached(who, name or "", period, rule, criterion, seen, number_of(edge), number_of(gap), met))
    return found


def number_of(text: str | None) -> Decimal | None:
    """A number out of its exact text."""
    return None if text is None else Decimal(text)
