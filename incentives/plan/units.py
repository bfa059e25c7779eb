"""The unit of a formula that states none: it follows from the units of what the formula reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from incentives.language.tree import (
    And,
    Arithmetic,
    Call,
    Cases,
    Compare,
    Day,
    Exact,
    Figure,
    If,
    In,
    Labelled,
    Name,
    Negate,
    Node,
    Not,
    Or,
    Round,
    Text,
    Truth,
)
from incentives.plan.columns import Before, Column, Computed, Past, PolicyFigure, RolledUp, RunningSum, Settled, Taken
from incentives.ruleset.units import NUMBERS as UNITS

SHARES = ("ratio", "rate")
NUMBERS = re.compile(r"(?<![\w.])[0-9][0-9_]*(?:\.[0-9]+)?")
LARGEST_SCORE = UNITS["score"].high
PLAIN = ""  # a bare number, which takes the unit of its neighbour


class Known(Protocol):
    """The columns and figures in which units are looked up: those of a draft, or of a plan."""

    @property
    def columns(self) -> Mapping[tuple[str, str], Column]:
        """Return the columns by grain and name."""

    @property
    def figures(self) -> Mapping[str, PolicyFigure]:
        """Return the figures by path."""


def unit_of(known: Known, node: Node, grain: str) -> str:
    """Return the unit of a formula; PLAIN where it has none."""
    match node:
        case Name(name=name) | Exact(name=name):
            return unit_of_column(known, name, grain)
        case Figure(path=path):
            return known.figures[path].unit if path in known.figures else PLAIN
        case Negate(of=of) | Labelled(of=of) | Round(of=of):
            return unit_of(known, of, grain)
        case If(then=then, otherwise=otherwise):
            return unit_of(known, then, grain) or unit_of(known, otherwise, grain)
        case Cases(thens=(then, *_)):
            return unit_of(known, then, grain)
        case Arithmetic(op=op, left=left, right=right):
            return reckoned(op, unit_of(known, left, grain), unit_of(known, right, grain))
        case Call(name="present" | "holds"):
            return "switch"
        case Call(args=args):
            return next((unit for arg in args if (unit := unit_of(known, arg, grain))), PLAIN)
        case Compare() | In() | And() | Or() | Not() | Truth():
            return "switch"
        case Text():
            return "text"
        case Day():
            return "date"
        case _:
            return PLAIN


def unit_of_column(known: Known, name: str, grain: str) -> str:
    """Return the unit of a column; of one that the plan made of a formula, that of the formula."""
    column = known.columns.get((grain, name))
    if column is None:
        return PLAIN
    if column.unit:
        return column.unit
    match column.how:
        case Past(function="streak" | "count"):
            return "count"
        case Past(of=of) | RunningSum(of=of) | Settled(of=of) | Before(of=of):
            return unit_of_column(known, of, grain)
        case RolledUp(of=of, finer=finer):
            return unit_of_column(known, of, finer or grain)
        case Taken(of=of, frame=frame):
            return unit_of_column(known, of, frame)
        case Computed(formula=formula):
            return unit_of(known, formula, grain)
        case _:
            return PLAIN


def reckoned(op: str, left: str, right: str) -> str:
    """Return the unit of a sum, product or quotient; a mean of whole numbers has none, so that it is shown like a
    score."""
    if op in "+-" or left == right == PLAIN:
        return left or right
    if op == "*":
        return right if left in (PLAIN, *SHARES) else left
    if right == PLAIN:
        return "score" if left == "count" else left
    if left == right:
        return "ratio"
    return "ratio" if left in (PLAIN, *SHARES) else "score" if left == "count" else left


def unit_tested(unit: str, test: str) -> str:
    """Return the unit of a tested value: a share where the test says `%`. A number without a unit is shown with the
    decimals of its test, and a mean of whole numbers like a score."""
    if "%" in test or "％" in test:
        return unit if unit in SHARES else "ratio"
    numbers = [Decimal(number.replace("_", "")) for number in NUMBERS.findall(test)]
    if unit not in (PLAIN, "count"):
        return unit
    return "score" if any(number % 1 for number in numbers) else "count"


def unit_of_event(test: str) -> str:
    """Return the unit of an event's number, which may have decimals: a share where the test says `%`, or a large
    amount."""
    if "%" in test or "％" in test:
        return "ratio"
    numbers = [Decimal(number.replace("_", "")) for number in NUMBERS.findall(test)]
    return "money" if any(number > LARGEST_SCORE for number in numbers) else "score"
