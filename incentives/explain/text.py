"""An explanation as text for a terminal, a tree of lines that fits the width, and as plain values for JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from rich.cells import cell_len

from incentives.explain.model import Fact, Line
from incentives.explain.words import word
from incentives.faults import Place
from incentives.plan.names import is_inner
from incentives.ruleset.references import Citation

WIDTH = 100
MARKS = {True: "✓", False: "✗", None: "·"}
ONE_LINE = ("figure", "row")
# a piece that is not broken: a run without spaces, or one Chinese letter with the punctuation that clings to it
PIECE = re.compile(r"[（“《]*(?:[\u3400-\u9fff]|[^\s\u3400-\u9fff（“《）”》，。；：、]+)?[）”》，。；：、]*|\s+")


def as_text(root: Line, lang: str, width: int = WIDTH) -> str:
    """The explanation as lines of at most `width` cells; what was told above is not told again."""
    lines = [root.title, root.sentence]
    seen: set[str] = set()
    for line in root.children:
        lines += ["", *block(line, "", "", seen, lang, width)]
    return "\n".join(text.rstrip() for text in lines) + "\n"


def block(line: Line, lead: str, rest: str, seen: set[str], lang: str, width: int) -> Iterator[str]:
    """A line and what is below it; `lead` stands before its first line, `rest` before the others."""
    again = bool(line.name) and line.name in seen and bool(line.sentence or line.children or line.facts)
    seen.add(line.name)
    beside = line.sentence if line.kind in ONE_LINE else word("above", lang) if again else ""
    yield from head(line, lead, rest, beside, width)
    if again:
        return
    children = shown_children(line, seen)
    bar = rest + ("│  " if children else "   ")
    for text, indent in (*details(line), *cited(line, seen, lang)):
        yield from wrapped(text, bar, indent, width)
    for number, child in enumerate(children):
        last = number == len(children) - 1
        yield from block(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), seen, lang, width)


def shown_children(line: Line, seen: set[str]) -> list[Line]:
    """The lines below that are worth one of their own: not a figure told before, nor one that the policy states in the
    very line of its neighbour, whose value the sentence has already."""
    lines = {spot(child.place) for child in (line, *line.children) if not child.stated}
    return [
        child
        for child in line.children
        if not (child.kind == "figure" and (child.name in seen or (child.stated and spot(child.place) in lines)))
    ]


def spot(place: Place | None) -> str:
    """File and line of a place, the file without its folders."""
    return f"{PurePath(place.file).name}:{place.line}" if place and place.line else ""


def head(line: Line, lead: str, rest: str, beside: str, width: int) -> Iterator[str]:
    """Title, value, and at the right edge the line of the policy."""
    text = "  ".join(part for part in (line.title, line.shown, beside) if part)
    where = spot(line.place)
    pieces = list(wrapped(text, "", "  ", width - cell_len(lead) - (cell_len(where) + 2 if where else 0)))
    for number, piece in enumerate(pieces):
        start = (rest if number else lead) + piece
        gap = width - cell_len(start) - cell_len(where)
        yield start + " " * gap + where if where and not number else start


def details(line: Line) -> Iterator[tuple[str, str]]:
    """Yield the texts below the head of a line, each with the indent of its further lines."""
    if line.sentence and line.kind not in ONE_LINE:
        yield line.sentence, "  "
    for fact in line.facts:
        yield f"{MARKS[fact.held]} {fact.text}", "  "
    if line.rounding:
        yield line.rounding, "  "


def cited(line: Line, seen: set[str], lang: str) -> Iterator[tuple[str, str]]:
    """The clause of the written policy behind a line, the first time that it is cited."""
    if line.citation is None or (told := citation_text(line.citation, lang)) in seen:
        return
    seen.add(told)
    yield told, "  "


def citation_text(citation: Citation, lang: str) -> str:
    """A clause with where it stands: `clause: C1 Commission (Sales scheme, 4.1, 2025-12-01)`."""
    found = citation.reference
    if found is None:
        return word("cited", lang, text=citation.source)
    parts = (found.document.get(lang), found.section, found.date.isoformat(), found.url or "")
    where = word("clause_comma", lang).join(part for part in parts if part)
    return word("cited_in", lang, text=f"{citation.source} {found.title.get(lang)}".rstrip(), where=where)


def wrapped(text: str, before: str, indent: str, width: int) -> Iterator[str]:
    """The text over as many lines as it takes, each after `before`, the further ones indented."""
    room = max(width - cell_len(before), 20)
    current = ""
    for piece in PIECE.findall(text):
        if cell_len((current + piece).rstrip()) > room and current.strip():
            yield before + current.rstrip()
            current = indent + piece.lstrip()
        else:
            current += piece
    yield before + current.rstrip()


def as_dict(line: Line, lang: str, seen: set[str] | None = None) -> dict[str, Any]:
    """The explanation as plain values for JSON; a column told before stands again without what is below it."""
    seen = set() if seen is None else seen
    again = bool(line.name) and line.name in seen
    seen.add(line.name)
    place = line.place
    return {
        "title": line.title,
        "name": "" if is_inner(line.name) else line.name,
        "kind": line.kind,
        "value": line.shown,
        "sentence": line.sentence,
        "facts": [fact_dict(fact) for fact in line.facts],
        "rounding": line.rounding,
        "place": {"file": place.file, "line": place.line} if place and place.line else None,
        "citation": line.citation.as_dict(lang) if line.citation else None,
        "again": again,
        "children": [] if again else [as_dict(child, lang, seen) for child in line.children],
    }


def fact_dict(fact: Fact) -> dict[str, Any]:
    """A condition as plain values."""
    return {"text": fact.text, "holds": fact.held}
