"""The fixpoint of columns and conclusions: frames are recomputed while conclusions in effect change later columns.

State flows only forward in time: what is in effect in a period depends on conclusions of earlier ones, and pay on those
of its own. So each pass makes at least one period more right, and it ends after as many as there are periods.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from incentives.conclusions.assign import create_assigned
from incentives.conclusions.procedures import create_procedures
from incentives.conclusions.rows import forget_rows
from incentives.conclusions.situations import Drawing, create_drawn, draw_parts, drawing_of
from incentives.conclusions.state import create_effect, create_ruled, make_effect, update_effect
from incentives.engine.frame import late_columns, late_sql, read_by
from incentives.engine.layers import Rows, beside, within
from incentives.engine.making import make
from incentives.engine.run import compute, frames_for, make_rows, prepare, show
from incentives.engine.stepping import with_phases
from incentives.plan.columns import Concluded, Plan, Stood
from incentives.plan.phases import phases_of
from incentives.plan.rules import Rule
from incentives.tables import Tables
from incentives.tables.periods import Period


def run(plan: Plan, tables: Tables, known: Sequence[Period], frame: str, asked: Sequence[int]) -> str:
    """Compute a frame for the numbered periods, and its inputs for all known ones; return the name of its view.

    The conclusions are then read by `conclusions/rows.py`; the procedures, for the assessment's own grain, are in the
    table `procedures`. Raises RefusedError where a figure grows past its digits, or the drawing of conclusions fails.
    """
    prepare(plan, tables, known)
    relation = carry_out(plan, tables, frame, asked)
    if frame == plan.grain and plan.courses:
        create_procedures(tables.con, plan, asked)
    return relation


def carry_out(plan: Plan, tables: Tables, frame: str, asked: Sequence[int]) -> str:
    """Compute the frame as `run` does, over the tables that it prepares, without the procedures; return its table's
    name."""
    for needed in frames_for(plan, frame):
        numbers = list(asked) if needed == frame else None
        rules = tuple(rule for rule in plan.rules if rule.grain == needed)
        late = late_columns(plan, needed)
        if late or (rules and needed == frame):
            conclude(plan, tables, needed, rules, late, numbers)
        else:
            compute(plan, tables, needed, numbers)
    return f"frame_{frame}"


def conclude(
    plan: Plan, tables: Tables, frame: str, rules: tuple[Rule, ...], late: frozenset[str], asked: list[int] | None
) -> None:  # fmt: skip
    """Compute a frame with its conclusions, for the asked periods (all where None)."""
    con, drawing = tables.con, drawing_of(rules)
    forget_rows(con, frame)
    create_ruled(con, plan, frame, rules)
    create_effect(con, plan, frame)
    create_drawn(con, plan, frame)
    every = bool(late) or any(rule.stands for rule in rules)  # a standing conclusion may be of an earlier period
    rows = settle(plan, tables, frame, rules, late, drawing, None if every else asked)
    make_effect(con, plan, frame, rows, rules, read_rules(plan, frame, rules))
    create_assigned(con, plan, frame, rows, rules)
    last = phases_of([column for column in plan.columns(frame) if column.name in late])
    names = {column.name for column in plan.columns(frame)}
    show(tables, plan, frame, with_phases(plan, tables, frame, rows, names, last, "late"), asked)


def settle(
    plan: Plan, tables: Tables, frame: str, rules: tuple[Rule, ...], late: Set[str], drawing: Drawing,
    asked: list[int] | None,
) -> Rows:  # fmt: skip
    """Compute a frame and draw its conclusions, in the asked periods (all where None), until nothing changes.

    Gives the rows of all periods. What is carried on between periods and waits for conclusions is not in
    them: no conclusion reads it.
    """
    con, everything = tables.con, range(len(drawing.parts))
    rows = make_rows(plan, tables, frame, late)
    late = late - phases_of([column for column in plan.columns(frame) if column.name in late]).keys()
    sql = late_sql(plan, frame, late, rows(read_by(plan, frame, late)))
    rows = beside(plan, rows, f"late_{frame}", late)
    if late:
        make(tables, f"late_{frame}", sql)
    draw_parts(con, plan, frame, within(rows, asked), drawing, everything)
    read = read_rules(plan, frame, rules)
    again = [part for part in everything if late & set(drawing.signs(part)[0])]
    while late and update_effect(con, plan, frame, rows, read):
        make(tables, f"late_{frame}", sql)
        draw_parts(con, plan, frame, rows, drawing, again)
    return rows


def read_rules(plan: Plan, frame: str, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules whose conclusions columns of the frame read."""
    names: set[str] = set()
    for column in plan.columns(frame):
        if isinstance(column.how, Stood):
            names.add(column.how.conclusion)
        elif isinstance(column.how, Concluded):
            names.update(column.how.conclusions)
    return tuple(rule for rule in rules if rule.name in names)
