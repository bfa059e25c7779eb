"""An explanation as a value: a tree of lines with exact figures, which prints as the command line tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from incentives.explain.model import Line
from incentives.explain.text import WIDTH, as_dict, as_text


@dataclass(frozen=True)
class Explanation:
    """The explanation of the figures of `rep` in `period`: of all of them, or of one `column`; its texts are in `lang`.

    `root` has a line for each figure, which has those below that it comes from. A line's `value` is exact (Decimal,
    date, bool or text), `place` the line of the policy.
    """

    rep: str
    period: str
    column: str
    lang: str
    root: Line

    def __repr__(self) -> str:
        return (
            f"<Explanation of {self.column or 'all figures'} of {self.rep} in {self.period}: {len(self.lines)} lines>"
        )

    def __str__(self) -> str:
        return self.text()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines at the top."""
        return self.root.children

    def text(self, width: int = WIDTH) -> str:
        """The lines as text, at most `width` columns wide."""
        return as_text(self.root, self.lang, width)

    def as_dict(self) -> dict[str, Any]:
        """The tree as plain texts and lists, ready for JSON."""
        return as_dict(self.root, self.lang)

    def find(self, name: str) -> Line | None:
        """The first line of a column or a figure of the policy, by its name or its title; None where none has it."""
        return next((line for line in self.walk() if name in (line.name, line.title)), None)

    def walk(self) -> Iterator[Line]:
        """Every line, each before those below it."""
        waiting = [*reversed(self.lines)]
        while waiting:
            line = waiting.pop()
            yield line
            waiting += reversed(line.children)
