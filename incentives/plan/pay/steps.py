"""The columns that the steps of a component's pay share and take over from each other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from incentives.language.tree import ZERO, And, Compare, If, Missing, Name, Node, Not, Title
from incentives.language.types import NumberType
from incentives.plan.columns import Column, Computed
from incentives.plan.draft import Draft, present
from incentives.plan.names import inner_name

MOST = Decimal(10**12)
NOTHING = Decimal(0)
OWED = NumberType(NOTHING, MOST, 2)
SHARE = NumberType(NOTHING, Decimal(1), 6)
IN_FORCE = Name("in_force")
LAST = And((present(Name("left_on")), Compare("<=", Name("left_on"), Name("period_end"))))
GONE = And((present(Name("left_on")), Compare("<", Name("left_on"), Name("period_start"))))


def where(condition: Node, value: Node) -> Node:
    """Return `value` where the condition holds, else missing."""
    return If(condition, value, Missing())


def expected(draft: Draft) -> Name:
    """Add a column that says whether pay is expected of a row; return its name. For exempt people a missing figure
    counts as zero."""
    holds = And((IN_FORCE, Not(Name("exempted"))))
    title = Title("应有数值", "Expected to have figures")
    draft.add(inner_name("expected"), "part", "switch", Computed(holds), ("pay",), title=title)
    return Name(inner_name("expected"))


def lacking(draft: Draft, value: Node) -> Node:
    """Return the condition that `value`, a name, is missing though it is expected."""
    return And((expected(draft), Not(present(value))))


def counted(draft: Draft, value: Node) -> Node:
    """Return `value`, a name; where it is missing, zero for who is exempt and missing for anybody else."""
    return If(present(value), value, If(expected(draft), Missing(), ZERO))


def paying(draft: Draft, name: str) -> Name:
    """Return the column of what a component pays, before it is topped up, and before what is taken back through
    another."""
    steps = (usual(name), own(name))
    return Name(next((step for step in steps if (draft.grain, step) in draft.columns), name))


def own(name: str) -> str:
    """Return the column of a component's amount before anything is taken back through another."""
    return inner_name("own", name)


def usual(name: str) -> str:
    """Return the column of what a component pays before it is topped up to its floor of the year."""
    return inner_name("usual", name)


def named(draft: Draft, column: Column, name: str, title: Title, mode: str = "") -> Name:
    """Return a component's column kept as a step of another name, for another formula to take its place."""
    step = replace(column, name=name, role="part", title=title, mode=mode or column.mode)
    draft.columns[draft.grain, name] = step
    return Name(name)


def titled(draft: Draft, name: str, zh: str, en: str) -> Title:
    """Return the title of a component, or its name, with a word more."""
    title = draft.ruleset.policy.pay[name].title
    return Title(title.zh and title.zh + zh, title.en and title.en + en) if title.zh or title.en else Title(
        name + zh, name + en
    )  # fmt: skip
