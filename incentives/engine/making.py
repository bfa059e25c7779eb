"""Statements carried out for a frame: a figure that grows past its digits is told as what it is."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from incentives.faults import Fault, Place, RefusedError
from incentives.tables import Tables


def make(tables: Tables, table: str, sql: str) -> None:
    """Make a table of a frame's SQL. Raises RefusedError as `carry_out`."""
    carry_out(tables, f"CREATE OR REPLACE TEMP TABLE `{table}` AS {sql}")


def carry_out(tables: Tables, sql: str, blanks: Sequence[object] = ()) -> None:
    """Execute a statement. Raises RefusedError where a figure grows past the digits that its type has."""
    try:
        tables.con.execute(sql, blanks)
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise RefusedError([Fault("figure_too_large", Place(tables.inputs[0].name if tables.inputs else ""), {
            "detail": str(error).splitlines()[0]})]) from None  # fmt: skip
