"""Pay as it is told where no credit note of an earlier period's order is in it: as if there could be none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from incentives.language import tree as t
from incentives.language.walk import map_nodes, names_in
from incentives.plan.columns import Aggregated, Column, Computed, Vested
from incentives.plan.names import inner_name, names_of, step_of, without_late


def of_notes(columns: Mapping[str, Column]) -> list[str]:
    """The columns that say what of a row is of credit notes of earlier periods' orders."""
    return [
        name for name, column in columns.items()
        if (isinstance(column.how, Aggregated) and column.how.late)
        or (isinstance(column.how, Vested) and column.how.reverses)
    ]  # fmt: skip


def unchanged(columns: Mapping[str, Column], values: Mapping[str, Any]) -> dict[str, Column]:
    """The columns without the steps that change nothing in the row that has these values."""
    plain = {name for name in of_notes(columns) if not values[name]}
    same = {own: name for name in columns if (own := without_late(name)) in columns and is_same(columns, own, plain)}

    def change(node: t.Node) -> t.Node:
        match node:
            case t.Name(name=name) if name in same:
                return replace(node, name=same[name])
            case t.Exact(name=name) if name in same and (halves := columns[same[name]].exact):
                return t.Exact(same[name], *halves, span=node.span)
            case t.If(when=t.Call(name="present", args=(t.Name(name=name),))) if step_of(name) == "booked_now":
                return earned(columns, name) if inner_name("reversed", *names_of(name)) in plain else node
        return node

    def told(column: Column) -> Column:
        if not isinstance(column.how, Computed):
            return column
        formula = map_nodes(column.how.formula, change)
        formula = map_nodes(formula, change)  # what was earned has names of its own
        return replace(column, how=Computed(formula))

    return {name: told(column) for name, column in columns.items()} if plain else dict(columns)


def is_same(columns: Mapping[str, Column], own: str, plain: set[str]) -> bool:
    """Return whether a figure is as it would be without the credit notes of earlier periods' orders."""
    column = columns[own]
    late = [name for name in below(columns, own) if step_of(name) == "late"]
    return plain.issuperset(late) and (column.exact is None or columns[names_of(own)[0]].exact is not None)


def below(columns: Mapping[str, Column], own: str) -> set[str]:
    """Return the names of the columns about credit notes that a figure reads."""
    found, waiting = set[str](), [own]
    while waiting:
        column = columns[waiting.pop()]
        names = names_in(column.how.formula) if isinstance(column.how, Computed) else frozenset()
        new = {name for name in names if step_of(name) in ("unreversed", "late")} - found
        found |= new
        waiting += new
    return found


def earned(columns: Mapping[str, Column], booked: str) -> t.Node:
    """Return, as a formula, the amount that a period's own orders earned."""
    how = columns[booked].how
    assert isinstance(how, Computed)
    return how.formula.then if isinstance(how.formula, t.If) else how.formula
