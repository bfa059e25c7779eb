"""The row that is explained: its columns, the policy's figures in force, the value of every part of its formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from incentives.engine.expression import column_sql, line_sql, shown_sql, value_sql
from incentives.engine.source import namer, scope_of
from incentives.explain.unchanged import of_notes, unchanged
from incentives.faults import Fault, Place, RefusedError
from incentives.language import tree as t
from incentives.language.flaws import FormulaError
from incentives.language.infer import Typed, infer
from incentives.language.typed import branches_of, conditions_of
from incentives.language.types import NumberType, TruthType
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column, Computed, PolicyFigure, grain_of
from incentives.plan.graph import computed_from

name_of = namer("p")
EXACT_SCALE = 12
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Case:
    """One row of an outcome, to be explained in `lang`.

    `values` holds every column and figure path of the row; `parts` the value of each part of a formula by column and
    node, as far as the row reaches it; `exact` a formula's value before it is rounded, as `exact_sql` has it.
    `found` keeps what was looked up once.
    """

    outcome: Outcome
    lang: str
    key: str
    period: str
    columns: Mapping[str, Column]
    figures: Mapping[str, PolicyFigure]
    typed: Mapping[str, Typed]
    values: Mapping[str, Any]
    parts: Mapping[tuple[str, t.Node], Any]
    exact: Mapping[str, Any]
    found: dict[tuple[str, ...], Any] = field(default_factory=dict, compare=False)

    @property
    def frame(self) -> str:
        """The frame that the row belongs to."""
        return self.outcome.grain

    @property
    def grain(self) -> str:
        """The grain of the row's period."""
        return grain_of(self.outcome.grain)

    @property
    def number(self) -> int:
        """The consecutive number of the row's period."""
        return int(self.values["period_no"])

    def once(self, what: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
        """Return what `make` makes, and keep it for the next call."""
        if what not in self.found:
            self.found[what] = make()
        kept: Kept = self.found[what]
        return kept

    def rows(self, sql: str, *blanks: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.outcome.con.query(sql, list(blanks))


def case_of(outcome: Outcome, rep: str, period: str, roots: Iterable[str], lang: str) -> Case:
    """The row of `rep` and `period` with all that is needed to explain the columns `roots`; one query.

    Raises RefusedError where there is no such row or no such column.
    """
    columns = {column.name for column in outcome.plan.columns(outcome.grain)}
    unknown = [name for name in roots if name not in columns]
    if unknown:
        raise RefusedError([Fault("explain_no_column", Place(outcome.ruleset.file), {"column": unknown[0]})])
    cases = cases_of(outcome, period, roots, lang, rep)
    if not cases:
        raise RefusedError([Fault("explain_no_row", Place(outcome.ruleset.file), {"rep": rep, "period": period})])
    return cases[0]


def cases_of(outcome: Outcome, period: str, roots: Iterable[str], lang: str, rep: str | None = None) -> list[Case]:
    """The rows of a period, or that of `rep` alone, each with all that is needed to explain the columns `roots`."""
    plan, frame = outcome.plan, outcome.grain
    columns = {column.name: column for column in plan.columns(frame)}
    columns = as_told(outcome, period, rep, columns) if rep is not None else columns
    figures = {figure.path: figure for figure in plan.figures}
    scope = scope_of(plan, frame)
    typed = {
        name: infer(column.how.formula, scope)
        for name, column in reachable(columns, frame, roots).items()
        if isinstance(column.how, Computed)
    }
    asked = [(name, node, sql) for name, root in typed.items() for node, sql in parts_of(root)]
    picks = [name_of(name) for name in (*columns, *figures)]
    picks += [exact_sql(root) for root in typed.values()] + [sql for _, _, sql in asked]
    once = dict.fromkeys(picks)  # formulas have parts in common, and each takes time to plan
    one = "" if rep is None else f" AND p.`{plan.key}` = ?"
    found = outcome.con.query(
        f"SELECT {', '.join(once)} FROM `{outcome.relation}` p "
        f"JOIN figures f ON f.grain = '{grain_of(frame)}' AND f.period_no = p.period_no "
        f"WHERE p.period = ?{one} ORDER BY p.`{plan.key}`",
        [period] if rep is None else [period, rep],
    )
    rows = (dict(zip(once, row, strict=True)) for row in found)
    return [case_from(outcome, lang, columns, figures, typed, asked, [row[sql] for sql in picks]) for row in rows]


def as_told(outcome: Outcome, period: str, rep: str, columns: dict[str, Column]) -> dict[str, Column]:
    """The columns without the steps that credit notes of earlier orders would change, where this row has none."""
    notes = of_notes(columns)
    if not notes:
        return columns
    picks = ", ".join(name_of(name) for name in notes)
    found = outcome.con.query(
        f"SELECT {picks} FROM `{outcome.relation}` p WHERE p.period = ? AND p.`{outcome.plan.key}` = ?", [period, rep]
    )
    return unchanged(columns, dict(zip(notes, found[0], strict=True))) if found else columns


def case_from(
    outcome: Outcome,
    lang: str,
    columns: Mapping[str, Column],
    figures: Mapping[str, PolicyFigure],
    typed: Mapping[str, Typed],
    asked: Sequence[tuple[str, t.Node, str]],
    row: Sequence[Any],
) -> Case:
    """A case from what was selected of its row: columns, figures, formulas, then their parts."""
    rest = iter(row)
    values = {name: next(rest) for name in (*columns, *figures)}
    exact = {name: next(rest) for name in typed}
    parts: dict[tuple[str, t.Node], Any] = {}
    for (name, node, _), value in zip(asked, rest, strict=True):
        if parts.get((name, node)) is None:
            parts[name, node] = value
    key, period = values[outcome.plan.key], values["period"]
    return Case(outcome, lang, key, period, columns, figures, typed, values, parts, exact)


def reachable(columns: Mapping[str, Column], frame: str, roots: Iterable[str]) -> dict[str, Column]:
    """The columns that the roots are computed from within the row, themselves first."""
    mine = {(frame, name): column for name, column in columns.items()}
    return {name: columns[name] for _, name in computed_from(mine, [(frame, name) for name in roots])}


def parts_of(
    typed: Typed, before: str = "", after: str = "", name_sql: Callable[[str], str] = name_of
) -> Iterator[tuple[t.Node, str]]:
    """The parts of a formula that are told by themselves, with their SQL; each is computed only where it is reached,
    by what stands `before` and `after` it."""
    node = typed.node
    if isinstance(node, t.If):
        when, then, otherwise = typed.parts
        condition = value_sql(when, name_sql)
        yield from parts_of(when, before, after, name_sql)
        yield from parts_of(then, f"{before}CASE WHEN {condition} THEN ", f" END{after}", name_sql)
        yield from parts_of(otherwise, f"{before}CASE WHEN {condition} THEN NULL ELSE ", f" END{after}", name_sql)
        return
    if isinstance(node, t.Cases):
        yield node, f"{before}{line_sql(typed, name_sql)}{after}"
        for when, then in zip(conditions_of(typed), branches_of(typed), strict=False):
            yield from parts_of(when, before, after, name_sql)
            yield from parts_of(then, f"{before}CASE WHEN {value_sql(when, name_sql)} THEN ", f" END{after}", name_sql)
        yield from parts_of(typed.parts[-1], before, after, name_sql)
        return
    told = isinstance(typed.type, TruthType) and not isinstance(node, t.Name | t.Figure | t.Truth | t.Range)
    number = isinstance(typed.type, NumberType) and (isinstance(node, t.Call) or typed.ratio is not None)
    if told or (number and not isinstance(node, t.Exact)) or isinstance(node, t.Labelled):
        yield node, f"{before}{shown_sql(typed, name_sql)}{after}"
    if not isinstance(node, t.In | t.Exact):
        for part in typed.parts:
            yield from parts_of(part, before, after, name_sql)


def exact_sql(typed: Typed, name_sql: Callable[[str], str] = name_of) -> str:
    """A formula before it is rounded to its column's decimals: with 12 of them where 38 digits leave room."""
    if typed.ratio is None:
        return shown_sql(typed, name_sql)
    for scale in (EXACT_SCALE, 9):
        try:
            return column_sql(typed, scale, "half_up", name_sql)
        except FormulaError:
            continue
    return shown_sql(typed, name_sql)


def truth(case: Case, column: str, node: t.Node) -> bool | None:
    """Return whether a condition of a column's formula holds for the row; None where it cannot be said."""
    match node:
        case t.Truth(value=value):
            return value
        case t.Name(name=name) | t.Figure(path=name):
            found = case.values[name]
        case t.Labelled(of=of):
            return truth(case, column, of)
        case _:
            found = case.parts.get((column, node))
    return None if found is None else bool(found)
