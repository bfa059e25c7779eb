"""Workbooks: every sheet as rows of exact text, with the row numbers and letters that a person sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from pathlib import Path

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from incentives.faults import Fault, Place
from incentives.sql import quoted
from incentives.tables.delivery import Delivery, Heading
from incentives.tables.readers.sheetscan import MOST_BYTES, Scan, column_letters, scan_workbook

EXCEL_DIGITS = Context(prec=15)  # a workbook keeps no more digits than these
MOST_NAMED = 50


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows as text (None where empty), from row 1."""

    name: str
    rows: list[list[str | None]]
    scan: Scan


def read_workbook(path: Path, place: Place) -> tuple[list[Sheet], list[Fault]]:
    """The sheets of a workbook that hold anything, or the fault that stops it; a hostile file is refused unread."""
    try:
        scans = scan_workbook(path)
        book = CalamineWorkbook.from_path(str(path))
        sheets = []
        for name, scan in scans.items():
            if scan.rows:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                sheets.append(Sheet(name, [[cell_text(cell) for cell in row] for row in rows], scan))
    except OverflowError:
        return [], [Fault("book_large", place, {"most": MOST_BYTES // 1_000_000})]
    except (ValueError, CalamineError) as error:
        return [], [Fault("book_broken", place, {"reason": str(error)})]
    return sheets, []


def cell_text(cell: object) -> str | None:
    """A cell as exact text: 15 digits of a number, ISO days, true and false."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() | int():
            number = EXCEL_DIGITS.plus(Decimal(repr(cell)))
            return f"{number.to_integral_value() if number == number.to_integral_value() else number.normalize():f}"
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return str(cell) or None


def bad_cells(sheet: Sheet, place: Place, header: int = 1, errors: bool = True) -> list[Fault]:
    """Faults of the cells that hold an error or a formula that was never calculated; the first ones by name."""
    faults = []
    headings = sheet.rows[header - 1] if len(sheet.rows) >= header else []
    found = [("cell_uncalculated", *cell) for cell in sheet.scan.uncalculated]
    found += [("cell_error", *cell) for cell in sheet.scan.errors if errors]
    for code, row, letter, value in sorted(found, key=lambda cell: (cell[1], len(cell[2]), cell[2]))[:MOST_NAMED]:
        named = dict(zip(map(column_letters, range(1, len(headings) + 1)), headings, strict=True))
        about = {"heading": named.get(letter) or letter, "value": value}
        faults.append(Fault(code, Place(place.file, sheet=sheet.name, cell=f"{letter}{row}"), about))
    if len(found) > MOST_NAMED:
        faults.append(Fault("cells_more", place, {"heading": sheet.name, "number": len(found) - MOST_NAMED}))
    return faults


def sheet_delivery(
    con: duckdb.DuckDBPyConnection, sheet: Sheet, table: str, place: Place
) -> tuple[Delivery | None, list[Fault]]:
    """The delivery of one sheet whose first row holds the headings; its bad cells are told, and read as empty. What it
    shows as 95% is read so, lest it be taken for 0.95 % below 完成率（%）."""
    spot = Place(place.file, sheet=sheet.name)
    faults = bad_cells(sheet, spot)
    bad = {(row, letter) for row, letter, _ in (*sheet.scan.uncalculated, *sheet.scan.errors)}
    if any(row == 1 for row, _ in bad):
        return None, faults  # a heading: nothing below it can be told apart
    names = sheet.rows[0] if sheet.rows else []
    if not any(names):
        return None, [Fault("data_empty", spot)]
    headings = tuple(Heading(name or "", f"c{n}", letter=column_letters(n + 1)) for n, name in enumerate(names))
    relation = f"load.{quoted('given ' + table)}"

    def read(number: int, letter: str, cell: str | None) -> str | None:
        if (number, letter) in bad:
            return None
        return as_percent(cell) if cell and (number, letter) in sheet.scan.percent else cell

    rows = (
        (number, [read(number, heading.letter, cell) for heading, cell in zip(headings, row, strict=True)])
        for number, row in enumerate(sheet.rows[1:], 2)
    )
    store_rows(con, relation, [h.ref for h in headings], rows)
    return Delivery(table, spot, relation, headings, "row"), faults


def as_percent(text: str) -> str:
    """A number as the percentage that it is shown as: 0.95 → 95%."""
    return f"{Decimal(text).scaleb(2).normalize():f}%"


def store_rows(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    columns: list[str],
    rows: Iterable[tuple[int, list[str | None]]],
) -> None:
    """A table of text columns and `row`, from numbered rows."""
    numbered = list(rows)
    spread = ", ".join(f"unnest(CAST(? AS VARCHAR[])) AS {quoted(name)}" for name in columns)
    values = [[row[n] for _, row in numbered] for n in range(len(columns))]
    con.execute(
        f"CREATE TABLE {relation} AS SELECT unnest(CAST(? AS BIGINT[])) AS row, {spread}",
        [[number for number, _ in numbered], *values],
    )
