"""The errors of a database, named the same for every database; their text is the database's own."""

from __future__ import annotations


class DatabaseError(Exception):
    """A statement that the database refused or could not finish."""


class TooManyDigitsError(DatabaseError):
    """A number has more digits than its type."""


class InvalidInputError(DatabaseError):
    """A file that is read has rows that are no rows of its format."""


class OutOfMemoryError(DatabaseError):
    """The memory, or the disk that stands in for it, is full."""
