"""What a plan is made of: named, typed columns, each with the formula or the source that computes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from incentives.faults import Place
from incentives.language.tree import Node, Title
from incentives.language.types import Type


@dataclass(frozen=True)
class Given:
    """Comes with the spine: the key, the posting's attributes, the state of the assessment."""


@dataclass(frozen=True)
class Delivered:
    """A value of the snapshots table; `required` when its absence is a data error."""

    metric: str
    required: bool = False
    zero: bool = False


@dataclass(frozen=True)
class Targeted:
    """The signed figure of the targets table: `side` is base or stretch, `scope` rep or the unit that it names."""

    metric: str
    side: str
    scope: str
    signed: bool


@dataclass(frozen=True)
class Aggregated:
    """`take` of `of` over the rows of a table where `where` holds, per subject and period.

    With `split`, the sum is shared over the order's credits by largest remainder.
    """

    table: str
    take: str
    of: Node | None = None
    where: Node | None = None
    split: bool = False


@dataclass(frozen=True)
class RolledUp:
    """`take` (sum, mean, min, max, last) of a column of a finer grain, or of the same grain over a unit (`within`)."""

    of: str
    take: str
    finer: str = ""
    within: str = ""
    at_least: Node | None = None


@dataclass(frozen=True)
class Computed:
    """A formula over columns of earlier stages."""

    formula: Node


How = Given | Delivered | Targeted | Aggregated | RolledUp | Computed


@dataclass(frozen=True)
class Column:
    """One figure.

    `role` says what it is in the report: key, posting, state, metric, target, attainment, score, scorecard, total, grade,
    ceiling, figure, tracking, pay, pay_total, or `part` for a step that only explain shows.
    """

    name: str
    role: str
    unit: str
    title: Title
    grain: str
    how: How
    type: Type
    place: Place
    mode: str = "half_up"
    source: str = ""
    optional: bool = False
    item: str = ""


@dataclass(frozen=True)
class PolicyFigure:
    """A value of the policy by its path: unit, type, and from which day which value (None = from the start)."""

    path: str
    unit: str
    type: Type
    values: tuple[tuple[str | None, Decimal | bool | str], ...]
    place: Place
    title: Title = field(default_factory=Title)


@dataclass(frozen=True)
class Plan:
    """A compiled ruleset: its figures, and per grain the columns in stages, each stage reading only earlier ones."""

    subject: str
    key: str
    grain: str
    figures: tuple[PolicyFigure, ...]
    frames: dict[str, tuple[tuple[Column, ...], ...]]

    def columns(self, grain: str = "") -> tuple[Column, ...]:
        """All columns of a grain (the ruleset's own where none is named), in stage order."""
        return tuple(c for stage in self.frames[grain or self.grain] for c in stage)
