"""Questions about a policy without any data, and their answers, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from incentives.faults import Place

PROVED, REFUTED, OPEN = "proved", "refuted", "open"
Figure = Decimal | bool | str | date | None
Why = tuple[tuple[str, tuple[str, ...]], ...]  # what stands in the way: a code of the words, and the columns


@dataclass(frozen=True)
class Question:
    """One thing that is asked of a policy; `place` is where the policy asks it, or the line that it is about.

    `ask`: never_less (of `pay`, for a better `metric`), no_jump_above (`money`, between two neighbouring values of the
    metric), reachable (the grade or conclusion `name`), at_most and at_least (`money`; without it the most and the
    least are looked for). `declared` where the policy asks it itself, under that name.
    """

    ask: str
    place: Place
    pay: str = ""
    metric: str = ""
    money: Decimal | None = None
    name: str = ""
    declared: str = ""


@dataclass(frozen=True)
class Example:
    """A rep in a period: what is given, and the figures that the engine computes of it."""

    period: str
    given: Mapping[str, Figure]
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class Verdict:
    """The answer to a question: proved, refuted or open (not decided).

    `examples`: a rep, or the rep before and after, as the engine computed them. `money`: the most or the least that was
    found; without an end where `endless` names the figures that have no range. `why`: why it is open.
    """

    question: Question
    said: str
    examples: tuple[Example, ...] = ()
    money: Decimal | None = None
    endless: tuple[str, ...] = ()
    why: Why = ()
