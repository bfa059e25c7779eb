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
from incentives.tables.readers.files import unreadable
from incentives.tables.readers.parquet import read_parquet
from incentives.tables.readers.query import read_export, read_queries
from incentives.tables.readers.workbook import read_workbook, sheet_delivery

# Files that stand beside data and are none.
BOOKS = {".xlsx", ".xlsm"}
BESIDE = {".md", ".txt", ".yaml", ".yml", ".py"}


@dataclass
class Sources:
    """What the files of a data set delivered, and what is wrong with them."""

    deliveries: list[Delivery] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    inputs: list[Path] = field(default_factory=list)


def table_names(expectation: Expectation) -> dict[str, str]:
    """Every name a table goes by, plain → canonical."""
    tables = canon(expectation.subject).values()
    return {plain(name): table.name for table in reversed(list(tables)) for name in (table.name, *table.aliases)}


def read_sources(con: duckdb.DuckDBPyConnection, path: Path, expectation: Expectation, scratch: Path) -> Sources:
    """The deliveries of a folder of files, of one file, or of a data.yaml, with all faults; nothing is raised."""
    sources = Sources()
    names = table_names(expectation)
    try:
        is_folder = path.is_dir()
        files = sorted(path.iterdir()) if is_folder else [path]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        sources.faults.append(Fault("data_unreadable", Place(str(path)), {"reason": reason}))
        return sources
    recipe = path / "data.yaml" if is_folder else path
    if recipe.suffix.lower() in (".yaml", ".yml") and (not is_folder or recipe.exists()):
        read_recipe(con, recipe, names, sources, scratch)
        return sources
    for file in files:
        if not file.name.startswith((".", "~$")) and (not is_folder or file.suffix.lower() not in BESIDE):
            read_file(con, file, names, sources, scratch)
    if not sources.deliveries and all(fault.warning for fault in sources.faults):
        sources.faults.append(Fault("data_nothing", Place(str(path))))
    return sources


def read_recipe(
    con: duckdb.DuckDBPyConnection, recipe: Path, names: dict[str, str], sources: Sources, scratch: Path
) -> None:
    """Read what a data.yaml makes of its export; without queries the export's files are the tables."""
    export, faults = read_export(recipe)
    sources.faults += faults
    if export is None:
        return
    sources.inputs.append(recipe)
    if not export.queries:
        for file in sorted(export.folder.iterdir()):
            if not file.name.startswith((".", "~$")) and file.suffix.lower() not in BESIDE:
                read_file(con, file, names, sources, scratch)
        return
    deliveries, faults, inputs = read_queries(con, export, names, scratch)
    sources.inputs += inputs
    sources.faults += faults
    for delivery in deliveries:
        add(sources, delivery)


def read_file(
    con: duckdb.DuckDBPyConnection, file: Path, names: dict[str, str], sources: Sources, scratch: Path
) -> None:
    """Read one file into `sources` with the reader of its format."""
    place = Place(str(file))
    suffix = file.suffix.lower()
    if file.is_dir():
        sources.faults.append(Fault("folder_ignored", place, warning=True))
    elif fault := unreadable(file):
        sources.faults.append(fault)
    elif suffix in BOOKS:
        sources.inputs.append(file)
        read_sheets(con, file, names, sources)
    elif suffix in (".xls", ".xlsb", ".ods", ".et"):
        sources.faults.append(Fault("format_old", place, {"suffix": suffix}))
    elif suffix not in (".csv", ".parquet"):
        sources.faults.append(Fault("file_ignored", place, warning=True))
    elif table := named(file.stem, place, names, sources):
        sources.inputs.append(file)
        if suffix == ".csv":
            delivery, faults = read_csv(file, table, place, scratch)
        else:
            delivery, faults = read_parquet(con, file, table, place)
        sources.faults += faults
        if delivery:
            add(sources, delivery)


def read_sheets(con: duckdb.DuckDBPyConnection, file: Path, names: dict[str, str], sources: Sources) -> None:
    """Read a workbook: its sheets are tables, or, where the file itself is named after a table, its first sheet is."""
    place = Place(str(file))
    sheets, faults = read_workbook(file, place)
    sources.faults += faults
    own = names.get(plain(file.stem))
    if own and sheets and not any(plain(sheet.name) in names for sheet in sheets):
        names = {plain(sheets[0].name): own}
    for sheet in sheets:
        spot = Place(str(file), sheet=sheet.name)
        if plain(sheet.name) not in names and not close_to(sheet.name, names):
            sources.faults.append(Fault("sheet_ignored", spot, warning=True))
        elif table := named(sheet.name, spot, names, sources):
            if any(d.table == table for d in sources.deliveries):
                twice(sources, table, spot)
                continue
            delivery, found = sheet_delivery(con, sheet, table, spot)
            sources.faults += found
            if delivery:
                add(sources, delivery)


def named(name: str, place: Place, names: dict[str, str], sources: Sources) -> str:
    """The table that a file or sheet is named after; otherwise empty, and a fault noted."""
    table = names.get(plain(name), "")
    if not table:
        close = close_to(name, names)
        code = "table_unknown_close" if close else "table_unknown"
        sources.faults.append(Fault(code, place, {"name": name, "close": close}))
    return table


def close_to(name: str, names: dict[str, str]) -> str:
    """The table name nearest to a mistyped one; empty where none is near."""
    return next(iter(get_close_matches(plain(name), list(names), 1, 0.75)), "")


def add(sources: Sources, delivery: Delivery) -> None:
    """Take a delivery, unless its table is there already."""
    if any(d.table == delivery.table for d in sources.deliveries):
        twice(sources, delivery.table, delivery.place)
    else:
        sources.deliveries.append(delivery)


def twice(sources: Sources, table: str, place: Place) -> None:
    """A table that is delivered a second time."""
    first = next(d.place for d in sources.deliveries if d.table == table)
    sources.faults.append(Fault("table_twice", place, {"table": table, "first": str(first)}))
