"""Days and periods: months, quarters, halves and years with their numbers, and which days are worked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
FORMS = {"month": re.compile(r"(\d{4})-(\d{2})"), "quarter": re.compile(r"(\d{4})Q([1-4])")}
FORMS |= {"half": re.compile(r"(\d{4})H([12])"), "year": re.compile(r"(\d{4})()")}
WRITTEN = {"month": "{}-{:02d}", "quarter": "{}Q{}", "half": "{}H{}", "year": "{}"}


@dataclass(frozen=True)
class Period:
    """A period by its grain and its place in the row of all periods of that grain."""

    grain: str
    number: int

    @property
    def name(self) -> str:
        """As it is written: 2026-07, 2026Q3, 2026H2, 2026."""
        parts = 12 // MONTHS[self.grain]
        return WRITTEN[self.grain].format(self.number // parts, self.number % parts + 1)

    @property
    def first(self) -> date:
        """The first day."""
        month = self.number * MONTHS[self.grain]
        return date(month // 12, month % 12 + 1, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return Period(self.grain, self.number + 1).first - DAY

    def back(self, periods: int) -> Period:
        """So many periods before."""
        return Period(self.grain, self.number - periods)

    def around(self, grain: str) -> Period:
        """The period of another grain that holds the first day."""
        return period_of(grain, self.first)

    def parts(self, grain: str) -> list[Period]:
        """The finer periods that it is made of."""
        start, end = period_of(grain, self.first), period_of(grain, self.last)
        return [Period(grain, n) for n in range(start.number, end.number + 1)]


def period_of(grain: str, day: date) -> Period:
    """The period of a grain that holds a day."""
    return Period(grain, (day.year * 12 + day.month - 1) // MONTHS[grain])


def read_period(text: str) -> Period:
    """A period from the way it is written."""
    for grain, form in FORMS.items():
        if match := form.fullmatch(text):
            year, part = int(match[1]), int(match[2] or 1)
            return Period(grain, year * (12 // MONTHS[grain]) + part - 1)
    raise ValueError(text)


def days(first: date, last: date) -> Iterator[date]:
    """All days from first to last."""
    while first <= last:
        yield first
        first += DAY


def is_worked(day: date, calendar: dict[date, str]) -> bool:
    """Monday to Friday less holidays, plus make-up days."""
    kind = calendar.get(day)
    return kind == "make_up" or (kind != "holiday" and day.weekday() < 5)
