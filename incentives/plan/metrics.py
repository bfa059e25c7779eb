"""Metrics and further figures as columns: delivered, computed by a formula, gathered from a table, or rolled up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from incentives.language.tree import ZERO, And, Arithmetic, Call, Compare, If, Missing, Name, Node, Not, Number, Title
from incentives.plan.columns import Aggregated, Computed, Delivered, How, Ranked, RolledUp
from incentives.plan.draft import Draft, Path, guarded, present, where_present
from incentives.plan.leavers import not_gone
from incentives.plan.names import inner_name
from incentives.plan.notes import asks_for_notes
from incentives.ruleset.model import Column, Metric, Rank, metric_type
from incentives.ruleset.units import unit_type


def draft_metrics(draft: Draft) -> None:
    """Add a column per metric at its own grain, and one at the assessment's grain for metrics of a finer one
    (M1–M15)."""
    for name, metric in draft.ruleset.policy.metrics.items():
        path = ("metrics", name)
        grain = metric.grain or draft.grain
        title = metric.title
        how = metric_source(draft, metric, name, path)
        kind = metric_type(metric)
        if isinstance(how, Delivered) and metric.valid_when is not None:
            draft.add(
                inner_name("delivered", name),
                "part",
                metric.unit,
                how,
                path,
                grain=grain,
                type=kind,
                optional=True,
                title=title,
            )
            holds = guarded(draft.formula(metric.valid_when, (*path, "valid_when"), grain))
            given = Name(inner_name("delivered", name))
            how = Computed(If(And((Call("present", (given,)), holds)), given, Missing()))
        if metric.range is not None and not isinstance(how, Delivered) and metric.valid_when is None:
            how = ranged(draft, name, metric, how, path)
        optional = isinstance(how, Delivered) and not how.zero
        draft.add(
            name, "metric", metric.unit, how, path, grain=grain, type=kind, optional=optional, mode=metric.rounding,
            title=title, item=name, unrounded=is_unrounded(metric),
        )  # fmt: skip
        if isinstance(how, Delivered) and how.required and not metric.grain:
            draft.check(name, "missing_metric", Not(present(Name(name))), path)
        if metric.when_zero == "error" and isinstance(how, Computed) and isinstance(how.formula, If):
            draft.check(name, "zero_divisor", guarded(how.formula.when), path)
        if metric.grain and metric.combine:
            finer = RolledUp(name, metric.combine, finer=metric.grain)
            draft.add(
                name, "metric", metric.unit, finer, path, type=kind, optional=True, title=title, item=name,
                unrounded=is_unrounded(metric),
            )  # fmt: skip


def is_unrounded(part: Metric | Column) -> bool:
    """Return whether a part's value is used before it is rounded: all but money, scores, and parts that the policy
    rounds."""
    return part.unit not in ("money", "score") and not {"scale", "rounding"} & part.model_fields_set


def metric_source(draft: Draft, metric: Metric, name: str, path: Path) -> How:
    """Return how a metric's value is computed or delivered."""
    if metric.formula is not None:
        formula = draft.formula(metric.formula, (*path, "formula"), metric.grain or "")
        return Computed(answer_zero(formula, metric.when_zero))
    if metric.over is not None:
        take, operand = metric.aggregate
        of = draft.formula(operand, (*path, "take")) if operand else None
        where = draft.formula(metric.where, (*path, "where")) if metric.where is not None else None
        signed = metric.over == "orders" and not asks_for_notes(where, of)
        rows = metric.rows or "in_period"
        return Aggregated(metric.over, take, of, where, metric.split == "credits", rows, signed=signed)
    if metric.of is not None:
        source = draft.ruleset.policy.metrics.get(metric.of)
        below = source.grain if source and source.grain and not source.combine else draft.grain
        finer = below if metric.grain and metric.grain not in (draft.grain, below) else ""
        return RolledUp(metric.of, metric.take or "sum", finer=finer, within=metric.within or "")
    return Delivered(name, required=metric.when_missing == "error", zero=metric.when_missing == "zero")


def answer_zero(formula: Node, when_zero: str | None) -> Node:
    """Return a division with the answer that the policy gives for a zero divisor: missing, or zero.

    `error` leaves the value missing; the run then reports the row as an error.
    """
    if when_zero is None or not (isinstance(formula, Arithmetic) and formula.op == "/"):
        return formula
    instead = where_present(formula.left, ZERO) if when_zero == "zero" else Missing()
    return If(Compare("=", formula.right, ZERO), instead, formula)


def draft_columns(draft: Draft) -> None:
    """Add the further figures under `columns:`."""
    for name, column in draft.ruleset.policy.columns.items():
        path: Path = ("columns", name)
        if column.rank is not None:
            draft_rank(draft, name, column, column.rank)
            continue
        formula = draft.formula(column.formula or "", (*path, "formula"), column.grain or "")
        how: How = Computed(answer_zero(formula, column.when_zero))
        if column.range is not None:
            how = ranged(draft, name, column, how, path)
        draft.add(
            name, "figure", column.unit, how, path, grain=column.grain or "", type=metric_type(column),
            mode=column.rounding, title=column.title, unrounded=is_unrounded(column),
        )  # fmt: skip


def ranged(draft: Draft, name: str, part: Metric | Column, how: How, path: Path) -> How:
    """Return the column kind of a value held to its range: a row outside is an error, so that later columns can rely
    on it."""
    grain = part.grain or draft.grain
    whole = Name(inner_name("any", name))
    kind = unit_type(part.unit, None, part.scale, part.tax)
    draft.add(whole.name, "part", part.unit, how, path, grain=grain, type=kind, mode=part.rounding, title=part.title,
              unrounded=is_unrounded(part))  # fmt: skip
    low, high = part.range or (ZERO.value, ZERO.value)
    inside = And((Compare(">=", whole, Number(low)), Compare("<=", whole, Number(high))))
    draft.check(name, "outside_range", And((present(whole), Not(inside))), (*path, "range"), grain)
    return Computed(If(inside, whole, Missing()))


def draft_rank(draft: Draft, name: str, column: Column, rank: Rank) -> None:
    """Add a place among others: missing for those who do not take part or have no figure to be ranked by (N2)."""
    path, grain = ("columns", name, "rank"), column.grain or draft.grain
    if rank.among is not None:
        holds = Computed(And((guarded(draft.formula(rank.among, (*path, "among"), grain)),)))
        draft.add(inner_name("part_in", name), "part", "switch", holds, (*path, "among"), grain=grain,
                  title=Title("参加排名", "Takes part"))  # fmt: skip
    part = takes_part(draft, name)
    among = And((*not_gone(draft, grain), present(Name(rank.of)), *((Name(part),) if part else ())))
    draft.add(inner_name("among", name), "part", "switch", Computed(among), path, grain=grain)
    unit = () if rank.within == "company" else (rank.within,)
    order = ((rank.of, True), *ties_of(draft, rank.ties, (*path, "ties")))
    shared: Literal["", "first"] = "" if by_key(draft, rank.ties) else "first"
    ranked = Ranked((*unit, inner_name("among", name)), order, shared)
    draft.add(inner_name("rank", name), "part", "count", ranked, path, grain=grain)
    place = If(Name(inner_name("among", name)), Name(inner_name("rank", name)), Missing())
    draft.add(name, "figure", "count", Computed(place), path, grain=grain, type=metric_type(column), title=column.title)


def takes_part(draft: Draft, name: str) -> str:
    """Return the column of who takes part in a ranking; empty where everybody does, or a column is none."""
    column = draft.ruleset.policy.columns.get(name)
    return inner_name("part_in", name) if column and column.rank and column.rank.among is not None else ""


def by_key(draft: Draft, ties: Sequence[str]) -> bool:
    """Return whether a policy says that the id decides where all else is equal."""
    return draft.key in ties


def ties_of(draft: Draft, ties: Sequence[str], path: Path) -> tuple[tuple[str, bool], ...]:
    """Return the columns that decide among equals before the id does, highest first; nothing may come after the id."""
    if by_key(draft, ties) and ties[-1] != draft.key:
        draft.fault("ties_after_key", path, key=draft.key)
    return tuple((tie, True) for tie in ties if tie != draft.key)
