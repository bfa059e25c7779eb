"""The stretches of a period that somebody spent in one posting, each with its share of the period's working days."""

from __future__ import annotations

from collections.abc import Set

from incentives.engine.spine import posted, share
from incentives.plan.columns import Plan
from incentives.plan.sources import SOURCES, WHOLE_DAYS
from incentives.tables.canon import POSTING_TEXTS


def posting_rows(plan: Plan, grain: str, used: Set[str]) -> str:
    """Return the SELECT of a row a stretch: key, period_no, and the columns of `postings` that are used.

    A share is shown as what the days so far come to, less what those before did, so that the shares of a period add up.
    """
    key = f"`{plan.key}`"
    walk = f"PARTITION BY s.{key}, s.period_no ORDER BY s.begins ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    made = {"begins_on": "s.begins", "ends_on": "s.ends", "base_salary": "s.base_salary", "days": "s.days"}
    made["share"] = f"{share('s.so_far', 's.whole_days')} - {share('(s.so_far - s.days)', 's.whole_days')}"
    made[WHOLE_DAYS] = "GREATEST(s.whole_days, 1)"
    made |= {name: f"s.`{name}`" for name in POSTING_TEXTS}
    picks = "".join(f", {made[name]} AS `{name}`" for name in SOURCES["postings"] if name in used)
    return f"""SELECT s.{key}, s.period_no{picks} FROM (
    {posted(plan, grain)} SELECT s.*, SUM(s.days) OVER ({walk}) AS so_far, w.days AS whole_days
    FROM counted s JOIN whole w ON w.period_no = s.period_no) s"""
