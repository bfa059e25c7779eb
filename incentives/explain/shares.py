"""The share of a period that somebody was employed: the days that count, and the postings that they fall into."""

from __future__ import annotations

from datetime import date
from typing import Any

from incentives.engine.shares import thirties
from incentives.engine.spine import posted
from incentives.explain.case import Case
from incentives.explain.model import Line
from incentives.explain.words import joined, word
from incentives.outcome.figures_text import plain
from incentives.outcome.statuses import status_text
from incentives.plan.columns import Column
from incentives.plan.pay.shares import WAYS, of_whole, there

# what a posting within the period counts for, by the way of counting
COUNTED = {
    "working_days": "days",
    "calendar_days": "ends - begins + 1",
    "days_30": f"{thirties('ends + 1')} - {thirties('begins')}",
    "whole_months": "ends - begins + 1",
}


def worked(case: Case) -> Line:
    """The share of the period's working days that was worked, and the postings in it (POLICY T5, A9)."""
    if case.outcome.plan.subject != "rep":
        return Line("", sentence=word("all_of_it", case.lang), kind="input")
    sql = f"{posted(case.outcome.plan, case.grain)} SELECT days FROM whole WHERE period_no = ?"
    whole = case.rows(sql, case.number)[0][0]
    stretches = stretches_of(case, "working_days")
    counted = sum(row[2] for row in stretches if counts(case, row[3]))
    sentence = word("worked", case.lang, days=int(counted), whole=int(whole))
    return Line("", sentence=sentence, kind="input", children=tuple(stretch(case, *row) for row in stretches))


def share_of(case: Case, column: Column) -> Line | None:
    """The line of a column that counts the days or months of a period; None for any other."""
    way = next((way for way in WAYS if column.name in (there(way), of_whole(way))), "")
    if not way:
        return None
    if column.name == of_whole(way) or case.outcome.plan.subject != "rep":
        return Line("", kind="input")
    rows = tuple(stretch(case, *row) for row in stretches_of(case, way))
    said = word("whole_months", case.lang) if way == "whole_months" else ""
    return Line("", sentence=said, kind="input", children=rows)


def stretches_of(case: Case, way: str) -> list[tuple[Any, ...]]:
    """The postings within the period: first and last day, what it counts, its status and unit."""
    plan = case.outcome.plan
    return case.rows(
        f"{posted(plan, case.grain)} SELECT begins, ends, {COUNTED[way]}, status, region, team, level FROM counted "
        f"WHERE `{plan.key}` = ? AND period_no = ? ORDER BY begins",
        case.key,
        case.number,
    )


def counts(case: Case, status: str) -> bool:
    """Return whether days in a status count as worked; those of a status of which nothing is said do."""
    return case.outcome.plan.roll.statuses.get(status, "assess") == "assess"


def stretch(case: Case, begins: date, ends: date, days: Any, status: str, *unit: str) -> Line:
    """One posting within the period."""
    parts = [status_text(status, case.lang), *unit]
    unpaid = "" if counts(case, status) else word("not_counted", case.lang)
    return Line(
        title=word("span", case.lang, begins=begins.isoformat(), ends=ends.isoformat()),
        value=days,
        shown=word("days", case.lang, n=int(days)),
        sentence=joined([plain(" · ".join(part for part in parts if part)), unpaid], case.lang),
        kind="row",
    )
