"""A whole assessment: a ruleset compiled, run over the tables, checked, and handed out as an Outcome."""

from __future__ import annotations

from collections.abc import Sequence

from incentives.engine.periods import data_periods
from incentives.engine.run import run
from incentives.faults import Fault, Place, RefusedError
from incentives.outcome.outcome import Outcome
from incentives.outcome.unplaced import unplaced
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.ruleset import Ruleset
from incentives.tables import Tables
from incentives.tables.periods import Period, parse_period

MOST_NAMED = 50


def assess(ruleset: Ruleset, tables: Tables, periods: Sequence[str], plan: Plan | None = None) -> Outcome:
    """Assess the periods (ids of one grain). All periods of the data are computed, for history reads them.

    Raises RefusedError where the policy cannot be compiled, or where a row lacks what the policy requires.
    """
    plan = plan or compile_plan(ruleset)
    asked = [parse_period(text, plan.roll.fiscal_start) for text in periods]
    wanted = [p for p in asked if p is not None]
    known = spanning(plan, [*data_periods(tables, plan)], wanted)
    frame = frame_for(plan, wanted[0].grain if wanted else plan.grain)
    relation = run(plan, tables, known, frame, [p.number for p in wanted])
    faults = broken_rows(plan, tables, frame, relation)
    if faults:
        raise RefusedError(faults)
    remarks = (*tables.remarks, *unplaced(plan, tables, frame, [p.number for p in wanted]))
    return Outcome(plan, ruleset, tables, tables.con, relation, frame, tuple(periods), remarks)


def frame_for(plan: Plan, grain: str) -> str:
    """The frame that answers for a grain: months are tracked where the policy tracks them."""
    frame = "tracking" if grain == "month" and "tracking" in plan.frames else grain
    if frame not in plan.frames:
        raise RefusedError([Fault("grain_unknown", Place(""), {"grain": grain, "known": ", ".join(plan.frames)})])
    return frame


def spanning(plan: Plan, known: list[Period], wanted: list[Period]) -> list[Period]:
    """The periods of the data and the asked ones."""
    return [*known, *(p for p in wanted if p.grain == plan.grain and p not in known)]


def broken_rows(plan: Plan, tables: Tables, frame: str, relation: str) -> list[Fault]:
    """A fault for every row of the outcome that lacks what the policy requires of it, rows in order."""
    faults: list[Fault] = []
    place = Place(tables.inputs[0].name if tables.inputs else "")
    for column in plan.columns(frame):
        if column.role != "check":
            continue
        code = column.name.split()[1]
        rows = tables.con.execute(
            f"SELECT `{plan.key}`, name, period FROM `{relation}` WHERE `{column.name}` AND in_force AND NOT locked "
            f"AND NOT exempted ORDER BY 1, period_no"
        ).fetchall()
        titles = {c.name: c.title for c in plan.columns(frame)}
        title = titles[column.item]
        for key, name, period in rows[:MOST_NAMED]:
            about = {"key": key, "name": name, "period": period, "metric": column.item, "title": title.zh or title.en}
            faults.append(Fault(code, place, about | {"line": f"{column.place.file}:{column.place.line}"}))
        if len(rows) > MOST_NAMED:
            faults.append(Fault("more_rows", place, {"more": len(rows) - MOST_NAMED, "metric": column.item}))
    return faults
