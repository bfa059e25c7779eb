"""Everything that a reader could find in what is written: all bytes, unpacked, as one text for each output."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import duckdb
from rich.console import Console

from incentives.reports.folder import stream_of, writers_of
from incentives.reports.narrow import narrow
from incentives.reports.report import report_of
from incentives.reports.terminal import print_report


def written(outcome, folder: Path, team=None, with_pay=True, lang="zh") -> dict[str, str]:
    """The text of every output of `outcome`, by name."""
    seen = narrow(outcome, team, with_pay)
    texts = {}
    for name, write in writers_of(seen, lang, team, with_pay).items():
        write(folder / name)
        texts[name] = unpacked(folder / name)
    for form in ("csv", "json", "html", "xlsx"):
        file = folder / f"printed.{form}"
        file.write_bytes(b"".join(stream_of(seen, form, lang, team, with_pay)))
        texts[file.name] = unpacked(file)
    texts["terminal"] = in_terminal(report_of(seen, lang, team, with_pay), width=200)
    return texts


def in_terminal(report, width: int = 100, colour: bool = False) -> str:
    """What `report` prints."""
    out = io.StringIO()
    colours = {"color_system": "truecolor", "force_terminal": True} if colour else {"color_system": None}
    print_report(report, Console(file=out, width=width, highlight=False, **colours))
    return out.getvalue()


def unpacked(file: Path) -> str:
    """The bytes of a file as text; those of a workbook's parts, and the values of a Parquet file beside its bytes."""
    text = file.read_bytes().decode("utf-8", "replace")
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as parts:
            text = "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    if file.suffix == ".parquet":
        table = duckdb.sql(f"SELECT * FROM '{file}'")
        text += "\n".join([*table.columns, *(str(value) for row in table.fetchall() for value in row)])
    return text
