"""The totals of one policy, measured by the database over its rows and beside those of the policy as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from incentives.database import literal, quoted
from incentives.execution.reassess import Snapshot
from incentives.outcome.outcome import Outcome
from incentives.plan.names import inner_name
from incentives.simulate.compare import components, grades_of, money, total

PAY = quoted(inner_name("pay"))  # all that a row is paid
SHIFT = quoted(inner_name("shift"))  # by how much that differs from now


@dataclass(frozen=True)
class Spread:
    """The number of rows that are paid more or less than now, and by how much: the median and the most, in money, never
    below zero.

    A median is the lower of the middle two.
    """

    count: int
    median: Decimal
    most: Decimal


@dataclass(frozen=True)
class Tally:
    """The totals of a policy: the cost by component and of all that is paid, rows by grade, the median pay of a row."""

    rows: int
    costs: Mapping[str, Decimal]
    cost: Decimal
    grades: Mapping[str, int]
    median: Decimal
    gain: Spread
    lose: Spread


def tally(outcome: Outcome, base: Snapshot) -> Tally:
    """Return the totals of an outcome beside the kept one."""
    key = quoted(outcome.plan.key)
    picks = ", ".join(f"{sql} AS {name}" for name, sql in measured(outcome).items())
    rows = f"SELECT r.{key}, r.period_no, {picks} FROM {quoted(outcome.relation)} r"
    found = outcome.con.query(
        f"SELECT {', '.join(sums(outcome))} FROM (SELECT a.*, COALESCE(a.{PAY}, 0) - ({total(base.outcome, 'b')}) "
        f"AS {SHIFT} FROM ({rows}) a "
        f"FULL JOIN {quoted(base.rows)} b ON b.{key} = a.{key} AND b.period_no = a.period_no)"
    )[0]
    return read(outcome, found)


def tally_by(outcome: Outcome, turn: str, before: str) -> list[Tally]:
    """Return the totals of the rows of each `turn` of an outcome, in their order; `before` is the column of a row's pay
    now."""
    picks = ", ".join(f"{sql} AS {name}" for name, sql in measured(outcome).items())
    rows = f"SELECT r.{quoted(outcome.plan.key)}, r.{turn}, r.{before}, {picks} FROM {quoted(outcome.relation)} r"
    found = outcome.con.query(
        f"SELECT {', '.join(sums(outcome))} FROM (SELECT *, {PAY} - {before} AS {SHIFT} FROM ({rows})) "
        f"GROUP BY {turn} ORDER BY {turn}"
    )
    return [read(outcome, row) for row in found]


def measured(outcome: Outcome) -> dict[str, str]:
    """Return SQL for the values read of a row `r`, by name: the components, the grade if there is one, and the whole
    pay."""
    found = {quoted(name): money(outcome, "r", name) for name in components(outcome)}
    return found | ({"grade": "r.grade"} if grades_of(outcome) else {}) | {PAY: total(outcome, "r")}


def sums(outcome: Outcome) -> list[str]:
    """Return SQL for the totals of all rows; SHIFT is the difference of a row's pay from now."""
    asked = [f"count({quoted(outcome.plan.key)})", f"COALESCE(SUM({PAY}), 0)", f"COALESCE({middle(PAY)}, 0)"]
    for shift in (SHIFT, f"-{SHIFT}"):
        above = f"CASE WHEN {shift} > 0 THEN {shift} END"
        asked += [f"count({above})", f"COALESCE({middle(above)}, 0)", f"COALESCE(MAX({above}), 0)"]
    asked += [f"COALESCE(SUM({quoted(name)}), 0)" for name in components(outcome)]
    return asked + [f"count(CASE WHEN grade = {literal(grade)} THEN 1 END)" for grade in grades_of(outcome)]


def read(outcome: Outcome, found: Sequence[Any]) -> Tally:
    """The tally of what was found for `sums`."""
    names, grades = list(components(outcome)), grades_of(outcome)
    many, cost, median, *shifts = found[:9]
    gain, lose = (Spread(n, Decimal(half), Decimal(most)) for n, half, most in (shifts[:3], shifts[3:]))
    costs = dict(zip(names, map(Decimal, found[9 : 9 + len(names)]), strict=True))
    counts = dict(zip(grades, found[9 + len(names) :], strict=True))
    return Tally(many, costs, Decimal(cost), counts, Decimal(median), gain, lose)


def middle(value: str) -> str:
    """The median as SQL: the lower of the middle two, so that it is a value that is there."""
    return f"quantile_disc({value}, 0.5)"
