"""Warnings for results on record whose grade is not the one that the bands give their total; they are kept."""

from __future__ import annotations

from dataclasses import replace

from incentives.faults import Fault, Place
from incentives.plan.columns import Plan
from incentives.plan.grade import ON_RECORD
from incentives.tables import Tables

MOST_NAMED = 10


def contradicted(plan: Plan, tables: Tables, frame: str, relation: str) -> list[Fault]:
    """Return a warning for every row, inside the effective range, whose recorded grade contradicts its recorded
    total."""
    if not any(column.name == ON_RECORD for column in plan.columns(frame)):
        return []
    rows = tables.con.query(
        f"SELECT `{plan.key}`, period, history_total, history_grade, `{ON_RECORD}` FROM `{relation}` "
        f"WHERE in_force AND history_grade <> `{ON_RECORD}` ORDER BY 1, period_no"
    )
    place = Place("history")
    faults = [
        Fault("history_contradicts", place, {
            "key": key, "period": period, "total": f"{total:f}", "grade": grade, "band": band,
        })
        for key, period, total, grade, band in rows[:MOST_NAMED]
    ]  # fmt: skip
    if len(rows) > MOST_NAMED:
        faults.append(Fault("history_contradicts_more", place, {"number": len(rows) - MOST_NAMED}))
    return [replace(fault, warning=True) for fault in faults]
