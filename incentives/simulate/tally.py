"""What one policy comes to, measured by the database over its rows and beside those of the policy as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from incentives.outcome.again import Kept
from incentives.outcome.outcome import Outcome
from incentives.simulate.compare import components, grades_of, money, total
from incentives.simulate.trial import Tried, trial
from incentives.sql import literal, quoted


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


def tallies(base: Kept, policies: Iterable[Tried]) -> Iterator[Tally]:
    """The tally of each policy over the tables and periods of what is kept; no outcome stays."""
    for ruleset, plan in policies:
        with trial(base, ruleset, plan) as outcome:
            yield tally(outcome, base)


def tally(outcome: Outcome, base: Kept) -> Tally:
    """What an outcome comes to beside what is kept."""
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
        f"SELECT {', '.join(asked)} FROM (SELECT a.*, COALESCE(a.`~pay`, 0) - ({total(base.outcome, 'b')}) AS shift "
        f"FROM ({rows}) a FULL JOIN {quoted(base.rows)} b "
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
