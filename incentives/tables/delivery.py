"""The result of a reader: one table as delivered, still in the words of its file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from incentives.faults import Fault, Place

MOST_COLUMNS = 1000


@dataclass(frozen=True)
class Heading:
    """One column of a file: its heading as written, its name and type in the relation, its letter in a workbook."""

    text: str
    ref: str
    type: str = "VARCHAR"
    letter: str = ""


@dataclass(frozen=True)
class Merged:
    """A merged cell of a workbook: its first and last row, its first and last column."""

    first: int
    last: int
    letter: str
    last_letter: str

    @property
    def is_across(self) -> bool:
        """Return whether it covers several columns."""
        return self.letter != self.last_letter

    def __str__(self) -> str:
        """Return the range as a spreadsheet names it: `A2:A4`."""
        return f"{self.letter}{self.first}:{self.last_letter}{self.last}"


@dataclass(frozen=True)
class Delivery:
    """One delivered table.

    `sql`: a relation with one column per heading. `row`: SQL for the row number a person sees, used on that relation.
    `place`: the file and sheet; `places` instead names a place for each row (rows given in memory).
    `size`: how long its text is in bytes, or would be. `knows_row`: its rows are numbered without a count.
    `rejects`: the relation once more, noting broken rows. `gaps`: the rows that an empty line stands before, which the
    relation does not count. `top`: the texts of the first rows below the headings. `merged`: merged cells.
    """

    table: str
    place: Place
    sql: str
    headings: tuple[Heading, ...]
    row: str
    size: int = 0
    knows_row: bool = False
    lined: bool = True
    places: tuple[Place, ...] = ()
    rejects: str = ""
    gaps: tuple[int, ...] = ()
    top: tuple[tuple[str, ...], ...] = ()
    merged: tuple[Merged, ...] = ()

    def seen(self, row: int) -> int:
        """Return the number of a row for somebody who counts empty lines too."""
        return row + bisect_right(self.gaps, row)

    def spot(self, row: int, letter: str = "") -> Place:
        """Return the place of a row, or of one cell where the file is a workbook."""
        if self.places:
            return self.places[row - 1]
        row = self.seen(row)
        if self.place.sheet:
            return Place(self.place.file, sheet=self.place.sheet, cell=f"{letter or 'A'}{row}")
        return Place(self.place.file, line=row) if self.lined else self.place


def too_wide(number: int, place: Place) -> list[Fault]:
    """Return the fault of a table of more columns than one has."""
    return [Fault("table_wide", place, {"number": number, "most": MOST_COLUMNS})] if number > MOST_COLUMNS else []
