"""The one immutable tree of a formula; SQL, types, sentences and proofs are functions over it.

`span` is the (start, end) offset in the formula's text and plays no part in equality. The nodes under "made by the
compiler" are never written by a user: the plan builds scores, grades and tiers out of the same tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from incentives.faults import Place

Span = tuple[int, int]
MOST_PERIODS = 400
MOST_NESTED = 50  # `if`s within each other, and terms of a sum that are added one after the other


@dataclass(frozen=True)
class Title:
    """A name for people, in Chinese and English."""

    zh: str = ""
    en: str = ""

    def get(self, lang: str) -> str:
        """The title in `lang`, or in the other language where that one is empty."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)


@dataclass(frozen=True, kw_only=True)
class Base:
    """The part that all nodes share."""

    span: Span = field(default=(0, 0), compare=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every column name and figure path that the tree reads."""
        own = {self.name} if isinstance(self, Name | Exact) else {self.path} if isinstance(self, Figure) else set()
        return frozenset(own).union(*(child.names for child in children(self)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Number(Base):
    """A number as written; `percent` remembers that `40%` was typed, `value` is then 0.4."""

    value: Decimal
    percent: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Text(Base):
    """A string."""

    value: str


@dataclass(frozen=True)
class Truth(Base):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True)
class Day(Base):
    """`date("2026-01-01")`."""

    value: date


@dataclass(frozen=True)
class Name(Base):
    """A column, or a column of the table that an aggregate runs over."""

    name: str


@dataclass(frozen=True)
class Figure(Base):
    """A value of the policy by its path: `figures.red_line`, or one lifted by the compiler (`grade.bands.S.low`)."""

    path: str


@dataclass(frozen=True)
class Negate(Base):
    """`-x`."""

    of: Node


@dataclass(frozen=True)
class Arithmetic(Base):
    """`left op right`, op one of + - * /."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Compare(Base):
    """`left op right`, op one of = != < <= > >=."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class And(Base):
    """All of `parts`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Base):
    """Any of `parts`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Base):
    """`not(x)`."""

    of: Node


@dataclass(frozen=True)
class If(Base):
    """`if when then then otherwise otherwise`."""

    when: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class Mirrored(If):
    """What is made of an amount; below zero (`when`) as much less as the same amount above zero makes (`then`)."""


@dataclass(frozen=True)
class Range(Base):
    """`[low..high)`; `None` where a unary test such as `>= 90` leaves a side open."""

    low: Node | None
    high: Node | None
    low_closed: bool = True
    high_closed: bool = True


@dataclass(frozen=True)
class In(Base):
    """`of in (tests)`: true when any test holds. `between` is a closed Range.

    A test is a Range (`>= 90` is one with an open side), a value to equal, or a Not around one of the two (`!= "C"`).
    """

    of: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True)
class Call(Base):
    """A function by its FEEL name: min max sum abs floor ceiling present, and the history functions streak, count,
    prior, last_year, standing, concluded (and `sum` with a whole number as written for the second of two arguments)."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Round(Base):
    """`round half up(x, 2)` and its kin; `mode` is up, down, half_up, half_down or half_even (`decimal`)."""

    of: Node
    scale: int
    mode: str


# ---- made by the compiler ----


@dataclass(frozen=True)
class Missing(Base):
    """No value: what a column gives when everything it needs is exempt."""


@dataclass(frozen=True)
class Labelled(Base):
    """A part of a larger formula that has a name and a line of policy of its own, such as one tier."""

    of: Node
    title: Title
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Exact(Base):
    """The column `name` before it is rounded: `over` ÷ `under`, each a name, a figure or a number; they count only
    where the column has a value."""

    name: str
    over: Node
    under: Node


@dataclass(frozen=True)
class Cases(Base):
    """The one of `thens` whose `whens` is the first that holds, else `otherwise`: as many as nobody could nest."""

    whens: tuple[Node, ...]
    thens: tuple[Node, ...]
    otherwise: Node


Node = (
    Number | Text | Truth | Day | Name | Figure | Negate | Arithmetic | Compare | And | Or | Not | If
    | Range | In | Call | Round | Missing | Labelled | Exact | Cases
)  # fmt: skip


ZERO, ONE = Number(Decimal(0)), Number(Decimal(1))


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of `node`, left to right."""
    match node:
        case Negate(of=x) | Not(of=x) | Round(of=x) | Labelled(of=x):
            return (x,)
        case Arithmetic(left=a, right=b) | Compare(left=a, right=b):
            return (a, b)
        case And(parts=parts) | Or(parts=parts):
            return parts
        case If(when=w, then=t, otherwise=o):
            return (w, t, o)
        case Exact(over=over, under=under):
            return (over, under)
        case Cases(whens=whens, thens=thens, otherwise=o):
            return (*(part for pair in zip(whens, thens, strict=True) for part in pair), o)
        case Range(low=low, high=high):
            return tuple(x for x in (low, high) if x is not None)
        case In(of=x, tests=tests):
            return (x, *tests)
        case Call(args=args):
            return args
        case _:
            return ()


def first_of(lines: Sequence[tuple[Node, Node]], otherwise: Node) -> Node:
    """The value of the first line whose condition holds: nested `if`s, or `Cases` where they are many."""
    if len(lines) > MOST_NESTED:
        whens, thens = zip(*lines, strict=True)
        return Cases(whens, thens, otherwise)
    for when, then in reversed(lines):
        otherwise = If(when, then, otherwise)
    return otherwise


def is_history(node: Node) -> bool:
    """Return whether the node is a call that looks at other periods, such as prior, streak, or sum with a number of
    them."""
    if not isinstance(node, Call):
        return False
    return node.name in {"streak", "count", "prior", "last_year", "standing", "concluded"} or (
        node.name == "sum" and len(node.args) == 2 and is_whole(node.args[1])
    )


def periods_of(node: Node) -> int | None:
    """The number of periods that a history function is given, from 1 to 400 and written out; None for anything else."""
    if isinstance(node, Number) and is_whole(node) and 1 <= node.value <= MOST_PERIODS:
        return int(node.value)
    return None


def is_whole(node: Node) -> bool:
    """Return whether the node is a whole number as written."""
    return isinstance(node, Number) and not node.percent and node.value == node.value.to_integral_value()
