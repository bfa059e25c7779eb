"""The formula as it was applied to one row: only the branches taken, and the conditions that decided.

What the plan puts around a policy's formulas (is the row assessed, is there a value, is the divisor zero) is left out
where it took its usual way, and told where it did not.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from incentives.explain.case import Case, truth
from incentives.language import tree as t
from incentives.plan.leavers import GONE
from incentives.plan.names import OPEN, step_of

# what the plan asks of every row → its usual answer
USUAL = {"scored": True, "in_force": True, "locked": False, "exempted": False, OPEN: True, GONE: False}
# what a row seldom has: that it has none goes without saying
RARE = ("decided_grade", "history_grade")
CONDITIONS = (t.And, t.Or, t.Not, t.Compare, t.In, t.Call)
UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Held:
    """A condition that decided, and whether it held; None where it cannot be said."""

    node: t.Node
    held: bool | None


@dataclass(frozen=True)
class Applied:
    """`formula` over the names that were used; `facts` decided on the way to it; `left_out` are the parts of a sum that
    did not count, by name, with `absent` or `no_weight`."""

    formula: t.Node
    facts: tuple[Held, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass
class Notes:
    """The facts gathered on the way through one formula."""

    case: Case
    column: str
    facts: list[Held] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def applied(case: Case, column: str, formula: t.Node) -> Applied:
    """The formula of a column as it was applied to the row."""
    notes = Notes(case, column)
    if column == UNSIGNED:
        held = bool(case.values[column])
        return Applied(t.Truth(held), tuple(facts_of(formula, held, notes)))
    decides = isinstance(formula, CONDITIONS) and not isinstance(case.values[column], Decimal)
    said = truth(case, column, formula) if decides else None
    reduced = reduce(formula, notes) if said is None else condition(formula, notes)
    return Applied(reduced, tuple(dict.fromkeys(notes.facts)), tuple(dict.fromkeys(notes.left_out)))


def reduce(node: t.Node, notes: Notes) -> t.Node:
    """The tree without the branches that were not taken; what decided is noted."""
    match node:
        case t.If():
            return branch(node, notes)
        case t.Cases():
            return line(node, notes)
        case t.Arithmetic(op="+"):
            left, right = operand(node.left, notes), operand(node.right, notes)
            if left is None or right is None:
                return left or right or t.ZERO
            return missing_or(replace(node, left=left, right=right))
        case t.Arithmetic(left=left, right=right):
            return missing_or(replace(node, left=reduce(left, notes), right=reduce(right, notes)))
        case t.Negate(of=of) | t.Round(of=of):
            return missing_or(replace(node, of=reduce(of, notes)))
        case t.Call(name=name, args=args) if name != "present":
            return missing_or(replace(node, args=tuple(reduce(arg, notes) for arg in args)))
    return node


def missing_or(node: t.Node) -> t.Node:
    """The node; nothing where a part of it is missing."""
    return t.Missing() if any(isinstance(part, t.Missing) for part in t.children(node)) else node


def branch(node: t.Node, notes: Notes) -> t.Node:
    """The branch that a chain of `if`s takes; its conditions are noted as far as they tell something."""
    failed: list[t.Node] = []
    while isinstance(node, t.If):
        held = truth(notes.case, notes.column, node.when)
        if held is None:
            notes.facts += absences(node.when, notes)
            return t.Missing()
        if held:
            subjects = {subject(leaf) for leaf in leaves(node.when)}
            told = [fact for when in failed for fact in facts_of(when, False, notes)]
            notes.facts += [fact for fact in told if subject(fact.node) not in subjects]
            notes.facts += facts_of(node.when, True, notes)
            return reduce(node.then, notes)
        if not isinstance(node, t.Mirrored):  # that an amount is not below zero goes without saying
            failed.append(node.when)
        node = node.otherwise
    last = {subject(fact.node): fact for when in failed for fact in facts_of(when, False, notes)}
    notes.facts += last.values()
    return reduce(node, notes)


def line(node: t.Cases, notes: Notes) -> t.Node:
    """The line of a long table that is taken; its own condition is noted, not those of all before it."""
    number = notes.case.parts.get((notes.column, node))
    if number is None:
        notes.facts += absences(node.whens[0], notes)
        return t.Missing()
    if number == len(node.whens):
        return reduce(node.otherwise, notes)
    notes.facts += facts_of(node.whens[number], True, notes)
    return reduce(node.thens[number], notes)


def operand(node: t.Node, notes: Notes) -> t.Node | None:
    """One part of a sum; None where it does not count, for want of a value or of weight."""
    match node:
        case t.If(when=t.Call(name="present", args=(t.Name(name=name),)) as when, otherwise=rest) if rest == t.ZERO:
            if not truth(notes.case, notes.column, when):
                notes.left_out.append((name, "absent"))
                return None
            part = reduce(node.then, notes)
            if weightless(part, notes):
                notes.left_out.append((name, "no_weight"))
                return None
            return part
        case t.Arithmetic(op="+"):
            left, right = operand(node.left, notes), operand(node.right, notes)
            if left is None or right is None:
                return left or right
            return replace(node, left=left, right=right)
        case _:
            return reduce(node, notes)


def weightless(node: t.Node, notes: Notes) -> bool:
    """Return whether a part is a figure of the policy that is zero, or multiplied by one."""
    match node:
        case t.Figure(path=path):
            return bool(notes.case.values[path] == 0)
        case t.Arithmetic(op="*", left=left, right=right):
            return any(isinstance(side, t.Figure) and weightless(side, notes) for side in (left, right))
        case _:
            return False


def facts_of(node: t.Node, held: bool, notes: Notes) -> list[Held]:
    """The conditions inside a condition that made it hold or fail, as plain facts."""
    match node:
        case t.Labelled(of=of):
            return facts_of(of, held, notes)
        case t.Not(of=of):
            return facts_of(of, not held, notes)
        case t.And(parts=parts) | t.Or(parts=parts):
            sides = [(part, truth(notes.case, notes.column, part)) for part in parts]
            return [f for part, side in sides if side is held for f in facts_of(part, side, notes)]
        case t.Name(name=name) if USUAL.get(name, True if is_signature(name) else None) is held:
            return []
        case t.Call(name="present", args=(t.Name(name=name),)):
            return [] if held or name in RARE else [Held(node, held)]
        case t.Compare(op=op, right=right) if right == t.ZERO and node.span == (0, 0):
            if op == ">" and not held:
                return absences(node.left, notes)
            return [Held(node, held)] if (op in ("=", "<=")) is held else []
    return [Held(node, held)]


def is_signature(name: str) -> bool:
    """Return whether a part says that a target is signed."""
    return step_of(name) == "signed"


def absences(node: t.Node, notes: Notes) -> list[Held]:
    """Return a condition for each name of the part that has no value."""
    values = notes.case.values
    return [Held(t.Call("present", (t.Name(n),)), False) for n in ordered_names(node) if values.get(n) is None]


def condition(node: t.Node, notes: Notes) -> t.Node:
    """A condition that is a figure by itself, without the plan's guards; of `and` and `or` each part becomes a fact."""
    match node:
        case t.And(parts=parts):
            held = [truth(notes.case, notes.column, part) for part in parts]
            broken = [part for part, side in zip(parts, held, strict=True) if side is False and is_guard(part)]
            if broken:
                notes.facts += [fact for part in broken for fact in facts_of(part, False, notes)]
                return t.Truth(False)
            asked = tuple(part for part, side in zip(parts, held, strict=True) if not (side and is_guard(part)))
            if len(asked) == 1:
                return condition(asked[0], notes)
            return t.And(tuple(part_of(part, notes) for part in asked)) if asked else t.Truth(True)
        case t.Or(parts=parts):
            return t.Or(tuple(part_of(part, notes) for part in parts))
        case _:
            return node


def part_of(node: t.Node, notes: Notes) -> t.Node:
    """One part of an `and` or `or`, without guards; whether it holds is noted, or the guard that says no."""
    inner = Notes(notes.case, notes.column)
    reduced = condition(node, inner)
    if isinstance(reduced, t.Truth):
        notes.facts += inner.facts
    else:
        notes.facts.append(Held(reduced, truth(notes.case, notes.column, node)))
    return reduced


def is_guard(node: t.Node) -> bool:
    """Return whether a condition only asks whether there is a value to divide by, or whether the row is assessed at
    all."""
    match node:
        case t.Call(name="present"):
            return True
        case t.Not(of=of):
            return is_guard(of)
        case t.Compare(op="!=", right=right):
            return right == t.ZERO
        case t.Name(name=name):
            return name in USUAL or name == UNSIGNED
        case _:
            return False


def leaves(node: t.Node) -> list[t.Node]:
    """The conditions that `and`, `or` and `not` join."""
    match node:
        case t.And(parts=parts) | t.Or(parts=parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case t.Not(of=of) | t.Labelled(of=of):
            return leaves(of)
        case _:
            return [node]


def subject(node: t.Node) -> t.Node:
    """Return the left side of a comparison, which the condition is about; other conditions as they are."""
    match node:
        case t.Compare(left=of) | t.In(of=of):
            return of
        case _:
            return node


def ordered_names(node: t.Node) -> tuple[str, ...]:
    """The names and figure paths of a tree from left to right, each once."""
    found: dict[str, None] = {}
    if isinstance(node, t.Exact):
        return (node.name,)
    own = node.name if isinstance(node, t.Name) else node.path if isinstance(node, t.Figure) else ""
    if own:
        found[own] = None
    for child in t.children(node):
        found |= dict.fromkeys(ordered_names(child))
    return tuple(found)
