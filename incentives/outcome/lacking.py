"""Components of pay that a row lacks because something that they need is not there: missing is not nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from incentives.database import quoted
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.plan.pay.timing import accrued


def lacking(outcome: Outcome) -> dict[str, str]:
    """By component of pay the condition (SQL) on a row of somebody assessed that it cannot be computed there.

    Of one with a timing, what is earned in the row's period, whatever falls due of earlier ones. Who is not assessed is
    listed for that: pay that rests on a grade, or on a target without signatures, is not expected there.
    """
    if "assessment" not in outcome.con.columns(quoted(outcome.relation)):
        return {}
    pay = [column.name for column in outcome.columns if column.role == "pay"]
    return {name: f"(`assessment` = 'assessed' AND {missing(outcome, name)})" for name in pay}


def missing(outcome: Outcome, name: str, row: str = "") -> str:
    """Return SQL for the condition that a component cannot be computed in a row."""
    lacks_own = "".join(f" OR {row}{quoted(one)} IS NULL" for one in accrued_of(outcome.plan, outcome.grain, [name]))
    return f"({row}{quoted(name)} IS NULL{lacks_own})"


def accrued_of(plan: Plan, frame: str, names: Iterable[str]) -> list[str]:
    """The columns of what components that have a timing came to in a row's own period."""
    known = {column.name for column in plan.columns(frame)}
    return [accrued(name) for name in names if accrued(name) in known]


def lacks(outcome: Outcome) -> Mapping[str, int]:
    """Return the number of rows that lack each component of pay; those that none lacks are left out."""
    conditions = lacking(outcome)
    if not conditions:
        return {}
    counts = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in conditions.values())
    found = outcome.con.query(f"SELECT {counts} FROM {quoted(outcome.relation)}")[0]
    return {name: int(n) for name, n in zip(conditions, found, strict=True) if n}
