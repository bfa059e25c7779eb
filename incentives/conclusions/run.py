"""Frames computed and concluded: columns, then conclusions, again while what is in effect changes later columns.

State flows only forward in time: what is in effect in a period depends on conclusions of earlier ones, and pay on those
of its own. So each pass makes at least one period more right, and it ends after as many as there are periods.
"""

from __future__ import annotations

from collections.abc import Sequence

from incentives.conclusions.assign import create_assigned, create_needs
from incentives.conclusions.procedures import create_procedures
from incentives.conclusions.rows import create_rows
from incentives.conclusions.situations import draw_all, drawing_of
from incentives.conclusions.state import create_effect, create_ruled, update_effect
from incentives.engine.frame import early_sql, late_columns, late_sql
from incentives.engine.run import compute, frames_for, make, prepare
from incentives.engine.spine import create_spine
from incentives.plan.columns import Plan
from incentives.plan.rules import Rule
from incentives.tables import Tables
from incentives.tables.periods import Period


def run(plan: Plan, tables: Tables, known: Sequence[Period], frame: str, asked: Sequence[int]) -> str:
    """Compute a frame for the numbered periods, and whatever it reads for all known ones; the name of its table.

    Where the ruleset draws conclusions for this frame there is `conclusions_<frame>` beside it (`conclusions/rows.py`),
    and `procedures` for those of the assessment's own grain.
    Raises RefusedError where a figure grows past its digits, or the drawing of conclusions fails.
    """
    prepare(plan, tables, known)
    for needed in frames_for(plan, frame):
        numbers = list(asked) if needed == frame else None
        rules = tuple(rule for rule in plan.rules if rule.grain == needed)
        late = late_columns(plan, needed)
        if late or (rules and needed == frame):
            conclude(plan, tables, needed, rules, late, numbers)
        else:
            compute(plan, tables, needed, numbers)
    if frame == plan.grain and plan.courses:
        create_procedures(tables.con, plan, asked)
    return f"frame_{frame}"


def conclude(
    plan: Plan, tables: Tables, frame: str, rules: tuple[Rule, ...], late: frozenset[str], asked: list[int] | None
) -> None:  # fmt: skip
    """Compute a frame with conclusions, and make `conclusions_<frame>` for the asked periods (all where None)."""
    con = tables.con
    create_ruled(con, plan, frame, rules)
    create_effect(con, plan, frame)
    if not late and not any(rule.stands for rule in rules):
        compute(plan, tables, frame, asked)
        rows = f"`frame_{frame}`"
        draw_all(con, plan, frame, rows, drawing_of(rules))
        update_effect(con, plan, frame, rows, rules)
    else:
        rows = settle(plan, tables, frame, rules, late)
    create_needs(con, plan, frame)
    create_assigned(con, plan, frame, rows, rules)
    create_rows(con, plan, frame, rows, rules, asked)
    if rows != f"`frame_{frame}`":
        within = f" WHERE period_no IN ({', '.join(map(str, asked))})" if asked is not None else ""
        columns = ", ".join(f"`{c.name}`" for c in plan.columns(frame))
        con.execute(f"CREATE OR REPLACE TEMP TABLE `frame_{frame}` AS SELECT {columns} FROM {rows}{within}")


def settle(plan: Plan, tables: Tables, frame: str, rules: tuple[Rule, ...], late: frozenset[str]) -> str:
    """Compute all periods of a frame and draw its conclusions until nothing changes; the relation of its rows."""
    con, key, drawing = tables.con, f"`{plan.key}`", drawing_of(rules)
    create_spine(con, plan, frame)
    make(tables, f"early_{frame}", early_sql(plan, frame, late))
    rows = f"`early_{frame}`"
    if late:
        picks = "".join(f", l.`{name}`" for name in sorted(late))
        rows = f"`whole_{frame}`"
        make(tables, f"late_{frame}", late_sql(plan, frame, late, f"early_{frame}"))
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {rows} AS SELECT e.*{picks} FROM `early_{frame}` e "
            f"JOIN `late_{frame}` l ON l.{key} = e.{key} AND l.period_no = e.period_no"
        )
    changed = True
    while changed:
        draw_all(con, plan, frame, rows, drawing)
        changed = update_effect(con, plan, frame, rows, rules)
        if changed and late:
            make(tables, f"late_{frame}", late_sql(plan, frame, late, f"early_{frame}"))
    return rows
