"""A policy and a changed one, assessed over the same data and laid side by side by the database."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from incentives.language.tree import Title
from incentives.language.types import ChoiceType
from incentives.outcome.assess import assess
from incentives.outcome.outcome import Outcome
from incentives.ruleset import Ruleset
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.edges import near_edges
from incentives.simulate.lines import changed_lines, resting_on
from incentives.simulate.measures import costs_of, grade_moves, movers_of, shifts_of, sides_of, turned_of
from incentives.simulate.model import Comparison
from incentives.sql import quoted
from incentives.tables import Tables


def simulate(ruleset: Ruleset, tables: Tables, changes: Sequence[Change], periods: Sequence[str]) -> list[Comparison]:
    """Each change beside the policy as it stands, over the asked periods (ids of one grain).

    Every period of the data is computed under the change, so that what it carries forward is in later ones. Neither
    the ruleset nor the tables are changed. Raises RefusedError with the faults of a change before anything is run.
    """
    changed = [changed_ruleset(ruleset, change) for change in changes]
    before = laid_down(assess(ruleset, tables, periods), 0)
    found = []
    for number, (change, policy) in enumerate(zip(changes, changed, strict=True), 1):
        after = laid_down(assess(policy, tables, periods), number)
        found.append(compared(before, after, change.title))
    return found


def laid_down(outcome: Outcome, number: int) -> tuple[Outcome, str]:
    """The outcome, and the table in which other connections to the data see its rows."""
    table = f"simulated_{number}"
    outcome.con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {quoted(outcome.relation)}")
    if outcome.conclusions:
        picks = f"{quoted(outcome.plan.key)}, name, period, period_no, conclusion, status"
        outcome.con.execute(
            f"CREATE OR REPLACE TABLE {table}_concluded AS SELECT DISTINCT {picks} FROM {quoted(outcome.conclusions)}"
        )
    return outcome, table


def compared(before: tuple[Outcome, str], after: tuple[Outcome, str], title: Title) -> Comparison:
    """Two outcomes side by side."""
    (old, old_table), (new, new_table) = before, after
    key, con = quoted(old.plan.key), new.con
    pairs = f"FROM {old_table} b JOIN {new_table} a ON a.{key} = b.{key} AND a.period_no = b.period_no"
    titles = components(old) | components(new)
    paid = {side: {name: money(outcome, side, name) for name in titles} for side, outcome in (("b", old), ("a", new))}
    shift = f"({total(paid['a'])}) - ({total(paid['b'])})"
    grades = grades_of(new) if grades_of(old) else ()
    moved = grade_moves(con, pairs, grades)
    place = {grade: n for n, grade in enumerate((*grades, ""))}
    lines = changed_lines(old.ruleset, new.ruleset)
    rests = resting_on(new.plan, new.grain, [line.path for line in lines])
    rows, gain, lose = con.execute(
        f"SELECT count(*), count(CASE WHEN {shift} > 0 THEN 1 END), count(CASE WHEN {shift} < 0 THEN 1 END) {pairs}"
    ).fetchall()[0]
    return Comparison(
        title=title,
        policy=new.ruleset.policy.title,
        version=old.ruleset.policy.version,
        currency=new.ruleset.policy.currency or "",
        periods=new.periods,
        lines=lines,
        costs=costs_of(con, pairs, paid, titles),
        rows=rows,
        gain=gain,
        lose=lose,
        rise=sum(m.count for m in moved if m.before and m.after and place[m.after] < place[m.before]),
        fall=sum(m.count for m in moved if m.before and m.after and place[m.after] > place[m.before]),
        grades=grades,
        moved=moved,
        movers=movers_of(con, key, pairs, paid, bool(grades), rests),
        sides=sides_of(con, pairs, shift, total(paid["b"]), total(paid["a"])),
        turned=turned_of(old, new, old_table, new_table),
        near=near_edges(new, new_table),
        shifts=shifts_of(con, pairs, shift),
        con=con,
        relation=paired(con, old.plan.key, f"{new_table}_paired", pairs, paid, bool(grades)),
    )


def paired(
    con: duckdb.DuckDBPyConnection, key: str, table: str, pairs: str, paid: dict[str, dict[str, str]], graded: bool
) -> str:
    """Make the table of every row before and after; its name."""
    sides = {"before": "b", "after": "a"}
    figures = {"grade": "COALESCE({}.grade, '')", "total": "{}.total"} if graded else {}
    picks = [f"{sql.format(side)} AS {name}_{when}" for name, sql in figures.items() for when, side in sides.items()]
    picks += [f"{paid[side][name]} AS {quoted(f'{name}_{when}')}" for name in paid["b"] for when, side in sides.items()]
    picks += [f"{total(paid[side])} AS pay_total_{when}" for when, side in sides.items()]
    fixed = ", ".join(f"b.{quoted(name)}" for name in (key, "name", "period", "period_no", "team", "region", "level"))
    shift = f"({total(paid['a'])}) - ({total(paid['b'])}) AS difference"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {', '.join([fixed, *picks, shift])} {pairs}")
    return table


def total(paid: dict[str, str]) -> str:
    """The sum of components as SQL."""
    return " + ".join(paid.values()) or "CAST(0 AS DECIMAL(3,2))"


def components(outcome: Outcome) -> dict[str, Title]:
    """The components of pay with their titles, in order."""
    titles = {c.name: c.title for c in outcome.columns if c.role == "pay"}
    return {name: titles[name] for name in outcome.ruleset.policy.pay if name in titles}


def money(outcome: Outcome, side: str, name: str) -> str:
    """What a component pays in a row of one side, as SQL; nothing where that policy does not have it."""
    there = name in components(outcome)
    return f"COALESCE({side}.{quoted(name)}, 0)" if there else "CAST(0 AS DECIMAL(3,2))"


def grades_of(outcome: Outcome) -> tuple[str, ...]:
    """The grades of the policy, best first."""
    for column in outcome.columns:
        if column.role == "grade" and column.name == "grade" and isinstance(column.type, ChoiceType):
            return column.type.values
    return ()
