"""Looking for a row that fits: whether there is none, and which one is plainest where there is.

The solver counts its steps, which are the same on every machine; no clock decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import z3

from incentives.language.types import DayType, NumberType, Type
from incentives.plan.columns import Column
from incentives.prove.amounts import Amount, Term, either, opposite
from incentives.prove.defaults import ALL, fixed
from incentives.prove.encode import Value
from incentives.prove.model import Figure
from incentives.prove.rows import Rows, units
from incentives.ruleset import Ruleset

MOST_STEPS = 2_000_000  # to prove that nothing fits
FEW_STEPS = 400_000  # to find what fits


@dataclass(frozen=True)
class Search:
    """The rows, and a solver that knows all of them and what is looked for."""

    rows: Rows
    solver: Any

    def fits(self, *more: Term, steps: int = FEW_STEPS) -> bool | None:
        """Return whether there is a row that fits; None where that takes too many steps."""
        if any(term is False for term in more):
            return False
        self.solver.set("rlimit", steps)
        try:
            found = self.solver.check(*(self.here(term) for term in more if term is not True))
        except z3.Z3Exception:  # the steps ran out before the search began
            return None
        return None if found == z3.unknown else bool(found == z3.sat)

    def here(self, term: Term) -> Term:
        """A term among those that the solver knows."""
        return translated(term, self.solver.ctx)


def search(rows: Rows, *wanted: Term) -> Search:
    """The search for rows in which all of `wanted` hold.

    The solver knows nothing else: what was asked before changes neither its steps nor the model that it finds.
    """
    solver = z3.SimpleSolver(ctx=z3.Context())  # its other strategies take a million steps over trifles
    solver.set("random_seed", 1)
    solver.add(*(translated(term, solver.ctx) for term in (*rows.ground.facts, *wanted)))
    return Search(rows, solver)


def translated(term: Term, context: Any) -> Term:
    """A term in another context; what is known already is the same in all."""
    return term.translate(context) if isinstance(term, z3.AstRef) else term


def impossible(rows: Rows, *wanted: Term) -> bool:
    """Return whether it is proved that nothing fits."""
    if any(term is False or (term is not True and z3.is_false(z3.simplify(term))) for term in wanted):
        return True
    return search(rows, *wanted).fits(steps=MOST_STEPS) is False


def plainest(found: Search, least: Term | None = None) -> Any:
    """A model that fits, with as few unusual values as can be, and the least value of `least`; None where none is.

    What is wished for is given up, the least important first, where it cannot be.
    """
    given = sorted(found.rows.given.values(), key=lambda one: one[0].name)
    kept: list[Term] = []
    for wishes in (plain, positive):
        wished = [wish for column, value in given for wish in wishes(found.rows, column, value) if wish is not True]
        more = granted(found, kept, wished)
        if more is None:
            return None
        kept = more
    if least is not None:
        lowest = least_value(found, kept, least)
        if lowest is not None:
            kept.append(least == lowest)
    return found.solver.model() if found.fits(*kept) else None


def granted(found: Search, kept: list[Term], wished: list[Term]) -> list[Term] | None:
    """Return the conditions that are kept with the wishes that fit; None where nothing fits or too many steps are
    needed."""
    while True:
        fits = found.fits(*kept, *wished)
        if fits:
            return [*kept, *wished]
        if fits is None:
            return [*kept] if kept and wished else None
        core = found.solver.unsat_core()
        refused = [wish for wish in wished if any(found.here(wish).eq(part) for part in core)]
        if not refused:
            return None
        wished = [wish for wish in wished if wish is not refused[-1]]


def plain(rows: Rows, column: Column, value: Value) -> Iterator[Term]:
    """Yield the conditions that an input has its usual value."""
    held = fixed(column, rows.setting.world, ALL)
    if held is None or rows.is_more(column):
        return
    if value.there is not True:
        yield value.there if held.there else opposite(value.there)
    if held.there and isinstance(value.of, Amount):
        yield value.of.over == held.of.over
    elif held.there:
        yield value.of == held.of


def positive(_: Rows, column: Column, value: Value) -> Iterator[Term]:
    """Yield the condition that an input is not below zero."""
    if isinstance(value.of, Amount) and units(column.type) < 0:
        yield either(opposite(value.there), value.of.over >= 0)


def least_value(found: Search, kept: Sequence[Term], term: Term) -> int | None:
    """The least value of a whole number with which something fits, by halving; None where it goes on without end."""
    if not found.fits(*kept):
        return None
    high = whole_in(found.solver.model(), term)
    low, span = high, 1
    while found.fits(*kept, term < low):
        low, span = high - span, span * 1000
        if span > 10**40:
            return None
    while low < high:
        middle = (low + high) // 2
        if found.fits(*kept, term <= middle):
            high = whole_in(found.solver.model(), term)
        else:
            low = middle + 1
    return high


def whole_in(model: Any, term: Term) -> int:
    """The value of a whole number in a model."""
    return term if isinstance(term, int) else int(in_model(model, term).as_long())


def truth_in(model: Any, term: Term) -> bool:
    """The value of a truth in a model."""
    return term if isinstance(term, bool) else bool(z3.is_true(in_model(model, term)))


def in_model(model: Any, term: Term) -> Any:
    """Return the value of a term in a model; any value where the model leaves it open."""
    return model.eval(translated(term, model.ctx), model_completion=True)


def figure_in(rows: Rows, model: Any, column: Column, value: Value) -> Figure:
    """The value of a column in a model; None where it is missing."""
    return value_in(rows, model, column.type, value)


def value_in(rows: Rows, model: Any, kind: Type, value: Value) -> Figure:
    """A value of a type in a model; None where it is missing, or a text that is none of those that are named."""
    if value.of is None or not truth_in(model, value.there):
        return None
    if isinstance(value.of, Amount):
        exact = Fraction(whole_in(model, value.of.over), whole_in(model, value.of.under))
        scale = kind.scale if isinstance(kind, NumberType) else 0
        return Decimal(int(exact * 10**scale)).scaleb(-scale)
    if isinstance(value.of, bool) or z3.is_bool(value.of):
        return truth_in(model, value.of)
    whole = whole_in(model, value.of)
    if isinstance(kind, DayType):
        return date.fromordinal(whole)
    return next((text for text, code in rows.ground.codes.items() if code == whole), None)


def without_range(ruleset: Ruleset, rows: Rows, given: Mapping[str, Figure]) -> list[str]:
    """The given figures of an example that are not what they usually are, and have no range in the policy."""
    names = []
    for name, value in given.items():
        column = rows.given[name][0]
        held = fixed(column, rows.setting.world, ALL)
        metric = ruleset.policy.metrics.get(column.item)
        usual = held is not None and held.there and isinstance(held.of, Amount) and isinstance(value, Decimal)
        if (
            not isinstance(value, Decimal)
            or (metric is not None and metric.range is not None)
            or column.unit == "count"
        ):
            continue
        if not usual or held is None or value != figure_in(rows, None, column, held):
            names.append(name)
    return names
