"""The sheet of a template as a file: CSV in its encoding, or a workbook; byte for byte the same from the same batch."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from incentives.outcome.figures_text import plain
from incentives.payroll.batch import Batch, Head
from incentives.payroll.template.model import Template

MADE_ON = datetime(2000, 1, 1)  # constant, so that the same batch gives the same bytes
EXACT_DIGITS = 15
DRAFT = "DRAFT"
PIECE = 2000
WIDEST = 40


@dataclass(frozen=True)
class Sheet:
    """A batch in a template: rows stand in the table `payroll_sheet`.

    `held` and `not_held`: what of the batch it holds, and what is not its business. `empty`: the headings of columns
    that somebody has to fill in.
    """

    template: Template
    name: str
    file: str
    rows: int
    held: Head
    not_held: Head
    empty: tuple[str, ...]


def write_sheet(batch: Batch, sheet: Sheet, file: Path) -> None:
    """Write the sheet; a draft has one more column that says so in every row."""
    (write_workbook if sheet.template.is_workbook else write_csv)(batch, sheet, file)


def write_csv(batch: Batch, sheet: Sheet, file: Path) -> None:
    """As comma-separated text in the template's encoding."""
    with file.open("w", encoding=sheet.template.encoding, newline="") as target:
        writer = csv.writer(target, lineterminator="\r\n")
        writer.writerows([line] for line in lines_above(batch, sheet))
        writer.writerow(headings(batch, sheet))
        for row in rows_of(batch, sheet):
            writer.writerow([f"{v:.2f}" if isinstance(v, Decimal) else v for v in row])


def write_workbook(batch: Batch, sheet: Sheet, file: Path) -> None:
    """As a workbook of one sheet: ids as text, amounts as numbers that show exactly their digits."""
    import xlsxwriter

    options = {"constant_memory": True, "tmpdir": str(file.parent), "strings_to_formulas": False,
               "strings_to_urls": False}  # fmt: skip
    book = xlsxwriter.Workbook(str(file), options)
    try:
        book.set_properties({"title": batch.id, "created": MADE_ON})
        bold, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
        page = book.add_worksheet(sheet.template.sheet or sheet.name)
        above, heads = lines_above(batch, sheet), headings(batch, sheet)
        for at, width in enumerate(widths(batch, sheet, heads)):
            page.set_column(at, at, width)
        page.freeze_panes(len(above) + 1, 0)
        for number, line in enumerate(above):
            page.write_string(number, 0, plain(line))
        for at, head in enumerate(heads):
            page.write_string(len(above), at, plain(head), bold)
        for number, row in enumerate(rows_of(batch, sheet), start=len(above) + 1):
            for at, value in enumerate(row):
                write_cell(page, number, at, value, money)
    finally:
        book.close()


def write_cell(page: Any, row: int, at: int, value: Any, money: Any) -> None:
    """One cell; nothing where there is nothing."""
    if value is None or value == "":
        return
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= EXACT_DIGITS:
        page.write_number(row, at, value, money)
    elif isinstance(value, int):
        page.write_number(row, at, value)
    else:
        page.write_string(row, at, f"{value:.2f}" if isinstance(value, Decimal) else plain(str(value)))


def widths(batch: Batch, sheet: Sheet, heads: list[str]) -> list[int]:
    """Return the width of each column, a Chinese sign counted double."""
    cells = [f"CAST(c{at} AS VARCHAR)" for at in range(len(sheet.template.columns))]
    longest = ", ".join(f"coalesce(max(length({c}) + (strlen({c}) - length({c})) // 2), 0)" for c in cells)
    found = [*batch.outcome.con.query(f"SELECT {longest} FROM payroll_sheet")[0], len(DRAFT)]
    return [min(max(cell_len(head), int(n) + int(n) // 3) + 2, WIDEST) for head, n in zip(heads, found, strict=False)]


def lines_above(batch: Batch, sheet: Sheet) -> list[str]:
    """The lines above the headings, their blanks filled."""
    about = {
        "batch": batch.id, "period": batch.run.period.id, "pay_month": batch.run.pay_month,
        "payees": sheet.held.payees, "lines": sheet.held.lines, "amount": f"{sheet.held.amount:.2f}",
        "currency": batch.outcome.ruleset.policy.currency,
    }  # fmt: skip
    return [line.format(**about) for line in sheet.template.above]


def headings(batch: Batch, sheet: Sheet) -> list[str]:
    """The headings; of a draft one more."""
    return [*sheet.template.columns, *([DRAFT] if batch.run.draft else [])]


def rows_of(batch: Batch, sheet: Sheet) -> Iterator[tuple[Any, ...]]:
    """The rows in order, read piece by piece."""
    cells = ", ".join(f"c{at}" for at in range(len(sheet.template.columns)))
    mark = f", '{DRAFT}'" if batch.run.draft else ""
    for rows in batch.outcome.con.pieces(f"SELECT {cells}{mark} FROM payroll_sheet ORDER BY n", PIECE):
        yield from rows
