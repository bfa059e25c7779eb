"""Flaws of one formula: codes and offsets into its text, to be given a place by whoever knows the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from incentives.language.near import near_names

FIGURES = "figures."


class Flaw(NamedTuple):
    """One fault of a formula: `code` and `about` as in `Fault`, `start` and `end` offsets into the text as written."""

    code: str
    about: dict[str, Any]
    start: int
    end: int


class FormulaError(Exception):
    """Raised when a formula cannot be used; carries every flaw found, in the order of the text."""

    def __init__(self, flaws: list[Flaw] | tuple[Flaw, ...]) -> None:
        self.flaws = tuple(sorted(flaws, key=lambda flaw: (flaw.start, flaw.end, flaw.code)))
        super().__init__(", ".join(f"{f.code}@{f.start}-{f.end} {f.about}" for f in self.flaws[:20]))


def nearest(word: str, known: list[str]) -> str:
    """The entry of `known` that `word` was probably meant to be, or an empty string."""
    folded = {k.casefold(): k for k in sorted(known)}
    close = near_names(word.casefold(), list(folded), 1, 0.6)
    return folded[close[0]] if close else ""


def near_figure(path: str, known: Iterable[str]) -> str:
    """The figure that a path was probably meant to be, by what stands behind `figures.`; or an empty string."""
    close = nearest(path.removeprefix(FIGURES), [name.removeprefix(FIGURES) for name in known])
    return FIGURES + close if close else ""
