"""Which components of pay a row lacks because something that they need is not there: missing is not nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.plan.pay.timing import accrued
from incentives.plan.resolve import reads_of
from incentives.sql import quoted

SCORED = ("score", "scorecard", "total", "grade")  # what only who is assessed has
NOT_ASSESSED = "`assessment` IN ('unsigned', 'exempt', 'missing') AND `assessment_reason` <> 'left'"


def lacking(outcome: Outcome) -> dict[str, str]:
    """By component of pay the condition (SQL) on a row that it cannot be computed there.

    Of one with a timing, what is earned in the row's period, whatever falls due of earlier ones. Who is not assessed
    has no grade, so lacks nothing that is paid by it; nor does a row outside the policy's time.
    """
    found: dict[str, str] = {}
    if not any(column.name == "assessment" for column in outcome.columns):
        return found
    for column in outcome.columns:
        if column.role == "pay":
            graded = rests_on_score(outcome.plan, outcome.grain, column.name)
            rows = "`assessment` = 'assessed'" if graded else f"(`assessment` = 'assessed' OR {NOT_ASSESSED})"
            found[column.name] = f"({missing(outcome, column.name)} AND {rows})"
    return found


def missing(outcome: Outcome, name: str, row: str = "") -> str:
    """That a component cannot be computed in a row, as SQL."""
    lacks_own = "".join(f" OR {row}{quoted(one)} IS NULL" for one in accrued_of(outcome.plan, outcome.grain, [name]))
    return f"({row}{quoted(name)} IS NULL{lacks_own})"


def accrued_of(plan: Plan, frame: str, names: Iterable[str]) -> list[str]:
    """The columns of what components that have a timing came to in a row's own period."""
    known = {column.name for column in plan.columns(frame)}
    return [accrued(name) for name in names if accrued(name) in known]


def lacks(outcome: Outcome) -> Mapping[str, int]:
    """How many rows lack each component of pay; those that none lacks are left out."""
    conditions = lacking(outcome)
    if not conditions:
        return {}
    counts = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in conditions.values())
    found = outcome.con.execute(f"SELECT {counts} FROM {quoted(outcome.relation)}").fetchall()[0]
    return {name: int(n) for name, n in zip(conditions, found, strict=True) if n}


def rests_on_score(plan: Plan, frame: str, name: str) -> bool:
    """Whether a column is computed, in one way or another, from a score, a total or a grade."""
    columns = {(where, column.name): column for where in plan.frames for column in plan.columns(where)}
    seen, waiting = set(), [(frame, name)]
    while waiting:
        key = waiting.pop()
        if key in seen or key not in columns:
            continue
        seen.add(key)
        if columns[key].role in SCORED:
            return True
        waiting += reads_of(columns[key])
    return False
