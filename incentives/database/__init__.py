"""The one door to the database: the operations of a connection, its errors, and how names and texts are quoted in SQL.

`protocol.py` says what every database must be able to do, `duck.py` does it with DuckDB and alone imports it; a second
database is a file beside it. `relations.py` lists every table and view that a run leaves.
"""

from incentives.database.errors import DatabaseError, InvalidInputError, OutOfMemoryError, TooManyDigitsError
from incentives.database.protocol import Database, Row
from incentives.database.quoting import literal, quoted

__all__ = (
    "Database", "DatabaseError", "InvalidInputError", "OutOfMemoryError", "Row", "TooManyDigitsError",
    "literal", "quoted",
)  # fmt: skip
