"""The periods of a run as a table, and the policy's figures in force in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import duckdb

from incentives.engine.expression import sql_type
from incentives.plan.columns import Plan, PolicyFigure
from incentives.tables import Tables
from incentives.tables.periods import MONTHS, Period, parse_period, period_of, period_on

GRAINS = ("month", "quarter", "half", "year")


def data_periods(tables: Tables, plan: Plan) -> tuple[Period, ...]:
    """Every period at the plan's grain from the first to the last that the data speaks of; empty where it names none."""
    start = plan.roll.fiscal_start
    sql = " UNION ".join(f"SELECT DISTINCT period FROM {table}" for table in ("snapshots", "targets", "history"))
    found = [parse_period(text, start) for (text,) in tables.con.execute(sql).fetchall()]
    numbers = [around(p, plan.grain, start).number for p in found if p and MONTHS[p.grain] <= MONTHS[plan.grain]]
    if not numbers:
        return ()
    return tuple(period_of(plan.grain, n, start) for n in range(min(numbers), max(numbers) + 1))


def latest_period(tables: Tables, plan: Plan) -> str | None:
    """The last period at the plan's grain for which there are snapshots."""
    start = plan.roll.fiscal_start
    rows = tables.con.execute("SELECT DISTINCT period FROM snapshots").fetchall()
    found = [around(p, plan.grain, start) for (text,) in rows if (p := parse_period(text, start))]
    return max(found, key=lambda p: p.number).id if found else None


def around(period: Period, grain: str, fiscal_start: int) -> Period:
    """The period of `grain` in which the last day of `period` lies."""
    return period if period.grain == grain else period_on(grain, period.last, fiscal_start)


def create_periods(con: duckdb.DuckDBPyConnection, plan: Plan, periods: Sequence[Period]) -> None:
    """Make the table `calendar_periods`: every month, quarter, half and year that the given periods touch.

    Columns: grain, period_no, period, first_day, last_day, around_no (the number of the plan's own period around it).
    """
    start = plan.roll.fiscal_start
    rows: dict[tuple[str, int], Period] = {}
    for period in periods:
        for grain in GRAINS:
            low, high = period_on(grain, period.first, start).number, period_on(grain, period.last, start).number
            rows |= {(grain, n): period_of(grain, n, start) for n in range(low, high + 1)}
    con.execute(
        "CREATE OR REPLACE TEMP TABLE calendar_periods (grain VARCHAR, period_no INTEGER, period VARCHAR, "
        "first_day DATE, last_day DATE, around_no INTEGER)"
    )
    values = [
        (grain, n, p.id, p.first, p.last, around(p, plan.grain, start).number) for (grain, n), p in sorted(rows.items())
    ]
    if values:
        con.executemany("INSERT INTO calendar_periods VALUES (?, ?, ?, ?, ?, ?)", values)


def create_figures(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Make the table `figures`: for each grain and period, the value of every policy figure on the period's first day."""
    columns = ", ".join(f"`{f.path}` {sql_type(f.type)}" for f in plan.figures)
    con.execute(f"CREATE OR REPLACE TEMP TABLE figures (grain VARCHAR, period_no INTEGER{', ' + columns if columns else ''})")
    days = con.execute("SELECT grain, period_no, first_day FROM calendar_periods ORDER BY 1, 2").fetchall()
    rows = [(grain, n, *(in_force(f, day.isoformat()) for f in plan.figures)) for grain, n, day in days]
    if rows:
        casts = ", ".join(["?", "?", *(f"CAST(? AS {sql_type(f.type)})" for f in plan.figures)])
        con.executemany(f"INSERT INTO figures VALUES ({casts})", rows)


def in_force(figure: PolicyFigure, day: str) -> str | bool:
    """The value of a figure on a day, as text for an exact cast; the first one before any is in force."""
    value: Decimal | bool | str | object = figure.values[0][1]
    for since, later in figure.values:
        if since is None or since <= day:
            value = later
    return value if isinstance(value, bool) else format(value, "f") if isinstance(value, Decimal) else str(value)
