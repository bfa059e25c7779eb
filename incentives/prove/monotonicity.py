"""The direction in which every column can move where there is more of a metric: read off its formula, part by part.

What the parts tell is enough for most formulas, however many unknowns they have; where it is not, the solver is asked
about the one formula, with nothing known of its names but how they move. All of it errs on the side of `any way`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

import z3

from incentives.language import tree as t
from incentives.language.infer import Typed
from incentives.language.types import ChoiceType, NumberType, TextType
from incentives.plan.columns import Column, Computed, Past, RolledUp, RunningSum, Vested
from incentives.prove.amounts import Amount, Ground, Term, both, compared, opposite
from incentives.prove.encode import UnreadableError, Value, column_value
from incentives.prove.period_context import EARLIER, is_late
from incentives.prove.rows import Rows
from incentives.prove.search import search

FEW_STEPS = 200_000


@dataclass(frozen=True)
class Trend:
    """Whether a value can rise, can fall (a truth rises where it becomes true), and can come or go."""

    rises: bool = False
    falls: bool = False
    comes: bool = False

    @property
    def flipped(self) -> Trend:
        """The same the other way round."""
        return Trend(self.falls, self.rises, self.comes)

    def __or__(self, other: Trend) -> Trend:
        """Either of the two."""
        return Trend(self.rises or other.rises, self.falls or other.falls, self.comes or other.comes)


SAME, UP, ANY_WAY = Trend(), Trend(rises=True), Trend(True, True, True)
Look = Callable[[str], Trend]


@dataclass
class Trends:
    """The trends of the columns of a row with more of a metric, as far as they were asked for."""

    rows: Rows
    found: dict[str, Trend] = field(default_factory=dict)

    def of(self, name: str) -> Trend:
        """The trend of a column or figure."""
        world = self.rows.setting.world
        if name not in world.columns or not self.rows.moves(name):
            return SAME
        if name not in self.found:
            self.found[name] = self._of(world.columns[name])
        return self.found[name]

    def _of(self, column: Column) -> Trend:
        match column.how:
            case Computed():
                typed = self.rows.setting.formula(column)
                found = trend(typed, self.of)
                return found if found in (SAME, UP, UP.flipped) else tried(column, typed, self)
            case how if is_late(how):
                return SAME
            case _ if self.rows.is_more(column):
                return UP
            case Vested(earned=earned, taken=taken):
                return SAME if taken else self.of(earned)
            case Past(function=function, of=of) if function not in EARLIER:
                return counted(self.of(of))
            case RunningSum(of=of):
                return counted(self.of(of))
            case RolledUp(of=of, take="sum" | "min" | "max" | "mean", within=within) if within:
                return ANY_WAY if self.rows.setting.looks_around(of) else counted(self.of(of))
        return ANY_WAY


def counted(of: Trend) -> Trend:
    """The trend of what is summed or counted of a column, in which what is missing counts as nothing."""
    return ANY_WAY if of.comes else of


def trend(typed: Typed, look: Look) -> Trend:
    """The trend of a formula, by its parts."""
    node, parts = typed.node, typed.parts
    match node:
        case t.Name(name=name):
            found = look(name)
            ordered = isinstance(typed.type, NumberType) or not isinstance(typed.type, ChoiceType | TextType)
            return found if ordered or found == SAME else ANY_WAY
        case t.Exact(name=name):
            return look(name)
        case t.Call(name="present"):
            (arg,) = parts
            comes = isinstance(arg.node, t.Name) and look(arg.node.name).comes
            return Trend(comes, comes) if comes else SAME
        case t.If():
            return branched(parts, look)
        case t.Arithmetic(op="*" | "/" as op):
            return scaled(op, parts[0], parts[1], look)
        case t.In():
            found = joined(parts, look)
            return SAME if found == SAME else within(typed, look)
        case _:
            pass
    moves = [trend(part, look) for part in parts]
    match node:
        case t.Negate() | t.Not():
            return moves[0].flipped
        case t.Arithmetic(op="-") | t.Compare(op=">" | ">="):
            return moves[0] | moves[1].flipped
        case t.Compare(op="<" | "<="):
            return moves[0].flipped | moves[1]
        case t.Compare():
            return SAME if moves == [SAME, SAME] else ANY_WAY
        case t.Call(name="abs"):
            low, high = signs(parts[0])
            return moves[0] if low else moves[0].flipped if high else either_way(moves[0])
        case _:
            return joined(parts, look)


def joined(parts: tuple[Typed, ...], look: Look) -> Trend:
    """The trend of what rises with each of its parts, such as a sum, `max`, `and`, a rounding."""
    found = SAME
    for part in parts:
        found |= trend(part, look)
    return found


def either_way(moved: Trend) -> Trend:
    """Any way, where it moves at all."""
    return SAME if moved == SAME else ANY_WAY


def within(typed: Typed, look: Look) -> Trend:
    """The trend of a test that leaves one side open."""
    match typed.node:
        case t.In(tests=(t.Range(low=low, high=high),)) if (low is None) != (high is None):
            of, end = trend(typed.parts[0], look), trend(typed.parts[1].parts[0], look)
            return of | end.flipped if high is None else of.flipped | end
    return ANY_WAY


def signs(typed: Typed) -> tuple[bool, bool]:
    """Return whether a number is never below zero, and whether it is never above."""
    kind = typed.type
    return (kind.low >= 0, kind.high <= 0) if isinstance(kind, NumberType) else (False, False)


def scaled(op: str, left: Typed, right: Typed, look: Look) -> Trend:
    """The trend of a product or a quotient, by the signs of both sides; a divisor is never zero."""
    one, two = trend(left, look), trend(right, look)
    (above, below), (over, under) = signs(left), signs(right)
    if op == "/":
        two = two.flipped
        if two != SAME and not (over or under):
            return ANY_WAY  # it may pass zero
    mine = SAME if one == SAME else one if over else one.flipped if under else ANY_WAY
    other = SAME if two == SAME else two if above else two.flipped if below else ANY_WAY
    return mine | other


def branched(parts: tuple[Typed, ...], look: Look) -> Trend:
    """The trend of an `if`: of its branches, and of going from one to the other."""
    when, then, otherwise = parts
    turns, found = trend(when, look), trend(then, look) | trend(otherwise, look)
    if turns == SAME:
        return found
    if turns.comes or then.needs or otherwise.needs or then.missing or otherwise.missing:
        return ANY_WAY
    one, two = span(then), span(otherwise)
    if one is None or two is None:
        return ANY_WAY
    to_then = Trend(rises=one[1] > two[0], falls=one[0] < two[1])  # from `otherwise` to `then`
    if turns.rises:
        found |= to_then
    return found | to_then.flipped if turns.falls else found


def span(typed: Typed) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest value of a number; of a truth that is written, 0 or 1."""
    if isinstance(typed.type, NumberType):
        return typed.type.low, typed.type.high
    return (Decimal(typed.node.value),) * 2 if isinstance(typed.node, t.Truth) else None


# ---- one formula put to the solver ----


def tried(column: Column, typed: Typed, trends: Trends) -> Trend:
    """The trend of a column's formula of which nothing is known but the trends of its names."""
    ground = Ground()
    rows = Rows(trends.rows.setting, ground, False)
    sides: dict[str, tuple[Value, Value]] = {}

    def named(after: bool, name: str) -> Value:
        world = rows.setting.world
        if name not in world.columns:
            return rows.value(name)
        if name not in sides:
            sides[name] = related(rows, world.columns[name], trends.of(name))
        return sides[name][after]

    try:
        before, after = (
            column_value(typed, column.scale, column.mode, partial(named, side), ground) for side in (False, True)
        )
        if before.of is None or after.of is None:
            return ANY_WAY
        here = both(before.there, after.there)
        rises, falls = (possible(rows, both(here, ordered(rows, column, sign, after, before))) for sign in (">", "<"))
        return Trend(rises, falls, possible(rows, differs(before.there, after.there)))
    except UnreadableError:
        return ANY_WAY


def related(rows: Rows, column: Column, moved: Trend) -> tuple[Value, Value]:
    """The values of a column before and after, of its type, as far apart as its trend allows."""
    before = rows.free(column, "")
    if moved == SAME:
        return before, before
    after = rows.free(column, "'")
    facts = rows.ground.facts
    if not moved.comes:
        facts.append(opposite(differs(before.there, after.there)))
    if not moved.falls:
        facts.append(opposite(both(before.there, after.there, ordered(rows, column, "<", after, before))))
    if not moved.rises:
        facts.append(opposite(both(before.there, after.there, ordered(rows, column, ">", after, before))))
    return before, after


def differs(a: Term, b: Term) -> Term:
    """Return whether two truths differ."""
    if isinstance(a, bool) and isinstance(b, bool):
        return a != b
    return z3.Xor(a, b) if not isinstance(a, bool) and not isinstance(b, bool) else opposite(b) if a is True else b


def ordered(rows: Rows, column: Column, sign: str, a: Value, b: Value) -> Term:
    """Return whether a is more (`>`) or less than b: of numbers, truths and grades, the first of which is the best."""
    if isinstance(a.of, Amount):
        return compared(rows.ground, sign, a.of, b.of)
    if isinstance(column.type, ChoiceType):
        one, two = (place(rows, column.type, value) for value in (a, b))
        return one > two if sign == ">" else one < two
    if isinstance(a.of, bool) or z3.is_bool(a.of):
        return both(a.of, opposite(b.of)) if sign == ">" else both(opposite(a.of), b.of)
    return a.of != b.of


def place(rows: Rows, kind: ChoiceType, value: Value) -> Term:
    """Return the rank of a choice."""
    found: Term = 0
    for rank, choice in enumerate(reversed(kind.values)):
        found = z3.If(value.of == rows.ground.code(choice), rank, found)
    return found


def possible(rows: Rows, wanted: Term) -> bool:
    """Return whether something may be so; it is not where that is proved."""
    if isinstance(wanted, bool):
        return wanted
    return search(rows, wanted).fits(steps=FEW_STEPS) is not False
