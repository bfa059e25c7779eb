"""Parquet files: typed columns, read where they lie."""

from __future__ import annotations

from pathlib import Path

from incentives.database import Database, DatabaseError, literal
from incentives.faults import Fault, Place
from incentives.machine import raise_lack
from incentives.tables.delivery import Delivery, Heading, too_wide
from incentives.tables.readers.csv import globless

CELL = 12  # bytes that a cell takes as text, about

# Types that hold no single value.
NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "VARIANT", "BIT")


def read_parquet(con: Database, path: Path, table: str, place: Place) -> tuple[Delivery | None, list[Fault]]:
    """Return the delivery of one Parquet file, or the faults that stop it: damaged, or columns that hold no single
    value."""
    relation = f"read_parquet({literal(globless(path))}, file_row_number = true)"
    try:
        described = con.columns(f"(SELECT * EXCLUDE (file_row_number) FROM {relation})")
    except DatabaseError as error:
        raise_lack(error)
        return None, [Fault("parquet_broken", place, {"reason": str(error).splitlines()[0].removeprefix("Error: ")})]
    if faults := too_wide(len(described), place):
        return None, faults
    headings = tuple(Heading(str(name), str(name), plain_type(str(kind))) for name, kind in described.items())
    faults = [
        Fault("column_type", place, {"heading": h.text, "type": h.type})
        for h in headings
        if h.type.startswith(NESTED) or h.type.endswith("]")
    ]
    rows = con.query(f"SELECT count(*) FROM {relation}")[0][0]
    size = rows * len(headings) * CELL
    delivery = Delivery(table, place, relation, headings, "file_row_number + 1", size, knows_row=True)
    return (None, faults) if faults else (delivery, [])


def plain_type(kind: str) -> str:
    """Return the SQL type of a column; an enumeration is text."""
    return "VARCHAR" if kind.startswith("ENUM") else kind
