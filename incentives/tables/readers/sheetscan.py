"""Looks into a workbook before it is read: how large each sheet is, its error cells, its uncalculated formulas, and
which numbers it shows as percentages.

The reader gives an empty cell for the faulty ones, 0.95 for 95%, and lays a sheet out in full up to its last cell,
however far that is.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from incentives.tables.readers.files import CHUNK

MOST_BYTES = 500_000_000
MOST_CELLS = 20_000_000
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CELL = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
ERROR = re.compile(
    rb'<c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>'
)
UNCALCULATED = re.compile(
    rb'<c [^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>(?:<f[^>/]*>([^<]*)</f>|<f([^>]*)/>)\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>'
)
# a number (no text, true or false) of one of these styles
STYLED = r'<c (?=[^>]*\br="([A-Z]{1,3})([0-9]{1,7})")(?![^>]*\bt="[^n])[^>]*\bs="(?:%s)"'
PERCENT_FORMATS = {"9", "10"}  # 0% and 0.00%, which no workbook spells out
QUOTED = re.compile(r'"[^"]*"|\\.')  # a sign that is only shown


@dataclass
class Scan:
    """What a sheet holds: its extent, (row, letter, what stands there) of its bad cells, and (row, letter) of the
    numbers that it shows as percentages."""

    rows: int = 0
    columns: int = 0
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    uncalculated: list[tuple[int, str, str]] = field(default_factory=list)
    percent: set[tuple[int, str]] = field(default_factory=set)


def scan_workbook(path: Path) -> dict[str, Scan]:
    """Each sheet's scan by the sheet's name.

    Raises ValueError where the file is no workbook or damaged, OverflowError where it would unpack to too much.
    """
    try:
        with zipfile.ZipFile(path) as book:
            if sum(part.file_size for part in book.infolist()) > MOST_BYTES:
                raise OverflowError
            styles = percent_styles(book)
            percent = re.compile((STYLED % "|".join(styles)).encode()) if styles else None
            return {name: scan_sheet(book, part, percent) for name, part in sheet_parts(book).items()}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError(str(error)) from None


def sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive that holds each worksheet, by the sheet's name."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():
        target = targets.get(sheet.get(RELATION, ""), "") if sheet.tag.endswith("}sheet") else ""
        if "worksheets/" in target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            parts[sheet.get("name", "")] = part
    return parts


def percent_styles(book: zipfile.ZipFile) -> list[str]:
    """The numbers of the styles that show a number as a percentage."""
    if "xl/styles.xml" not in book.namelist():
        return []
    parts = {part.tag.rpartition("}")[2]: part for part in ElementTree.fromstring(book.read("xl/styles.xml"))}
    formats = {
        form.get("numFmtId") for form in parts.get("numFmts", ()) if "%" in QUOTED.sub("", form.get("formatCode", ""))
    }
    styles = enumerate(parts.get("cellXfs", ()))
    return [str(number) for number, style in styles if style.get("numFmtId") in formats | PERCENT_FORMATS]


def scan_sheet(book: zipfile.ZipFile, part: str, percent: re.Pattern[bytes] | None) -> Scan:
    """One sheet, read in pieces that end with a row; `percent` finds its percentages, if there can be any."""
    scan = Scan()
    rest = b""
    with book.open(part) as file:
        while chunk := file.read(CHUNK):
            whole, end, rest = (rest + chunk).rpartition(b"</row>")
            look(whole + end, scan, percent)
    look(rest, scan, percent)
    if scan.rows * scan.columns > MOST_CELLS:
        raise OverflowError
    return scan


def look(xml: bytes, scan: Scan, percent: re.Pattern[bytes] | None) -> None:
    """Add what a piece of a sheet's XML holds."""
    cells = set(CELL.findall(xml))
    scan.rows = max([scan.rows, *(int(row) for _, row in cells)])
    scan.columns = max([scan.columns, *(column_number(letter.decode()) for letter in {c for c, _ in cells})])
    scan.errors += [(int(row), letter.decode(), text.decode()) for letter, row, text in ERROR.findall(xml)]
    scan.uncalculated += [
        (int(row), letter.decode(), "=" + formula.decode("utf-8", "replace"))
        for letter, row, formula, _ in UNCALCULATED.findall(xml)
    ]
    if percent:
        scan.percent.update((int(row), letter.decode()) for letter, row in percent.findall(xml))


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """1 → A, 26 → Z, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
