"""The matching of headings, in Chinese or English, to canonical columns and metrics."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from incentives.faults import Fault, Place
from incentives.language.near import near_names
from incentives.tables.canon import DECIMALS, Column, Table, canon
from incentives.tables.delivery import Delivery, Heading
from incentives.tables.expectation import Expectation, Metric

# What a heading says about its amounts: `(万元)` → decimals that it shifts.
UNITS = {"(万元)": 4, "(万)": 4, "(元)": 0, "(cny)": 0, "(%)": -2}
REMARKS = {"序号", "备注", "remarks", "remark", "note", "notes", "no", "no."}
SIGNS = "，；、：:^~#!&"  # that somebody may put between columns, and that are not read so
MOST_GUESSED = 300  # columns
MOST_SHOWN = 60  # characters
NUMBERS = {"money", "pay", "share", "score", "rate", "number"}


@dataclass(frozen=True)
class Match:
    """A heading found to be a column; `shift`: decimals by which the heading's unit moves the point (万元: 4)."""

    column: Column
    heading: Heading
    shift: int = 0


@dataclass(frozen=True)
class Matched:
    """The result of matching the headings of a delivery.

    `wide`: per metric its value column and, where there is one, its own source column. `named`: a 姓名 column beside
    the key of a table that has none. `loose`: headings left over. `blank`: columns without a heading.
    """

    matches: tuple[Match, ...] = ()
    wide: tuple[tuple[Metric, Match, Heading | None], ...] = ()
    named: Heading | None = None
    loose: tuple[Heading, ...] = ()
    blank: tuple[Heading, ...] = ()
    faults: tuple[Fault, ...] = field(default=())


def plain(text: str) -> str:
    """Return a heading as it is compared: NFKC (full-width signs become plain), lower case, without blanks and what
    cannot be seen."""
    text = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    return text if text.isprintable() else "".join(sign for sign in text if sign.isprintable())


def split_unit(text: str) -> tuple[str, int]:
    """Return a plain heading without its unit, and the shift that the unit means."""
    for unit, shift in UNITS.items():
        if text.endswith(unit):
            return text.removesuffix(unit), shift
    return text, 0


def match_headings(delivery: Delivery, table: Table, expectation: Expectation) -> Matched:
    """Match the headings of `delivery` to the columns of `table`; for snapshots also to metrics (a wide file).

    All faults of the headings are in the result: a column twice, missing, unknown, or DOUBLE instead of exact.
    """
    columns = {plain(n): c for c in reversed(table.columns) for n in (c.name, c.head, *c.aliases)}
    metrics = metric_names(expectation) if table.name == "snapshots" else {}
    found: dict[str, Match] = {}
    values: dict[str, Match] = {}
    sources: dict[str, Heading] = {}
    named, loose, blank = None, [], []
    faults: list[Fault] = []
    for heading in delivery.headings:
        text = plain(heading.text)
        base, shift = split_unit(text)
        exact = columns.get(text)
        column = exact or columns.get(base)
        if not text:
            blank.append(heading)
        elif column and (exact or column.kind in NUMBERS):
            if column.name in found:
                faults.append(twice(delivery, heading, found[column.name].heading))
            found.setdefault(column.name, Match(column, heading, 0 if exact else shift))
        elif name := metrics.get(text) or metrics.get(base):
            if name in values:
                faults.append(twice(delivery, heading, values[name].heading))
            values.setdefault(name, Match(Column(name, "number"), heading, 0 if text in metrics else shift))
        elif name := metrics.get(text.removesuffix("_source")) or metrics.get(text.removesuffix("来源")):
            sources[name] = heading
        elif text in ("name", "姓名"):
            named = heading
        elif text not in REMARKS:
            loose.append(heading)
    by_name = {m.name: m for m in expectation.metrics}
    wide = tuple((by_name[name], match, sources.get(name)) for name, match in values.items())
    every = (*found.values(), *values.values())
    faults += [floating(delivery, match, by_name) for match in every if match.heading.type in ("DOUBLE", "FLOAT")]
    faults += missing(delivery, table, set(found), bool(wide))
    faults += unknown(delivery, table, loose, [*columns, *metrics], bool(wide))
    return Matched(tuple(found.values()), wide, named, tuple(loose), tuple(blank), tuple(faults))


def fits(texts: Sequence[str], table: Table, expectation: Expectation) -> int:
    """Return how many columns of a table these headings name, more than those they do not. It is 0 where a needed
    one is missing, or where they name no more than one."""
    headings = tuple(Heading(text, f"c{n}") for n, text in enumerate(texts))
    matched = match_headings(Delivery(table.name, Place(""), "", headings, ""), table, expectation)
    known = len(matched.matches) + len(matched.wide) + bool(matched.named)
    is_whole = known > 1 and not any(fault.code in ("column_missing", "heading_twice") for fault in matched.faults)
    return max(known - len(matched.loose), 1) if is_whole else 0


def table_of(texts: Sequence[str], expectation: Expectation) -> Table | None:
    """Return the table whose headings these are; None where they are no table's, or too many to tell."""
    if len(texts) > MOST_GUESSED:
        return None
    tables = canon(expectation.subject).values()
    best = max(tables, key=lambda table: fits(texts, table, expectation))
    return best if fits(texts, best, expectation) else None


def misread(delivery: Delivery, table: Table, expectation: Expectation) -> list[Fault]:
    """Return why headings lack what the table needs: those of a lower row are meant, or the file has another
    delimiter."""
    for row, texts in enumerate(delivery.top, 2):
        if fits(texts, table, expectation):
            above = " ".join(filter(None, (h.text.strip() for h in delivery.headings)))
            return [
                Fault("headings_below", delivery.spot(row), {"row": delivery.seen(row), "above": above[:MOST_SHOWN]})
            ]
    if len(delivery.headings) == 1:
        text = delivery.headings[0].text
        for sign in (sign for sign in SIGNS if sign in text):
            if fits(text.split(sign), table, expectation):
                return [Fault("csv_delimiter", delivery.place, {"sign": sign})]
    return []


def metric_names(expectation: Expectation) -> dict[str, str]:
    """Return every name and title a metric goes by, plain → its name; a title that two metrics share stands for
    neither."""
    names: dict[str, str] = {}
    shared: set[str] = set()
    for metric in expectation.metrics:
        for title in {plain(t) for t in metric.titles if t}:
            shared |= {title} & names.keys()
            names[title] = metric.name
    names = {title: name for title, name in names.items() if title not in shared}
    return names | {plain(m.name): m.name for m in expectation.metrics}


def floating(delivery: Delivery, match: Match, metrics: dict[str, Metric]) -> Fault:
    """Return the fault of a column delivered as binary floating point, with the cast that is missing."""
    kind = match.column.kind
    if kind in DECIMALS:
        cast = f"DECIMAL({DECIMALS[kind][0]},{DECIMALS[kind][1]})"
    elif kind == "number":
        metric = metrics.get(match.column.name)
        cast = f"DECIMAL(18,{metric.scale if metric else 2})"
    else:
        cast = "VARCHAR"
    about = {"heading": match.heading.text, "type": match.heading.type, "cast": cast}
    return Fault("column_floating", delivery.place, about)


def twice(delivery: Delivery, second: Heading, first: Heading) -> Fault:
    """Return the fault of two headings that mean one column."""
    return Fault("heading_twice", delivery.place, {"heading": second.text, "first": first.text})


def missing(delivery: Delivery, table: Table, found: set[str], wide: bool) -> list[Fault]:
    """Return a fault for each column that must be there and is not; a wide snapshots file needs no metric and value."""
    needed = [c for c in table.columns if c.needed and c.name not in found and not (wide and c.name == "metric")]
    if table.name == "snapshots" and not wide and "metric" in found and "value" not in found:
        needed += [c for c in table.columns if c.name == "value"]
    return [
        Fault("column_missing", delivery.place, {
            "table": table.name, "column": c.head, "also": "、".join(c.aliases[:2]) or c.head,
        })
        for c in needed
    ]  # fmt: skip


# Tables whose further columns are nobody's business; in the others an unknown heading may be a figure that gets lost.
OPEN_TABLES = {"orders", "events"}


def unknown(delivery: Delivery, table: Table, loose: list[Heading], names: list[str], wide: bool) -> list[Fault]:
    """Return the faults of headings that are no column: warnings in orders, events and the table of subjects."""
    faults = []
    is_open = table.name in OPEN_TABLES or any(c.name == "left_reason" for c in table.columns)
    for heading in loose:
        close = near_names(plain(heading.text), names, 1, 0.7)
        code = "metric_column_unknown" if wide else "column_unknown"
        about = {"heading": heading.text, "table": table.name, "close": close[0] if close else ""}
        faults.append(Fault(f"{code}_close" if close else code, delivery.place, about, warning=is_open))
    return faults
