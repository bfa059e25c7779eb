"""A policy and a changed one, assessed over the same data and laid side by side by the database."""

from __future__ import annotations

from collections.abc import Mapping

from incentives.database import quoted
from incentives.execution.reassess import Snapshot
from incentives.execution.salaries import raises
from incentives.language.tree import Title
from incentives.language.types import ChoiceType
from incentives.outcome.lacking import lacks
from incentives.outcome.outcome import Outcome
from incentives.simulate.lines import changed_lines, resting_on
from incentives.simulate.measures import costs_of, counts_of, grade_moves, movers_of, shifts_of, sides_of, turned_of
from incentives.simulate.model import Comparison, Lacking
from incentives.simulate.near_boundaries import near_edges

FIXED = ("name", "period", "period_no", "team", "region", "level", "tenure_months")


def compared(before: Snapshot, new: Outcome, title: Title) -> Comparison:
    """Two outcomes side by side."""
    old, con = before.outcome, new.con
    grades = grades_of(new) if grades_of(old) else ()
    titles = components(old) | components(new)
    pairs = paired(before, new, bool(grades))
    moved = grade_moves(con, pairs, grades)
    place = {grade: n for n, grade in enumerate((*grades, ""))}
    lines = changed_lines(old.ruleset, new.ruleset)
    paths = [line.path for line in lines]
    rests = [resting_on(outcome.plan, outcome.grain, paths, salaried(outcome)) for outcome in (old, new)]
    rows, changed, gain, lose = counts_of(con, pairs, titles, bool(grades))
    return Comparison(
        title=title,
        policy=old.ruleset.policy.title,
        version=old.ruleset.policy.version,
        currency=old.ruleset.policy.currency or "",
        periods=new.periods,
        lines=lines,
        costs=costs_of(con, pairs, titles, salaried(old) | salaried(new)),
        rows=rows,
        changed=changed,
        gain=gain,
        lose=lose,
        rise=sum(m.count for m in moved if m.before and m.after and place[m.after] < place[m.before]),
        fall=sum(m.count for m in moved if m.before and m.after and place[m.after] > place[m.before]),
        grades=grades,
        moved=moved,
        movers=movers_of(con, pairs, titles, bool(grades), rests),
        sides=sides_of(con, pairs) if titles else (),
        turned=turned_of(before, new),
        near=near_edges(new),
        shifts=shifts_of(con, pairs),
        missing=missing_of(old, new, titles),
        con=con,
        relation=pairs,
    )


def missing_of(old: Outcome, new: Outcome, titles: Mapping[str, Title]) -> tuple[Lacking, ...]:
    """Return the number of rows that lack each component before and after; those that none lacks are left out."""
    before, after = lacks(old), lacks(new)
    counts = ((name, title, before.get(name, 0), after.get(name, 0)) for name, title in titles.items())
    return tuple(Lacking(*one) for one in counts if one[2] or one[3])


def paired(before: Snapshot, new: Outcome, graded: bool) -> str:
    """Make the table of every row before (`b`) and after (`a`), also of those that one side alone has; its name."""
    old, table = before.outcome, "paired"
    key, sides = quoted(old.plan.key), (("before", "b", old), ("after", "a", new))
    fixed = [f"COALESCE(b.{name}, a.{name}) AS {name}" for name in (key, *FIXED)]
    picks = []
    if graded:
        picks += [f"COALESCE({side}.grade, '') AS grade_{when}" for when, side, _ in sides]
        picks += [f"{side}.total AS total_{when}" for when, side, _ in sides]
    for name in components(old) | components(new):
        picks += [f"{paid(outcome, side, name)} AS {quoted(f'{name}_{when}')}" for when, side, outcome in sides]
    sums = {when: total(outcome, side) for when, side, outcome in sides}
    picks += [f"{sums[when]} AS pay_total_{when}" for when in sums]
    new.con.make_table(
        table,
        f"SELECT {', '.join([*fixed, *picks])}, "
        f"({sums['after']}) - ({sums['before']}) AS difference FROM `{before.rows}` b FULL JOIN `{new.relation}` a "
        f"ON a.{key} = b.{key} AND a.period_no = b.period_no",
    )
    return table


def components(outcome: Outcome) -> dict[str, Title]:
    """The components of pay with their titles, in order."""
    titles = {c.name: c.title for c in outcome.columns if c.role == "pay"}
    return {name: titles[name] for name in outcome.ruleset.policy.pay if name in titles}


def salaried(outcome: Outcome) -> frozenset[str]:
    """The components that change a salary: what they come to is no part of what is paid."""
    return raises(outcome.ruleset)


def paid(outcome: Outcome, side: str, name: str) -> str:
    """Return SQL for the pay of a component in a row of one side: missing where it cannot be computed, zero where that
    policy lacks it or has no such row."""
    if name not in components(outcome):
        return money(outcome, side, name)
    column = f"{side}.{quoted(name)}"
    return f"CASE WHEN {side}.{quoted(outcome.plan.key)} IS NULL THEN 0 ELSE {column} END"


def money(outcome: Outcome, side: str, name: str) -> str:
    """Return SQL for the amount that a component adds to sums in a row of one side; zero where it is missing or not in
    that policy."""
    there = name in components(outcome)
    return f"COALESCE({side}.{quoted(name)}, 0)" if there else "CAST(0 AS DECIMAL(3,2))"


def total(outcome: Outcome, side: str) -> str:
    """Return SQL for the pay of a row on one side, all components together."""
    parts = [money(outcome, side, name) for name in components(outcome) if name not in salaried(outcome)]
    return " + ".join(parts) or "CAST(0 AS DECIMAL(3,2))"


def grades_of(outcome: Outcome) -> tuple[str, ...]:
    """The grades of the policy, best first."""
    for column in outcome.columns:
        if column.role == "grade" and column.name == "grade" and isinstance(column.type, ChoiceType):
            return column.type.values
    return ()
