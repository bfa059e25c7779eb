"""Rows given in memory, such as those of a ruleset's cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from incentives.database import Database, quoted
from incentives.faults import Place
from incentives.tables.delivery import Delivery, Heading
from incentives.tables.readers.workbook import store_rows

Row = dict[str, object]


def rows_delivery(con: Database, table: str, rows: list[Row], place: Place, places: list[Place]) -> Delivery:
    """Return the delivery of one table's rows; `places` gives a place for each row, `place` serves where it is
    empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    headings = tuple(Heading(name, f"c{n}") for n, name in enumerate(names))
    relation = f"load.{quoted('given ' + table)}"
    texts = ([value_text(row.get(name)) for name in names] for row in rows)
    store_rows(con, relation, [h.ref for h in headings], enumerate(texts, 1))
    return Delivery(table, place, relation, headings, "row", lined=False, places=tuple(places))


def value_text(value: object) -> str | None:
    """Return a value as exact text."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return str(value)
