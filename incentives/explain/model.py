"""The parts of an explanation: a tree of lines, one for each figure, with the formula that made it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from incentives.faults import Place
from incentives.language.tree import Node
from incentives.ruleset.references import Citation

Value = Decimal | bool | str | date | None


@dataclass(frozen=True)
class Fact:
    """A condition that decided something, with this row's values: `held` is whether it is so, None a mere remark.

    `node` is the condition over the titles that `text` names; None for a remark.
    """

    text: str
    held: bool | None
    node: Node | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Line:
    """One figure and where it comes from.

    `sentence` tells the formula that was applied, with values; `formula` is the same as a tree over the names of the
    children. `shown` is `value` as people read it. `rounding` says how the result was rounded, empty where it needed
    none. `place` is the line of the policy; None for what came in with the data. `kind` is column, part (of a formula),
    figure (of the policy), row (of a table), remark or root. `name` is the column or figure; empty for the others.
    `stated` marks a figure that the policy states in passing, so that its value is its name in sentences. `citation` is
    the clause of the written policy that the line comes from.
    """

    title: str
    name: str = ""
    value: Value = None
    shown: str = ""
    sentence: str = ""
    facts: tuple[Fact, ...] = ()
    rounding: str = ""
    place: Place | None = None
    kind: str = "column"
    children: tuple[Line, ...] = ()
    formula: Node | None = field(default=None, compare=False)
    stated: bool = False
    citation: Citation | None = None

    def __repr__(self) -> str:
        return f"<Line {self.title}: {self.shown or '–'}, {len(self.children)} below>"
