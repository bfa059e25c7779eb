"""Finds the files of a data set and reads each with the reader of its format."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import duckdb

from incentives.faults import Fault, Place
from incentives.tables.canon import canon
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.headings import plain
from incentives.tables.readers.csv import read_csv
from incentives.tables.readers.files import Input, digest, unreadable

# Files that stand beside data and are none.
BESIDE = {".md", ".txt", ".yaml", ".yml", ".py"}


@dataclass
class Sources:
    """What the files of a data set delivered, and what is wrong with them."""

    deliveries: list[Delivery] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    inputs: tuple[Input, ...] = ()


def table_names(expectation: Expectation) -> dict[str, str]:
    """Every name a table goes by, plain → canonical."""
    tables = canon(expectation.subject).values()
    return {plain(name): table.name for table in reversed(list(tables)) for name in (table.name, *table.aliases)}


def read_sources(con: duckdb.DuckDBPyConnection, path: Path, expectation: Expectation, scratch: Path) -> Sources:
    """The deliveries of a folder, with all faults of its files; nothing is raised."""
    sources = Sources()
    names = table_names(expectation)
    place = Place(str(path))
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError as error:
        sources.faults.append(Fault("data_unreadable", place, {"reason": error.strerror}))
        return sources
    for file in files:
        if not file.name.startswith((".", "~$")) and file.suffix.lower() not in BESIDE:
            read_file(con, file, names, sources, scratch)
    return sources


def read_file(con: duckdb.DuckDBPyConnection, file: Path, names: dict[str, str], sources: Sources, scratch: Path) -> None:
    """Read one file into `sources`."""
    place = Place(str(file))
    if fault := unreadable(file):
        sources.faults.append(fault)
        return
    table = names.get(plain(file.stem))
    if table is None:
        close = get_close_matches(plain(file.stem), list(names), 1, 0.6)
        sources.faults.append(Fault("table_unknown", place, {"name": file.stem, "close": close[0] if close else "-"}))
        return
    delivery, faults = read_csv(con, file, table, place, scratch)
    sources.faults += faults
    sources.inputs = (*sources.inputs, digest(file))
    if delivery:
        sources.deliveries.append(delivery)
