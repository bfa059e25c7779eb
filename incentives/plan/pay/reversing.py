"""What credit notes change of what a component paid in earlier periods, for the orders booked in them (C10)."""

from __future__ import annotations

from dataclasses import replace

from incentives.language.tree import ZERO, Arithmetic, Compare, If, Missing, Name, Node, Title
from incentives.plan.columns import Aggregated, Computed, Terms, Vested
from incentives.plan.draft import Draft, Path, present
from incentives.plan.names import each_of, inner_name
from incentives.ruleset.pay import Component
from incentives.ruleset.units import unit_type


def reversing(draft: Draft, name: str, component: Component, earned: Node) -> Node:
    """What is earned of the orders of the period, and what credit notes change of what was earned in earlier ones.

    The conditions, factors and bounds are those of the period in which an order was booked.
    """
    lines = of_own_period(draft, name)
    if not lines:
        return earned
    path: Path = ("pay", name)
    kind = unit_type("money", None, component.decimals)
    booked, back = Name(inner_name("booked_now", name)), Name(inner_name("reversed", name))
    draft.add(booked.name, "part", "money", Computed(If(Name("in_force"), earned, Missing())), path, type=kind,
              mode=component.rounding, title=Title("本期订单所得", "Earned by the orders of the period"))  # fmt: skip
    how = Vested(booked.name, lines, Terms(), anew=earned)
    draft.add(back.name, "part", "money", how, path, type=kind, mode=component.rounding,
              title=Title("冲减以前各期", "Credit notes of orders of earlier periods"))  # fmt: skip
    otherwise = If(Compare("!=", back, ZERO), back, Missing())
    return If(present(booked), Arithmetic("+", booked, back), otherwise)


def of_own_period(draft: Draft, name: str) -> str:
    """The column of what orders come to, seen without the credit notes of earlier periods' orders; empty where a
    component is not of orders, or takes credit notes as they stand."""
    column = draft.columns.get((draft.grain, each_of(name)))
    if column is None or not isinstance(column.how, Aggregated) or column.how.table != "orders":
        return ""
    if not column.how.signed:
        return ""
    draft.columns[draft.grain, column.name] = replace(column, how=replace(column.how, own=True))
    return column.name
