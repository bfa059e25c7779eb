"""Corrections for a condition that can never hold, or always does, as far as one can be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from incentives.language.flaws import FormulaError
from incentives.language.infer import infer
from incentives.language.tree import And, Compare, In, Node, Not, Number, Or, Range
from incentives.language.types import NumberType
from incentives.language.write import write
from incentives.plan.lowered import World, is_constant
from incentives.plan.possible import can_hold, number

TextOf = Callable[[Node], str]
LOWER, UPPER = (">", ">="), ("<", "<=")
LARGEST = Decimal(10) ** 6  # ranges that go further say nothing that helps
CONTRADICT = {"zh": "：这两个条件不能同时成立", "en": ": the two never hold together"}
CONTRADICT_ALL = {"zh": "：这些条件不能同时成立", "en": ": its parts never hold together"}
CORRECT = {"zh": "更正条件，或删去它", "en": "correct the condition, or remove it"}


@dataclass(frozen=True)
class Advice:
    """The reason why a condition never holds, or always does, and its correction, each in both languages."""

    because: dict[str, str]
    mend: dict[str, str]

    @property
    def blanks(self) -> dict[str, Any]:
        """Return the blanks of a message."""
        return {"because": self.because, "mend": self.mend}


def alone(node: Node, world: World, text_of: TextOf) -> Advice:
    """Return the advice for one comparison: the values that there are."""
    plain = Advice({"zh": "", "en": ""}, CORRECT)
    kind = values_of(node, world)
    if kind is None or abs(kind.low) > LARGEST or any(is_within(edge, kind, world) for edge in edges(node)):
        return plain
    numbers = [part for part in edges(node) if isinstance(part, Number)]
    percent = any(number.percent for number in numbers)
    low, high = (shown(value, percent) for value in (kind.low, kind.high))
    of = text_of(node.left if isinstance(node, Compare) else node.of)  # type: ignore[union-attr]
    if kind.high > LARGEST:
        return beyond(of, low)
    because = {"zh": f"：{of} 只会在 {low} 到 {high} 之间", "en": f": {of} is from {low} to {high}"}
    if isinstance(node, Compare) and len(numbers) == 1 and numbers[0].value in (kind.low, kind.high):
        write_it = f"{of} {node.op}= {text_of(numbers[0])}"  # `> 120` of what ends there
        return Advice(
            because, {"zh": f"写 {write_it}，或删去这个条件", "en": f"write `{write_it}`, or remove the condition"}
        )
    if isinstance(node, Compare) and len(numbers) == 1 and not percent:
        share = Compare(node.op, node.left, Number(numbers[0].value / 100))
        if kind.high <= 10 and numbers[0].value > kind.high and can_hold(share, world):
            write_it = f"{of} {node.op} {text_of(numbers[0])}%"
            return Advice(because, {"zh": f"写 {write_it}", "en": f"write `{write_it}`"})
    return Advice(because, {
        "zh": f"改成与 {low} 到 {high} 之间的值比较，或删去这个条件",
        "en": f"compare with a value from {low} to {high}, or remove the condition",
    })  # fmt: skip


def is_within(edge: Node, kind: NumberType, world: World) -> bool:
    """Return whether an edge lies between the least and the greatest value of a type, so that these say nothing of
    it."""
    values = [number(edge, world, day) for day in world.days]
    return any(kind.low < value < kind.high for value in values)


def beyond(of: str, low: str) -> Advice:
    """Return the advice for a comparison with what lies below the least value that there is."""
    return Advice(
        {"zh": f"：{of} 最小是 {low}", "en": f": {of} is {low} or more"},
        {
            "zh": f"改成与 {low} 以上的值比较，或删去这个条件",
            "en": f"compare with a value of {low} or more, or remove the condition",
        },
    )


def values_of(node: Node, world: World) -> NumberType | None:
    """Return the type of the part that a condition compares with values of the policy; None where it is no number."""
    of = node.left if isinstance(node, Compare) else node.of if isinstance(node, In) else None
    if of is None or is_constant(of) or not all(map(is_constant, edges(node))):
        return None
    try:
        kind = infer(of, world.scope).type
    except FormulaError:
        return None
    return kind if isinstance(kind, NumberType) else None


def edges(node: Node) -> list[Node]:
    """Return the values that a comparison or `in` compares with."""
    if isinstance(node, Compare):
        return [node.right]
    found: list[Node] = []
    for test in node.tests if isinstance(node, In) else ():
        found += [edge for edge in (test.low, test.high) if edge] if isinstance(test, Range) else [test]
    return found


def shown(value: Decimal, percent: bool) -> str:
    """Return a value as a formula writes it."""
    plain = (value * 100 if percent else value).normalize()
    return f"{plain:f}%" if percent else f"{plain:f}"


def both(one: Node, other: Node, world: World, text_of: TextOf) -> Advice:
    """Return the advice for two conditions that are to hold together and never do: the other way round, or one of
    them."""
    any_one = f"{text_of(one)} or {text_of(other)}"
    ways = []
    if turned := swapped(one, other):
        first, second = turned
        if can_hold(And((first, second)), world) is not False:
            ways.append(f"{told(one, first, text_of)} and {told(other, second, text_of)}")
    if can_hold(Not(Or((one, other))), world) is not False:
        ways.append(any_one)
    if not ways:
        return Advice(CONTRADICT, CORRECT)
    if ways == [any_one]:
        return Advice(
            CONTRADICT, {"zh": f"只要一个成立就够的，写 {any_one}", "en": f"if one is enough, write `{any_one}`"}
        )
    if len(ways) == 1:
        return Advice(CONTRADICT, {"zh": f"写 {ways[0]}", "en": f"write `{ways[0]}`"})
    return Advice(CONTRADICT, {
        "zh": f"写 {ways[0]}；只要一个成立就够的，写 {any_one}",
        "en": f"write `{ways[0]}`, or, if one is enough, `{any_one}`",
    })  # fmt: skip


def swapped(one: Node, other: Node) -> tuple[Compare, Compare] | None:
    """Return a lower and an upper bound of the same, each with the edge of the other."""
    if not (isinstance(one, Compare) and isinstance(other, Compare)) or write(one.left) != write(other.left):
        return None
    if not ((one.op in LOWER and other.op in UPPER) or (one.op in UPPER and other.op in LOWER)):
        return None
    return Compare(one.op, one.left, other.right), Compare(other.op, other.left, one.right)


def told(old: Node, new: Compare, text_of: TextOf) -> str:
    """Return a comparison with another edge, in the words in which it was written."""
    assert isinstance(old, Compare)
    return f"{text_of(old.left)} {new.op} {text_of(new.right)}"


def either(parts: tuple[Node, ...], world: World, text_of: TextOf) -> Advice:
    """Return the advice for conditions of which one always holds, whatever the value."""
    because = {"zh": "：不论值是多少，总有一个条件成立", "en": ": whatever the value, one of its parts does"}
    if can_hold(And(parts), world) is False:
        return Advice(because, CORRECT)
    every = " and ".join(map(text_of, parts))
    return Advice(because, {"zh": f"写 {every}，或删去这个条件", "en": f"write `{every}`, or remove the condition"})
