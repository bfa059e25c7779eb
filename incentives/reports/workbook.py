"""The report as a workbook: results, details, remarks. Ids are text, figures numbers that show exactly their digits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from incentives.database import literal, quoted
from incentives.outcome.columns import columns_of
from incentives.outcome.figures_text import plain
from incentives.outcome.outcome import Outcome
from incentives.outcome.statuses import STATUSES, status_text
from incentives.reports.model import Heading, Report
from incentives.reports.words import graded_text, subjects_word, word
from incentives.reports.workbook_conclusions import listed_of, widths_of

MOST_DETAILED = 20_000
MOST_ROWS = 1_000_000
EXACT_DIGITS = 15
LONGEST_TEXT = 32_000
MADE_ON = datetime(2000, 1, 1)  # constant, so that the same results give the same bytes
FORMATS = {
    "money": "#,##0.00", "score": "0.00", "ratio": "0.00####%", "rate": "0.00####%", "count": "#,##0", "days": "0.00",
    "hours": "0.00",
}  # fmt: skip
CODES = {
    "assessment": ("", ("assessed", "exempt", "unsigned", "missing", "history")),
    "assessment_reason": (
        "reason_",
        (
            "outside",
            "locked",
            "left",
            "decision",
            "status",
            "least_time",
            "target",
            "scores",
        ),
    ),
}
NARROWEST, WIDEST = 10, 40
RESULTS = ("name", "period", "region", "team", "level", "assessment")


def write_workbook(outcome: Outcome, report: Report, file: Path) -> None:
    """Write `file` with the sheets results, details, conclusions, promotions and remarks of the narrowed `outcome`.

    Details, conclusions and promotions have up to 20,000 rows.
    """
    options = {
        "constant_memory": True,
        "tmpdir": str(file.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(str(file), options)
    try:
        book.set_properties({"title": plain(report.title), "created": MADE_ON})
        formats = {unit: book.add_format({"num_format": text}) for unit, text in FORMATS.items()}
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        by_name = {heading.name: heading for heading in report.figures}
        widths = _widths(outcome, report)
        results = [by_name[name] for name in _result_columns(outcome, report) if name in by_name]
        shown = [heading for heading in report.figures if heading.role not in ("criterion", "finding")]
        filled = [heading for heading in shown if widths[heading.name]] or results
        for title, headings in (("report", results), ("details", filled)):
            if title == "report" or _row_count(report) <= MOST_DETAILED:
                values = _values(outcome, headings, report.lang)
                _sheet(book, word(title, report.lang), headings, widths, values, formats, bold)
        for title, told, rows in listed_of(outcome, report, MOST_DETAILED):
            _sheet(book, title, told, widths_of(told, rows), rows, formats, bold)
        _about(book, report, formats, bold)
    finally:
        book.close()


def _widths(outcome: Outcome, report: Report) -> dict[str, int]:
    """Return the length of the longest value of each column, a Chinese sign counted double; 0 where all are empty.

    A figure has its thousands signs and a little room.
    """
    names = [heading.name for heading in report.figures]
    if not names:
        return {}
    texts = [f"CAST({quoted(name)} AS VARCHAR)" for name in names]
    longest = ", ".join(f"coalesce(max(length({t}) + (strlen({t}) - length({t})) // 2), 0)" for t in texts)
    found = outcome.con.query(f"SELECT {longest} FROM {quoted(outcome.relation)}")[0]
    return {h.name: n + n // 3 if h.unit in FORMATS else n for h, n in zip(report.figures, found, strict=True)}


def _row_count(report: Report) -> int:
    return sum(count.employed for count in report.counts)


def _result_columns(outcome: Outcome, report: Report) -> list[str]:
    scores = [heading.name for heading in report.scores]
    grades = ["computed_grade", "grade"] if report.grades else []
    pay = [heading.name for heading in report.pay]
    return [outcome.plan.key, *RESULTS, *scores, "total", *grades, *pay, "pay_total", "reach"]


def _values(outcome: Outcome, headings: Iterable[Heading], lang: str) -> Iterable[tuple[Any, ...]]:
    there = set(columns_of(outcome))
    listed = ", ".join(_said(h, lang) for h in headings if h.name in there)
    order = f"ORDER BY {quoted(outcome.plan.key)}, `period_no` LIMIT {MOST_ROWS}"
    for rows in outcome.con.pieces(f"SELECT {listed} FROM {quoted(outcome.relation)} {order}", 2000):
        yield from rows


def _said(heading: Heading, lang: str) -> str:
    """Codes of the assessment and the status in the reader's words; everything else as it is."""
    name = quoted(heading.name)
    prefix, values = CODES.get(heading.name, ("", ()))
    texts = {value: word(prefix + value, lang) for value in values}
    if heading.name == "status":
        texts = {status: status_text(status, lang) for status in STATUSES}
    if not texts:
        return name
    cases = " ".join(f"WHEN '{value}' THEN {literal(text)}" for value, text in texts.items())
    return f"CASE {name} {cases} ELSE {name} END"


def _sheet(
    book: Any,
    title: str,
    headings: Iterable[Heading],
    widths: dict[str, int],
    rows: Iterable[tuple[Any, ...]],
    formats: dict[str, Any],
    bold: Any,
) -> None:
    headings = tuple(headings)
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, min(2, len(headings)))
    for at, heading in enumerate(headings):
        sheet.set_column(at, at, min(max(widths[heading.name] + 2, NARROWEST), WIDEST))
        sheet.write_string(0, at, plain(heading.title), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            _cell(sheet, last, at, value, headings[at].unit, formats)
    if last:
        sheet.autofilter(0, 0, last, len(headings) - 1)


def _cell(sheet: Any, row: int, at: int, value: Any, unit: str, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, (Decimal, int)):
        # a cell is a binary number, which shows up to 15 digits as they are
        if len(Decimal(value).as_tuple().digits) <= EXACT_DIGITS:
            sheet.write_number(row, at, value, formats.get(unit))
        else:
            sheet.write_string(row, at, f"{value:f}")
    elif isinstance(value, date):
        sheet.write_string(row, at, value.isoformat())
    else:
        sheet.write_string(row, at, plain(str(value))[:LONGEST_TEXT])


def _about(book: Any, report: Report, formats: dict[str, Any], bold: Any) -> None:
    sheet = book.add_worksheet(word("about", report.lang))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 3, 20)
    for at, (heading, cells) in enumerate(_said_about(report)):
        for column, value in enumerate(cells):
            if heading:
                sheet.write_string(at, column, plain(str(value))[:LONGEST_TEXT], bold)
            else:
                _cell(sheet, at, column, value, "money" if isinstance(value, Decimal) else "count", formats)


def _said_about(report: Report) -> Iterable[tuple[bool, tuple[str | int | Decimal, ...]]]:
    """The lines of the last sheet: whether it is a heading, and its cells."""
    lang = report.lang
    yield True, (report.title, report.version, " ".join(report.periods))
    if report.team:
        yield False, (word("only_team", lang, team=report.team),)
    if not report.with_pay:
        yield False, (word("without_pay", lang),)
    if _row_count(report) > MOST_DETAILED:
        yield False, (word("hidden_sheet", lang, n=MOST_DETAILED),)
    for count in report.counts:
        states = " + ".join(f"{word(state, lang)} {n}" for state, n in count.states)
        yield False, (count.period, f"{subjects_word(report.subject, lang)} {count.employed} = {states}")
        if count.others_graded:
            yield False, ("", graded_text(count, lang))
        yield False, ("", " ".join(f"{share.label} {share.count}" for share in count.grades))
    for control in report.controls:
        yield False, (control.title, control.amount, report.currency)
    for group in report.groups:
        yield True, (group.title, str(group.count))
        for person in group.people:
            yield False, (person.key, person.name, person.period, person.note)
        if group.count > len(group.people):
            yield False, (word("more", lang, report.subject, n=group.count - len(group.people)),)
    if report.warnings:
        yield True, (word("warnings", lang), str(len(report.warnings)))
        yield from ((False, line) for line in report.warnings)
    yield True, (word("inputs", lang), word("rows", lang), word("fingerprint", lang))
    for name, rows, digest in report.inputs:
        yield False, (name, rows, digest)
