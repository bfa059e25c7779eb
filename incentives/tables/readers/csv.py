"""CSV files: UTF-8 (with or without BOM), GB18030 or UTF-16; comma, semicolon, tab or vertical bar."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from incentives.database import Database, DatabaseError, literal
from incentives.faults import Fault, Place
from incentives.machine import raise_lack
from incentives.tables.delivery import Delivery, Heading, too_wide
from incentives.tables.readers.encoding import MOST_LINE, encoding_of, recoded
from incentives.tables.readers.files import CHUNK

MOST_HEADER = 1_000_000
MOST_NAMED = 50
DELIMITERS = ",;\t|"
EMPTY = ' \u3000"\r\n' + DELIMITERS  # what a line has that is empty to a reader
SEP = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
TOP = 10  # rows that are looked at for headings
MOST_LINES = 1000  # that these rows may take


def read_csv(
    path: Path, table: str, place: Place, scratch: Path, header: int = 1, raw: bool = False
) -> tuple[Delivery | None, list[Fault]]:
    """Return the delivery of one CSV file whose headings stand in line `header`, or the faults that stop it.

    `scratch` is a folder for a UTF-8 copy of a file in another encoding; it must outlive the delivery. A `raw` file is
    an export: rows that are too short are filled up.
    """
    encoding, fault = encoding_of(path, place)
    if fault:
        return None, [fault]
    if encoding != "utf-8":
        path = recoded(path, encoding, scratch)
    if encoding == "utf-16":
        _, fault = encoding_of(path, place)
        if fault:
            return None, [fault]
    head = head_of(path, header)
    if head is None:
        return None, [Fault("csv_header_long", place)]
    header, delimiter, (names, *below) = head.row, head.delimiter, head.rows
    if not any(name.strip() for name in names):
        first = first_filled(path, header)
        return None, [Fault("headings_later", place, {"row": first}) if first else Fault("data_empty", place)]
    if faults := too_wide(len(names), place):
        return None, faults
    headings = tuple(Heading(name, f"c{n}") for n, name in enumerate(names))
    columns = "{" + ", ".join(f"'{h.ref}': 'VARCHAR'" for h in headings) + "}"
    relation = (
        f"read_csv({literal(globless(path))}, header = true, auto_detect = false, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', max_line_size = {MOST_LINE}, columns = {columns}, skip = {header - 1}"
        + (", null_padding = true, parallel = false" if raw else "")
    )
    size = path.stat().st_size
    return Delivery(
        table, place, relation + ")", headings, f"row_number() OVER () + {header}", size,
        rejects=relation + ", store_rejects = true)", gaps=() if raw else gaps_of(path, delimiter, len(headings)),
        top=tuple(map(tuple, below)),
    ), []  # fmt: skip


def first_filled(path: Path, header: int) -> int:
    """Return the first line from `header` on that has anything but delimiters; 0 where none has."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = file.read(MOST_HEADER).splitlines()
    return next((n for n, line in enumerate(lines, 1) if n >= header and line.strip(EMPTY)), 0)


def gaps_of(path: Path, delimiter: str, width: int) -> tuple[int, ...]:
    """Return the rows that an empty line stands before, counted without these lines; the headings are row 1.

    The database passes over empty lines where there are several columns.
    """
    if width < 2 or not has_empty_lines(path):
        return ()
    gaps, row = [], 1
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for fields in csv.reader(file, delimiter=delimiter):
                if fields:
                    row += 1
                else:
                    gaps.append(row)
        except csv.Error:  # an oversized cell, which is reported as such
            pass
    return tuple(gaps)


def has_empty_lines(path: Path) -> bool:
    """Return whether one line end follows another anywhere; inside a quoted cell too, which is looked at afterwards."""
    with path.open("rb") as file:
        last = b""
        while chunk := file.read(CHUNK):
            piece = (last + chunk).replace(b"\r", b"")
            if b"\n\n" in piece:
                return True
            last = piece[-1:]
    return False


@dataclass(frozen=True)
class Head:
    """The beginning of a file: the row of the headings (from 1), the first rows from there, and the delimiter."""

    row: int
    rows: list[list[str]]
    delimiter: str


def head_of(path: Path, header: int) -> Head | None:
    """Return the headings in line `header`, and what is around; None where they do not end within a million characters.

    A first line such as `sep=;` names the delimiter, as it does for Excel. Otherwise the first line that has any of
    the known ones shows it.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        start = file.read(MOST_HEADER)
    lines = start.splitlines(keepends=True)[header - 1 :]
    stated = SEP.fullmatch(lines[0]) if lines else None
    if stated:
        header, lines = header + 1, lines[1:]
    if not lines or len(lines[0]) >= MOST_HEADER:
        return None if lines else Head(header, [[]], ",")
    telling = next((line for line in lines[:TOP] if any(sign in line for sign in DELIMITERS)), lines[0])
    delimiter = stated[1] if stated else max(DELIMITERS, key=telling.count)
    rows: list[list[str]] = []
    try:
        for row in islice(csv.reader(lines[:MOST_LINES], delimiter=delimiter, strict=True), TOP):
            if row or not rows or len(rows[0]) < 2:  # empty lines count where they are no gaps
                rows.append(row)
    except csv.Error:
        if not rows:
            return None
    return Head(header, rows or [[]], delimiter)


def globless(path: Path) -> str:
    """Return the path with the signs that the database would take for patterns escaped."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def ragged(con: Database, delivery: Delivery) -> list[Fault]:
    """Return the faults of malformed rows: too few or too many fields, a quote left open, an endless line."""
    place, width = delivery.place, len(delivery.headings)
    try:
        con.query(f"SELECT count(*) FROM {delivery.rejects}")
        found = con.query("SELECT DISTINCT line, error_type FROM reject_errors ORDER BY ALL")
        con.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    except DatabaseError as error:
        raise_lack(error)
        return [broken(str(error), place)]
    codes = {"MISSING COLUMNS": "csv_few", "TOO MANY COLUMNS": "csv_many", "LINE SIZE OVER MAXIMUM": "csv_line_long"}
    about = {"width": width, "most": MOST_LINE // 1_000_000}
    faults = [
        Fault(codes.get(str(kind), "csv_broken"), Place(place.file, line), about) for line, kind in found[:MOST_NAMED]
    ]
    if len(found) > MOST_NAMED:
        faults.append(Fault("csv_more", place, {"number": len(found) - MOST_NAMED}))
    return faults


def broken(error: str, place: Place) -> Fault:
    """Return the fault of a file that the database gives up on."""
    if "Maximum line size" in error or "maximum_line_size" in error or "max_line_size" in error:
        return Fault("csv_line_long", place, {"most": MOST_LINE // 1_000_000})
    return Fault("csv_broken", place, {"width": 0})
