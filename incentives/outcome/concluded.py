"""Conclusions as plain values: each about somebody with its status, its actions and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from incentives.conclusions.rows import AFTER, FIRST, LAST, PAIR, PARTS, VALUES
from incentives.database import quoted
from incentives.language.tree import Title
from incentives.outcome.outcome import Outcome
from incentives.plan.rules import Rule

STATE = (
    "name", "period", "conclusion", "status", "since", "withheld", "decided_by", "decided_on", "decision_reason",
    "told",
)  # fmt: skip
ACTION = (
    "do", "what_zh", "what_en", "of", "by", "points", "start", "pay", "days", "months", "who", "who_name",
)  # fmt: skip
NO_TITLE = Title()


@dataclass(frozen=True)
class Action:
    """One thing to be done; `who_name` is whom an `assign` has found, empty for nobody. Shares and points as ratios."""

    do: str
    what: Title = NO_TITLE
    of: str = ""
    by: Decimal | None = None
    points: Decimal | None = None
    start: str = ""
    pay: str = ""
    days: Decimal | None = None
    months: Decimal | None = None
    who: str = ""
    who_name: str = ""


@dataclass(frozen=True)
class Reason:
    """Why: a finding with the values that it looked at, by the policy's names; or the name of a conclusion before."""

    said: str
    values: tuple[tuple[str, str], ...] = ()
    conclusion: bool = False


@dataclass(frozen=True)
class Concluded:
    """One conclusion about somebody in a period. `status` and `withheld` are as in `conclusions/rows.py`."""

    key: str
    name: str
    period: str
    rule: Rule
    status: str
    since: str
    withheld: str
    decided_by: str
    decided_on: date | None
    decision_reason: str
    reasons: tuple[Reason, ...]
    actions: tuple[Action, ...] = ()


def rules_of(outcome: Outcome) -> tuple[Rule, ...]:
    """The conclusions that the policy draws for the outcome's periods, in its order."""
    return tuple(rule for rule in outcome.plan.rules if rule.grain == outcome.grain)


def concluded_of(outcome: Outcome, where: str = "TRUE", blanks: Sequence[Any] = (), most: int = 0) -> list[Concluded]:
    """Return the conclusions where `where` holds, by conclusion, then key and period; at most `most` actions, 0 for
    all."""
    if not outcome.conclusions:
        return []
    key = quoted(outcome.plan.key)
    sql = (
        f"SELECT {key}, {', '.join(map(quoted, (*STATE, *ACTION)))} FROM {quoted(outcome.conclusions)} WHERE {where} "
        f"ORDER BY position, {key}, period_no, action_no, case_no{f' LIMIT {most}' if most else ''}"
    )
    rows = outcome.con.query(sql, list(blanks))
    rules = {rule.name: rule for rule in rules_of(outcome)}
    groups = [list(found) for _, found in groupby(rows, key=lambda row: (row[3], row[0], row[2]))]
    whole = groups[:-1] if most and len(rows) == most and len(groups) > 1 else groups  # the last may lack actions
    return [one_of(rules, found) for found in whole]


def one_of(rules: dict[str, Rule], rows: list[tuple[Any, ...]]) -> Concluded:
    """One conclusion out of the rows of its actions."""
    key, name, period, conclusion, status, since, withheld, by, on, reason, told = rows[0][: len(STATE) + 1]
    actions = tuple(action_of(row[len(STATE) + 1 :]) for row in rows if row[len(STATE) + 1])
    rule, why = rules[conclusion], reasons_of(told)
    return Concluded(key, name or "", period, rule, status, since, withheld, by, on, reason, why, actions)


def action_of(row: Sequence[Any]) -> Action:
    """An action out of its part of a row."""
    do, zh, en, *rest = row
    return Action(do, Title(zh or "", en or ""), *rest)


def reasons_of(told: str) -> tuple[Reason, ...]:
    """The reasons out of their text with signs (`conclusions/rows.py`)."""
    return tuple(reason_of(part) for part in told.split(PARTS) if part)


def reason_of(part: str) -> Reason:
    """One reason out of its text with signs."""
    if part.startswith(AFTER):
        return Reason(part[len(AFTER) :], conclusion=True)
    said, _, values = part.partition(FIRST)
    pairs = (value.partition(PAIR) for value in values.removesuffix(LAST).split(VALUES) if value)
    return Reason(said, tuple((name, value) for name, _, value in pairs))


def tally_of(outcome: Outcome) -> dict[tuple[str, str], int]:
    """Return the number of conclusions by conclusion and status."""
    if not outcome.conclusions:
        return {}
    key, table = quoted(outcome.plan.key), quoted(outcome.conclusions)
    each = f"SELECT DISTINCT {key}, period_no, conclusion, status FROM {table}"
    found: Iterable[Any] = outcome.con.query(
        f"SELECT conclusion, status, count(*) FROM ({each}) GROUP BY ALL ORDER BY ALL"
    )
    return {(conclusion, status): n for conclusion, status, n in found}
