"""Calendar periods: their ids, spellings in Chinese and English, first and last days, and consecutive numbers.

A fiscal year is named after the calendar year in which it starts; months are always calendar months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
CALLED = {
    "month": {"zh": "月", "en": "month"}, "quarter": {"zh": "季度", "en": "quarter"},
    "half": {"zh": "半年", "en": "half-year"}, "year": {"zh": "年", "en": "year"},
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1990, 2100
NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of calendar time. `number` counts periods of one grain without gaps; both days are inside."""

    number: int
    id: str
    grain: str
    first: date
    last: date

    def back(self, n: int, fiscal_start: int = 1) -> Period:
        """Return the period `n` periods earlier at the same grain (later where `n` is negative)."""
        return period_of(self.grain, self.number - n, fiscal_start)


def period_of(grain: str, number: int, fiscal_start: int = 1) -> Period:
    """Return the period with this consecutive number; `fiscal_start` is the month (1..12) a fiscal year starts in."""
    months = MONTHS[grain]
    offset = 0 if grain == "month" else fiscal_start - 1
    first = first_day(number * months + offset)
    last = first_day((number + 1) * months + offset) - timedelta(days=1)
    year, part = divmod(number, a_year(grain))
    return Period(number, period_id(grain, year, part + 1), grain, first, last)


def a_year(grain: str) -> int:
    """Return how many periods of a grain there are in a year."""
    return 12 // MONTHS[grain]


def year_begins(grain: str, number: int, fiscal_start: int = 1) -> int:
    """Return the number of the first period of the year around the period with this one."""
    return number - (number - into_year(grain, fiscal_start)) % a_year(grain)


def year_begins_sql(grain: str, number: str, fiscal_start: int = 1) -> str:
    """Return SQL for the number of the first period of the year around the period with the number `number`."""
    first = into_year(grain, fiscal_start)
    return f"{number} - {f'({number} - {first})' if first else number} % {a_year(grain)}"


def into_year(grain: str, fiscal_start: int) -> int:
    """Return how many periods a year's first one is behind the calendar year's; only months, which are calendar
    months, can be."""
    return fiscal_start - 1 if grain == "month" else 0


def first_day(month: int) -> date:
    """Return the first day of a month counted from year 0 (year × 12 + month − 1)."""
    return date(month // 12, month % 12 + 1, 1)


def period_id(grain: str, year: int, part: int) -> str:
    """Return the id: `2026-07`, `2026Q3`, `2026H2` or `2026`."""
    if grain == "month":
        return f"{year}-{part:02}"
    return f"{year}" if grain == "year" else f"{year}{grain[0].upper()}{part}"


def period_on(grain: str, day: date, fiscal_start: int = 1) -> Period:
    """Return the period of this grain that `day` lies in."""
    offset = 0 if grain == "month" else fiscal_start - 1
    return period_of(grain, (day.year * 12 + day.month - 1 - offset) // MONTHS[grain], fiscal_start)


@cache
def spellings(year: int) -> dict[str, tuple[str, int]]:
    """Return every accepted spelling of the periods of one year → (grain, consecutive number); upper case, without
    spaces."""
    found = dict.fromkeys((f"{year}{word}" for word in ("", "年", "年度", "全年", "年全年")), ("year", year))
    for half, word in ((1, "上"), (2, "下")):
        for text in (f"H{half}", f"-H{half}", f"年{word}半年", f"{word}半年", f"年H{half}"):
            found[f"{year}{text}"] = ("half", year * 2 + half - 1)
    for q in range(1, 5):
        words = (f"{q}季度", f"{NUMERALS[q]}季度", f"第{q}季度", f"第{NUMERALS[q]}季度", f"Q{q}")
        for text in (f"{year}Q{q}", f"{year}-Q{q}", *(f"{year}年{word}" for word in words)):
            found[text] = ("quarter", year * 4 + q - 1)
    for m in range(1, 13):
        plain = (f"{year}-{m:02}", f"{year}-{m}", f"{year}/{m:02}", f"{year}/{m}", f"{year}.{m:02}", f"{year}{m:02}")
        for text in (*plain, f"{year}年{m}月", f"{year}年{m:02}月", f"{year}年{month_word(m)}月"):
            found[text] = ("month", year * 12 + m - 1)
    return found


def month_word(month: int) -> str:
    """Return the Chinese numeral of a month: 一 … 十二."""
    return NUMERALS[month] if month < 10 else "十" + (NUMERALS[month - 10] if month > 10 else "")


def parse_period(text: str, fiscal_start: int = 1) -> Period | None:
    """Return the period that `text` spells (`2026-07`, `2026Q3`, `2026H2`, `2026`, `2026年三季度`, …), or None."""
    plain = "".join(text.split()).upper()
    if not (plain[:4].isascii() and plain[:4].isdigit() and FIRST_YEAR <= int(plain[:4]) <= LAST_YEAR):
        return None
    found = spellings(int(plain[:4])).get(plain)
    return period_of(*found, fiscal_start) if found else None


def period_range(text: str, fiscal_start: int = 1) -> tuple[Period, ...] | None:
    """Return the periods of `2026Q3` or of `2026Q1..2026Q3`, in order; None where the text names none or mixes
    grains."""
    start, dots, end = text.partition("..")
    first = parse_period(start, fiscal_start)
    last = parse_period(end, fiscal_start) if dots else first
    if first is None or last is None or first.grain != last.grain or first.number > last.number:
        return None
    return tuple(period_of(first.grain, n, fiscal_start) for n in range(first.number, last.number + 1))


def period_number_sql(grain: str, day: str, fiscal_start: int = 1) -> str:
    """Return SQL for the consecutive number of the period that the date expression `day` lies in; for DuckDB and
    Spark."""
    offset = 1 if grain == "month" else fiscal_start
    months = f"(year({day}) * 12 + month({day}) - {offset})"
    if grain == "month":
        return months
    # exact: a multiple of the divisor divided by it
    return f"CAST(({months} - {months} % {MONTHS[grain]}) / {MONTHS[grain]} AS INTEGER)"


def day_number_sql(day: str) -> str:
    """Return SQL for the number of a day by itself, `20260131`; for DuckDB and Spark."""
    return f"(year({day}) * 10000 + month({day}) * 100 + day({day}))"
