"""The operations that the program needs of any database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

Row = tuple[Any, ...]


class Database(Protocol):
    """A connection to the tables of one run.

    Tables and views are temporary, seen by this connection alone, unless they are `shared` with `another()` connection
    to the same data. Numbers come out as int or Decimal, days as date. Every method raises DatabaseError.
    """

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Return all rows of a statement; `values` take the places of its question marks."""

    def pieces(self, sql: str, size: int) -> Iterator[list[Row]]:
        """Return the rows of a statement, so many at a time; no other statement may be run until all are read."""

    def columns(self, relation: str) -> dict[str, str]:
        """Return the names of the columns of a table, a view or a SELECT in brackets, in order, with their types."""

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a statement that gives no rows."""

    def make_table(self, name: str, sql: str, *, shared: bool = False) -> None:
        """Create a table of the rows of a SELECT, in place of one of the same name."""

    def make_view(self, name: str, sql: str, *, shared: bool = False) -> None:
        """Create a view, in place of one of the same name."""

    def kind(self, name: str) -> str:
        """Return "table" or "view" for one that there is, else ""."""

    def drop(self, name: str) -> None:
        """Drop a table or view, where there is one."""

    def tables(self, prefix: str = "") -> list[str]:
        """Return the names of all tables that begin with `prefix`."""

    def number(self, sequence: str) -> int:
        """Return the next number of a sequence that all connections to the same data share, from 1."""

    def copy_out(self, sql: str, file: Path, *, parquet: bool = False, header: bool = True) -> None:
        """Write the rows of a SELECT into a CSV or Parquet file."""

    def arrow(self, sql: str) -> Any:
        """Return the rows of a SELECT as an object that Arrow libraries read (`__arrow_c_stream__`)."""

    def prepare(self, probe: str, functions: str) -> None:
        """Define SQL functions for all connections to the same data, unless the statement `probe` shows that they are
        there, and set what long statements need."""

    def another(self) -> Database:
        """Return another connection to the same data."""

    def close(self) -> None:
        """Close this connection; its temporary tables are gone."""
