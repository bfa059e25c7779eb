"""Who is there in a period: postings, attributes on the last day employed, days worked, and exemptions (A9)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from .days import Period, days, is_worked, period_of, read_period

Rows = list[dict[str, str]]
ATTRIBUTES = ("level", "track", "team", "region", "product_line", "manager_id", "base_salary", "status")
ALWAYS, NEVER = date(1, 1, 1), date(9999, 12, 31)


def day(text: str) -> date | None:
    """A day, or nothing where the cell is empty."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Posting:
    """A stretch of time in one place."""

    first: date
    last: date
    about: dict[str, str]


@dataclass
class People:
    """The subjects by key, what they were when, the days that were worked, and what is on record about them."""

    reps: dict[str, dict[str, str]]
    postings: dict[str, list[Posting]]
    calendar: dict[date, str]
    statuses: dict[str, str]
    history: dict[tuple[str, str], dict[str, str]]
    decisions: dict[tuple[str, str, str], dict[str, str]]
    worked: dict[date, bool] = field(default_factory=dict)

    def is_worked(self, on: date) -> bool:
        """Whether a day is a working day."""
        if on not in self.worked:
            self.worked[on] = is_worked(on, self.calendar)
        return self.worked[on]

    def working_days(self, first: date, last: date) -> int:
        """Working days from first to last."""
        return sum(self.is_worked(d) for d in days(first, last))

    def stretches(self, key: str, period: Period) -> list[tuple[date, date, Posting]]:
        """The parts of a period that a subject spent employed in a posting, in order of time."""
        rep = self.reps[key]
        hired, left = day(rep.get("hired_on", "")) or ALWAYS, day(rep.get("left_on", "")) or NEVER
        found = []
        for posting in self.postings[key]:
            first, last = max(posting.first, hired, period.first), min(posting.last, left, period.last)
            if first <= last:
                found.append((first, last, posting))
        return found

    def attributes(self, key: str, period: Period) -> dict[str, str]:
        """What the posting of the last day employed within the period says."""
        while not (stretches := self.stretches(key, period)):
            period = period.back(1)  # after leaving
        return stretches[-1][2].about

    def treatment(self, status: str) -> str:
        """What a day in a status does: assess, pause or exempt. Of those that the policy does not name, `protected`
        exempts and every other is assessed."""
        return self.statuses.get(status, "exempt" if status == "protected" else "assess")

    def worked_share(self, key: str, period: Period) -> Fraction:
        """Working days in statuses that are assessed ÷ working days of the period, 6 decimals."""
        assessed = [
            self.working_days(first, last)
            for first, last, posting in self.stretches(key, period)
            if self.treatment(posting.about["status"]) == "assess"
        ]
        return Fraction(sum(assessed), self.working_days(period.first, period.last))

    def exempt_statuses(self, key: str, period: Period) -> set[str]:
        """The statuses that exempt in which at least a day of the period was spent."""
        met = {posting.about["status"] for _, _, posting in self.stretches(key, period)}
        return {status for status in met if self.treatment(status) == "exempt"}

    def decided(self, key: str, period: Period, column: str) -> str:
        """What stands in a column of the decision about the grade, else of the one that exempts."""
        for about in ("grade", "exempt"):
            if (row := self.decisions.get((key, period.name, about))) and row.get(column):
                return row[column]
        return ""


def read_people(policy: dict[str, object], data: dict[str, Rows], key: str) -> People:
    """People out of the tables; without postings the subject's own row counts as one from the day of hiring."""
    table = f"{key.removesuffix('_id')}s"
    reps = {row[key]: row for row in data.get(table, [])}
    if not reps:
        reps = {row[key]: {key: row[key]} for row in data.get("snapshots", [])}
    postings: dict[str, list[Posting]] = defaultdict(list)
    for row in data.get("postings", []):
        about = {name: row.get(name, "") for name in ATTRIBUTES}
        about["status"] = about["status"] or "active"
        postings[row[key]].append(Posting(day(row.get("from", "")) or ALWAYS, day(row.get("to", "")) or NEVER, about))
    for rep, row in reps.items():
        if rep not in postings:
            about = {name: row.get(name, "") for name in ATTRIBUTES}
            about["status"] = about["status"] or "active"
            postings[rep] = [Posting(day(row.get("hired_on", "")) or ALWAYS, NEVER, about)]
        postings[rep].sort(key=lambda p: p.first)
    assessment = policy.get("assessment", {})
    statuses = assessment.get("statuses", {}) if isinstance(assessment, dict) else {}
    return People(
        reps=reps,
        postings=dict(postings),
        calendar={date.fromisoformat(row["on"]): row["kind"] for row in data.get("calendar", [])},
        statuses=statuses,
        history={(row[key], row["period"]): row for row in data.get("history", [])},
        decisions={(row[key], row["period"], row["about"]): row for row in data.get("decisions", [])},
    )


DAYS = {"orders": ("ordered_on", "returned_on"), "receipts": ("on", "paid_on"), "events": ("on", "happened_on")}


def span(policy: dict[str, Any], data: dict[str, Rows]) -> tuple[date, date]:
    """First and last day of all periods that the data speak of, and of all days within the policy's time."""
    names = {row["period"] for table in ("snapshots", "targets", "history") for row in data.get(table, [])}
    settled = {row["period"] for table in ("decisions", "paid") for row in data.get(table, [])}
    start, end = (day(str(policy["effective"].get(side, ""))) for side in ("from", "to"))
    inside = [p for p in map(read_period, settled) if start <= p.first <= (end or date.max)]
    periods = [*map(read_period, names), *inside]
    told = [day(row.get(name, "")) for table, of in DAYS.items() for row in data.get(table, []) for name in of]
    back = re.search(r"\b(prior|streak|count|sum|last_year) *\(", str(policy))
    known = [on for on in told if on and (back or not periods or on >= start) and on <= (end or date.max)]
    first, last = [*(p.first for p in periods), *known], [*(p.last for p in periods), *known]
    return min(first), max(last)


def spine(people: People, grain: str, first: date, last: date) -> list[tuple[str, Period]]:
    """A row a subject and period in which one of the subject's postings overlaps the employment."""
    start, end = period_of(grain, first), period_of(grain, last)
    periods = [Period(grain, n) for n in range(start.number, end.number + 1)]
    return [(key, p) for key in sorted(people.reps) for p in periods if people.stretches(key, p)]


def elapsed_days(period: Period, until: date, people: People) -> Fraction:
    """Working days from the period's beginning to `until`, as a share of the period's."""
    gone = people.working_days(period.first, min(until, period.last))
    return Fraction(gone, people.working_days(period.first, period.last))
