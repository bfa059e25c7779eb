"""The content of a study for people: sentences, tables, a picture; printed, or as CSV, whatever it studied."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from incentives.language.tree import Title
from incentives.outcome.figures_text import plain, value_text
from incentives.outcome.spreadsheet import GUARDED
from incentives.simulate.model import About
from incentives.simulate.words import called, missing_text, signed, word

TEXTS = ("text", "")


@dataclass(frozen=True)
class Heading:
    """A column: its name for programs, its title for people, and how its values read (money, signed, ratio, text)."""

    name: str
    title: str
    unit: str = "text"


@dataclass(frozen=True)
class Sheet:
    """A table; rows whose numbers are in `strong` stand out."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Any, ...], ...]
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Line:
    """One line of a picture, as `points` of an SVG polyline, and the marks on it: x, y and what they say."""

    points: str
    marks: tuple[tuple[int, int, str], ...]
    label: str = ""


@dataclass(frozen=True)
class Picture:
    """Lines (or bars, as x, y, width, height and what they say), a level across, and what the ends of the axes are."""

    title: str
    across: tuple[str, str]
    up: tuple[str, str] = ("", "")
    lines: tuple[Line, ...] = ()
    bars: tuple[tuple[int, int, int, int, str], ...] = ()
    level: int | None = None
    level_label: str = ""


@dataclass(frozen=True)
class Study:
    """A title, what is said, the tables for people, one for programs, and pictures."""

    title: str
    about: About
    said: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    rows: Sheet
    pictures: tuple[Picture, ...] = ()


def kicker(about: About, lang: str) -> str:
    """The policy and the periods that a study is about."""
    return f"{called(about.policy, '', lang)} {about.version} · {', '.join(about.periods)}".lstrip()


def cell_text(value: Any, unit: str, lang: str) -> str:
    """A value of a table as people read it."""
    return signed(value, lang) if unit == "signed" and isinstance(value, Decimal) else value_text(value, unit, lang)


def print_study(study: Study, lang: str, console: Console) -> None:
    """Print it for a terminal."""
    console.print(Text(plain(study.title), style="bold"))
    console.print(Text(kicker(study.about, lang), style="dim"))
    for sentence in study.said:
        console.print(Text(plain(sentence)))
    for sheet in (sheet for sheet in study.sheets if sheet.rows):
        console.print()
        console.print(Text(plain(sheet.title), style="bold"))
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for heading in sheet.headings:
            justify = "left" if heading.unit in TEXTS else "right"
            table.add_column(escape(plain(heading.title)), justify=justify)  # type: ignore[arg-type]
        for number, row in enumerate(sheet.rows):
            cells = (cell_text(v, h.unit, lang) for v, h in zip(row, sheet.headings, strict=True))
            table.add_row(*map(Text, cells), style="bold" if number in sheet.strong else "")
        console.print(table)


def study_csv(study: Study) -> bytes:
    """Its table for programs, exact, with a BOM for Excel; text that would run is guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([heading.name for heading in study.rows.headings])
    writer.writerows([exact(value) for value in row] for row in study.rows.rows)
    return out.getvalue().encode("utf-8-sig")


def exact(value: Any) -> str:
    """A value as a cell for programs: exact, and no text that a spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    return "'" + text if re.match(GUARDED, text) else text


def besides(about: About, lang: str) -> tuple[str, ...]:
    """Return sentences about a change that is tried besides, and about missing values that count as nothing."""
    title = called(about.change, "", lang)
    return (*((word("besides", lang, title=title),) if title else ()), *lacking_text(about, lang))


def lacking_text(about: About, lang: str) -> tuple[str, ...]:
    """Return a sentence about the values that cannot be computed under the policy as it stands."""
    missing = ((about.components.get(name, Title()), name, rows, rows) for name, rows in about.missing.items())
    return missing_text(missing, lang)
