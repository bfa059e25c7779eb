"""The parts of a workbook's archive, read as XML: where its sheets lie, which texts are empty, which styles show a
percentage.

Names are compared without their prefixes, for exporters differ in them. A part that declares a document type is
refused: no spreadsheet program writes one, and it may unfold to any length.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO
from xml.parsers import expat

from incentives.tables.readers.files import CHUNK

Attributes = dict[str, str]
Element = Callable[[Attributes], None]
PERCENT_FORMATS = {"9", "10"}  # 0% and 0.00%, which no workbook spells out
QUOTED = re.compile(r'"[^"]*"|\\.')  # a sign that is only shown
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class BookError(Exception):
    """A part that cannot be read as it ought to be."""


@dataclass(frozen=True)
class SheetPart:
    """One sheet of a workbook: the part of the archive that holds it, and whether people see it."""

    part: str
    is_hidden: bool


def read_xml(
    file: IO[bytes],
    handler: Callable[[str], Element],
    text: Callable[[str], object] | None = None,
    between: Callable[[], None] | None = None,
) -> None:
    """Read one XML part and pass on its contents. `handler` returns the handler of elements by their name without
    prefix. `text` receives the text in elements, piece by piece where a sign is written by its number (`&#48;`).
    `between` is called at a comment or a quoted section."""
    handlers = Handlers(handler)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handlers[name](attributes)
    parser.StartDoctypeDeclHandler = refuse_type
    if text:
        parser.CharacterDataHandler = text
    if between:
        parser.CommentHandler = lambda _: between()
        parser.ProcessingInstructionHandler = lambda *_: between()
        parser.StartCdataSectionHandler = between
    rest = b""
    try:
        while chunk := file.read(CHUNK):
            chunk = rest + chunk
            end = chunk.rfind(b">") + 1 or len(chunk)  # so that no value is cut in two
            chunk, rest = chunk[:end], chunk[end:]
            parser.buffer_text = b"&#" not in chunk
            parser.Parse(chunk, False)
        parser.Parse(rest, True)
    except (expat.ExpatError, zlib.error) as error:
        raise BookError(str(error)) from None


class Handlers(dict[str, Element]):
    """The handlers of elements by name, each found once."""

    def __init__(self, handler: Callable[[str], Element]) -> None:
        """Keep `handler`, which returns the handler of elements by their name without prefix."""
        self.handler = handler

    def __missing__(self, name: str) -> Element:
        """Return the handler of elements of this name, and keep it for the next one."""
        self[name] = found = self.handler(name.rpartition(":")[2])
        return found


def refuse_type(*_: object) -> None:
    """Raise BookError where a part declares a document type."""
    raise BookError("<!DOCTYPE>")


def each(take: Callable[[str, Attributes], None]) -> Callable[[str], Element]:
    """Return a function that makes the handler of a name, which passes that name to `take`."""
    return lambda name: lambda attributes: take(name, attributes)


def sheet_parts(book: zipfile.ZipFile) -> dict[str, SheetPart]:
    """Return the part of each worksheet, by the sheet's name."""
    targets: dict[str, str] = {}
    parts: dict[str, SheetPart] = {}

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: Attributes) -> None:
        link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id" and ":" in key), "")
        if name == "sheet" and link in targets:
            is_hidden = attributes.get("state", "visible") != "visible"
            parts[attributes.get("name", "")] = SheetPart(placed(targets[link]), is_hidden)

    with part_of(book, "xl/_rels/workbook.xml.rels") as file:
        read_xml(file, each(relation))
    with part_of(book, "xl/workbook.xml") as file:
        read_xml(file, each(sheet))
    return parts


def placed(target: str) -> str:
    """Return the path in the archive of the target of a workbook's relation."""
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def part_of(book: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Return a part by its name, whose case does not count."""
    known = {entry.replace("\\", "/").lower(): entry for entry in book.namelist()}
    if name.lower() not in known:
        raise BookError(name)
    return book.open(known[name.lower()])


def has_part(book: zipfile.ZipFile, name: str) -> bool:
    """Return whether the archive has a part of this name."""
    return any(entry.replace("\\", "/").lower() == name.lower() for entry in book.namelist())


def blank_texts(book: zipfile.ZipFile) -> list[bool]:
    """Return for each of the texts that cells share whether it is blank."""
    blank: list[bool] = []
    is_phonetic = False

    def start(name: str, _: Attributes) -> None:
        nonlocal is_phonetic
        if name == "si":
            blank.append(True)
        if name in ("si", "rPh"):
            is_phonetic = name == "rPh"

    def text(value: str) -> None:
        if blank and not is_phonetic and blank[-1] and not is_blank(value):
            blank[-1] = False

    if has_part(book, "xl/sharedStrings.xml"):
        with part_of(book, "xl/sharedStrings.xml") as file:
            read_xml(file, each(start), text)
    return blank


def is_blank(text: str) -> bool:
    """Return whether nothing is to be seen in a text, in which signs may be written by their numbers."""
    if "_x" in text:
        text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return not text or text.isspace()


def percent_styles(book: zipfile.ZipFile) -> frozenset[str]:
    """Return the numbers of the styles that show a number as a percentage."""
    formats = set(PERCENT_FORMATS)
    styles: list[str] = []
    section = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal section
        if name in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
            section = name
        elif name == "numFmt" and section == "numFmts":
            if "%" in QUOTED.sub("", attributes.get("formatCode", "")):
                formats.add(attributes.get("numFmtId", ""))
        elif name == "xf" and section == "cellXfs":
            styles.append(attributes.get("numFmtId", ""))

    if has_part(book, "xl/styles.xml"):
        with part_of(book, "xl/styles.xml") as file:
            read_xml(file, each(start))
    return frozenset(str(number) for number, style in enumerate(styles) if style in formats)
