"""The sheets of a workbook that list what was concluded, and how far everybody on a ladder is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len

from incentives.outcome.concluded import concluded_of
from incentives.outcome.concluded_text import criterion_text
from incentives.outcome.concluded_text import word as stated
from incentives.outcome.figures_text import YES_NO
from incentives.outcome.outcome import Outcome
from incentives.outcome.promotions import line_text, reached_of
from incentives.reports.concluded import asked_text, told_of
from incentives.reports.model import Heading, Report
from incentives.reports.words import word

CONCLUSIONS = ("name", "period", "conclusion", "conclusion_status", "actions", "notes", "because", "line")
PROMOTIONS = ("name", "period", "promotion", "criterion", "actual", "asked", "gap", "met", "line")
Rows = list[tuple[Any, ...]]
Listed = tuple[str, tuple[Heading, ...], Rows]


def listed_of(outcome: Outcome, report: Report, most: int) -> Iterator[Listed]:
    """Title, headings and rows of each such sheet, at most about `most` rows; none where there is nothing to list."""
    lists = (("conclusions", CONCLUSIONS, concluded_rows), ("promotions", PROMOTIONS, promotion_rows))
    for title, names, rows_of in lists:
        if rows := rows_of(outcome, report.lang, most):
            yield word(title, report.lang), headings_of(report, names), rows


def concluded_rows(outcome: Outcome, lang: str, most: int) -> Rows:
    """A row for each conclusion about somebody."""
    rows: Rows = []
    for one in sorted(concluded_of(outcome, most=most), key=lambda one: (one.key, one.period)):
        told = told_of(outcome, one, lang)
        texts = ["; ".join(part) for part in (told.actions, (told.state,), told.because)]
        said = (one.rule.title.get(lang), stated(one.status, lang), *texts, line_text(one.rule.place))
        rows.append((one.key, one.name, one.period, *said))
    return rows


def promotion_rows(outcome: Outcome, lang: str, most: int) -> Rows:
    """A row for each criterion of everybody on a ladder."""
    rows: Rows = []
    for one in sorted(reached_of(outcome, most=most), key=lambda one: (one.key, one.period)):
        unit = one.criterion.unit
        gap = criterion_text(one.gap, unit, lang) if one.gap is not None else ""
        told = (criterion_text(one.value, unit, lang), asked_text(one, lang), gap, YES_NO[lang][0 if one.met else 1])
        titles = (one.rule.title.get(lang), one.criterion.title.get(lang))
        rows.append((one.key, one.name, one.period, *titles, *told, line_text(one.criterion.place)))
    return rows


def headings_of(report: Report, names: Sequence[str]) -> tuple[Heading, ...]:
    """The headings of a sheet, the key before them."""
    rest = (Heading(name, word(name, report.lang), "text") for name in names)
    return (Heading("key", report.key_title, "text"), *rest)


def widths_of(headings: Sequence[Heading], rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    """Return the length of the longest cell of each column, a Chinese sign counted double."""
    return {h.name: max((cell_len(str(row[at])) for row in rows), default=0) for at, h in enumerate(headings)}
