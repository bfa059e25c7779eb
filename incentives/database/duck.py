"""DuckDB as the database: the only module that imports it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from incentives.database.errors import DatabaseError, InvalidInputError, OutOfMemoryError, TooManyDigitsError
from incentives.database.protocol import Row
from incentives.database.quoting import literal, quoted

VERSION = duckdb.__version__
ERRORS: tuple[tuple[type[duckdb.Error], type[DatabaseError]], ...] = (  # the first that fits
    (duckdb.OutOfMemoryException, OutOfMemoryError),
    (duckdb.ConversionException, TooManyDigitsError),
    (duckdb.OutOfRangeException, TooManyDigitsError),
    (duckdb.InvalidInputException, InvalidInputError),
    (duckdb.Error, DatabaseError),
)
# With it DuckDB 2.0 takes seconds to plan a chain of twenty stages, without it tenths; the result is the same.
SLOW_OPTIMIZER = "projection_placement"


class Duck:
    """A connection to a DuckDB database in memory; see `Database` for what each method does."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Return all rows of a statement."""
        with _translated():
            return self._connection.execute(sql, values).fetchall()

    def pieces(self, sql: str, size: int) -> Iterator[list[Row]]:
        """Return the rows of a statement, so many at a time."""
        with _translated():
            found = self._connection.execute(sql)
            while rows := found.fetchmany(size):
                yield rows

    def columns(self, relation: str) -> dict[str, str]:
        """Return the columns of a relation with their types."""
        with _translated():
            found = self._connection.execute(f"SELECT * FROM {relation} LIMIT 0").description or []
        return {str(name): str(kind) for name, kind, *_ in found}

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a statement that gives no rows."""
        with _translated():
            self._connection.execute(sql, values)

    def make_table(self, name: str, sql: str, *, shared: bool = False) -> None:
        """Create a table of the rows of a SELECT."""
        self._make("TABLE", name, sql, shared)

    def make_view(self, name: str, sql: str, *, shared: bool = False) -> None:
        """Create a view."""
        self._make("VIEW", name, sql, shared)

    def _make(self, kind: str, name: str, sql: str, shared: bool) -> None:
        self.execute(f"CREATE OR REPLACE {'' if shared else 'TEMP '}{kind} {quoted(name)} AS {sql}")

    def kind(self, name: str) -> str:
        """Return "table", "view" or ""."""
        found = self.query(
            "SELECT 'table' FROM duckdb_tables() WHERE table_name = ? AND schema_name = 'main' UNION ALL "
            "SELECT 'view' FROM duckdb_views() WHERE view_name = ? AND schema_name = 'main'", [name, name],
        )  # fmt: skip
        return str(found[0][0]) if found else ""

    def drop(self, name: str) -> None:
        """Drop a table or view, where there is one."""
        if kind := self.kind(name):
            self.execute(f"DROP {kind.upper()} {quoted(name)}")

    def tables(self, prefix: str = "") -> list[str]:
        """Return the names of all tables that begin with `prefix`."""
        found = self.query(
            "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, ?) ORDER BY 1", [prefix]
        )
        return [str(name) for (name,) in found]

    def number(self, sequence: str) -> int:
        """Return the next number of a sequence."""
        self.execute(f"CREATE SEQUENCE IF NOT EXISTS {quoted(sequence)}")
        return int(self.query(f"SELECT nextval({literal(sequence)})")[0][0])

    def copy_out(self, sql: str, file: Path, *, parquet: bool = False, header: bool = True) -> None:
        """Write the rows of a SELECT into a file."""
        form = "FORMAT parquet" if parquet else f"FORMAT csv, HEADER {header}, DELIMITER ','"
        self.execute(f"COPY ({sql}) TO {literal(str(file))} ({form})")

    def arrow(self, sql: str) -> duckdb.DuckDBPyRelation:
        """Return the rows of a SELECT as a relation that is an Arrow stream."""
        with _translated():
            return self._connection.sql(sql)

    def prepare(self, probe: str, functions: str) -> None:
        """Define SQL functions unless they are there."""
        try:
            self.query(probe)
        except DatabaseError:
            self.execute(functions)
        self.execute(f"SET disabled_optimizers = '{SLOW_OPTIMIZER}'")

    def another(self) -> Duck:
        """Return another connection to the same data."""
        return Duck(self._connection.cursor())

    def close(self) -> None:
        """Close this connection."""
        self._connection.close()

    def is_one_select(self, sql: str) -> bool:
        """Return whether a text is one statement and a SELECT."""
        with _translated():
            statements = self._connection.extract_statements(sql)
        return len(statements) == 1 and statements[0].type == duckdb.StatementType.SELECT


def connect() -> Duck:
    """Return an empty database in memory that fetches nothing and spills nothing into files (`spill_into`)."""
    duck = Duck(duckdb.connect(":memory:"))
    duck.execute("SET enable_progress_bar = false; SET autoinstall_known_extensions = false; SET temp_directory = ''")
    return duck


def spill_into(duck: Duck, folder: Path) -> None:
    """Put what does not fit into the memory into files in `folder`, which must live as long as the database."""
    duck.execute(f"SET temp_directory = {literal(str(folder))}")


def connect_apart(spill: Path) -> Duck:
    """Return a database for the queries of a user: rows without ORDER BY keep their order from run to run."""
    duck = Duck(duckdb.connect(":memory:"))
    spill_into(duck, spill)
    duck.execute("SET threads = 1")
    return duck


def shut_in(duck: Duck, folder: Path) -> None:
    """Let a database see no file outside `folder`, and no setting be changed, from now on."""
    duck.execute(f"SET allowed_directories = [{literal(str(folder))}]")
    duck.execute("SET enable_external_access = false; SET lock_configuration = true")


@contextmanager
def _translated() -> Iterator[None]:
    """Raise the errors of DuckDB as those of `errors.py`, with their text."""
    try:
        yield
    except duckdb.Error as error:
        raise next(ours for theirs, ours in ERRORS if isinstance(error, theirs))(str(error)) from error
