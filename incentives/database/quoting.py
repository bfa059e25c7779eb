"""Names and texts from outside quoted in SQL, so that no user's word can end early and become a part of it."""

from __future__ import annotations


def quoted(name: str) -> str:
    """Return `name` as an identifier in backticks, which DuckDB and Spark both take."""
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """Return `text` as a string literal in SQL."""
    return "'" + text.replace("'", "''") + "'"
