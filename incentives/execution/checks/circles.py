"""Faults of people who are, through others, their own managers, where pay depends on the people below."""

from __future__ import annotations

from incentives.faults import Fault, Place
from incentives.plan.columns import Below, Plan, grain_of
from incentives.tables import Tables

MOST_NAMED = 50


def circles(plan: Plan, tables: Tables, frame: str) -> list[Fault]:
    """Return a fault for every circle of managers, in the first period that has it; none where no column reads the
    people below."""
    if not any(isinstance(column.how, Below) for column in plan.columns(frame)):
        return []
    key, spine = f"`{plan.key}`", f"`spine_{grain_of(frame)}`"
    found = tables.con.query(
        f"""WITH RECURSIVE boss AS (
          SELECT s.{key} AS who, s.manager_id AS above, s.period_no, s.period FROM {spine} s
          SEMI JOIN {spine} m ON m.manager_id = s.{key} AND m.period_no = s.period_no
        ),
        up AS (
          SELECT who, above, period_no FROM boss
          UNION
          SELECT u.who, b.above, u.period_no FROM up u JOIN boss b ON b.who = u.above AND b.period_no = u.period_no
        )
        SELECT b.period, b.who, b.above FROM up u JOIN boss b ON b.who = u.who AND b.period_no = u.period_no
        WHERE u.who = u.above ORDER BY b.period_no, b.who"""
    )
    above: dict[str, dict[str, str]] = {}
    for period, who, manager in found:
        above.setdefault(period, {})[who] = manager
    told: dict[tuple[str, ...], str] = {}
    for period, managers in above.items():
        for who in managers:
            told.setdefault(circle_of(who, managers), period)
    place = Place("postings")
    return [
        Fault("manager_circle", place, {"circle": " → ".join((*circle, circle[0])), "period": period})
        for circle, period in list(told.items())[:MOST_NAMED]
    ]


def circle_of(who: str, above: dict[str, str]) -> tuple[str, ...]:
    """Return the circle of a person, from its first key on."""
    circle = [who]
    while above[circle[-1]] != who:
        circle.append(above[circle[-1]])
    start = circle.index(min(circle))
    return (*circle[start:], *circle[:start])
