"""A data.yaml: SQL that makes the canonical tables out of an export, in a database that sees nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from incentives.database import Database, DatabaseError, quoted
from incentives.database.duck import Duck, connect_apart, shut_in
from incentives.faults import Fault, Place, RefusedError
from incentives.machine import raise_lack
from incentives.ruleset.placed import Document
from incentives.ruleset.reader import read_yaml
from incentives.tables.delivery import Delivery, Merged, too_wide
from incentives.tables.readers.csv import ragged, read_csv
from incentives.tables.readers.disguise import disguised
from incentives.tables.readers.files import leads_out, unreadable
from incentives.tables.readers.merged import merged_cells, merged_figure, spread
from incentives.tables.readers.parquet import read_parquet
from incentives.tables.readers.sheetscan import column_letters, column_number
from incentives.tables.readers.workbook import (
    Sheet,
    TwoLooksError,
    bad_cells,
    read_workbook,
    remarks,
    store_rows,
    unread,
)

RESULT = "result of the query"
SET_OPERATIONS = re.compile(r"\b(?:union|intersect|except)\b", re.IGNORECASE)
MOST_SIGNS, MOST_PARTS = 100_000, 1000  # of a query; far longer ones take minutes and gigabytes to plan
KEYS = ("export", "tables", "files")


@dataclass(frozen=True)
class Export:
    """A data.yaml as written: the folder, a query per table, the row of the headings per file or sheet."""

    document: Document
    folder: Path
    queries: dict[str, str]
    header_rows: dict[str, int]


def read_export(path: Path) -> tuple[Export | None, list[Fault]]:
    """Return the data.yaml at `path`, or all its faults."""
    try:
        document = read_yaml(path)
    except RefusedError as error:
        return None, list(error.faults)
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("export"), str):
        return None, [Fault("export_yaml", document.place())]
    faults = [Fault("export_key", document.key_place((key,)), {"key": key}) for key in data if key not in KEYS]
    folder = path.parent / data["export"]
    if not folder.is_dir():
        faults.append(Fault("export_absent", document.place(("export",)), {"folder": data["export"]}))
    queries, files = data.get("tables") or {}, data.get("files") or {}
    if not isinstance(queries, dict) or not all(isinstance(sql, str) for sql in queries.values()):
        faults.append(Fault("export_yaml", document.place(("tables",))))
        queries = {}
    if not isinstance(files, dict):
        faults.append(Fault("export_yaml", document.place(("files",))))
        files = {}
    header_rows = {}
    for name, options in files.items():
        row = header_row(options)
        if row is None:
            faults.append(Fault("export_header_row", document.place(("files", name))))
        header_rows[name] = row or 1
    return (None, faults) if faults else (Export(document, folder, queries, header_rows), [])


def header_row(options: Any) -> int | None:
    """Return the row of the headings, from `{header_row: 3}`; None where that is not what it says."""
    row = options.get("header_row") if isinstance(options, dict) and set(options) == {"header_row"} else None
    return int(row) if row is not None and not isinstance(row, str | bool) and row == int(row) and row >= 1 else None


def read_queries(
    con: Database, export: Export, names: dict[str, str], scratch: Path
) -> tuple[list[Delivery], list[Fault], list[Path]]:
    """Return the result of every query as a delivery, all faults, and the files of the export as inputs.

    The queries run in a database of their own that holds the files as text and, once they are in, has no access to any
    file and no settings left to change.
    """
    desk = connect_apart(scratch / "spill of the export")
    results = scratch / "results"
    results.mkdir()
    views, inputs, faults = gather(desk, export, scratch)
    shut_in(desk, results)
    deliveries = []
    if all(fault.warning for fault in faults):
        for name, sql in export.queries.items():
            place = export.document.key_place(("tables", name))
            if name not in names:
                about = {"name": name, "names": ", ".join(sorted(set(names.values())))}
                faults.append(Fault("export_table_unknown", place, about))
                continue
            fault = run(desk, export, name, sql, results / f"{names[name]}.parquet", views)
            if fault:
                faults.append(fault)
                continue
            sheet = Place(export.document.file, sheet=name)
            delivery, found = read_parquet(con, results / f"{names[name]}.parquet", names[name], sheet)
            faults += found
            if delivery:
                deliveries.append(by_result_row(delivery))
    desk.close()
    return deliveries, faults, inputs


def by_result_row(delivery: Delivery) -> Delivery:
    """Return a query's delivery with rows from 1 and columns by name, as places name them:
    `data.yaml[orders!amount:12]`."""
    headings = tuple(type(h)(h.text, h.ref, h.type, f"{h.text}:") for h in delivery.headings)
    return replace(delivery, headings=headings)


def run(desk: Duck, export: Export, name: str, sql: str, result: Path, views: list[str]) -> Fault | None:
    """Run one query into a file; the fault names the line of the data.yaml."""
    place = export.document.place(("tables", name))
    parts = len(SET_OPERATIONS.findall(sql)) + 1
    if len(sql) > MOST_SIGNS or parts > MOST_PARTS:
        return Fault("query_long", place, {"signs": len(sql), "parts": parts, "most": MOST_PARTS})
    try:
        if not desk.is_one_select(sql):
            return Fault("query_not_select", place)
        body = sql.strip().rstrip(";")
        desk.make_table(RESULT, f"SELECT * FROM (\n{body}\n)")
        desk.copy_out(f"SELECT * FROM {quoted(RESULT)}", result, parquet=True)
        desk.drop(RESULT)
    except DatabaseError as error:
        raise_lack(error)
        return query_fault(export.document, place, str(error), views)
    return None


def query_fault(document: Document, place: Place, error: str, views: list[str]) -> Fault:
    """Return the fault of a query in the database's words, at its line in the data.yaml."""
    lines = error.splitlines()
    found = re.search(r"LINE (\d+):", error)
    text = document.texts.get(place.file, "").split("\n")
    if found and place.line and text[place.line - 1][place.column - 1 : place.column] in ("|", ">"):
        place = Place(place.file, place.line + max(int(found[1]) - 1, 1))
    if outside := re.search(r'Cannot access file "(.*?)"', lines[0]):
        return Fault("query_outside", place, {"file": outside[1], "views": ", ".join(views)})
    reason = re.sub(r"^\w+ Error: ", "", lines[0])
    return Fault("query_failed", place, {"reason": reason, "views": ", ".join(views)})


def gather(desk: Database, export: Export, scratch: Path) -> tuple[list[str], list[Path], list[Fault]]:
    """Put every file of the export into the database as a table of text; the names, inputs and faults."""
    views: list[str] = []
    inputs: list[Path] = []
    faults: list[Fault] = []
    try:
        files = sorted(file for file in export.folder.iterdir() if not file.name.startswith((".", "~$")))
    except OSError as error:
        return [], [], [Fault("data_unreadable", Place(str(export.folder)), {"reason": error.strerror})]
    for file in files:
        place = Place(str(file))
        if file.suffix.lower() not in (".csv", ".xlsx", ".xlsm", ".parquet") or file.is_dir():
            continue
        if fault := leads_out(file, export.folder) or unreadable(file) or disguised(file, place):
            faults.append(fault)
        else:
            inputs.append(file)
            made, found = put(desk, file, place, export.header_rows, scratch)
            faults += found
            taken = {view.lower() for view in views}
            faults += [Fault("view_twice", place, {"name": n}) for n in made if n.lower() in taken]
            views += made
    for name in export.header_rows:
        if name not in views:
            about = {"name": name, "names": ", ".join(views)}
            faults.append(Fault("export_file_unknown", export.document.key_place(("files", name)), about))
    return views, inputs, faults


def put(
    desk: Database, file: Path, place: Place, header_rows: dict[str, int], scratch: Path
) -> tuple[list[str], list[Fault]]:
    """Load one file as a table named by its stem, each sheet of a workbook as `book_sheet`; return their names and
    the faults."""
    stem = file.stem
    if file.suffix.lower() in (".xlsx", ".xlsm"):
        sheets, faults = read_workbook(file, place)
        made = []
        for sheet in sheets:
            name = f"{stem}_{sheet.name}"
            faults += put_sheet(desk, sheet, name, place, header_rows.get(name, 1))
            made.append(name)
        return made, faults
    if file.suffix.lower() == ".parquet":
        delivery, faults = read_parquet(desk, file, stem, place)
        faults += [Fault("header_row_idle", place, {"name": stem})] if header_rows.get(stem, 1) > 1 else []
    else:
        delivery, faults = read_csv(file, stem, place, scratch, header_rows.get(stem, 1), raw=True)
    if delivery is None:
        return [], faults
    names = distinct([h.text for h in delivery.headings])
    try:
        make_view(desk, stem, delivery.sql, zip((h.ref for h in delivery.headings), names, strict=True))
    except DatabaseError as error:
        raise_lack(error)
        faults += ragged(desk, delivery)
    return [stem], faults


def put_sheet(desk: Database, sheet: Sheet, name: str, place: Place, header: int) -> list[Fault]:
    """Load one sheet as a table, whose headings stand in row `header`; return its faults. A heading merged with the
    rows above counts as one of that row."""
    spot = Place(place.file, sheet=sheet.name)
    merged = merged_cells(sheet.scan)
    below = [one for one in merged if one.first > header and not one.is_across]
    values: dict[Merged, str] = {}
    if found := too_wide(sheet.scan.columns, spot):
        return found
    try:
        heads = next((row for number, row in spread(sheet.rows(), merged) if number == header), None)
        names = distinct(heads if heads else [""] * sheet.scan.columns)
        refs = [f"c{n}" for n in range(len(names))]
        rows = ((number, row) for number, row in sheet.rows() if number > header)
        store_rows(desk, "raw", refs, spread(rows, below, values))
    except TwoLooksError as error:
        return unread(sheet, spot, error)
    make_view(desk, name, "raw", zip(refs, names, strict=True))
    desk.execute("DROP TABLE raw")
    faults = [
        merged_figure(one, spot, names[column_number(one.letter) - 1])
        for one, value in values.items()
        if re.fullmatch(r"-?[0-9.]+%?", value)
    ]
    return bad_cells(sheet, spot, list(heads or []), errors=False) + faults + remarks(sheet, spot)


def make_view(desk: Database, name: str, source: str, columns: Iterable[tuple[str, str]]) -> None:
    """Create the table of a file as the queries see it: its columns as text, by their headings."""
    parts = ", ".join(f"CAST({quoted(ref)} AS VARCHAR) AS {quoted(heading)}" for ref, heading in columns)
    desk.execute(f"CREATE TABLE IF NOT EXISTS {quoted(name)} AS SELECT {parts} FROM {source}")


def distinct(names: Sequence[str | None]) -> list[str]:
    """Return headings as column names: one without text gets its letter, one that comes again gets a number."""
    made: list[str] = []
    taken: set[str] = set()
    for n, name in enumerate(names, 1):
        base = " ".join((name or "").split()) or column_letters(n)
        again, number = base, 2
        while again.lower() in taken:
            again, number = f"{base}_{number}", number + 1
        taken.add(again.lower())
        made.append(again)
    return made
