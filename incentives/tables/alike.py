"""Ids and names that differ by case, width or invisible characters alone: one that is written in two ways."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from incentives.database import Database, literal, quoted
from incentives.faults import Fault
from incentives.tables.canon import LONG_TABLES, canon
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.naming import MOST_NAMED, UNSEEN, is_seen, more_fault, visible

WIDE = "".join(map(chr, range(0xFF01, 0xFF5F)))
NARROW = "".join(map(chr, range(0x21, 0x7F)))
UNITS = ("team", "region")
HOW = {
    "case": {"zh": "大小写", "en": "case"},
    "width": {"zh": "全角半角", "en": "width"},
    "unseen": {"zh": "看不见的字符", "en": "invisible characters"},
    "several": {"zh": "大小写、全角半角或看不见的字符", "en": "case, width or invisible characters"},
}


def folded(ref: str) -> str:
    """Return SQL for a text as it is compared here: in lower case, of plain width, without what cannot be seen."""
    seen = rf"regexp_replace(regexp_replace({ref}, '[\p{{Cf}}\p{{Cc}}{UNSEEN}]', '', 'g'), '\p{{Z}}', ' ', 'g')"
    return (
        f"CASE WHEN strlen({ref}) = length({ref}) THEN lower({ref}) "
        f"ELSE lower(translate({seen}, {literal(WIDE)}, {literal(NARROW)})) END"
    )


def check_alike(con: Database, deliveries: dict[str, Delivery], expectation: Expectation) -> list[Fault]:
    """Return faults for subjects and units written in two ways, and for orders and customers that differ by more
    than case. Return warnings for orders and customers that differ by case, which some systems tell apart, and for
    further attributes."""
    key, people = expectation.key, expectation.table
    origin = next((deliveries[name] for name in (people, "snapshots", "postings") if name in deliveries), None)
    faults = []
    if origin:
        faults += alike(con, origin, people, key, f"SELECT {quoted(key)} AS id, row FROM load.{people}", True)
    for name in (people, "postings", "orders", "events"):
        if name not in deliveries:
            continue
        for column in canon(expectation.subject)[name].columns:
            is_own = column.name in (key, "rep_id", "manager_id", "left_reason", "name", "kind", "value", "source")
            if column.kind in ("key", "id", "text") and not is_own:
                source = f"0 AS row FROM {name}" if name in LONG_TABLES else f"row FROM load.{name}"
                rows = f"SELECT {quoted(column.name)} AS id, {source}"
                faults += alike(con, deliveries[name], name, column.name, rows, column.name in UNITS)
    return faults


def alike(con: Database, delivery: Delivery, table: str, column: str, rows: str, is_strict: bool) -> list[Fault]:
    """Return a fault for each id written in several ways among `rows` (SQL of id and row), at the second of them."""
    plain = "SELECT coalesce(bool_or(strlen(id) <> length(id) OR id <> upper(id)), false)"
    if not con.query(f"{plain} FROM ({rows})")[0][0]:
        return []  # nearly always: then all that differ do so by more
    found = con.query(
        f"SELECT list(id ORDER BY row, id), list(row ORDER BY row, id) FROM "
        f"(SELECT id, min(row) AS row FROM ({rows}) WHERE id IS NOT NULL GROUP BY id) "
        f"GROUP BY {folded('id')} HAVING count(*) > 1 ORDER BY ALL"
    )
    faults = []
    for ids, numbers in found[:MOST_NAMED]:
        how = difference(ids)
        about = {"column": called(table, column), "first": visible(ids[0]), "second": visible(ids[1]), "how": HOW[how]}
        place = delivery.spot(numbers[1]) if numbers[1] else delivery.place
        is_warning = not is_strict and (how == "case" or not column.endswith("_id"))
        faults.append(Fault("ids_alike", place, about, warning=is_warning))
    if len(found) > MOST_NAMED:
        faults.append(more_fault(delivery, column, len(found) - MOST_NAMED))
    return faults


def difference(ids: Sequence[str]) -> str:
    """Return the single way in which the texts differ: case, width or invisible characters; empty for several."""
    if len({text.lower() for text in ids}) == 1:
        return "case"
    if len({unicodedata.normalize("NFKC", text) for text in ids}) == 1:
        return "width"
    if len({"".join(sign for sign in text if is_seen(sign)) for text in ids}) == 1:
        return "unseen"
    return "several"


def called(table: str, column: str) -> dict[str, str]:
    """Return the names of a column as people use them, by language."""
    known = next((c for t in canon().values() if t.name == table for c in t.columns if c.name == column), None)
    return {"zh": known.aliases[0] if known and known.aliases else column, "en": column}


def known_alike(con: Database, values: Sequence[str], known: str) -> dict[str, str]:
    """Return these values with the one of `known` (SQL of a column id) that each is written like."""
    found = con.query(
        f"SELECT given.v, min(k.id) FROM (SELECT unnest(?) AS v) given JOIN ({known}) k "
        f"ON {folded('k.id')} = {folded('given.v')} GROUP BY 1",
        [list(values)],
    )
    return {str(value): str(one) for value, one in found}
