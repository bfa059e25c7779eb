"""Merged cells: the value of the first counts for each row of the range."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

from incentives.faults import Fault, Place
from incentives.tables.delivery import Delivery, Merged
from incentives.tables.headings import NUMBERS, Matched
from incentives.tables.readers.sheetscan import Scan, column_letters, column_number, place_of

Row = tuple[int, list[str | None]]


def merged_cells(scan: Scan) -> list[Merged]:
    """Return the merged cells of a sheet that have a value and cover more than one row or column in use."""

    def filled(first: int, behind: int) -> bool:
        place = bisect_left(scan.filled, first)
        return place < len(scan.filled) and scan.filled[place] < behind

    found = []
    for first, left, last, right in sorted(scan.merged):
        corner = place_of(first, left)
        below = filled(place_of(first + 1, 1), place_of(last + 1, 1))
        if filled(corner, corner + 1) and (below or right > left):
            found.append(Merged(first, last, column_letters(left), column_letters(right)))
    return found


def spread(rows: Iterable[Row], merged: list[Merged], values: dict[Merged, str] | None = None) -> Iterator[Row]:
    """Yield the rows, in which the value of a cell merged over several of them stands in each that holds anything
    besides; `values` takes these values. What is merged over several columns stays in the first."""
    begins: dict[int, list[Merged]] = {}
    for one in merged:
        if not one.is_across:
            begins.setdefault(one.first, []).append(one)
    standing: dict[int, tuple[int, str | None]] = {}  # by column: the last row, and the value
    for number, row in rows:
        for column, (last, value) in list(standing.items()):
            if number > last:
                del standing[column]
            elif row[column] is None:
                row[column] = value
        for one in begins.get(number, ()):
            column = column_number(one.letter) - 1
            standing[column] = (one.last, row[column])
            if values is not None:
                values[one] = row[column] or ""
        yield number, row


def merged_figure(one: Merged, place: Place, heading: str) -> Fault:
    """Return the fault of a figure in a cell that is merged over several rows."""
    about = {"range": str(one), "heading": heading}
    return Fault("merged_figure", replace(place, cell=f"{one.letter}{one.first}"), about)


def merged_faults(delivery: Delivery, matched: Matched) -> list[Fault]:
    """Return the faults of merged cells whose value may stand for more than one thing: headings, several columns,
    figures."""
    figures = {
        match.heading.letter: match.heading.text
        for match in (*matched.matches, *(match for _, match, _ in matched.wide))
        if match.column.kind in NUMBERS
    }
    faults = []
    for one in delivery.merged:
        spot = replace(delivery.place, cell=f"{one.letter}{one.first}")
        if one.first == 1:
            faults.append(Fault("merged_heading", spot, {"range": str(one)}))
        elif one.is_across:
            faults.append(Fault("merged_across", spot, {"range": str(one)}))
        elif one.letter in figures:
            faults.append(merged_figure(one, delivery.place, figures[one.letter]))
    return faults
