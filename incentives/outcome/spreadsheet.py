"""Comma-separated files that a spreadsheet opens as they are: marked as UTF-8, and no text taken for a formula."""

from __future__ import annotations

import shutil
from pathlib import Path

from incentives.database import literal
from incentives.outcome.outcome import Outcome

GUARDED = "^[=+\\-@\\t\\r＝＋－＠]"


def guarded(sql: str) -> str:
    """SQL for a text that no spreadsheet takes for a formula; an empty one is nothing at all."""
    # what begins with a letter or digit, nearly always, stands between the guarded signs: skip the slow call
    plain = f"{sql} >= 'A' AND {sql} < '＋' OR {sql} >= '.' AND {sql} < '='"
    return (
        f"CASE WHEN {sql} = '' THEN NULL WHEN {plain} THEN {sql} "
        f"WHEN regexp_matches({sql}, {literal(GUARDED)}) THEN '''' || {sql} ELSE {sql} END"
    )


def copied(outcome: Outcome, sql: str, file: Path) -> None:
    """Write the rows of a query with their headings."""
    outcome.con.copy_out(sql, file)


def marked(file: Path) -> None:
    """Excel takes a CSV for UTF-8 only when it begins with this mark; the database does not write it."""
    bare = file.rename(file.with_suffix(".bare"))
    with bare.open("rb") as source, file.open("wb") as target:
        target.write("\ufeff".encode())
        shutil.copyfileobj(source, target)
    bare.unlink()
