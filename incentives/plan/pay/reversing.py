"""Changes that credit notes make to a component's pay for the earlier periods of their orders (C10).

A period's pay reads its orders without the credit notes of earlier periods' orders. Each of these recomputes the pay of
its order's period with the rest of the order. The difference is paid on the note's own day.
"""

from __future__ import annotations

from dataclasses import replace

from incentives.language.tree import ZERO, Arithmetic, Compare, Figure, If, Missing, Name, Node, Number, Title
from incentives.language.walk import map_nodes, names_in
from incentives.plan.columns import Aggregated, Column, Computed, Terms, Vested
from incentives.plan.draft import Draft, Path, present
from incentives.plan.names import each_of, inner_name, late_of, step_of, without_late
from incentives.ruleset.pay import Component
from incentives.ruleset.units import unit_type

# columns computed from a rep's own figures of the period; scores, grades and pay stay as they were
AGAIN = frozenset({"metric", "attainment", "figure", "target", "part"})
TAKES = frozenset({"sum", "count", "count distinct"})  # aggregates that a reversed amount reduces
CENTS = 2


def counts_again(component: Component) -> bool:
    """Return whether credit notes recompute a component's pay for earlier periods. They do not for pay on the year
    to date, nor for overrides, pools, ranks, draws and recoveries."""
    to_date = component.tiers is not None and component.tiers.basis == "year_to_date"
    others = (component.override, component.pool, component.by_rank, component.draw, component.takes_back)
    return not to_date and all(one is None for one in others)


def own_period(draft: Draft, formula: Node, known: dict[str, str] | None = None) -> Node:
    """Return a formula with the figures of orders in it without the credit notes of earlier periods' orders.

    `known`: the columns that were looked at already, each with the one to read in its place, empty where none is.
    """
    known = {} if known is None else known
    for name in sorted(names_in(formula)):
        if name not in known:
            known[name] = ""  # circles of columns are reported elsewhere
            known[name] = column_without_late(draft, name, known)
    return renamed(formula, {name: known[name] for name in names_in(formula) if known[name]})


def renamed(formula: Node, names: dict[str, str]) -> Node:
    """Return a formula that reads other columns in the place of some."""

    def change(node: Node) -> Node:
        return replace(node, name=names[node.name]) if isinstance(node, Name) and node.name in names else node

    return map_nodes(formula, change) if names else formula


def column_without_late(draft: Draft, name: str, known: dict[str, str]) -> str:
    """Return the column of a figure without the credit notes of earlier periods' orders; empty where they do not
    change it, or it stays as it was."""
    own, column = without_late(name), draft.columns.get((draft.grain, name))
    if (draft.grain, own) in draft.columns:
        return own
    if column is None or column.role not in AGAIN or step_of(name) in ("unreversed", "each"):
        return ""
    if isinstance(column.how, Aggregated) and is_reversed(column.how):
        formula: Node = Arithmetic("-", Name(name), late(draft, column))
    elif isinstance(column.how, Computed):
        formula = own_period(draft, column.how.formula, known)
        if formula == column.how.formula:
            return ""
    else:
        return ""
    title = Title(f"{column.title.zh or name}（以前各期订单的冲减单除外）",
                  f"{column.title.en or name}, without credit notes of earlier orders")  # fmt: skip
    draft.columns[draft.grain, own] = replace(
        column, name=own, role="part", item="", how=Computed(formula), title=title, told=None
    )
    return own


def is_reversed(how: Aggregated) -> bool:
    """Return whether credit notes of earlier periods' orders reduce a gathered figure of a period."""
    return how.table == "orders" and how.signed and how.take in TAKES and how.rows == "in_period" and not how.own


def late(draft: Draft, column: Column) -> Name:
    """Add a column of that part of a figure that credit notes of earlier periods' orders make up; return its name."""
    assert isinstance(column.how, Aggregated)
    found = Name(late_of(column.name))
    title = Title("以前各期订单的冲减单", "Credit notes of earlier orders")
    draft.columns[draft.grain, found.name] = replace(
        column, name=found.name, role="part", item="", how=replace(column.how, late=True), title=title, told=None
    )
    return found


def is_flat(draft: Draft, component: Component, earned: Node) -> bool:
    """Return whether a component is a sum of orders × what never changes, to the cent: a credit note takes back by
    itself what was paid for what it reverses."""
    if component.decimals != CENTS or component.rounding != "half_up":
        return False
    factors, found = [earned], 0
    while factors:
        match factors.pop():
            case Arithmetic(op="*", left=left, right=right):
                factors += [left, right]
            case Name(name=name) if (column := draft.columns.get((draft.grain, name))) is not None:
                if not (isinstance(column.how, Aggregated) and column.how.take == "sum"):
                    return False
                found += 1
            case Figure(path=path) if not path.startswith("figures."):  # these may change from day to day
                pass
            case Number():
                pass
            case _:
                return False
    return found == 1


def is_changed(draft: Draft, name: str, earned: Node) -> bool:
    """Return whether credit notes change earnings of earlier periods; row amounts are then those of the period's own
    orders."""
    return bool(of_own_period(draft, name)) or any(step_of(one) == "unreversed" for one in names_in(earned))


def reversing(draft: Draft, name: str, component: Component, earned: Node) -> Node:
    """Return what the period's orders earn, and what credit notes change of the earnings of earlier periods.

    The conditions, factors and bounds are those of the period in which an order was booked.
    """
    if not is_changed(draft, name, earned):
        return earned
    path: Path = ("pay", name)
    kind = unit_type("money", None, component.decimals)
    booked, back = Name(inner_name("booked_now", name)), Name(inner_name("reversed", name))
    draft.add(booked.name, "part", "money", Computed(If(Name("in_force"), earned, Missing())), path, type=kind,
              mode=component.rounding, title=Title("本期订单所得", "Earned by the orders of the period"))  # fmt: skip
    how = Vested(booked.name, "", Terms(), anew=earned)
    draft.add(back.name, "part", "money", how, path, type=kind, mode=component.rounding,
              title=Title("冲减以前各期", "Credit notes of orders of earlier periods"))  # fmt: skip
    otherwise = If(Compare("!=", back, ZERO), back, Missing())
    return If(present(booked), Arithmetic("+", booked, back), otherwise)


def of_own_period(draft: Draft, name: str) -> str:
    """Return the column of the orders' amounts without the credit notes of earlier periods' orders. Empty where a
    component is not of orders, or takes credit notes as they stand."""
    column = draft.columns.get((draft.grain, each_of(name)))
    if column is None or not isinstance(column.how, Aggregated) or column.how.table != "orders":
        return ""
    if not column.how.signed:
        return ""
    draft.columns[draft.grain, column.name] = replace(column, how=replace(column.how, own=True))
    return column.name
