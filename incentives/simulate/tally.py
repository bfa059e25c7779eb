"""What one policy comes to, measured by the database over its rows and beside those of the policy as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from incentives.outcome.outcome import Outcome
from incentives.simulate.compare import components, grades_of, money, total
from incentives.simulate.trial import Tried, forget, trial
from incentives.sql import literal, quoted

NAMES = count()  # of tables that studies of one process share a database with


@dataclass(frozen=True)
class Spread:
    """How many rows are paid more or less than now, and how much: the median and the most, in money, never below zero.

    A median is the lower of the middle two.
    """

    count: int
    median: Decimal
    most: Decimal


@dataclass(frozen=True)
class Tally:
    """What a policy comes to: the cost by component and of all that is paid, rows by grade, the median pay of a row."""

    rows: int
    costs: Mapping[str, Decimal]
    cost: Decimal
    grades: Mapping[str, int]
    median: Decimal
    gain: Spread
    lose: Spread


@contextmanager
def paid_now(base: Outcome) -> Iterator[str]:
    """The name of a table of what each row is paid now, which other connections to the data see; dropped at the end."""
    table = f"simulated_pay_{next(NAMES)}"
    picks = f"{quoted(base.plan.key)}, period_no, {total(base, 'r')} AS pay"
    base.con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {picks} FROM {quoted(base.relation)} r")
    try:
        yield table
    finally:
        base.con.execute(f"DROP TABLE {table}")


def tallies(base: Outcome, policies: Iterable[Tried], table: str) -> Iterator[Tally]:
    """The tally of each policy over the tables and periods of `base`; no outcome is kept."""
    for ruleset, plan in policies:
        tried = trial(base, ruleset, plan)
        try:
            yield tally(tried, table)
        finally:
            forget(base, tried)


def tally(outcome: Outcome, table: str) -> Tally:
    """What an outcome comes to beside `table`, of what each row is paid now."""
    names, grades, key = list(components(outcome)), grades_of(outcome), quoted(outcome.plan.key)
    picks = [f"{money(outcome, 'r', name)} AS {quoted(name)}" for name in names]
    picks += [*(["r.grade"] if grades else []), f"{total(outcome, 'r')} AS `~pay`"]
    rows = f"SELECT r.{key}, r.period_no, {', '.join(picks)} FROM {quoted(outcome.relation)} r"
    asked = [f"count({key})", "COALESCE(SUM(`~pay`), 0)", f"COALESCE({middle('`~pay`')}, 0)"]
    for shift in ("shift", "-shift"):
        above = f"CASE WHEN {shift} > 0 THEN {shift} END"
        asked += [f"count({above})", f"COALESCE({middle(above)}, 0)", f"COALESCE(MAX({above}), 0)"]
    asked += [f"COALESCE(SUM({quoted(name)}), 0)" for name in names]
    asked += [f"count(CASE WHEN grade = {literal(grade)} THEN 1 END)" for grade in grades]
    found = outcome.con.execute(
        f"SELECT {', '.join(asked)} FROM (SELECT a.*, COALESCE(a.`~pay`, 0) - COALESCE(b.pay, 0) AS shift "
        f"FROM ({rows}) a FULL JOIN {table} b "
        f"ON b.{key} = a.{key} AND b.period_no = a.period_no)"
    ).fetchall()[0]
    many, cost, median, *shifts = found[:9]
    gain, lose = (Spread(n, Decimal(half), Decimal(most)) for n, half, most in (shifts[:3], shifts[3:]))
    costs = dict(zip(names, map(Decimal, found[9 : 9 + len(names)]), strict=True))
    counts = dict(zip(grades, found[9 + len(names) :], strict=True))
    return Tally(many, costs, Decimal(cost), counts, Decimal(median), gain, lose)


def middle(value: str) -> str:
    """The median as SQL: the lower of the middle two, so that it is a value that is there."""
    return f"quantile_disc({value}, 0.5)"
