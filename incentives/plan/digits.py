"""A formula that takes too many digits: which of its figures are the widest, and ranges of them that are enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from incentives.language.flaws import FormulaError
from incentives.language.infer import Scoped, column_type, infer
from incentives.language.tree import Name, Node
from incentives.language.types import NumberType
from incentives.language.walk import names_in
from incentives.plan.columns import Column, Computed, Targeted
from incentives.plan.draft import Draft
from incentives.plan.names import is_inner

SECTIONS = {"metric": "metrics", "figure": "columns"}  # the sections whose parts may declare a range


def with_range(
    draft: Draft, column: Column, formula: Node, scope: Mapping[str, Scoped], error: FormulaError
) -> FormulaError:
    """Return the flaws of a column's formula; those of too many digits with the ranges that are enough, if any are."""
    if all(flaw.code != "too_many_digits" for flaw in error.flaws):
        return error
    ranges = ranges_enough(draft, column, formula, scope)
    if not ranges:
        return error
    return FormulaError([
        flaw._replace(code="too_many_digits_of", about={**flaw.about, "ranges": ranges})
        if flaw.code == "too_many_digits" else flaw
        for flaw in error.flaws
    ])  # fmt: skip


def ranges_enough(draft: Draft, column: Column, formula: Node, scope: Mapping[str, Scoped]) -> str:
    """Return smaller ranges of a formula's widest figures that are enough, as text; empty where none are."""
    paths = {name: path for name in sorted(names_in(formula)) if (path := path_of(draft, column.grain, name))}
    kinds = {name: kind for name in paths if isinstance(kind := scope[name].type, NumberType)}
    less = dict(kinds)
    while wide := [name for name, kind in less.items() if kind.digits - kind.scale > 1]:
        widest = max(wide, key=lambda name: less[name].digits)
        less |= {name: narrower(less[name]) for name in wide if paths[name] == paths[widest]}
        if fits(column, formula, {**scope, **{name: Scoped(kind) for name, kind in less.items()}}):
            found = sorted((name for name in less if less[name] != kinds[name]), key=lambda n: -kinds[n].digits)
            told = {paths[n]: f"{paths[n]}: [{written(less[n].low)}, {written(less[n].high)}]" for n in found}
            return ", ".join(told.values())
    return ""


def narrower(kind: NumberType) -> NumberType:
    """Return a type whose values have a digit less in front, and at most so many that the largest is a power of ten."""
    most = Decimal(10) ** (kind.digits - kind.scale - 2)
    return replace(kind, low=max(kind.low, -most), high=min(kind.high, most))


def path_of(draft: Draft, grain: str, name: str) -> str:
    """Return the path where the range of a name may be declared; empty where it may not. A quota has the range of
    its formula, a target that of its metric."""
    if "." in name:
        return name if name.startswith("figures.") else ""
    known = draft.columns.get((grain, name))
    match known and known.how:
        case Computed(formula=Name(name=other)) if is_inner(name):
            return path_of(draft, grain, other)
        case Targeted(metric=metric):
            return f"metrics.{metric}"
        case _:
            section = SECTIONS.get(known.role) if known else None
            return f"{section}.{name}" if section else ""


def fits(column: Column, formula: Node, scope: Mapping[str, Scoped]) -> bool:
    """Return whether a column's formula is sound where its names have these types."""
    try:
        found = infer(formula, scope)
        if isinstance(found.type, NumberType):
            column_type(found, column.type.scale if isinstance(column.type, NumberType) else 0, column.mode)
    except FormulaError:
        return False
    return True


def written(value: Decimal) -> str:
    """Return a bound as a policy writes it."""
    return f"{value:,f}".replace(",", "_")
