"""The files that `incentives init` leaves: a short policy and a workbook, or the shipped rulesets and company."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

from incentives.faults import Fault, Place, RefusedError
from incentives.outcome.files import write_folder

HERE = Path(__file__).parent
MADE_ON = datetime(2000, 1, 1)
NUMBERS = {"money": "#,##0.00", "score": "0.00", "date": "yyyy-mm-dd", "text": "@"}
LAST_ROW = 2000
EXAMPLE = ("rulesets/*.yaml", "fixtures/company/*.csv")  # setup.py puts these into a wheel


def leave_starter(folder: Path) -> tuple[Path, Path]:
    """Write `policy.yaml` and `data.xlsx` into `folder` and give their paths.

    Raises RefusedError where one of them is there already or the folder cannot be written; then nothing has changed.
    """
    policy, data = folder / "policy.yaml", folder / "data.xlsx"
    there = [Fault("init_exists", Place(str(file))) for file in (policy, data) if _is_there(file)]
    if there:
        raise RefusedError(there)
    write_folder(folder, {policy.name: _write_policy, data.name: _write_workbook})
    return policy, data


def leave_example(folder: Path) -> None:
    """Make `folder` with the shipped rulesets and the shipped company, at the paths that the documentation has.

    Raises RefusedError where something is there already or the folder cannot be written; then nothing has changed.
    """
    if _is_there(folder):
        raise RefusedError([Fault("init_exists", Place(str(folder)))])
    write_folder(folder, {name: _copy_of(file) for name, file in example_files().items()})


def example_files() -> dict[str, Path]:
    """Those files by their paths in the repository; a wheel holds them beside this module."""
    root = HERE / "example" if (HERE / "example").is_dir() else HERE.parents[1]
    files = {file.relative_to(root).as_posix(): file for pattern in EXAMPLE for file in sorted(root.glob(pattern))}
    assert files, f"the shipped rulesets are missing from {root.name}"
    return files


def _copy_of(original: Path) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original, file)

    return write


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except (OSError, ValueError):
        return False  # writing will say what is wrong with the name


def _write_policy(file: Path) -> None:
    file.write_bytes((HERE / "policy.yaml").read_bytes())


def _write_workbook(file: Path) -> None:
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE_ON})
    heading = book.add_format({"bold": True, "bottom": 1})
    formats = {unit: book.add_format({"num_format": text}) for unit, text in NUMBERS.items()}
    for name, sheet in yaml.load((HERE / "sheets.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader).items():
        _write_sheet(book.add_worksheet(name), sheet, heading, formats)
    book.close()


def _write_sheet(page: Any, sheet: dict[str, Any], heading: Any, formats: dict[str, Any]) -> None:
    page.freeze_panes(1, 1)
    for at, (title, unit) in enumerate(sheet["columns"].items()):
        page.set_column(at, at, 16, formats[unit])
        page.write_string(0, at, title, heading)
        if title in sheet["choices"]:
            page.data_validation(1, at, LAST_ROW, at, {"validate": "list", "source": sheet["choices"][title]})
    units = list(sheet["columns"].values())
    for row, values in enumerate(sheet["rows"], start=1):
        for at, value in enumerate(values):
            _write_cell(page, row, at, value, units[at], formats)


def _write_cell(page: Any, row: int, at: int, value: Any, unit: str, formats: dict[str, Any]) -> None:
    if isinstance(value, date):
        page.write_datetime(row, at, datetime.combine(value, time()), formats["date"])
    elif value is not None and unit in {"money", "score"}:
        page.write_number(row, at, Decimal(value), formats[unit])
    elif value is not None:
        page.write_string(row, at, value, formats["text"])
