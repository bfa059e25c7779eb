"""Workbooks made by hand, part by part, in the dialects that exporters write."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

OFFICE = "http://schemas.openxmlformats.org"
MAIN = f"{OFFICE}/spreadsheetml/2006/main"
LINKS = f"{OFFICE}/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = f"{OFFICE}/package/2006/relationships"
STYLES = (
    "<numFmts count='1'><numFmt numFmtId='164' formatCode='0.0%'/></numFmts>"
    "<fonts count='1'><font/></fonts><fills count='1'><fill><patternFill/></fill></fills>"
    "<borders count='1'><border/></borders>"
    "<cellStyleXfs count='1'><xf numFmtId='0'/></cellStyleXfs><cellXfs count='3'><xf numFmtId='0'/>"
    "<xf numFmtId='164'/><xf numFmtId='14'/></cellXfs>"
)

Cell = object  # text, a number, None, or the XML of a cell (Raw)
Grid = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Raw:
    """A cell as XML: its attributes and what is inside it, where `x:` stands for the dialect's prefix."""

    attributes: str
    inside: str = ""


@dataclass(frozen=True)
class Dialect:
    """How a workbook is written."""

    prefix: str = ""
    main: str = MAIN
    links: str = LINKS
    cells_named: bool = True
    rows_named: bool = True
    shared: bool = False
    change: Callable[[str], str] = str  # of the sheet's XML as a whole
    target: str = "worksheets/sheet1.xml"


def column(number: int) -> str:
    return (column((number - 1) // 26) if number > 26 else "") + chr(ord("A") + (number - 1) % 26)


def make_book(
    path: Path, grid: Grid, dialect: Dialect = Dialect(), sheet: str = "reps", more: str = "", before: str = "",
    row_more: Mapping[int, str] = {}, state: str = "",
) -> Path:  # fmt: skip
    """Write a workbook with one sheet; `more` stands behind the cells, `before` before them, `row_more` in rows."""
    texts: list[str] = []
    rows = ""
    for r, cells in enumerate(grid, 1):
        inside = "".join(cell_xml(cell, f"{column(c)}{r}", dialect, texts) for c, cell in enumerate(cells, 1))
        named = f' r="{r}"' if dialect.rows_named else ""
        rows += f"<x:row{named}{row_more.get(r, '')}>{inside}</x:row>"
    declared = f"xmlns:x={quoteattr(dialect.main)}"
    xml = f"<x:worksheet {declared}>{before}<x:sheetData>{rows}</x:sheetData>{more}</x:worksheet>"
    strings = "".join(f"<x:si><x:t>{escape(text)}</x:t></x:si>" for text in texts)
    visible = f" state='{state}'" if state else ""
    parts = {
        "[Content_Types].xml": content_types(dialect),
        "_rels/.rels": links({"officeDocument": "xl/workbook.xml"}, dialect),
        "xl/_rels/workbook.xml.rels": links(
            {"worksheet": dialect.target, "styles": "styles.xml", "sharedStrings": "sharedStrings.xml"}, dialect
        ),
        "xl/workbook.xml": f"<x:workbook {declared} xmlns:r='{dialect.links}'><x:sheets>"
        f"<x:sheet name='{sheet}' sheetId='1'{visible} r:id='worksheet'/></x:sheets></x:workbook>",
        "xl/styles.xml": f"<x:styleSheet {declared}>{prefixed(STYLES)}</x:styleSheet>",
        "xl/sharedStrings.xml": f"<x:sst {declared}>{strings}</x:sst>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, spoken(text, dialect))
        place = dialect.target.lstrip("/") if dialect.target.startswith("/") else f"xl/{dialect.target}"
        book.writestr(place, dialect.change(spoken(xml, dialect)))
    return path


def cell_xml(cell: Cell, name: str, dialect: Dialect, texts: list[str]) -> str:
    place = f' r="{name}"' if dialect.cells_named else ""
    match cell:
        case None:
            return "" if dialect.cells_named else "<x:c/>"
        case Raw():
            return f"<x:c{place} {cell.attributes}>{cell.inside}</x:c>"
        case str() if dialect.shared:
            texts.append(cell)
            return f'<x:c{place} t="s"><x:v>{len(texts) - 1}</x:v></x:c>'
        case str():
            return f'<x:c{place} t="inlineStr"><x:is><x:t>{escape(cell)}</x:t></x:is></x:c>'
    return f"<x:c{place}><x:v>{cell}</x:v></x:c>"


def prefixed(xml: str) -> str:
    """Elements without a prefix with the one that stands for the dialect's."""
    return xml.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")


def spoken(xml: str, dialect: Dialect) -> str:
    """The XML with the dialect's own prefix."""
    if dialect.prefix:
        own = xml.replace("<x:", f"<{dialect.prefix}:").replace("</x:", f"</{dialect.prefix}:")
        return own.replace("xmlns:x=", f"xmlns:{dialect.prefix}=")
    return xml.replace("<x:", "<").replace("</x:", "</").replace("xmlns:x=", "xmlns=")


def links(targets: Mapping[str, str], dialect: Dialect) -> str:
    """The relations of a part, each named after its kind."""
    told = "".join(
        f"<Relationship Id='{kind}' Type='{dialect.links}/{kind}' Target='{target}'/>"
        for kind, target in targets.items()
    )
    return f"<Relationships xmlns='{PACKAGE}'>{told}</Relationships>"


def content_types(dialect: Dialect) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    place = dialect.target if dialect.target.startswith("/") else f"/xl/{dialect.target}"
    kinds = {
        "/xl/workbook.xml": "sheet.main", place: "worksheet", "/xl/styles.xml": "styles",
        "/xl/sharedStrings.xml": "sharedStrings",
    }  # fmt: skip
    told = "".join(f"<Override PartName='{part}' ContentType='{kind}.{name}+xml'/>" for part, name in kinds.items())
    return (
        f"<Types xmlns='{OFFICE}/package/2006/content-types'>"
        "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
        f"<Default Extension='xml' ContentType='application/xml'/>{told}</Types>"
    )
