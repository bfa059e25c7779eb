"""The execution of a frame's statements; a figure with too many digits raises a fault of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from incentives.database import TooManyDigitsError
from incentives.faults import Fault, Place, RefusedError
from incentives.tables import Tables


def make(tables: Tables, table: str, sql: str) -> None:
    """Create a table of a frame's SQL. Raises RefusedError where a figure grows past the digits that its type has."""
    with digits_suffice(tables):
        tables.con.make_table(table, sql)


def carry_out(tables: Tables, sql: str, blanks: Sequence[object] = ()) -> None:
    """Execute a statement. Raises RefusedError as `make`."""
    with digits_suffice(tables):
        tables.con.execute(sql, blanks)


@contextmanager
def digits_suffice(tables: Tables) -> Iterator[None]:
    """Raise RefusedError where a figure grows past the digits that its type has."""
    try:
        yield
    except TooManyDigitsError as error:
        place = Place(tables.inputs[0].name if tables.inputs else "")
        raise RefusedError([Fault("figure_too_large", place, {"detail": str(error).splitlines()[0]})]) from None
