"""Workbooks: every sheet as rows of exact text, with the row numbers and letters that a person sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from incentives.database import Database, quoted
from incentives.faults import Fault, Place
from incentives.tables.delivery import Delivery, Heading, too_wide
from incentives.tables.readers.bookparts import is_blank
from incentives.tables.readers.merged import merged_cells, spread
from incentives.tables.readers.sheetscan import (
    MOST_BYTES,
    MOST_CELLS,
    Scan,
    cell_at,
    column_letters,
    place_of,
    scan_workbook,
)

EXCEL_DIGITS = Context(prec=15)  # a workbook keeps no more digits than these
MOST_NAMED = 50
TOP = 10  # rows that are looked at for headings
ONCE = 500_000  # cells that are handed on at a time
READ_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"}


class TwoLooksError(Exception):
    """The reader finds something in a cell where the XML has nothing, or the other way round; or it cannot read on."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: what a look at its XML found, and the reader of the rest."""

    name: str
    scan: Scan
    book: CalamineWorkbook

    @cached_property
    def reader(self) -> CalamineSheet:
        """Return the sheet as the reader has it; raises TwoLooksError where it fails."""
        try:
            return self.book.get_sheet_by_name(self.name)
        except CalamineError as error:
            raise TwoLooksError(str(error)) from None

    @cached_property
    def top(self) -> list[list[str | None]]:
        """Return the first rows as text, from row 1."""
        rows: list[list[str | None]] = []
        for number, row in self.rows():
            if number > TOP:
                break
            rows += [list[str | None]([None] * self.scan.columns) for _ in range(number - len(rows) - 1)]
            rows.append(row)
        return rows

    def rows(self) -> Iterator[tuple[int, list[str | None]]]:
        """Yield the rows that hold anything with their numbers: text, None where empty, from column A.

        Raises TwoLooksError where the reader fails, or sees other cells filled than the XML has.
        """
        sheet = self.reader
        expected = iter(self.scan.filled)
        width, before = self.scan.columns, sheet.start[1] if sheet.start else 0
        for number, given in enumerate(sheet.iter_rows(), 1):
            row: list[str | None] = [None] * width
            is_filled = False
            for column, cell in enumerate(given, before + 1):
                text = "" if cell == "" else cell_text(cell)
                if text:
                    row[column - 1] = text
                    if not is_blank(text):
                        is_filled = True
                        agree(next(expected, None), place_of(number, column))
            if is_filled:
                yield number, row
        agree(next(expected, None), None)


def agree(one: int | None, other: int | None) -> None:
    """Check that the next filled cell of both looks at a sheet is the same, or none. Raises TwoLooksError."""
    if one != other:
        raise TwoLooksError(cell_at(min(place for place in (one, other) if place is not None)))


def read_workbook(path: Path, place: Place) -> tuple[list[Sheet], list[Fault]]:
    """Return the sheets of a workbook that hold anything, and the faults that stop it; a hostile file is refused
    unread."""
    if not path.stat().st_size:
        return [], [Fault("data_no_bytes", place)]
    try:
        scans = scan_workbook(path)
        book = CalamineWorkbook.from_path(str(path))
    except OverflowError:
        return [], [Fault("book_large", place, {"most": MOST_BYTES // 1_000_000})]
    except (ValueError, CalamineError) as error:
        return [], [Fault("book_broken", place, {"reason": str(error)})]
    sheets, faults = [], []
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        spot = Place(place.file, sheet=about.name)
        scan = scans.get(about.name)
        if scan is None or scan.broken:
            faults.append(Fault("sheet_broken", spot, {"reason": scan.broken if scan else "-"}))
        elif scan.is_far or scan.rows * scan.columns > MOST_CELLS:
            last = Place(place.file, sheet=about.name, cell=f"{column_letters(scan.columns)}{scan.rows}")
            faults.append(Fault("sheet_large", last, {"filled": len(scan.filled)}))
        elif scan.rows:
            sheets.append(Sheet(about.name, scan, book))
    return sheets, faults


def cell_text(cell: object) -> str | None:
    """Return a cell as exact text: 15 digits of a number, ISO days, true and false."""
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
        case _:
            return str(cell) or None


def bad_cells(sheet: Sheet, place: Place, headings: list[str | None], errors: bool = True) -> list[Fault]:
    """Return the faults of cells with an error or a formula that was never calculated; the first ones by name."""
    faults = []
    found = [("cell_uncalculated", *cell) for cell in sheet.scan.uncalculated]
    found += [("cell_error", *cell) for cell in sheet.scan.errors if errors]
    for code, row, column, value in sorted(found, key=lambda cell: cell[1:3])[:MOST_NAMED]:
        letter = column_letters(column)
        heading = headings[column - 1] if column <= len(headings) else None
        spot = Place(place.file, sheet=sheet.name, cell=f"{letter}{row}")
        faults.append(Fault(code, spot, {"heading": heading or letter, "value": value}))
    if len(found) > MOST_NAMED:
        faults.append(Fault("cells_more", place, {"heading": sheet.name, "number": len(found) - MOST_NAMED}))
    return faults


def unread(sheet: Sheet, place: Place, error: TwoLooksError) -> list[Fault]:
    """Return the faults why a sheet cannot be read: errors in it that the reader does not know, or else `error`."""
    spot = Place(place.file, sheet=sheet.name)
    if sheet.scan.errors and any(text not in READ_ERRORS for *_, text in sheet.scan.errors):
        return bad_cells(sheet, spot, [])
    return [Fault("sheet_broken", spot, {"reason": str(error)})]


def remarks(sheet: Sheet, place: Place) -> list[Fault]:
    """Return warnings for hidden sheets, rows and columns, which are read as if they were seen."""
    spot, scan = Place(place.file, sheet=sheet.name), sheet.scan
    found = [Fault("sheet_hidden", spot, warning=True)] if scan.is_hidden else []
    if scan.hidden_rows:
        about = {"rows": spans(scan.hidden_rows), "number": len(scan.hidden_rows)}
        found.append(Fault("rows_hidden", spot, about, warning=True))
    if scan.hidden_columns:
        about = {"columns": ", ".join(map(column_letters, scan.hidden_columns[:MOST_NAMED]))}
        found.append(Fault("columns_hidden", spot, about, warning=True))
    return found


def spans(numbers: list[int]) -> str:
    """Return rising numbers as text, those in a row as `3–5`; the first ten."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    told = [str(first) if first == last else f"{first}–{last}" for first, last in found[:10]]
    return ", ".join(told) + (", …" if len(found) > 10 else "")


def sheet_delivery(con: Database, sheet: Sheet, table: str, place: Place) -> tuple[Delivery | None, list[Fault]]:
    """Return the delivery of one sheet whose first row holds the headings; its bad cells are reported, and read as
    empty. A number shown as 95% is read as such, lest it be taken for 0.95 % below 完成率（%）."""
    spot = Place(place.file, sheet=sheet.name)
    if found := too_wide(sheet.scan.columns, spot):
        return None, found
    relation = f"load.{quoted('given ' + table)}"
    try:
        names = sheet.top[0] if sheet.top else []
        faults = bad_cells(sheet, spot, names)
        if any(row == 1 for row, *_ in (*sheet.scan.uncalculated, *sheet.scan.errors)):
            return None, faults  # a heading: nothing below it can be identified
        if not any(names):
            first = next((number for number, _ in sheet.rows()), 0)
            return None, [Fault("headings_later", spot, {"row": first}) if first else Fault("data_empty", spot)]
        headings = tuple(Heading(name or "", f"c{n}", letter=column_letters(n + 1)) for n, name in enumerate(names))
        merged = merged_cells(sheet.scan)
        shown = sheet.scan.percent
        rows = ((number, with_percent(number, row, shown)) for number, row in sheet.rows() if number > 1)
        store_rows(con, relation, [h.ref for h in headings], spread(rows, merged))
    except TwoLooksError as error:
        return None, unread(sheet, spot, error)
    top = tuple(tuple(cell or "" for cell in row) for row in sheet.top[1:])
    delivery = Delivery(table, spot, relation, headings, "row", top=top, merged=tuple(merged))
    return delivery, faults + remarks(sheet, spot)


def with_percent(number: int, row: list[str | None], shown: set[tuple[int, int]]) -> list[str | None]:
    """Return a row in which the numbers at these places are the percentages that they are shown as."""
    if not shown:
        return row
    return [as_percent(cell) if cell and (number, n) in shown else cell for n, cell in enumerate(row, 1)]


def as_percent(text: str) -> str:
    """Return a number as the percentage that it is shown as: 0.95 → 95%."""
    return f"{Decimal(text).scaleb(2).normalize():f}%"


def store_rows(
    con: Database,
    relation: str,
    columns: list[str],
    rows: Iterable[tuple[int, list[str | None]]],
) -> None:
    """Create a table of text columns and `row` from numbered rows, in batches so that they do not fill the memory."""
    spread = ", ".join(f"unnest(CAST(? AS VARCHAR[])) AS {quoted(name)}" for name in columns)
    select = f"SELECT unnest(CAST(? AS BIGINT[])) AS row, {spread}"
    into = f"CREATE TABLE {relation} AS"
    numbered = iter(rows)
    while (some := list(islice(numbered, max(ONCE // max(len(columns), 1), 1)))) or into.startswith("CREATE"):
        values = [[row[n] for _, row in some] for n in range(len(columns))]
        con.execute(f"{into} {select}", [[number for number, _ in some], *values])
        into = f"INSERT INTO {relation}"
