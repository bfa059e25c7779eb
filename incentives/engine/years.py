"""The year around a period, as far as a policy reads it: whether the period ends it, and how long it is."""

from __future__ import annotations

from incentives.plan.columns import Given, Plan
from incentives.plan.pay.yearly import ENDS_YEAR, OF_YEAR, of_whole_year
from incentives.tables.periods import a_year


def asked_of_year(plan: Plan, grain: str) -> list[str]:
    """Return the columns of a grain that read the year around the period."""
    known = {ENDS_YEAR, *map(of_whole_year, OF_YEAR)}
    columns = plan.columns(grain) if grain in plan.frames else ()
    return [c.name for c in columns if isinstance(c.how, Given) and c.name in known]


def year_columns(plan: Plan, grain: str, working: str) -> str:
    """Return SQL for the columns that the spine carries of the year `y` around a period `p`; `working`: its working
    days."""
    whole = {
        "calendar_days": "y.last_day - y.first_day + 1",
        "working_days": f"GREATEST({working}, 1)",
        "days_30": "360",
        "whole_months": "12",
    }
    if plan.subject != "rep":  # of whom each period counts one
        whole = dict.fromkeys(whole, str(a_year(grain)))
    made = {ENDS_YEAR: "p.last_day = y.last_day"} | {of_whole_year(way): sql for way, sql in whole.items()}
    return "".join(f", {made[name]} AS `{name}`" for name in asked_of_year(plan, grain))


def year_join(plan: Plan, grain: str) -> str:
    """Return the joins of the year around a period `p`, and of its first and last day; empty where nothing asks for
    it."""
    if not asked_of_year(plan, grain):
        return ""
    return """
  JOIN calendar_periods y ON y.grain = 'year' AND p.last_day BETWEEN y.first_day AND y.last_day
  JOIN days a ON a.day = y.first_day JOIN days z ON z.day = y.last_day"""
