"""The files of a data set: found, and each read with the reader of its format."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from incentives.database import Database
from incentives.faults import Fault, Place
from incentives.language.near import near_names
from incentives.tables.canon import Table, canon
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.headings import plain, table_of
from incentives.tables.readers.csv import read_csv
from incentives.tables.readers.disguise import disguised
from incentives.tables.readers.files import leads_out, unreadable
from incentives.tables.readers.parquet import read_parquet
from incentives.tables.readers.query import read_export, read_queries
from incentives.tables.readers.workbook import Sheet, TwoLooksError, read_workbook, sheet_delivery

# Workbooks, texts with columns, spreadsheets of other programs; and files that stand beside data and are none.
BOOKS = {".xlsx", ".xlsm"}
TEXTS = {".csv", ".tsv", ".txt"}
OLD = {".xls", ".xlsb", ".ods", ".et", ".numbers"}
# Sheets of the workbook that `incentives template` leaves which hold no data, by language.
INSTRUCTIONS = {"zh": "填表说明", "en": "How to fill in"}
LISTS = {"zh": "填表选项", "en": "Values to choose"}
OWN = {plain(name) for names in (INSTRUCTIONS, LISTS) for name in names.values()}
BESIDE = {".md", ".txt", ".yaml", ".yml", ".py"}


@dataclass
class Sources:
    """The deliveries of a data set's files, with their faults."""

    deliveries: list[Delivery] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    inputs: list[Path] = field(default_factory=list)


def table_names(expectation: Expectation) -> dict[str, str]:
    """Return every name a table goes by, plain → canonical."""
    tables = canon(expectation.subject).values()
    return {plain(name): table.name for table in reversed(list(tables)) for name in (table.name, *table.aliases)}


def read_sources(con: Database, path: Path, expectation: Expectation, scratch: Path) -> Sources:
    """Return the deliveries of a folder of files, of one file, or of a data.yaml, with all faults; nothing is
    raised."""
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
        if is_folder and (fault := leads_out(recipe, path)):
            sources.faults.append(fault)
            return sources
        read_recipe(con, recipe, expectation, sources, scratch)
        return sources
    for file in files:
        if is_folder and is_data(file, names) and (fault := leads_out(file, path)):
            sources.faults.append(fault)
        elif not is_folder or is_data(file, names):
            read_file(con, file, expectation, sources, scratch)
    if not sources.deliveries and all(fault.warning for fault in sources.faults):
        sources.faults.append(Fault("data_nothing", Place(str(path))))
    return sources


def is_data(file: Path, names: dict[str, str]) -> bool:
    """Return whether a file of a folder is to be looked at: not what is hidden, or stands beside data and is not
    called after a table."""
    if file.name.startswith((".", "~$")):
        return False
    return file.suffix.lower() not in BESIDE or (file.suffix.lower() == ".txt" and is_close(file.stem, names))


def read_recipe(con: Database, recipe: Path, expectation: Expectation, sources: Sources, scratch: Path) -> None:
    """Read what a data.yaml makes of its export; without queries the export's files are the tables."""
    names = table_names(expectation)
    export, faults = read_export(recipe)
    sources.faults += faults
    if export is None:
        return
    sources.inputs.append(recipe)
    if not export.queries:
        sources.faults += [
            Fault("export_files_idle", export.document.key_place(("files", name)), {"name": name})
            for name in export.header_rows
        ]
        for file in sorted(export.folder.iterdir()):
            if is_data(file, names) and (fault := leads_out(file, export.folder)):
                sources.faults.append(fault)
            elif is_data(file, names):
                read_file(con, file, expectation, sources, scratch)
        return
    deliveries, faults, inputs = read_queries(con, export, names, scratch)
    sources.inputs += inputs
    sources.faults += faults
    for delivery in deliveries:
        add(sources, delivery)


def read_file(con: Database, file: Path, expectation: Expectation, sources: Sources, scratch: Path) -> None:
    """Read one file into `sources` with the reader of its format."""
    place = Place(str(file))
    suffix = file.suffix.lower()
    names = table_names(expectation)
    if file.is_dir():
        sources.faults.append(Fault("folder_ignored", place, warning=True))
    elif fault := unreadable(file):
        sources.faults.append(fault)
    elif suffix in OLD:
        sources.faults.append(Fault("format_old", place, {"suffix": suffix}))
    elif suffix not in {*BOOKS, *TEXTS, ".parquet"}:
        table = names.get(plain(file.stem), "")
        code = "format_unread" if table else "file_ignored"
        sources.faults.append(Fault(code, place, {"table": table, "suffix": suffix or "-"}, warning=not table))
    elif fault := disguised(file, place):
        sources.faults.append(fault)
    elif suffix in BOOKS:
        sources.inputs.append(file)
        read_sheets(con, file, expectation, sources)
    else:
        table = names.get(plain(file.stem), "")
        if suffix in TEXTS:
            delivery, faults = read_csv(file, table, place, scratch)
        else:
            delivery, faults = read_parquet(con, file, table, place)
        if not table:
            texts = [heading.text for heading in delivery.headings] if delivery else []
            sources.faults.append(misnamed(file.stem, place, names, table_of(texts, expectation)))
            return
        sources.inputs.append(file)
        sources.faults += faults
        if delivery:
            add(sources, delivery)


def read_sheets(con: Database, file: Path, expectation: Expectation, sources: Sources) -> None:
    """Read a workbook: its sheets are tables, or, where the file itself is named after a table, its first sheet is."""
    place = Place(str(file))
    names = table_names(expectation)
    sheets, faults = read_workbook(file, place)
    sources.faults += faults
    own = names.get(plain(file.stem))
    if own and sheets and not any(plain(sheet.name) in names for sheet in sheets):
        names = {plain(sheets[0].name): own}
    found = []
    for sheet in sheets:
        spot = Place(str(file), sheet=sheet.name)
        if table := names.get(plain(sheet.name)):
            if any(d.table == table for d in sources.deliveries):
                twice(sources, table, spot)
                continue
            delivery, faults = sheet_delivery(con, sheet, table, spot)
            sources.faults += faults
            if delivery:
                add(sources, delivery)
        elif plain(sheet.name) not in OWN:
            found.append(unnamed(sheet, spot, names, expectation))
    sources.faults += found
    if sheets and not faults and len(found) == len(sheets) and all(fault.warning for fault in found):
        told = "、".join(sheet.name for sheet in sheets[:5])
        sources.faults.append(Fault("book_unknown", place, {"sheets": told}))


def unnamed(sheet: Sheet, spot: Place, names: dict[str, str], expectation: Expectation) -> Fault:
    """Return the fault or warning of a sheet not named after a table: a fault where its name or headings are nearly
    a table's."""
    if is_close(sheet.name, names):
        return misnamed(sheet.name, spot, names, None)
    try:
        table = next(filter(None, (table_of(row_texts(row), expectation) for row in sheet.top)), None)
    except TwoLooksError:
        table = None
    if table:
        return Fault("sheet_fits", spot, {"table": table.name, "also": table.aliases[0]})
    return Fault("sheet_ignored", spot, warning=True)


def row_texts(row: list[str | None]) -> list[str]:
    """Return the texts of the filled cells of a row."""
    return [cell for cell in row if cell]


def misnamed(name: str, place: Place, names: dict[str, str], table: Table | None) -> Fault:
    """Return the fault of a file or sheet whose name is no table's, with the one whose headings it has, or whose
    name is close."""
    close = close_to(name, names)
    if table and not close:
        return Fault("table_fits", place, {"name": name, "table": table.name, "also": table.aliases[0]})
    return Fault("table_unknown_close" if close else "table_unknown", place, {"name": name, "close": close})


def is_close(name: str, names: dict[str, str]) -> bool:
    """Return whether a name is a table's, or nearly."""
    return bool(close_to(name, names))


def close_to(name: str, names: dict[str, str]) -> str:
    """Return the table name nearest to a mistyped one; empty where none is near."""
    return next(iter(near_names(plain(name), list(names), 1, 0.75)), "")


def add(sources: Sources, delivery: Delivery) -> None:
    """Take a delivery, unless its table is there already."""
    if any(d.table == delivery.table for d in sources.deliveries):
        twice(sources, delivery.table, delivery.place)
    else:
        sources.deliveries.append(delivery)


def twice(sources: Sources, table: str, place: Place) -> None:
    """Add the fault of a table that is delivered a second time."""
    first = next(d.place for d in sources.deliveries if d.table == table)
    sources.faults.append(Fault("table_twice", place, {"table": table, "first": str(first)}))
