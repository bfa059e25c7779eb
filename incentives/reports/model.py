"""The content of a report as plain values: every renderer for people takes a `Report` and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Heading:
    """A column of a report: its machine name, its title for people and the unit of its values."""

    name: str
    title: str
    unit: str
    role: str = ""


@dataclass(frozen=True)
class Row:
    """A subject in a period. Scores and pay follow the report's headings; `figures` holds every other named value.

    `standing` says in a few words why there is no grade.
    """

    key: str
    name: str
    period: str
    team: str
    region: str
    assessment: str
    standing: str
    reason: str
    total: Decimal | None
    computed_grade: str | None
    grade: str | None
    scores: tuple[Decimal | None, ...]
    pay: tuple[Decimal | None, ...]
    pay_total: Decimal | None
    figures: dict[str, Any]


@dataclass(frozen=True)
class Share:
    """The number of rows of a period that have a grade."""

    label: str
    count: int


@dataclass(frozen=True)
class Count:
    """The rows of a period by what became of them: `states` adds up to `employed`; `graded` to what `grades` do."""

    period: str
    employed: int
    states: tuple[tuple[str, int], ...]
    grades: tuple[Share, ...]
    graded: tuple[tuple[str, int], ...]

    @property
    def others_graded(self) -> bool:
        """Return whether others than those assessed have a grade, so that the distribution is not of them alone."""
        return any(self.graded) and self.graded != tuple(entry for entry in self.states if entry[0] == "assessed")


@dataclass(frozen=True)
class Person:
    """One row that a remark is about, with what is to be said of it."""

    key: str
    name: str
    period: str
    note: str


@dataclass(frozen=True)
class Group:
    """The rows that deserve a remark of one sort; `people` are the first of `count`."""

    code: str
    title: str
    count: int
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Control:
    """The sum of a pay component over all rows."""

    component: str
    title: str
    kind: str
    amount: Decimal


@dataclass(frozen=True)
class Bin:
    """The number of rows of each grade whose total lies from `low` up to the next bin."""

    low: Decimal
    grades: tuple[Share, ...]


@dataclass(frozen=True)
class Line:
    """A metric beside its target, attainment and score, as names of `Row.figures`; empty where there is none."""

    title: str
    actual: str
    target: str = ""
    stretch: str = ""
    attainment: str = ""
    score: str = ""


@dataclass(frozen=True)
class Told:
    """One conclusion about one row, in words: what is to be done, why, and who decided or since when it stands."""

    key: str
    name: str
    period: str
    status: str
    actions: tuple[str, ...]
    because: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class Drawn:
    """A conclusion with its line of the policy: how many have it, by status, and the first of them."""

    name: str
    title: str
    line: str
    counts: tuple[tuple[str, int], ...]
    people: tuple[Told, ...]


@dataclass(frozen=True)
class Step:
    """One criterion of a promotion for one row, in its unit: what it is, what is still to go, whether it is met."""

    value: str
    gap: str
    met: bool


@dataclass(frozen=True)
class Climb:
    """Everybody on the level from which a promotion starts; `criteria` are titles and what they ask for."""

    title: str
    ladder: str
    levels: tuple[str, str]
    line: str
    criteria: tuple[tuple[str, str], ...]
    people: tuple[tuple[Person, tuple[Step, ...]], ...]


@dataclass(frozen=True)
class Report:
    """Everything that a reader is shown, already narrowed to what the reader may see."""

    lang: str
    title: str
    version: str
    digest: str
    currency: str
    periods: tuple[str, ...]
    team: str
    with_pay: bool
    subject: str
    key_title: str
    grades: tuple[str, ...]
    scores: tuple[Heading, ...]
    pay: tuple[Heading, ...]
    figures: tuple[Heading, ...]
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    hidden: int
    counts: tuple[Count, ...]
    groups: tuple[Group, ...]
    conclusions: tuple[Drawn, ...]
    promotions: tuple[Climb, ...]
    warnings: tuple[tuple[str, str], ...]
    controls: tuple[Control, ...]
    bins: tuple[Bin, ...]
    inputs: tuple[tuple[str, int, str], ...]
