"""Looks into a workbook before it is read: how large each sheet is, which cells hold anything, its error cells, its
uncalculated formulas, which numbers it shows as percentages, what is merged and what is hidden.

The reader gives an empty cell for the faulty ones, 0.95 for 95%, the value of a merged cell for its first one only, and
lays a sheet out in full up to its last cell, however far that is.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from dataclasses import dataclass, field
from pathlib import Path

from incentives.tables.readers.bookparts import (
    Attributes,
    BookError,
    Element,
    SheetPart,
    blank_texts,
    is_blank,
    part_of,
    percent_styles,
    read_xml,
    sheet_parts,
)

MOST_BYTES = 500_000_000
MOST_CELLS = 20_000_000
MOST_EMPTY = 2_000_000  # cells of a sheet of which nearly all are empty
COLUMNS = 1 << 14  # of the largest sheet
REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
YES = ("1", "true")
BREAK = "\0"  # which no XML can hold
NUMBER = (None, "n")  # types of a cell
TEXTS = ("str", "inlineStr")


@dataclass
class Scan:
    """The contents of a sheet: its extent, the places of its filled cells in order (`place_of`), (row, column, text)
    of its bad cells, (row, column) of the numbers that it shows as percentages; the first and last row and column of
    each merged cell, and the hidden rows and columns that hold anything."""

    rows: int = 0
    columns: int = 0
    filled: array[int] = field(default_factory=lambda: array("Q"))
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    uncalculated: list[tuple[int, int, str]] = field(default_factory=list)
    percent: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    is_hidden: bool = False
    broken: str = ""

    @property
    def is_far(self) -> bool:
        """Return whether a cell stands so far away that the sheet is nearly all empty."""
        cells = self.rows * self.columns
        return cells > MOST_EMPTY and cells > 20 * len(self.filled)


def place_of(row: int, column: int) -> int:
    """Return a cell as one number that rises from cell to cell."""
    return row * COLUMNS + column - 1


def cell_at(place: int) -> str:
    """Return the name of the cell at a place."""
    return f"{column_letters(place % COLUMNS + 1)}{place // COLUMNS}"


def scan_workbook(path: Path) -> dict[str, Scan]:
    """Return each sheet's scan by the sheet's name; the scan of a broken sheet says how it is broken.

    Raises ValueError where the file is no workbook or damaged, OverflowError where it would unpack to too much.
    """
    try:
        with zipfile.ZipFile(path) as book:
            if sum(part.file_size for part in book.infolist()) > MOST_BYTES:
                raise OverflowError
            blank, styles = blank_texts(book), percent_styles(book)
            return {name: scan_sheet(book, part, blank, styles) for name, part in sheet_parts(book).items()}
    except (zipfile.BadZipFile, BookError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ValueError(str(error)) from None


def scan_sheet(book: zipfile.ZipFile, sheet: SheetPart, blank: list[bool], styles: frozenset[str]) -> Scan:
    """Return the scan of one sheet. `blank`: of each shared text whether it is blank; `styles`: those that show
    percentages."""
    look = Look(blank, styles)
    try:
        with part_of(book, sheet.part) as file:
            read_xml(file, look.handler, look.texts.append, look.interrupted)
        look.end_cell()
    except (BookError, ValueError, IndexError, zipfile.BadZipFile, EOFError) as error:
        look.scan.broken = str(error) or sheet.part
    scan = look.scan
    scan.is_hidden = sheet.is_hidden
    if any(later <= earlier for earlier, later in zip(scan.filled, scan.filled[1:], strict=False)):
        scan.filled = array("Q", sorted(scan.filled))
    held = {place % COLUMNS + 1 for place in scan.filled} if look.hidden else set()
    scan.hidden_columns = sorted(
        column for column in held if any(first <= column <= last for first, last in look.hidden)
    )
    return scan


class Look:
    """One pass over the XML of a sheet: cells are identified by their position, whether or not they state it."""

    def __init__(self, blank: list[bool], styles: frozenset[str]) -> None:
        """Start a scan. `blank`: of each shared text whether it is blank; `styles`: those that show percentages."""
        self.scan = Scan()
        self.blank, self.styles = blank, styles
        self.hidden: list[tuple[int, int]] = []
        self.row = self.column = 0
        self.is_row_hidden = False
        self.hidden_by_default = ""  # of rows that do not say it
        self.cell: Attributes | None = None
        self.texts: list[str] = []  # since the last element that can hold any
        self.value: str | None = None
        self.formula: str | None = None
        self.part = ""  # of the cell that the texts belong to
        self.is_interrupted = False
        self.numbers: dict[str, int] = {}  # of letters

    def handler(self, name: str) -> Element:
        """Return the handler of elements of a name."""
        known = {"c": self.begin_cell, "row": self.begin_row, "is": ignore, "r": ignore}
        if name in ("v", "t", "f", "rPh"):
            return lambda _: self.begin_part(name)
        return known.get(name) or (lambda attributes: self.other(name, attributes))

    def begin_row(self, attributes: Attributes) -> None:
        """Begin a row; one that does not say its number follows the one before."""
        self.end_cell()
        self.row = int(attributes.get("r") or self.row + 1)
        self.column = 0
        default = attributes.get("hidden", self.hidden_by_default) in YES
        self.is_row_hidden = default or (attributes.get("customHeight") in YES and is_none(attributes.get("ht")))

    def begin_cell(self, attributes: Attributes) -> None:
        """Begin a cell; one that does not say its place stands behind the one before."""
        self.end_cell()
        place = attributes.get("r")
        if place:
            letters = place.rstrip("0123456789")
            self.row = int(place[len(letters) :])
            if letters not in self.numbers:
                self.numbers[letters] = column_number(letters)
            self.column = self.numbers[letters]
        else:
            self.column += 1
        self.cell = attributes

    def interrupted(self) -> None:
        """Note a comment or a quoted section, which readers take differently inside a value."""
        self.texts.append(BREAK)
        self.is_interrupted = True

    def begin_part(self, name: str) -> None:
        """Begin the value, a text, the formula or the reading aid of a cell."""
        if self.part:
            self.end_part()
        if self.part != "rPh":  # which comes last
            self.part = name
        self.texts.clear()

    def end_part(self) -> None:
        """Take what a part of the cell held."""
        text = "".join(self.texts)
        if self.is_interrupted:
            text = text.rstrip(f"{BREAK} \t\r\n")
            self.is_interrupted = False
            if BREAK in text:
                raise BookError(f"<!-- … -->, CDATA: {self.here()}")
        if self.part == "v" and len(self.texts) > 1 and self.is_pieced():
            raise BookError(f"&#…;: {self.here()}")
        if self.part == "f":
            self.formula = text.strip()
        elif self.part != "rPh":
            self.value = (self.value or "") + text

    def is_pieced(self) -> bool:
        """Return whether signs of a value that is no text are written by their numbers: the reader ends at the
        first."""
        is_text = self.cell is not None and self.cell.get("t") in TEXTS
        return not is_text and sum(piece != BREAK and not piece.isspace() for piece in self.texts) > 1

    def here(self) -> str:
        """Return the name of the cell."""
        return cell_at(place_of(self.row, self.column))

    def end_cell(self) -> None:
        """Take what the last cell held."""
        if self.part:
            self.end_part()
            self.part = ""
            if self.cell is not None:
                self.take(self.cell)
            self.value = self.formula = None
        self.cell = None

    def take(self, cell: Attributes) -> None:
        """Take a cell with a value or a formula."""
        scan, row, column, kind, value = self.scan, self.row, self.column, cell.get("t"), self.value or ""
        if row > scan.rows:
            scan.rows = row
        if column > scan.columns:
            scan.columns = column
        if self.formula is not None and kind != "str" and is_blank(value):
            scan.uncalculated.append((row, column, "=" + self.formula))
        elif kind == "e":
            scan.errors.append((row, column, value.strip()))
        elif not (self.blank[int(value)] if kind == "s" and value else is_blank(value)):
            scan.filled.append(place_of(row, column))
            if self.is_row_hidden and (not scan.hidden_rows or scan.hidden_rows[-1] != row):
                scan.hidden_rows.append(row)
            if kind in NUMBER and cell.get("s") in self.styles:
                scan.percent.add((row, column))

    def other(self, name: str, attributes: Attributes) -> None:
        """Read an element that says something of many cells."""
        self.end_cell()
        if name == "sheetFormatPr":
            self.hidden_by_default = attributes.get("zeroHeight", "")
        elif name == "col" and (attributes.get("hidden") in YES or is_none(attributes.get("width"))):
            self.hidden.append((int(attributes.get("min", 1)), int(attributes.get("max", COLUMNS))))
        elif name == "mergeCell":
            ends = [found for found in map(REFERENCE.fullmatch, attributes.get("ref", "").split(":")) if found]
            if len(ends) == 2:
                rows, columns = zip(*((int(end[2]), column_number(end[1])) for end in ends), strict=True)
                self.scan.merged.append((min(rows), min(columns), max(rows), max(columns)))


def is_none(size: str | None) -> bool:
    """Return whether a height or width is nothing, so that nobody sees what stands there."""
    return bool(size) and not (size or "").strip("0.")


def ignore(_: Attributes) -> None:
    """Ignore an element that only holds others."""


def column_number(letters: str) -> int:
    """Return the number of a column by its letters: A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column by its number: 1 → A, 26 → Z, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
