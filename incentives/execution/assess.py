"""A whole assessment: a ruleset is compiled, run over the tables, checked, and returned as an Outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from incentives.conclusions.procedures import procedure_remarks
from incentives.database import literal, quoted
from incentives.engine.periods import data_periods
from incentives.execution.checks.circles import circles
from incentives.execution.checks.contradicted import contradicted
from incentives.execution.checks.emptied import emptied
from incentives.execution.checks.faraway import far_days
from incentives.execution.checks.unplaced import undrawn, unplaced
from incentives.execution.checks.unread import unread
from incentives.execution.checks.unread_columns import unread_columns
from incentives.execution.checks.unshared import unshared
from incentives.execution.fixpoint import run
from incentives.faults import Fault, Place, RefusedError
from incentives.outcome.figures_text import value_text
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import TRACKING, Column, Plan
from incentives.plan.compile import compile_plan
from incentives.plan.names import names_of
from incentives.ruleset import Ruleset
from incentives.ruleset.lint.percents import MUCH
from incentives.ruleset.lint.points import POINTS
from incentives.tables import Tables
from incentives.tables.periods import CALLED, Period, parse_period, period_of, period_on

MOST_NAMED = 50
MOST_LISTED = 5
WITH_VALUE = {"ungraded", "unscored", "untargeted"}


def assess(
    ruleset: Ruleset, tables: Tables, periods: Sequence[str], plan: Plan | None = None, only: Sequence[str] = (),
    *, remarked: bool = True,
) -> Outcome:  # fmt: skip
    """Assess the periods (ids of one grain). All periods of the data are computed, for history reads them.

    Raises RefusedError where the policy cannot be compiled, where a period is none, or where a row lacks what the
    policy requires; a row of `only` these subjects, where some are named. The outcome has a connection of its own to
    the tables, so that a later run leaves it as it is. Unless it is `remarked` it has no remarks.
    """
    plan = plan or compile_plan(ruleset)
    wanted = wanted_periods(periods, plan.roll.fiscal_start)
    tables = replace(tables, con=tables.con.another())
    known = spanning(plan, [*data_periods(tables, plan)], wanted)
    frame = frame_for(plan, wanted[0].grain if wanted else plan.grain)
    relation = run(plan, tables, known, frame, [p.number for p in wanted])
    faults = circles(plan, tables, frame) or broken_rows(plan, tables, frame, relation, plan.columns(frame), only)
    empty = emptied(plan, tables, frame, wanted, relation)
    if faults:
        raise RefusedError([*(one for one in empty if one.about["nothing"]), *faults])
    whole = Outcome(plan, ruleset, tables, tables.con, relation, frame, tuple(p.id for p in wanted))
    if not remarked:
        return whole
    numbers = [p.number for p in wanted]
    remarks = [*much(ruleset), *tables.remarks]
    remarks += [*unplaced(plan, tables, frame, numbers), *undrawn(plan, tables, frame, numbers)]
    remarks += [*empty, *unread(ruleset, plan, tables, wanted), *unread_columns(plan, tables)]
    remarks += far_days(ruleset, tables)
    remarks += [*contradicted(plan, tables, frame, relation), *unshared(ruleset, plan, tables, frame, relation)]
    if frame == plan.grain and plan.courses:
        remarks += procedure_remarks(tables.con, plan)
    return replace(whole, remarks=tuple(remarks))


def much(ruleset: Ruleset) -> list[Fault]:
    """Return the warnings of the policy about shares so large that a percent sign was probably left out: they cost
    money."""
    return [fault for fault in ruleset.warnings if fault.code in (*MUCH, POINTS)]


def wanted_periods(periods: Sequence[str], fiscal_start: int) -> list[Period]:
    """Return the periods of the ids, each once. Raises RefusedError for one that cannot be read, or of another
    grain."""
    asked = {text: parse_period(text, fiscal_start) for text in periods}
    faults = [Fault("not_a_period", Place(""), {"asked": text}) for text, period in asked.items() if period is None]
    found = dict.fromkeys(period for period in asked.values() if period is not None)
    if len({period.grain for period in found}) > 1:
        faults.append(Fault("periods_mixed", Place(""), {"asked": ", ".join(period.id for period in found)}))
    if faults:
        raise RefusedError(faults)
    return list(found)


def frame_for(plan: Plan, grain: str) -> str:
    """Return the frame of a grain: months are tracked where the policy tracks them."""
    frame = TRACKING if grain == "month" and TRACKING in plan.frames else grain
    if frame not in plan.frames:
        called = [CALLED[name] for name in plan.frames if name != TRACKING]
        known = {lang: joint.join(words[lang] for words in called) for lang, joint in (("zh", "、"), ("en", ", "))}
        raise RefusedError([Fault("grain_unknown", Place(""), {"grain": CALLED[grain], "known": known})])
    return frame


def spanning(plan: Plan, known: list[Period], wanted: list[Period]) -> list[Period]:
    """Return every period from the first to the last of the data and the request, since carried amounts skip none.

    A longer period that the data reaches counts only as far as the data goes.
    """
    start = plan.roll.fiscal_start
    numbers = [p.number for p in known]
    for period in wanted:
        own = {period_on(plan.grain, day, start).number for day in (period.first, period.last)}
        if not numbers or period.grain == plan.grain or max(own) < min(numbers) or min(own) > max(numbers):
            numbers += own
    return [period_of(plan.grain, n, start) for n in range(min(numbers), max(numbers) + 1)] if numbers else []


def broken_rows(
    plan: Plan, tables: Tables, frame: str, relation: str, columns: Iterable[Column], only: Sequence[str] = ()
) -> list[Fault]:  # fmt: skip
    """Return a fault for every row of the outcome that lacks what the policy requires, as these columns say, rows in
    order; those of `only` these subjects, where some are named."""
    whose = f" AND `{plan.key}` IN ({', '.join(map(literal, only))})" if only else ""
    faults: list[Fault] = []
    place = Place(tables.inputs[0].name if tables.inputs else "")
    titles = {column.name: column.title for column in plan.columns(frame)}
    asked = f"FROM `{relation}` WHERE in_force AND NOT locked AND NOT exempted{whose}"
    for column in failed(tables, asked, [column for column in columns if column.role == "check"]):
        rows = tables.con.query(f"SELECT `{plan.key}`, name, period {asked} AND `{column.name}` ORDER BY 1, period_no")
        code, title = names_of(column.name)[0], titles[column.item]
        if code in WITH_VALUE:
            faults += valued(plan, tables, frame, asked, column, place)
            continue
        for key, name, period in rows[:MOST_NAMED]:
            about = {"key": key, "name": name, "period": period, "metric": column.item, "title": title.zh or title.en}
            faults.append(Fault(code, place, about | {"line": f"{column.place.file}:{column.place.line}"}))
        if len(rows) > MOST_NAMED:
            faults.append(Fault("more_rows", place, {"more": len(rows) - MOST_NAMED, "metric": column.item}))
    return faults


def valued(plan: Plan, tables: Tables, frame: str, asked: str, check: Column, place: Place) -> list[Fault]:
    """Return a fault for each row for which a check holds, with the value at fault; where they are many, one with
    the first."""
    item = next(column for column in plan.columns(frame) if column.name == check.item)
    key, code = quoted(plan.key), names_of(check.name)[0]
    rows = tables.con.query(
        f"SELECT {key}, name, period, {quoted(item.name)} {asked} AND {quoted(check.name)} ORDER BY 1, period_no"
    )
    about: dict[str, object] = {"title": {lang: item.title.get(lang) or item.name for lang in ("zh", "en")}}
    about |= {"metric": item.name, "line": f"{check.place.file}:{check.place.line}", "rows": len(rows)}
    told = [
        {"key": who, "name": name, "period": period, "value": value_text(value, item.unit, "zh")}
        for who, name, period, value in rows[:MOST_LISTED]
    ]
    if len(rows) <= MOST_LISTED:
        return [Fault(code, place, about | row) for row in told]
    listed = [" ".join(part for part in row.values() if part) for row in told]
    return [Fault(f"{code}_many", place, about | {"listed": "; ".join(listed) + " …"})]


def failed(tables: Tables, asked: str, checks: list[Column]) -> list[Column]:
    """Return the checks that hold in some of the rows asked for, looked up all at once."""
    if not checks:
        return []
    found = tables.con.query(f"SELECT {', '.join(f'bool_or(`{c.name}`)' for c in checks)} {asked}")
    return [column for column, holds in zip(checks, found[0], strict=True) if holds]
