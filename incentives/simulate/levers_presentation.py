"""The values that can be changed as a table for people, as csv and as json."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from incentives.faults import Fault, Place, catalogue
from incentives.printing import pour
from incentives.simulate.levers import Lever
from incentives.simulate.study import exact

HEADS = ("title", "path", "value", "unit")


def print_levers(levers: Sequence[Lever], form: str, lang: str, console: Console) -> None:
    """Print them in the form asked for."""
    if form == "table":
        print_table(levers, lang, console)
    else:
        pour([csv_bytes(levers, lang) if form == "csv" else json_text(levers).encode()])


def print_table(levers: Sequence[Lever], lang: str, console: Console) -> None:
    """A row each: what it is called, its path, its value, its unit."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for head in HEADS:
        table.add_column(Fault(f"levers_{head}", Place("")).text(lang), overflow="fold")
    for lever in levers:
        table.add_row(*map(Text, cells(lever, lang)))
    console.print(table)


def cells(lever: Lever, lang: str) -> tuple[str, str, str, str]:
    """A value as the cells of a row."""
    unit = catalogue().get(f"choice_unit_{lever.unit}", {}).get(lang, lever.unit)
    return lever.title.get(lang), lever.path, lever.value, str(unit)


def csv_bytes(levers: Sequence[Lever], lang: str) -> bytes:
    """A row each, with a BOM for Excel; text that would run is guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(
        [exact(cell) for cell in (lever.title.get(lang), lever.path, lever.value, lever.unit)] for lever in levers
    )
    return out.getvalue().encode("utf-8-sig")


def json_text(levers: Sequence[Lever]) -> str:
    """A list of objects, with the title in both languages."""
    rows = [
        {"title": {"zh": one.title.zh, "en": one.title.en}, "path": one.path, "value": one.value, "unit": one.unit}
        for one in levers
    ]
    return json.dumps({"levers": rows}, ensure_ascii=False, indent=1) + "\n"
