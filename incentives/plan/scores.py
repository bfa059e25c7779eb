"""Targets, attainments and scorecards as columns (T1–T5, A1–A3, A6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from incentives.language.parse import FormulaError, parse_formula
from incentives.language.tree import (
    MOST_NESTED,
    ONE,
    ZERO,
    And,
    Arithmetic,
    Call,
    Compare,
    If,
    In,
    Labelled,
    Missing,
    Name,
    Node,
    Not,
    Number,
    Round,
    Title,
    first_of,
)
from incentives.language.types import NumberType, Type
from incentives.language.walk import names_in
from incentives.plan import names
from incentives.plan.columns import Computed, Targeted
from incentives.plan.draft import Draft, Path, any_of, guarded, present, where_present
from incentives.plan.names import inner_name, signed_of
from incentives.ruleset.lint.bands import is_whole
from incentives.ruleset.model import Item, Metric, Target, metric_type
from incentives.ruleset.units import NUMBERS, unit_type

FAR = Decimal(10**15)
TWO, HUNDRED = Number(Decimal(2)), Number(Decimal(100))
SUFFIX = {
    "target": Title("目标", " target"),
    "stretch": Title("挑战目标", " stretch target"),
    "attainment": Title("达成率", " attainment"),
    "score": Title("得分", " score"),
}


def draft_targets(draft: Draft) -> None:
    """Add `<name>_target` and `_stretch` for all under `targets:`, and `_attainment` for metrics (T1–T5)."""
    policy = draft.ruleset.policy
    for name, target in policy.targets.items():
        metric = policy.metrics.get(name) or policy.metrics.get(target.metric or name)
        if metric is None:
            continue  # reported by the ruleset's own checks
        path = ("targets", name)
        kind = metric_type(metric)
        for side, suffix in (("base", "target"), ("stretch", "stretch")):
            formula = figure_of_target(draft, target, name, metric, side)
            title = target.title if side == "base" and target.title.zh else suffixed(metric.title, name, suffix)
            draft.add(
                names.target_of(name, suffix),
                "target",
                metric.unit,
                Computed(formula),
                path,
                title=title,
                type=kind,
                item=name,
            )
        if name not in policy.metrics:
            continue
        aims = [names.target_of(name)] + [names.target_of(name, "stretch")] * is_scored_by_stretch(draft, name)
        attained = attainment(Name(name), Name(aims[0]), metric.direction == "lower", target.when_zero, ONE)
        for aim in aims if target.when_zero == "error" else ():
            draft.check(aim, "zero_target", guarded(Compare("<=", Name(aim), ZERO)), path)
        title = suffixed(metric.title, name, "attainment")
        draft.add(names.attainment_of(name), "attainment", "ratio", Computed(attained), path, title=title, item=name,
                  unrounded=True)  # fmt: skip


def is_scored_by_stretch(draft: Draft, metric: str) -> bool:
    """Return whether an item scores a metric against its stretch target."""
    cards = draft.ruleset.policy.scorecards.values()
    return any(
        item.attainment == "stretch" and (item.of or name) == metric
        for card in cards
        for name, item in card.items.items()
    )


def figure_of_target(draft: Draft, target: Target, name: str, metric: Metric, side: str) -> Node:
    """Return the signed figure, else the policy's formula where a signed row leaves it open or none is asked for;
    prorated."""
    path, signed = ("targets", name), target.signed == "required"
    source = Targeted(target.metric or name, side, target.scope, signed)
    given, has_row = Name(inner_name(f"{side}_given", name)), Name(signed_of(name))
    draft.add(given.name, "part", "", source, path, type=metric_type(metric), optional=True, item=name)
    if side == "base":
        draft.add(has_row.name, "part", "switch", replace(source, side="signed"), path, item=name)
    value = target.base if side == "base" else target.stretch
    instead: Node = Missing()
    if value is not None:
        written = draft.value(value, metric.unit, (*path, side))
        instead = If(has_row, written, Missing()) if signed else written
    figure: Node = If(present(given), given, instead)
    return Arithmetic("*", figure, Name("worked_share")) if target.prorate else figure


def attainment(actual: Node, target: Node, lower: bool, when_zero: str, whole: Node) -> If:
    """Return `whole` × actual ÷ target, or `whole` × (2 − actual ÷ target) where lower is better (A2).

    A target of zero or less has no attainment: it is missing, or where it counts as `full` all for who has reached it,
    else nothing.
    """
    above = Arithmetic("-", Arithmetic("*", TWO, target), actual) if lower else actual
    ratio = Arithmetic("/", above if whole == ONE else Arithmetic("*", whole, above), target)
    reached = If(Compare("<=" if lower else ">=", actual, target), whole, ZERO)
    instead = where_present(actual, reached) if when_zero == "full" else Missing()
    return If(Compare("<=", target, ZERO), instead, ratio)


def draft_scorecards(draft: Draft) -> None:
    """Add a score per item, the scorecards and the total (A1–A3, A6)."""
    policy = draft.ruleset.policy
    uses = Counter(item for card in policy.scorecards.values() for item in card.items)
    unsigned: list[Node] = []
    for card_name, card in policy.scorecards.items():
        parts: list[tuple[Node, Node]] = []
        share = policy.grade.of.get(card_name) if policy.grade else None
        of_total: Node = ZERO if policy.grade else ONE  # without a grade every card counts
        of_total = draft.value(share, "ratio", ("grade", "of", card_name)) if share is not None else of_total
        for item_name, item in card.items.items():
            score = Name(names.score_of(item_name, "" if uses[item_name] == 1 else card_name))
            path: Path = ("scorecards", card_name, "items", item_name)
            weight = draft_item(draft, item, item_name, score.name, path, unit_type("score", None, card.scale))
            parts.append((weight, score))
            target = policy.targets.get(item.of or item_name)
            weighs = (Compare(">", weight, ZERO), Compare(">", of_total, ZERO))
            if item.attainment and target and target.signed == "required":
                unsigned.append(And((*weighs, Not(present(scored_against(item, item.of or item_name))))))
            path = ("scorecards", card_name, "items", item_name)
            draft_unscored(draft, item, item.of or item_name, score, weighs, path)
        mean = If(Name("scored"), weighted_mean(parts), Missing())
        draft.add(card_name, "scorecard", "score", Computed(mean), ("scorecards", card_name), title=card.title,
                  type=unit_type("score", None, card.scale))  # fmt: skip
    title = Title("目标未签", "Target unsigned")
    draft.add("unsigned", "part", "switch", Computed(any_of(unsigned)), ("targets",), title=title)


def draft_item(draft: Draft, item: Item, name: str, score: str, path: Path, kind: Type) -> Node:
    """Add the column `score` of one item; the item's weight."""
    metric = draft.ruleset.policy.metrics.get(item.of or name)
    title = item.title if item.title.zh or metric is None else metric.title
    assert isinstance(kind, NumberType)
    formula = If(Name("scored"), score_of(draft, item, item.of or name, path, kind), Missing())
    draft.add(score, "score", "score", Computed(formula), path, title=suffixed(title, name, "score"), item=name,
              type=kind)  # fmt: skip
    return draft.value(item.weight, "ratio", (*path, "weight"))


def draft_unscored(
    draft: Draft, item: Item, metric: str, score: Name, weighs: tuple[Node, ...], path: Path
) -> None:  # fmt: skip
    """Add the check that nobody has a value of the metric and no score, where that may be."""
    policy = draft.ruleset.policy
    source, target = policy.metrics.get(metric) or policy.columns.get(metric), policy.targets.get(metric)
    there = (Name("scored"), *weighs, present(Name(metric)))
    if item.bands and source:
        kind = metric_type(source)
        delivered = isinstance(source, Metric) and source.source is not None
        if isinstance(kind, NumberType) and not delivered:
            kind = replace(kind, low=kind.low - FAR, high=kind.high + FAR)  # what is computed may lie anywhere
        if not is_whole(policy, item.bands, kind, quotient=not delivered):
            draft.check(score.name, "unscored", And((*there, Not(present(score)))), (*path, "bands"), of=metric)
    elif item.attainment and target and target.signed == "not_needed" and not has_target(target, item.attainment):
        against = scored_against(item, metric)
        draft.check(score.name, "untargeted", And((*there, Not(present(against)))), path, of=metric)


def has_target(target: Target, side: str) -> bool:
    """Return whether everybody has a target: the policy states one that reads nothing else."""
    value = target.base if side == "base" else target.stretch
    try:
        return value is not None and all("." in name for name in names_in(parse_formula(value)))
    except FormulaError:  # reported where the target is drafted
        return True


def scored_against(item: Item, metric: str) -> Name:
    """Return the target that an item scores against."""
    return Name(names.target_of(metric, "stretch" if item.attainment == "stretch" else "target"))


def score_of(draft: Draft, item: Item, metric: str, path: Path, kind: NumberType) -> Node:
    """Return the score of one item before it is gated: from attainment, a table of bands, or a formula (A2)."""
    if item.attainment:
        declared = draft.ruleset.policy.metrics.get(metric)
        target = draft.ruleset.policy.targets.get(metric)
        lower = declared is not None and declared.direction == "lower"
        when_zero = target.when_zero if target else "error"
        ratio = attainment(Name(metric), scored_against(item, metric), lower, when_zero, HUNDRED)
        score = If(ratio.when, ratio.then, Round(ratio.otherwise, kind.scale, "half_up"))
        return clamp(score, item, draft, path, kind)
    if item.bands:
        return banded(draft, Name(metric), item.bands, (*path, "bands"), kind)
    return clamp(draft.formula(item.score or "0", (*path, "score")), item, draft, path, kind)


def clamp(score: Node, item: Item, draft: Draft, path: Path, kind: NumberType) -> Node:
    """Return the score, at least 0 and at most the cap or the highest score; a missing branch of an `if` stays
    missing."""
    if isinstance(score, If) and isinstance(score.then, Missing):
        return If(score.when, score.then, clamp(score.otherwise, item, draft, path, kind))
    cap = item.cap if item.cap is not None else NUMBERS["score"].high
    score = Call("min", (draft.value(cap, "score", (*path, "cap"), finer(kind)), score))
    return Call("max", (ZERO, score))


def finer(kind: NumberType) -> NumberType | None:
    """Return the type of a scorecard's values where its scale is not that of scores."""
    return kind if kind.scale != NUMBERS["score"].scale else None


def banded(draft: Draft, of: Node, bands: dict[str, Decimal | str], path: Path, kind: NumberType) -> Node:
    """Return the formula of a table of tests and scores: the first that holds, missing where none does. Each row is
    labelled with its line."""
    lines: list[tuple[Node, Node]] = []
    for test, score in bands.items():
        tests = draft.tests(test, (*path, test))
        value = draft.value(score, "score", (*path, test), finer(kind))
        place = draft.ruleset.place(*path, test)
        lines.append((In(of, tests), Labelled(value, Title(test, test), place)))
    return first_of(lines, Missing())


def weighted_mean(parts: list[tuple[Node, Node]]) -> Node:
    """Return Σ weight × score ÷ Σ weight over the scores present; missing where none with a weight is present (A3)."""
    over = total([If(present(score), Arithmetic("*", weight, score), ZERO) for weight, score in parts])
    under = total([If(present(score), weight, ZERO) for weight, score in parts])
    return If(Compare(">", under, ZERO), Arithmetic("/", over, under), Missing())


def total(parts: list[Node]) -> Node:
    """Return the sum of `parts`; of very many in halves, so that it is not nested as deep as they are many."""
    if not parts:
        return ZERO
    if len(parts) > MOST_NESTED:
        half = len(parts) // 2
        return Arithmetic("+", total(parts[:half]), total(parts[half:]))
    result = parts[0]
    for part in parts[1:]:
        result = Arithmetic("+", result, part)
    return result


def suffixed(title: Title, name: str, suffix: str) -> Title:
    """Return a metric's title, or else its name, with a suffix: 销售额 → 销售额达成率."""
    more = SUFFIX[suffix]
    if not title.get("zh"):
        title = Title(name, name)
    return Title(title.zh + more.zh if title.zh else "", title.en + more.en if title.en else "")
