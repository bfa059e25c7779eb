"""The periods of a run as a table, and the policy's figures in force in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from incentives.database import Database, literal, quoted
from incentives.engine.division import sql_type
from incentives.engine.source import DAY
from incentives.plan.columns import Aggregated, Past, Plan, PolicyFigure
from incentives.plan.names import inner_name
from incentives.tables import Tables
from incentives.tables.periods import MONTHS, Period, day_number_sql, parse_period, period_of, period_on

NAMING = ("snapshots", "targets", "history")  # tables whose rows tell of a period, whenever it was
SETTLING = ("decisions", "paid")  # tables of settled results of a period, by this policy where it is in force
TURN = quoted(inner_name("trial"))  # whose figures a period has, where several policies are tried together


def data_periods(tables: Tables, plan: Plan, of: Sequence[str] = (*NAMING, *SETTLING)) -> tuple[Period, ...]:
    """Return every period at the plan's grain from the first to the last of which the data tells: those that rows of
    the tables `of` name, and those of the days of orders, receipts and events.

    Days before the policy count only where it looks back, or where no row names a period; a year on record from then
    counts with its last period.
    """
    start, roll = plan.roll.fiscal_start, plan.roll
    named = named_periods(tables, [table for table in of if table in NAMING], start)
    settled = named_periods(tables, [table for table in of if table in SETTLING], start)
    found = [p for p in named if MONTHS[p.grain] <= MONTHS[plan.grain] or p.last < roll.first_day]
    found += [p for p in settled if MONTHS[p.grain] <= MONTHS[plan.grain] and is_within(plan, p)]
    days = [day for ends in days_of(tables, plan, is_open=not found or looks_back(plan)) for day in ends]
    numbers = [period_on(plan.grain, day, start).number for day in (*(p.last for p in found), *days)]
    if not numbers:
        return ()
    return tuple(period_of(plan.grain, n, start) for n in range(min(numbers), max(numbers) + 1))


def is_within(plan: Plan, period: Period) -> bool:
    """Return whether a period begins within the time of the policy."""
    return plan.roll.first_day <= period.first <= (plan.roll.last_day or period.first)


def looks_back(plan: Plan) -> bool:
    """Return whether any figure of the policy is one of earlier periods."""
    return any(isinstance(column.how, Past) for frame in plan.frames for column in plan.columns(frame))


def latest_period(tables: Tables, plan: Plan) -> str | None:
    """Return the id of the last period at the plan's grain for which there are snapshots; without any, the last one
    of the data."""
    start = plan.roll.fiscal_start
    found = [around(p, plan.grain, start) for p in named_periods(tables, ("snapshots",), start)]
    last = max(found, key=lambda p: p.number) if found else next(iter(data_periods(tables, plan)[-1:]), None)
    return last.id if last else None


def named_periods(tables: Tables, of: Sequence[str], fiscal_start: int) -> list[Period]:
    """Return the periods that rows of these tables name."""
    names = ", ".join(map(literal, of)) or "''"
    sql = f"SELECT DISTINCT period FROM load.named WHERE name IN ({names})"
    return [p for (text,) in tables.con.query(sql) if (p := parse_period(text, fiscal_start))]


def days_of(tables: Tables, plan: Plan, is_open: bool) -> list[tuple[date, date]]:
    """Return the first and the last day of each table whose rows are dated, as far as they lie within the time of
    the policy; all that is before it too where `is_open`."""
    found = tables.con.query("SELECT first, last FROM load.days WHERE first IS NOT NULL")
    first, last = date.min if is_open else plan.roll.first_day, plan.roll.last_day or date.max
    return [(max(low, first), min(high, last)) for low, high in found if low <= last and high >= first]


def around(period: Period, grain: str, fiscal_start: int) -> Period:
    """Return the period of `grain` in which the last day of `period` lies."""
    return period if period.grain == grain else period_on(grain, period.last, fiscal_start)


def create_periods(con: Database, plan: Plan, periods: Sequence[Period]) -> None:
    """Make the table `calendar_periods`: every month, quarter, half and year that the given periods touch.

    Columns: grain, period_no, period, first_day, last_day, around_no (the number of the plan's own period around it).
    """
    start = plan.roll.fiscal_start
    rows: dict[tuple[str, int], Period] = {}
    for period in periods:
        for grain in MONTHS:
            low, high = period_on(grain, period.first, start).number, period_on(grain, period.last, start).number
            rows |= {(grain, n): period_of(grain, n, start) for n in range(low, high + 1)}
    values = ", ".join(
        f"('{grain}', {n}, '{p.id}', DATE '{p.first}', DATE '{p.last}', {around(p, plan.grain, start).number})"
        for (grain, n), p in sorted(rows.items())
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE calendar_periods (grain VARCHAR, period_no INTEGER, period VARCHAR, "
        "first_day DATE, last_day DATE, around_no INTEGER)"
    )
    if values:
        con.execute(f"INSERT INTO calendar_periods VALUES {values}")


def create_figures(con: Database, plan: Plan, *others: Plan) -> None:
    """Make the table `figures`: a row per grain and period, a column per figure: its value on the first day.

    Where rows ask for the figures of their own day, there is one of grain `day` for every day. With `others`, whose
    figures have other values, each period says by its TURN whose it has: 0 is `plan`, 1 the first of the others.
    """
    by_turn = [{figure.path: value_sql(figure) for figure in one.figures} for one in (plan, *others)]
    columns = "".join(f", {chosen([one[path] for one in by_turn])} AS {quoted(path)}" for path in by_turn[0])
    if others:
        spans = "calendar_periods"
    else:
        spans = "(SELECT grain, period_no, first_day FROM calendar_periods"
        if any(isinstance(c.how, Aggregated) and c.how.dated for frame in plan.frames for c in plan.columns(frame)):
            spans += f" UNION ALL SELECT '{DAY}', {day_number_sql('day')}, day FROM days"
        spans += ")"
    con.make_table("figures", f"SELECT grain, period_no{columns} FROM {spans}")


def chosen(values: Sequence[str]) -> str:
    """Return one of these values in SQL, by its number as TURN."""
    if len(set(values)) == 1:
        return values[0]
    return f"CASE {TURN}{''.join(f' WHEN {number} THEN {value}' for number, value in enumerate(values))} END"


def value_sql(figure: PolicyFigure) -> str:
    """Return SQL for the value of a figure on `first_day`; the first value is also in force before its day."""
    (_, first), *later = figure.values
    dated = "".join(f" WHEN first_day >= DATE '{day}' THEN {constant(value)}" for day, value in reversed(later))
    sql = f"CASE{dated} ELSE {constant(first)} END" if later else constant(first)
    return f"CAST({sql} AS {sql_type(figure.type)})"


def constant(value: Decimal | bool | str | date) -> str:
    """Return a value in SQL; a decimal as text, which the cast reads exactly."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return literal(f"{value:f}" if isinstance(value, Decimal) else str(value))
