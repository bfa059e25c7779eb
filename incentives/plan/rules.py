"""Conclusions in the plan: each with its findings, the conclusions it follows from, and the actions it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from incentives.faults import Place
from incentives.language.tree import Title

NONE = Title()


@dataclass(frozen=True)
class Finding:
    """A true/false column from which a conclusion follows.

    `reads`: the figures that its formula names, as (what the policy calls it, column). `what` and `by`: what a case
    brings along for the actions; `by` is the path of a figure.
    """

    column: str
    said: str
    reads: tuple[tuple[str, str], ...]
    place: Place
    what: Title = NONE
    by: str = ""


@dataclass(frozen=True)
class Asked:
    """An action of a conclusion. `by`, `points`, `days`, `months` and `most` are paths of figures, `among` a column."""

    do: str
    what: Title
    place: Place
    of: str = ""
    by: str = ""
    points: str = ""
    start: str = ""
    code: str = ""
    pay: str = ""
    days: str = ""
    months: str = ""
    among: str = ""
    same: tuple[str, ...] = ()
    most: str = ""


@dataclass(frozen=True)
class Standing:
    """The duration of a conclusion: until a column is true, or for a number of periods, decided or not."""

    until: str = ""
    periods: int = 0
    once_decided: bool = False


@dataclass(frozen=True)
class Criterion:
    """One criterion of a promotion: the columns of its value, of whether it is met, and of what is lacking.

    `edge` is the path of the figure that its test compares with, where that is a single one.
    """

    name: str
    title: Title
    unit: str
    test: str
    value: str
    met: str
    gap: str
    place: Place
    edge: str = ""


@dataclass(frozen=True)
class Promotion:
    """From a level to the next one of a ladder, by criteria, through a procedure."""

    ladder: Title
    from_level: str
    to_level: str
    criteria: tuple[Criterion, ...]
    procedure: str = ""


@dataclass(frozen=True)
class Rule:
    """A conclusion as it is drawn, at one grain. It needs any of its findings, and all of `after`."""

    name: str
    title: Title
    grain: str
    place: Place
    findings: tuple[Finding, ...]
    after: tuple[str, ...]
    over: tuple[str, ...]
    excludes: tuple[str, ...]
    actions: tuple[Asked, ...]
    proposal: bool
    stands: Standing | None
    shows: tuple[str, ...]
    promotion: Promotion | None
    source: str = ""


@dataclass(frozen=True)
class Stage:
    """A step of a procedure: its events, and the fewest working days since the step before, a figure's path."""

    name: str
    title: Title
    events: tuple[str, ...]
    working_days: str
    place: Place


@dataclass(frozen=True)
class Course:
    """A procedure: the kind of its events and its steps in order."""

    name: str
    title: Title
    event: str
    stages: tuple[Stage, ...]
    place: Place
