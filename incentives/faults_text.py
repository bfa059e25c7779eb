"""Faults as text for people: place, message, the line with a caret under the fault, and the mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len

from incentives.faults import Fault, Place

WORDS = {
    "zh": {"fault": "错误", "warning": "提醒", "mend": "改法"},
    "en": {"fault": "error", "warning": "warning", "mend": "help"},
}
WIDEST = 100
LEAD = 60


def render_faults(faults: Iterable[Fault], texts: Mapping[str, str], lang: str) -> str:
    """All faults, one block each, in the language `lang` (zh or en).

    `texts` holds the text of the files that places name; without it a block has no line and caret.
    """
    return "\n".join(_block(fault, texts.get(fault.place.file, ""), lang) for fault in faults)


def texts_of(faults: Iterable[Fault]) -> dict[str, str]:
    """The text of every file that the faults point into, as far as it can be read."""
    texts = {}
    for file, _ in groupby(sorted({fault.place.file for fault in faults if fault.place.line})):
        try:
            text = Path(file).read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            continue
        texts[file] = text.replace("\r\n", "\n").replace("\r", "\n")
    return texts


def _block(fault: Fault, text: str, lang: str) -> str:
    words = WORDS[lang]
    kind = words["warning" if fault.warning else "fault"]
    lines = [f"{_shown(str(fault.place))} {kind}[{fault.code}]: {_shown(fault.text(lang))}".lstrip()]
    margin = " "
    if excerpt := _excerpt(fault.place, text):
        number, (line, caret) = str(fault.place.line), excerpt
        margin = " " * (len(number) + 1)
        lines += [f"{margin}|", f"{number} | {line}", f"{margin}| {caret}"]
    if mend := fault.mend(lang):
        lines.append(f"{margin}= {words['mend']}: {_shown(mend)}")
    return "\n".join(lines) + "\n"


def _excerpt(place: Place, text: str) -> tuple[str, str] | None:
    """The line of a place, clipped around it, and the carets that stand under it."""
    lines = text.split("\n") if text else []
    if not place.column or not 0 < place.line <= len(lines):
        return None
    line = lines[place.line - 1]
    start = min(place.column - 1, len(line))
    end = max(start + 1, min((place.end_column or place.column + 1) - 1, len(line)))
    first = start - LEAD if start > LEAD and len(line) > WIDEST else 0
    last = first + WIDEST
    before, at, after = line[first:start], line[start : min(end, last)], line[min(end, last) : last]
    before = ("…" if first else "") + _shown(before)
    marked = _shown(at)
    tail = _shown(after) + ("…" if len(line) > last else "")
    return (before + marked + tail).rstrip(), " " * cell_len(before) + "^" * max(cell_len(marked), 1)


def _shown(text: str) -> str:
    """Text safe to print: tabs as spaces, control and direction characters escaped."""
    return "".join(" " if c == "\t" else c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
