"""A YAML file as plain data that remembers where each key and value stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from incentives.faults import Fault, Place

Path = tuple[str | int, ...]

# by the kind of quotes: white space that folding may add, and one character as it is written
SKIPPED = {"": re.compile(r"\s*"), "'": re.compile(r"\s*"), '"': re.compile(r"(?:\\\n|\s)*")}
WRITTEN = {
    "": re.compile(r".", re.DOTALL),
    "'": re.compile(r"''|.", re.DOTALL),
    '"': re.compile(r"\\x..|\\u.{4}|\\U.{8}|\\[^\n]|[^\\]", re.DOTALL),
}


@dataclass(frozen=True)
class Document:
    """Plain data (dict, list, str, bool, Decimal, date, None; keys are always text) and the place of every part of it.

    `texts` holds the text of each file that the data came from: one, or several after overlays. `faults` are slips in
    spite of which there is data, and warnings; `lost` is what was left out because of a fault, by its path.
    """

    file: str
    data: Any
    texts: Mapping[str, str]
    values: Mapping[Path, Place]
    keys: Mapping[Path, Place]
    faults: tuple[Fault, ...] = ()
    lost: Mapping[Path, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the text of the file itself."""
        return self.texts.get(self.file, "")

    def place(self, path: Path = ()) -> Place:
        """Return the place of the value at `path`, or of its nearest parent that has one."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(self.file))

    def key_place(self, path: Path) -> Place:
        """Return the place of the key that ends `path`; the value's place where it has no key."""
        return self.keys.get(path) or self.place(path)

    def part(self, path: Path, start: int, end: int) -> Place:
        """Return the place of the characters `start` to `end` of the text at `path`, through quotes and folded
        lines."""
        whole = self.place(path)
        text = self.texts.get(whole.file, "")
        if path not in self.values or not whole.line or not text:
            return whole
        starts = line_starts(text)
        origin = starts[whole.line - 1] + whole.column - 1
        value = self.at(path)
        if not isinstance(value, str):
            return whole
        return place_of(whole.file, starts, *_aligned(text, origin, value, start, end))

    def at(self, path: Path) -> Any:
        """Return the value at `path`; None where there is none."""
        value = self.data
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line of `text` begins."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]


def place_of(file: str, starts: list[int], start: int, end: int) -> Place:
    """Return the place of the offsets `start` to `end`; of a part over several lines, its first line."""
    line = bisect_right(starts, start)
    last = starts[line] - 1 if line < len(starts) else end
    column = start - starts[line - 1] + 1
    return Place(file, line, column, max(column + min(end, last) - start, column + 1))


def _aligned(text: str, origin: int, value: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets in `text` of `value[start:end]`, where `value` is written from `origin` on.

    White space may differ (folding), so it is skipped before other characters.
    """
    quote = text[origin] if text[origin] in "'\"" else ""
    at = text.index("\n", origin) if text[origin] in "|>" else origin + len(quote)
    first = at
    for index, char in enumerate(value[: max(end, start + 1)]):
        if not char.isspace():
            at = SKIPPED[quote].match(text, at).end()  # type: ignore[union-attr]
        if index == start:
            first = at
        written = WRITTEN[quote].match(text, at)
        if written and (not char.isspace() or written[0].isspace() or len(written[0]) > 1):
            at = written.end()
    return (first, at) if start < len(value) else (at, at + 1)
