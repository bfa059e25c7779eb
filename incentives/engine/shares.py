"""The share of a period that a person was there, counted as the policy asks: days, working days, months, or 30-day
months."""

from __future__ import annotations

from collections.abc import Callable

from incentives.plan.columns import Given, Plan
from incentives.plan.pay.shares import WAYS, of_whole, there
from incentives.tables.periods import MONTHS

ALL = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


def ways_of(plan: Plan, grain: str) -> list[str]:
    """Return the ways in which columns of a grain ask for the share of the period."""
    given = {c.name for c in plan.columns(grain) if isinstance(c.how, Given)} if grain in plan.frames else set()
    return [way for way in WAYS if there(way) in given]


def share_columns(plan: Plan, grain: str, rows: str) -> str:
    """Return SQL for the columns of the shares that the spine carries, selected from `rows`."""
    return "".join(f", {rows}.`{name(way)}`" for way in ways_of(plan, grain) for name in (there, of_whole))


def summed_columns(plan: Plan, grain: str, idle: str, over: Callable[[str, str], str]) -> str:
    """Return SQL for columns per row of `stretch`: the sum of its counted stretches in the period, by `over`; `idle`
    ones do not count."""
    parts = {"calendar_days": "ends - begins + 1", "days_30": f"{thirties('ends + 1')} - {thirties('begins')}"}
    ways = [way for way in ways_of(plan, grain) if way in parts]
    counted = {way: f"CASE WHEN status IN ({idle}) THEN 0 ELSE {parts[way]} END" for way in ways}
    return "".join(f", {over('SUM', sql)} AS `{there(way)}`" for way, sql in counted.items())


def made_columns(plan: Plan, grain: str) -> str:
    """Return SQL for columns per row of `summed` s with the period's working days w: those that are not summed there.

    A period without working days counts as worked.
    """
    made = {
        "working_days": ("CASE WHEN w.days = 0 THEN 1 ELSE s.worked END", "GREATEST(w.days, 1)"),
        "calendar_days": ("", "s.last_day - s.first_day + 1"),
        "days_30": ("", str(30 * MONTHS[grain])),
        "whole_months": ("COALESCE(m.months, 0)", str(MONTHS[grain])),
    }
    found = [(name, sql) for way in ways_of(plan, grain)
             for name, sql in zip((there(way), of_whole(way)), made[way], strict=True) if sql]  # fmt: skip
    return "".join(f", {sql} AS `{name}`" for name, sql in found)


def whole_months(plan: Plan, grain: str, idle: str) -> str:
    """Return the join of `summed` s on the months of its period of which every day counts; empty where nothing asks
    for it."""
    if "whole_months" not in ways_of(plan, grain):
        return ""
    key = f"`{plan.key}`"
    return f"""
  LEFT JOIN (SELECT {key}, period_no, COUNT(*) AS months FROM (
    SELECT c.{key}, c.period_no FROM counted c
    JOIN calendar_periods q ON q.grain = 'month' AND q.first_day <= c.ends AND q.last_day >= c.begins
    WHERE c.status NOT IN ({idle}) GROUP BY c.{key}, c.period_no, q.first_day, q.last_day
    HAVING SUM(LEAST(c.ends, q.last_day) - GREATEST(c.begins, q.first_day) + 1) = q.last_day - q.first_day + 1
  ) GROUP BY {key}, period_no) m ON m.{key} = s.{key} AND m.period_no = s.period_no"""


def thirties(day: str) -> str:
    """Return SQL for the number of days before one where every month has 30: its 31st counts nothing, its last makes
    the thirty full."""
    months = f"EXTRACT(YEAR FROM {day}) * 12 + EXTRACT(MONTH FROM {day})"
    return f"(CAST(({months}) * 30 + LEAST(EXTRACT(DAY FROM {day}) - 1, 30) AS INTEGER))"
