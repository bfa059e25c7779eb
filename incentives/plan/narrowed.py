"""The types of columns as narrow as the values of the policy make them: a total is no higher than what items score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from incentives.language.flaws import FormulaError
from incentives.language.infer import Scoped, column_type, infer
from incentives.language.ranges import of_value
from incentives.language.tree import If, Name, Node
from incentives.language.types import NumberType, Type
from incentives.language.walk import names_in
from incentives.plan.columns import Column, Computed, PolicyFigure
from incentives.plan.graph import closure

LOCKED = "locked"  # whether a row is one of the history table, which other rules may have made


def narrowed(
    columns: Mapping[str, Column], figures: Mapping[str, PolicyFigure], names: Iterable[str]
) -> dict[str, Column]:  # fmt: skip
    """Return the columns, with types as narrow as the figures' values for all that `names` are computed from. The
    types are for rows that are not of the history table. `columns` are in order of computation."""
    wanted = counted_in(columns, names)
    scope = {path: Scoped(value_type(figure)) for path, figure in figures.items()}
    found = dict(columns)
    for name, column in columns.items():
        if name in wanted:
            found[name] = replace(column, type=narrow_type(column, scope))
            scope[name] = found[name].scoped
    return found


def counted_in(columns: Mapping[str, Column], names: Iterable[str]) -> set[str]:
    """Return the columns of these names and all that they are computed from in their row."""

    def reads(name: str) -> list[str]:
        formula = formula_of(columns[name])
        return [read for read in sorted(names_in(formula)) if read in columns] if formula is not None else []

    return {*closure((name for name in names if name in columns), reads)}


def formula_of(column: Column) -> Node | None:
    """Return the formula of a computed column in a row that is not of the history table; None for all others."""
    if not isinstance(column.how, Computed):
        return None
    formula = column.how.formula
    return formula.otherwise if isinstance(formula, If) and formula.when == Name(LOCKED) else formula


def narrow_type(column: Column, scope: Mapping[str, Scoped]) -> Type:
    """Return the type of a column by the narrower types of its inputs; its own type where these are no narrower."""
    formula, kind = formula_of(column), column.type
    if formula is None or not isinstance(kind, NumberType):
        return kind
    try:
        found = column_type(infer(formula, scope), column.scale, column.mode)
    except (FormulaError, KeyError):
        return kind
    if not isinstance(found, NumberType):
        return kind
    low, high = max(kind.low, found.low), min(kind.high, found.high)
    return replace(kind, low=low, high=high) if low <= high else kind


def value_type(figure: PolicyFigure) -> Type:
    """Return the type of a figure that has the values of the policy and no others."""
    values = [value for _, value in figure.values if isinstance(value, Decimal)]
    if not values or len(values) < len(figure.values) or not isinstance(figure.type, NumberType):
        return figure.type
    return replace(figure.type, low=min(values), high=max(values), scale=max(of_value(v).scale for v in values))
