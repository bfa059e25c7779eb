"""The sheets as a workbook: headings with a note, cells that take only what may stand in them, instructions."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from incentives.faults import Fault, Place, RefusedError
from incentives.outcome.files import write_folder
from incentives.ruleset import Ruleset
from incentives.tables.readers.sources import INSTRUCTIONS, LISTS
from incentives.template.sheets import Cell, Head, Sheet

MADE_ON = datetime(2000, 1, 1)  # the same bytes on every day
FORMATS = {"date": "yyyy-mm-dd", "money": "#,##0.00", "count": "0", "ratio": "0.00%", "score": "0.00", "text": "@"}
WIDTHS = {"date": 12, "money": 16, "text": 16}
MOST_ROWS = 5000  # that have validation below the rows that are there
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


def leave_template(file: Path, sheets: tuple[Sheet, ...], ruleset: Ruleset, lang: str) -> None:
    """Write the workbook. Raises RefusedError where one is there already, which somebody may have filled in, where the
    name is no workbook's, and where it cannot be written."""
    if file.suffix.lower() != ".xlsx":
        raise RefusedError([Fault("template_suffix", Place(str(file)))])
    if file.exists():
        raise RefusedError([Fault("init_exists", Place(str(file)))])
    write_folder(file.parent, {file.name: lambda place: write_workbook(place, sheets, ruleset, lang)})


def write_workbook(file: Path, sheets: tuple[Sheet, ...], ruleset: Ruleset, lang: str) -> None:
    """Write the sheets, then the instructions and, hidden, the lists that cells choose from."""
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE_ON, "title": ruleset.policy.title.get(lang)})
    look = {unit: book.add_format({"num_format": text}) for unit, text in FORMATS.items()}
    look |= {"needed": book.add_format({"bold": True, "bottom": 1, "bg_color": "#DDEBF7"}),
             "head": book.add_format({"bold": True, "bottom": 1}),
             "wrap": book.add_format({"text_wrap": True, "valign": "top"})}  # fmt: skip
    lists: list[tuple[str, ...]] = []
    for sheet in sheets:
        write_sheet(book.add_worksheet(sheet.title), sheet, look, lists, lang)
    write_instructions(book.add_worksheet(INSTRUCTIONS[lang]), sheets, ruleset, look, lang)
    page = book.add_worksheet(LISTS[lang])
    for at, choices in enumerate(lists):
        for row, text in enumerate(choices):
            page.write_string(row, at, text)
    page.hide()
    book.close()


def write_sheet(page: Any, sheet: Sheet, look: dict[str, Any], lists: list[tuple[str, ...]], lang: str) -> None:
    """Write one sheet: headings, the rows that are known, and below them room for more."""
    page.freeze_panes(1, 2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    last = len(sheet.rows) + MOST_ROWS
    for at, head in enumerate(sheet.heads):
        unit = head.unit if head.unit in FORMATS else "text" if head.unit != "number" else "money"
        page.set_column(at, at, max(WIDTHS.get(unit, 12), min(2 * len(head.title) + 2, 30)), look[unit])
        page.write_string(0, at, head.title, look["needed" if head.needed else "head"])
        page.write_comment(0, at, note(head, lang), {"x_scale": 2})
        if rule := validation(head, lists, lang):
            page.data_validation(1, at, last, at, rule)
    for number, row in enumerate(sheet.rows, start=1):
        for at, value in enumerate(row):
            write_cell(page, number, at, value, sheet.heads[at], look)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.heads) - 1)


def write_cell(page: Any, row: int, at: int, value: Cell, head: Head, look: dict[str, Any]) -> None:
    """Write a value that is known: a date as a date, an amount as a number, an id as text."""
    if value is None:
        return
    if head.unit == "date":
        page.write_datetime(row, at, datetime.combine(date.fromisoformat(str(value)), time()), look["date"])
    elif isinstance(value, Decimal):
        page.write_number(row, at, value, look["money"])
    else:
        page.write_string(row, at, value, look["text"])


def validation(head: Head, lists: list[tuple[str, ...]], lang: str) -> dict[str, Any] | None:
    """Return the rule of a column's cells: one of a list, a date, a number in its range; None where any text may."""
    rule: dict[str, Any]
    if head.choices:
        if head.choices not in lists:
            lists.append(head.choices)
        letter = xlsxwriter.utility.xl_col_to_name(lists.index(head.choices), True)
        rule = {"validate": "list", "source": f"='{LISTS[lang]}'!{letter}$1:{letter}${len(head.choices)}"}
    elif head.unit == "date":
        rule = {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
    elif head.low is not None and head.high is not None and head.unit in FORMATS and head.unit != "text":
        rule = {"validate": "decimal", "criteria": "between", "minimum": head.low, "maximum": head.high}
    else:
        return None
    return rule | {"error_title": head.title[:32], "error_message": note(head, lang)[:255]}


def note(head: Head, lang: str) -> str:
    """Return what is said of a column: what it holds, its range, its values, and whether each row needs it."""
    said = [word(head.about, lang)]
    if head.unit in ("money", "count", "ratio", "score"):
        said.append(word(f"template_unit_{head.unit}", lang))
    if head.low is not None and head.high is not None and abs(head.high) < 10**9 and head.unit in FORMATS:
        said.append(word("template_range", lang, low=shown(head.low, head.unit), high=shown(head.high, head.unit)))
    if head.choices:
        listed = ("、" if lang == "zh" else ", ").join(head.choices[:20])
        said.append(word("template_choices", lang, listed=listed + (" …" if len(head.choices) > 20 else "")))
    said.append(word("template_needed" if head.needed else "template_may", lang))
    return ("" if lang == "zh" else " ").join(said)


def shown(value: Decimal, unit: str) -> str:
    """Return an end of a range as a cell shows it."""
    return f"{value * 100:f}".rstrip("0").rstrip(".") + "%" if unit == "ratio" and value else f"{value:f}"


def write_instructions(page: Any, sheets: tuple[Sheet, ...], ruleset: Ruleset, look: dict[str, Any], lang: str) -> None:
    """Write the page that says what to fill in, sheet by sheet, and how to go on."""
    policy = ruleset.policy
    page.set_column(0, 0, 22, look["wrap"])
    page.set_column(1, 1, 90, look["wrap"])
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    lines = [(word("template_policy", lang), f"{policy.title.get(lang)} {policy.version}"),
             (word("template_how", lang), word("template_how_said", lang)),
             *((sheet.title, word(sheet.about, lang)) for sheet in sheets),
             (word("template_next", lang), word("template_next_said", lang))]  # fmt: skip
    for row, (title, text) in enumerate(lines):
        page.write_string(row, 0, title, look["head"])
        page.write_string(row, 1, text, look["wrap"])


def word(code: str, lang: str, **blanks: Any) -> str:
    """Return a text of the catalogue with its blanks filled."""
    return Fault(code, Place(""), blanks).text(lang)
