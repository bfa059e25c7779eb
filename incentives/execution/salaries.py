"""Raises that a changed policy gives differently, carried into the base salary of later periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from incentives.database import Database, quoted
from incentives.engine.division import sql_type
from incentives.execution.passes import Made, joined, picked
from incentives.plan.columns import Plan
from incentives.plan.differ import Otherwise, resting
from incentives.plan.earnings import RAISE
from incentives.plan.graph import needs_of
from incentives.ruleset import Ruleset

SALARY = "base_salary"


def raises(ruleset: Ruleset) -> frozenset[str]:
    """Return the components that change a salary."""
    return frozenset(name for name, component in ruleset.policy.pay.items() if component.kind == RAISE)


def is_raised(old: Ruleset, new: Ruleset, otherwise: Otherwise) -> bool:
    """Return whether one of two policies may raise a salary by more than the other."""
    return bool(raises(old) ^ raises(new) or raises(new) & otherwise.columns)


def with_salary(plan: Plan, frame: str, otherwise: Otherwise) -> Otherwise:
    """Return the columns to recompute where the base salary, which is given, differs too."""
    rules = [rule for rule in plan.rules if rule.grain == frame]
    found = resting(plan, frame, otherwise.roots | {SALARY}, rules, otherwise.concluded)
    read = {column.name for column in plan.columns(frame) if SALARY in needs_of(column)}
    columns = (found.columns | otherwise.columns) - {SALARY}
    return replace(found, columns=columns, roots=otherwise.roots | read)


def lay_salaries(con: Database, plan: Plan, frame: str, rows: str) -> tuple[Made, str]:
    """Create the table of the rows' base salaries, and the view of the rows that reads its salaries."""
    key, table, view = quoted(plan.key), f"salaries_{frame}", f"salaried_{frame}"
    con.make_table(table, f"SELECT {key}, period_no, {SALARY} FROM {quoted(rows)}")
    con.make_view(
        f"{view}",
        f"SELECT k.* REPLACE (s.{SALARY} AS {SALARY}) FROM {quoted(rows)} k "
        f"JOIN `{table}` s ON s.{key} = k.{key} AND s.period_no = k.period_no",
    )
    return Made(table, frozenset({SALARY}), False), view


def carry_raises(
    con: Database, plan: Plan, frame: str, rows: str, made: Sequence[Made],
    old: Iterable[str], new: Iterable[str], until: int,
) -> bool:  # fmt: skip
    """Add to the base salary of each row, up to period `until`, the differences in earlier raises; return whether any
    changed.

    `made` is computed from the present salaries. `old` and `new` are the components that change a salary, as the rows
    and as `made` have them.
    """
    key, table = quoted(plan.key), f"salaries_{frame}"
    kind = next(sql_type(column.type) for column in plan.columns(frame) if column.name == SALARY)
    now = [picked(plan, made, name) for name in sorted(new) if any(name in one.columns for one in made)]
    was = [f"k.{quoted(name)}" for name in sorted(old) if name not in new or any(name in one.columns for one in made)]
    more = " + ".join(["0", *(f"COALESCE({sql}, 0)" for sql in now)])
    less = "".join(f" - COALESCE({sql}, 0)" for sql in was)
    before = f"PARTITION BY k.{key} ORDER BY k.period_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    joins = "".join(joined(plan, one, f"a{number}") for number, one in enumerate(made))
    con.make_table(
        f"{table}_next",
        f"SELECT k.{key}, k.period_no, "
        f"CAST(k.{SALARY} + COALESCE(SUM({more}{less}) OVER ({before}), 0) AS {kind}) AS {SALARY} "
        f"FROM {quoted(rows)} k{joins} WHERE k.period_no <= {until}",
    )
    changed = con.query(
        f"UPDATE `{table}` SET {SALARY} = n.{SALARY} FROM `{table}_next` n WHERE n.{key} = `{table}`.{key} "
        f"AND n.period_no = `{table}`.period_no AND n.{SALARY} IS DISTINCT FROM `{table}`.{SALARY}"
    )
    return bool(changed[0][0])
