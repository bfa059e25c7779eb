"""A formula that takes too many digits: which of its figures is the widest, and the range of it that is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from incentives.language.flaws import FormulaError
from incentives.language.infer import Scoped, column_type, infer
from incentives.language.tree import Node
from incentives.language.types import NumberType
from incentives.language.walk import names_in
from incentives.plan.columns import Column
from incentives.plan.draft import Draft

SECTIONS = {"metric": "metrics", "figure": "columns"}  # what may declare a range


def with_range(
    draft: Draft, column: Column, formula: Node, scope: Mapping[str, Scoped], error: FormulaError
) -> FormulaError:
    """The flaws of a column's formula; those of too many digits with the range that is enough, if one is."""
    if all(flaw.code != "too_many_digits" for flaw in error.flaws):
        return error
    about = range_enough(draft, column, formula, scope)
    if not about:
        return error
    return FormulaError([
        flaw._replace(code="too_many_digits_of", about={**flaw.about, **about})
        if flaw.code == "too_many_digits" else flaw
        for flaw in error.flaws
    ])  # fmt: skip


def range_enough(draft: Draft, column: Column, formula: Node, scope: Mapping[str, Scoped]) -> dict[str, object]:
    """The widest figure of a formula of which a smaller range is enough, and that range; empty where none is."""
    paths = {name: path for name in sorted(names_in(formula)) if (path := path_of(draft, column.grain, name))}
    kinds = {name: kind for name in paths if isinstance(kind := scope[name].type, NumberType)}
    for name in sorted(kinds, key=lambda one: -kinds[one].digits):
        kind = kinds[name]
        for power in range(kind.digits - kind.scale - 1, 0, -1):
            most = Decimal(10) ** power
            less = replace(kind, low=max(kind.low, -most), high=min(kind.high, most))
            if less != kind and less.low <= less.high and fits(column, formula, {**scope, name: Scoped(less)}):
                return {"path": paths[name], "low": written(less.low), "high": written(less.high)}
    return {}


def path_of(draft: Draft, grain: str, name: str) -> str:
    """Where a range of a name may be declared; empty where it may not."""
    if "." in name:
        return name if name.startswith("figures.") else ""
    known = draft.columns.get((grain, name))
    section = SECTIONS.get(known.role) if known else None
    return f"{section}.{name}" if section else ""


def fits(column: Column, formula: Node, scope: Mapping[str, Scoped]) -> bool:
    """Whether a column's formula is sound where its names have these types."""
    try:
        found = infer(formula, scope)
        if isinstance(found.type, NumberType):
            column_type(found, column.type.scale if isinstance(column.type, NumberType) else 0, column.mode)
    except FormulaError:
        return False
    return True


def written(value: Decimal) -> str:
    """A bound as a policy writes it."""
    return f"{value:,f}".replace(",", "_")
