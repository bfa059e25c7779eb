"""Rows after leaving, for people still paid as cash comes in: until the last event of their orders."""

from __future__ import annotations

from decimal import Decimal

from incentives.engine.shares import ways_of
from incentives.plan.columns import Plan, Vested
from incentives.plan.leavers import GONE
from incentives.plan.pay.shares import of_whole, there
from incentives.tables.canon import POSTING_TEXTS
from incentives.tables.periods import MONTHS


def keeps_leavers(plan: Plan, grain: str) -> bool:
    """Return whether the frame has rows after leaving."""
    return any(column.name == GONE for column in plan.columns(grain)) if grain in plan.frames else False


def with_leavers(plan: Plan, grain: str) -> str:
    """Return the CTE `everybody`: the rows of `attending`, and rows after leaving that repeat the last of these with
    nothing worked."""
    key = f"`{plan.key}`"
    said = ", ".join(("name", "hired_on", "left_on", *(f"`{text}`" for text in POSTING_TEXTS), "base_salary"))
    period = ", ".join(f"p.{name}" for name in ("period_no", "period", "first_day", "last_day"))
    ways = ways_of(plan, grain)
    shares = "".join(f", `{there(way)}`, `{of_whole(way)}`" for way in ways)
    none = "".join(f", 0, a.`{of_whole(way)}`" for way in ways)
    return f"""everybody AS (
  SELECT {key}, {said}, period_no, period, first_day, last_day, exempting, worked_share{shares} FROM attending
  UNION ALL
  SELECT a.{key}, {said}, {period}, '', CAST(0 AS DECIMAL(7,6)){none}
  FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY period_no DESC) AS back
    FROM attending WHERE left_on IS NOT NULL) a
  JOIN ({last_days(plan, grain)}) u ON u.who = a.{key}
  JOIN calendar_periods p ON p.grain = '{grain}' AND p.first_day > a.left_on AND p.first_day <= u.last_on
  WHERE a.back = 1
)"""


def last_days(plan: Plan, grain: str) -> str:
    """Return the SELECT of the last day on which something of what a subject earned falls due: `who`, `last_on`."""
    key, terms = f"`{plan.key}`", [c.how.terms for c in plan.columns(grain) if isinstance(c.how, Vested)]
    terms = [one for one in terms if one.on_leaving == "as_collected"]
    after = most(plan, [one.after for one in terms])
    months = max(most(plan, [one.instalments for one in terms]) - 1, 0) * MONTHS[grain]
    return f"""SELECT who, MAX(last_on) AS last_on FROM (
    SELECT COALESCE(c.rep_id, o.{key}) AS who, GREATEST(o.ordered_on, COALESCE(o.returned_on, o.ordered_on),
      COALESCE(o.due_on, o.ordered_on) + {after}, COALESCE(t.paid_on, o.ordered_on)) AS last_on
    FROM orders o LEFT JOIN credits c ON c.order_id = COALESCE(o.reverses, o.order_id)
    LEFT JOIN (SELECT order_id, MAX(paid_on) AS paid_on FROM receipts GROUP BY order_id) t ON t.order_id = o.order_id
    UNION ALL
    SELECT {key}, CAST(left_on + INTERVAL {months} MONTH AS DATE) FROM `{plan.subject}s` WHERE left_on IS NOT NULL
  ) GROUP BY who"""


def most(plan: Plan, paths: list[str]) -> int:
    """Return the largest value that any of these figures has at any time; zero without one."""
    values = [value for figure in plan.figures if figure.path in paths for _, value in figure.values]
    return int(max((value for value in values if isinstance(value, Decimal)), default=0))
