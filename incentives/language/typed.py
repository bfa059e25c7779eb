"""A tree with its types, and what is noted on the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from incentives.language import ranges as r
from incentives.language import tree as t
from incentives.language.facts import Facts
from incentives.language.flaws import Flaw
from incentives.language.own import own_part, own_text
from incentives.language.ranges import Ratio
from incentives.language.types import (  # fmt: skip
    MOST_DIGITS,
    AnyType,
    ChoiceType,
    DayType,
    NumberType,
    TextType,
    TruthType,
    Type,
)

KINDS: dict[type, tuple[str, str]] = {
    NumberType: ("数字", "a number"), TextType: ("文本", "text"), TruthType: ("是非值", "true or false"),
    DayType: ("日期", "a date"), ChoiceType: ("选项", "a choice"), AnyType: ("空值", "nothing"),
}  # fmt: skip


@dataclass(frozen=True)
class Scoped:
    """A name that a formula may use: its type, whether it may be missing, and, of a column that is used before it is
    rounded, its exact numerator and denominator."""

    type: Type
    missing: bool = False
    exact: tuple[t.Node, t.Node] | None = None


@dataclass(frozen=True)
class Typed:
    """A node with its type and its typed children, in the order of `tree.children`.

    `needs`: the names and figure paths that may be missing and must be present for a result; those that are read only
    where `present(x)` holds are not among them. `missing`: the result may be missing all the same, by a `Missing()` in
    a branch. `ratio` is set while a division is carried unrounded; `type` then bounds its value.
    """

    node: t.Node
    type: Type
    parts: tuple[Typed, ...] = ()
    needs: frozenset[str] = frozenset()
    missing: bool = False
    ratio: Ratio | None = None

    @property
    def as_ratio(self) -> Ratio:
        """Numerator and denominator, the latter 1 unless a division is carried."""
        assert isinstance(self.type, NumberType)
        return self.ratio or Ratio(self.type, r.ONE)


@dataclass(frozen=True)
class Around:
    """The surroundings of a node: the names it may use, the facts that hold where it stands, and the collected
    faults."""

    scope: Mapping[str, Scoped]
    facts: Facts = field(default_factory=Facts)
    flaws: list[Flaw] = field(default_factory=list)

    def knowing(self, more: Facts) -> Around:
        """The same with more facts."""
        return replace(self, facts=self.facts | more)

    def forgetting(self) -> Around:
        """The same in another period, where no fact of this one holds."""
        return replace(self, facts=Facts())

    def flaw(self, code: str, node: t.Node, **about: object) -> None:
        """Notes a fault at `node`, or at the part of it that somebody wrote."""
        node = own_part(node)
        self.flaws.append(Flaw(code, {"expression": own_text(node), **about}, *node.span))


def made(node: t.Node, type_: Type, *parts: Typed, ratio: Ratio | None = None) -> Typed:
    """A node over `parts`, needing and missing what they do."""
    needs = frozenset[str]().union(*(part.needs for part in parts))
    return Typed(node, type_, parts, needs, any(part.missing for part in parts), ratio)


def conditions_of(typed: Typed) -> tuple[Typed, ...]:
    """The conditions of an `if`, or of `Cases`, in order."""
    return typed.parts[:-1:2]


def branches_of(typed: Typed) -> tuple[Typed, ...]:
    """What an `if`, or `Cases`, chooses from: a value a condition, then the one where none holds."""
    return (*typed.parts[1::2], typed.parts[-1]) if len(typed.parts) > 1 else typed.parts


def number(typed: Typed, around: Around) -> NumberType | None:
    """The type of a part that has to be a number; None, and a fault unless told before, where it is not."""
    if isinstance(typed.type, NumberType):
        return typed.type
    if not isinstance(typed.type, AnyType):
        zh, en = KINDS[type(typed.type)]
        around.flaw("not_a_number", typed.node, kind_zh=zh, kind_en=en)
    return None


def settled(typed: Typed, around: Around) -> NumberType | None:
    """The type of a part that has to be a number with an end to its decimals: a division has to be rounded first."""
    kind = number(typed, around)
    if kind and typed.ratio:
        around.flaw("division_inside", typed.node)
        return None
    return kind


def truth(typed: Typed, around: Around) -> None:
    """Notes a fault where a part that has to be true or false is not."""
    if not isinstance(typed.type, TruthType | AnyType):
        zh, en = KINDS[type(typed.type)]
        example_zh, example_en = compared(typed)
        blanks = {"kind_zh": zh, "kind_en": en, "example_zh": example_zh, "example_en": example_en}
        around.flaw("not_a_truth", typed.node, **blanks)


def compared(typed: Typed) -> tuple[str, str]:
    """A comparison that could stand instead of a part, in Chinese and in English; of a mere value, one with a name."""
    written, node = own_text(typed.node), typed.node
    if isinstance(node, t.Text):
        return f"level = {written}", f"level = {written}"
    if isinstance(node, t.Number):
        return f"指标 > {written}", f"a_metric > {written}"
    tests = {TextType: ' = "…"', ChoiceType: ' = "…"', DayType: ' >= date("2026-01-31")'}
    example = written + tests.get(type(typed.type), " > 0")
    return example, example


def one_tax(node: t.Node, left: Typed, right: Typed, around: Around) -> None:
    """Notes a fault where money with tax meets money without (POLICY M1)."""
    taxes = [part.type.tax if isinstance(part.type, NumberType) else "" for part in (left, right)]
    if all(taxes) and taxes[0] != taxes[1]:
        included, excluded = (left, right) if taxes[0] == "included" else (right, left)
        around.flaw("tax_mixed", node, included=own_text(included.node), excluded=own_text(excluded.node))


def fits(node: t.Node, kind: NumberType, around: Around) -> NumberType:
    """The type itself; a fault where it takes more than 38 digits."""
    if kind.digits > MOST_DIGITS:
        around.flaw("too_many_digits", node, digits=kind.digits, most=MOST_DIGITS)
    return kind


def check_division(typed: Typed, scale: int, mode: str, around: Around) -> None:
    """Notes a fault where a part cannot be rounded to `scale` decimals by dividing whole numbers of 38 digits."""
    if isinstance(typed.node, t.If | t.Cases | t.Labelled):
        for part in branches_of(typed):
            check_division(part, scale, mode, around)
    elif isinstance(typed.type, NumberType) and (
        typed.ratio or scale < 0 or (scale < typed.type.scale and mode != "half_up")
    ):
        digits = r.division_digits(typed.as_ratio, scale)
        if digits > MOST_DIGITS:
            around.flaw("too_many_digits", typed.node, digits=digits, most=MOST_DIGITS)
