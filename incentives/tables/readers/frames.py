"""Tables given in memory: pandas and Polars frames, Arrow tables, lists of rows; each value becomes exact text.

A binary floating-point number is refused: `0.1 + 0.2` is not 0.3, and nobody can see in it what was written. So is
every value that is no text, number, date or true/false. What is missing (None, NaN of pandas, NaT) is an empty cell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

from incentives.database import Database, quoted
from incentives.faults import Fault, Group, Place
from incentives.language.near import near_names
from incentives.tables.canon import canon
from incentives.tables.delivery import Delivery, Heading, too_wide
from incentives.tables.expectation import Expectation
from incentives.tables.headings import match_headings, plain
from incentives.tables.readers.files import Input
from incentives.tables.readers.rows import value_text
from incentives.tables.readers.sources import table_names
from incentives.tables.readers.workbook import store_rows

FIRST = 5  # rows that a fault of many names
Columns = dict[int, tuple[str, Sequence[Any]]]  # by its place: the heading and the values


@dataclass(frozen=True)
class Given:
    """The tables given in memory, with all faults; the inputs are their entries in the manifest."""

    deliveries: tuple[Delivery, ...]
    faults: tuple[Fault, ...]
    inputs: tuple[Input, ...]


def read_given(con: Database, data: Mapping[Any, Any], expectation: Expectation) -> Given:
    """Return the deliveries of a dict of table name → frame, Arrow table or list of rows; nothing is raised.

    A row's number counts from 1. An empty list says that a table has no rows, as if it were not given.
    """
    names = table_names(expectation)
    deliveries: dict[str, Delivery] = {}
    faults: list[Fault] = []
    inputs: list[Input] = []
    for name, given in data.items():
        place = Place(f'data["{name}"]')
        table = names.get(plain(str(name)))
        if table is None:
            faults.append(misnamed(str(name), names))
        elif table in deliveries:
            faults.append(Fault("table_twice", place, {"table": table, "first": str(deliveries[table].place)}))
        elif (columns := columns_of(given)) is None:
            faults.append(no_table(given, place))
        elif found := too_wide(len(columns), place):
            faults += found
        elif columns:
            # what is not read is delivered nevertheless, so that all other faults are found in the same run
            faults += value_faults(read_of(columns, table, expectation), place)
            deliveries[table], read = delivered(con, table, columns, place)
            inputs.append(read)
    if not data:
        faults.append(Fault("data_nothing", Place("data")))
    return Given(tuple(deliveries.values()), tuple(faults), tuple(inputs))


def misnamed(name: str, names: Mapping[str, str]) -> Fault:
    """Return the fault of a name that is no table's, with the nearest, or with all of them."""
    close = next(iter(near_names(plain(name), list(names), 1, 0.75)), "")
    if close:
        return Fault("table_unknown_close", Place("data"), {"name": name, "close": close})
    known = ", ".join(dict.fromkeys(names.values()))
    return Fault("export_table_unknown", Place("data"), {"name": name, "names": known})


def columns_of(given: Any) -> Columns | None:
    """Return the columns of one table; None where it is nothing that is read as a table."""
    match type(given).__module__.partition(".")[0], type(given).__name__:
        case "pandas", "DataFrame":
            return pandas_columns(given)
        case "polars", "DataFrame":
            return {n: (str(column.name), column.to_list()) for n, column in enumerate(given.get_columns())}
        case "pyarrow", "Table" | "RecordBatch":
            headings = given.schema.names
            return {n: (str(name), given.column(n).to_pylist()) for n, name in enumerate(headings)}
        case _ if isinstance(given, Sequence) and not isinstance(given, str | bytes):
            return row_columns(given) if all(isinstance(row, Mapping) for row in given) else None
        case _:
            return None


def pandas_columns(frame: Any) -> Columns:
    """Return the columns of a pandas frame; an index that has a name is a column like the others."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    found: Columns = {}
    for n, heading in enumerate(frame.columns):
        column = frame.iloc[:, n]
        pairs = zip(column.tolist(), column.isna().tolist(), strict=True)
        found[n] = (str(heading), [None if missing else value for value, missing in pairs])
    return found


def row_columns(rows: Sequence[Mapping[Any, Any]]) -> Columns:
    """Return the columns of rows, of which each may lack some."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    return {n: (str(heading), [row.get(heading) for row in rows]) for n, heading in enumerate(headings)}


def read_of(columns: Columns, table: str, expectation: Expectation) -> Columns:
    """Return the columns that something reads; the values of other columns of orders are not checked."""
    headings = tuple(Heading(heading, str(n)) for n, (heading, _) in columns.items())
    matched = match_headings(
        Delivery(table, Place(""), "", headings, ""), canon(expectation.subject)[table], expectation
    )
    wide = [heading for _, match, own in matched.wide for heading in (match.heading, own)]
    used = [*(match.heading for match in matched.matches), *wide, matched.named]
    refs = {heading.ref for heading in used if heading}
    return {n: column for n, column in columns.items() if str(n) in refs}


def no_table(given: Any, place: Place) -> Fault:
    """Return the fault of something given in the place of a table that is none."""
    kind = type(given).__name__
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        number, row = next((n, row) for n, row in enumerate(given, 1) if not isinstance(row, Mapping))
        return Fault("given_row", Place(place.file, number), {"kind": type(row).__name__})
    return Fault("given_lazy" if kind == "LazyFrame" else "given_kind", place, {"kind": kind})


def value_faults(columns: Columns, place: Place) -> list[Fault]:
    """Return a fault for each column with floats, and for each with values of a type that is not read; its rows are
    named.

    Its place is the first row and the column, both from 1.
    """
    faults = []
    for number, (heading, values) in columns.items():
        floats = [(n, value) for n, value in enumerate(values, 1) if is_float(value)]
        others = [(n, value) for n, value in enumerate(values, 1) if not is_float(value) and not is_plain(value)]
        for code, found in (("given_float", floats), ("given_type", others)):
            if found:
                row, value = found[0]
                about = {"heading": heading, "value": str(value)[:40], "kind": type(value).__name__}
                rows = tuple(str(n) for n, _ in found[:FIRST])
                group = Group(len(found), rows) if len(found) > 1 else None
                faults.append(Fault(code, Place(place.file, row, number + 1), about, group=group))
    return faults


def is_float(value: Any) -> bool:
    """Return whether a value is a binary floating-point number, of Python or of numpy."""
    return isinstance(value, Real) and not isinstance(value, Integral | bool) and hasattr(value, "is_integer")


def is_plain(value: Any) -> bool:
    """Return whether a value is text, an exact number, a date, true or false, or missing."""
    return value is None or isinstance(value, str | bool | Decimal | Integral | date) or is_truth(value)


def is_truth(value: Any) -> bool:
    """Return whether a value is true or false as numpy has it."""
    return type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_")


def text_of(value: Any) -> str | None:
    """Return a plain value as exact text."""
    return value_text(bool(value) if is_truth(value) else value)


def delivered(
    con: Database, table: str, columns: Columns, place: Place
) -> tuple[Delivery, Input]:  # fmt: skip
    """Return one table stored as text in the database, and its entry as an input: the hash of all its headings and
    texts."""
    headings = tuple(Heading(heading, f"c{n}") for n, (heading, _) in columns.items())
    relation = f"load.{quoted('given ' + table)}"
    found = hashlib.sha256()
    size = rows = 0

    def counted(texts: Iterable[list[str | None]]) -> Iterator[tuple[int, list[str | None]]]:
        nonlocal size, rows
        for rows, row in enumerate(texts, 1):
            said = "".join("-" if text is None else f"{len(text)}:{text}" for text in row).encode()
            found.update(said + b"\n")
            size += len(said)
            yield rows, row

    found.update(repr([heading.text for heading in headings]).encode())
    values = zip(*(values for _, values in columns.values()), strict=True)
    texts = ([text_of(value) for value in row] for row in values)
    store_rows(con, relation, [heading.ref for heading in headings], counted(texts))
    return Delivery(table, place, relation, headings, "row"), Input(place.file, found.hexdigest(), size, rows)
