"""Frames computed and concluded: columns, then conclusions, again while what is in effect changes later columns.

State flows only forward in time: what is in effect in a period depends on conclusions of earlier ones, and pay on those
of its own. So each pass makes at least one period more right, and it ends after as many as there are periods.
"""

from __future__ import annotations

from collections.abc import Sequence

from incentives.conclusions.assign import create_assigned
from incentives.conclusions.procedures import create_procedures
from incentives.conclusions.rows import forget_rows
from incentives.conclusions.situations import Drawing, create_drawn, draw_parts, drawing_of
from incentives.conclusions.state import create_effect, create_ruled, make_effect, update_effect
from incentives.engine.frame import late_columns, late_sql
from incentives.engine.making import make
from incentives.engine.run import begin, compute, frames_for, prepare, rows_sql
from incentives.engine.stepping import with_phases
from incentives.plan.columns import Concluded, Plan, Stood
from incentives.plan.phases import phases_of
from incentives.plan.rules import Rule
from incentives.tables import Tables
from incentives.tables.periods import Period


def run(plan: Plan, tables: Tables, known: Sequence[Period], frame: str, asked: Sequence[int]) -> str:
    """Compute a frame for the numbered periods, and whatever it reads for all known ones; the name of its table.

    What was concluded is then to be had of `conclusions/rows.py`; the procedures, for the assessment's own grain, are
    in the table `procedures`. Raises RefusedError where a figure grows past its digits, or the drawing of conclusions
    fails.
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
    """Compute a frame with its conclusions, for the asked periods (all where None)."""
    con, drawing = tables.con, drawing_of(rules)
    forget_rows(con, frame)
    create_ruled(con, plan, frame, rules)
    create_effect(con, plan, frame)
    create_drawn(con, plan, frame)
    if late or any(rule.stands for rule in rules):
        rows = settle(plan, tables, frame, rules, late, drawing)
    else:
        compute(plan, tables, frame, asked)
        rows = f"`frame_{frame}`"
        draw_parts(con, plan, frame, rows, drawing, range(len(drawing.parts)))
    make_effect(con, plan, frame, rows, rules, read_rules(plan, frame, rules))
    create_assigned(con, plan, frame, rows, rules)
    if rows != f"`frame_{frame}`":
        within = f" WHERE period_no IN ({', '.join(map(str, asked))})" if asked is not None else ""
        columns = ", ".join(f"`{c.name}`" for c in plan.columns(frame))
        con.execute(f"CREATE OR REPLACE TEMP TABLE `frame_{frame}` AS SELECT {columns} FROM {rows}{within}")


def settle(
    plan: Plan, tables: Tables, frame: str, rules: tuple[Rule, ...], late: frozenset[str], drawing: Drawing
) -> str:  # fmt: skip
    """Compute all periods of a frame and draw its conclusions until nothing changes; the relation of its rows.

    What is carried on between periods and waits for conclusions is computed at the end: no conclusion reads it.
    """
    con, key = tables.con, f"`{plan.key}`"
    begin(plan, tables, frame)
    later = phases_of([column for column in plan.columns(frame) if column.name not in late])
    make(tables, f"early_{frame}", rows_sql(plan, tables, frame, late | later.keys()))
    con.execute(f"DROP TABLE IF EXISTS `still_{frame}`")
    early = with_phases(plan, tables, frame, f"early_{frame}", later)
    everything = range(len(drawing.parts))
    if not late:
        draw_parts(con, plan, frame, f"`{early}`", drawing, everything)
        return f"`{early}`"
    last = phases_of([column for column in plan.columns(frame) if column.name in late])
    late = late - last.keys()
    picks = "".join(f", l.`{name}`" for name in sorted(late))
    rows = f"`whole_{frame}`"
    make(tables, f"late_{frame}", late_sql(plan, frame, late, early))
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {rows} AS SELECT e.*{picks} FROM `{early}` e "
        f"JOIN `late_{frame}` l ON l.{key} = e.{key} AND l.period_no = e.period_no"
    )
    draw_parts(con, plan, frame, rows, drawing, everything)
    read = read_rules(plan, frame, rules)
    again = [part for part in everything if late & set(drawing.signs(part)[0])]
    while update_effect(con, plan, frame, rows, read):
        make(tables, f"late_{frame}", late_sql(plan, frame, late, early))
        draw_parts(con, plan, frame, rows, drawing, again)
    return f"`{with_phases(plan, tables, frame, f'whole_{frame}', last)}`"


def read_rules(plan: Plan, frame: str, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules whose conclusions columns of the frame read."""
    names: set[str] = set()
    for column in plan.columns(frame):
        if isinstance(column.how, Stood):
            names.add(column.how.conclusion)
        elif isinstance(column.how, Concluded):
            names.update(column.how.conclusions)
    return tuple(rule for rule in rules if rule.name in names)
