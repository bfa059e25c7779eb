"""Targets, attainments and scorecards as columns (T1–T5, A1–A3, A6)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from incentives.language.tree import (
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
    Or,
    Round,
    Title,
    Truth,
)  # fmt: skip
from incentives.plan.columns import Computed, Targeted
from incentives.plan.draft import Draft, Path, guarded, present, where_present
from incentives.ruleset.model import Item, Target
from incentives.ruleset.units import NUMBERS, metric_type

ZERO, ONE, TWO, HUNDRED = (Number(Decimal(n)) for n in (0, 1, 2, 100))
SUFFIX = {
    "target": Title("目标", " target"),
    "stretch": Title("挑战目标", " stretch target"),
    "attainment": Title("达成率", " attainment"),
    "score": Title("得分", " score"),
}


def draft_targets(draft: Draft) -> None:
    """Add `<metric>_target`, `_stretch` and `_attainment` for every metric under `targets:` (T1–T5)."""
    policy = draft.ruleset.policy
    for name, target in policy.targets.items():
        metric = policy.metrics.get(name)
        if metric is None:
            continue
        path = ("targets", name)
        kind = metric_type(metric)
        for side, suffix in (("base", "target"), ("stretch", "stretch")):
            formula = figure_of_target(draft, target, name, side, path)
            title = target.title if side == "base" and target.title.zh else suffixed(metric.title, suffix)
            draft.add(
                f"{name}_{suffix}", "target", metric.unit, Computed(formula), path, title=title, type=kind, item=name
            )
        attained = attainment(Name(name), Name(f"{name}_target"), metric.direction == "lower", target.when_zero, ONE)
        if target.when_zero == "error":
            draft.check(f"{name}_target", "zero_target", guarded(Compare("=", Name(f"{name}_target"), ZERO)), path)
        title = suffixed(metric.title, "attainment")
        draft.add(f"{name}_attainment", "attainment", "ratio", Computed(attained), path, title=title, item=name)


def figure_of_target(draft: Draft, target: Target, name: str, side: str, path: Path) -> Node:
    """The signed figure, else the policy's formula where a signed row leaves it open or none is asked for; prorated."""
    scope = target.scope or "rep"
    signed = target.signed != "not_needed"
    given = Name(f"~{name} {side} given")
    kind = metric_type(draft.ruleset.policy.metrics[name])
    source = Targeted(target.metric or name, side, scope, signed)
    draft.add(given.name, "part", "", source, path, type=kind, optional=True, item=name)
    has_row = Name(f"~{name} signed")
    if side == "base":
        row = Targeted(target.metric or name, "signed", scope, signed)
        draft.add(has_row.name, "part", "switch", row, path, item=name)
    value = target.base if side == "base" else target.stretch
    instead: Node = Missing()
    if value is not None:
        written = draft.value(value, draft.ruleset.policy.metrics[name].unit, (*path, side))
        instead = If(has_row, written, Missing()) if signed else written
    figure: Node = If(present(given), given, instead)
    if target.prorate not in (None, "none"):
        figure = Arithmetic("*", figure, Name("worked_share"))
    return figure


def attainment(actual: Node, target: Node, lower: bool, when_zero: str | None, whole: Node) -> Node:
    """`whole` × actual ÷ target, or `whole` × (2 − actual ÷ target) where lower is better; zero answered (A2)."""
    above = Arithmetic("-", Arithmetic("*", TWO, target), actual) if lower else actual
    ratio = Arithmetic("/", above if whole == ONE else Arithmetic("*", whole, above), target)
    instead = where_present(actual, whole) if when_zero == "full" else Missing()
    return If(Compare("=", target, ZERO), instead, ratio)


def draft_scorecards(draft: Draft) -> None:
    """Add a score per item, the scorecards and the total (A1–A3, A6)."""
    policy = draft.ruleset.policy
    uses = Counter(item for card in policy.scorecards.values() for item in card.items)
    unsigned: list[Node] = []
    for card_name, card in policy.scorecards.items():
        parts: list[tuple[Node, Node]] = []
        share = policy.grade.of.get(card_name) if policy.grade else None
        share_node = draft.value(share, "ratio", ("grade", "of", card_name)) if share is not None else ZERO
        for item_name, item in card.items.items():
            path = ("scorecards", card_name, "items", item_name)
            weight = draft.value(item.weight, "ratio", (*path, "weight"))
            score = f"{item_name}_score" if uses[item_name] == 1 else f"{card_name}_{item_name}_score"
            metric = policy.metrics.get(item.of or item_name)
            title = item.title if item.title.zh or metric is None else metric.title
            formula = If(Name("scored"), score_of(draft, item, item.of or item_name, path), Missing())
            draft.add(score, "score", "score", Computed(formula), path, title=suffixed(title, "score"), item=item_name)
            parts.append((weight, Name(score)))
            target = policy.targets.get(item.of or item_name)
            if item.attainment and target and target.signed != "not_needed":
                asked = [Compare(">", weight, ZERO), Compare(">", share_node, ZERO)]
                side = "stretch" if item.attainment == "stretch" else "target"
                unsigned.append(And((*asked, Not(present(Name(f"{item.of or item_name}_{side}"))))))
        mean = If(Name("scored"), weighted_mean(parts), Missing())
        draft.add(card_name, "scorecard", "score", Computed(mean), ("scorecards", card_name), title=card.title)
    any_unsigned: Node = Or(tuple(unsigned)) if len(unsigned) > 1 else unsigned[0] if unsigned else Truth(False)
    title = Title("目标未签", "Target unsigned")
    draft.add("unsigned", "part", "switch", Computed(any_unsigned), ("targets",), title=title)


def score_of(draft: Draft, item: Item, metric: str, path: Path) -> Node:
    """The score of one item before it is gated: from attainment, a table of bands, or a formula (A2)."""
    declared = draft.ruleset.policy.metrics.get(metric)
    if item.attainment:
        target = draft.ruleset.policy.targets.get(metric)
        side = "stretch" if item.attainment == "stretch" else "target"
        lower = declared is not None and declared.direction == "lower"
        ratio = attainment(Name(metric), Name(f"{metric}_{side}"), lower, target.when_zero if target else None, HUNDRED)
        assert isinstance(ratio, If)
        score: Node = If(ratio.when, ratio.then, Round(ratio.otherwise, 2, "half_up"))
        return clamp(score, item, draft, path)
    if item.bands:
        return banded(draft, Name(metric), {k: (v, "score") for k, v in item.bands.items()}, (*path, "bands"))
    return clamp(draft.formula(item.score or "0", (*path, "score")), item, draft, path)


def clamp(score: Node, item: Item, draft: Draft, path: Path) -> Node:
    """At least 0, at most the cap, or the highest score there is; what is missing in a branch of an `if` stays so."""
    if isinstance(score, If) and isinstance(score.then, Missing):
        return If(score.when, score.then, clamp(score.otherwise, item, draft, path))
    cap = item.cap if item.cap is not None else NUMBERS["score"].high
    score = Call("min", (draft.value(cap, "score", (*path, "cap")), score))
    return Call("max", (ZERO, score))


def banded(draft: Draft, of: Node, bands: dict[str, tuple[object, str]], path: Path) -> Node:
    """A table of tests and results as nested `if`s, missing where no test holds; each row labelled with its line."""
    formula: Node = Missing()
    for test, (result, unit) in reversed(bands.items()):
        tests = draft.tests(test, (*path, test))
        value = draft.value(result, unit, (*path, test))  # type: ignore[arg-type]
        place = draft.ruleset.place(*path, test)
        formula = If(In(of, tests), Labelled(value, Title(test, test), place), formula)
    return formula


def weighted_mean(parts: list[tuple[Node, Node]]) -> Node:
    """Σ weight × score ÷ Σ weight over the scores that are there; missing where none with a weight is (A3)."""
    over = total([If(present(score), Arithmetic("*", weight, score), ZERO) for weight, score in parts])
    under = total([If(present(score), weight, ZERO) for weight, score in parts])
    return If(Compare(">", under, ZERO), Arithmetic("/", over, under), Missing())


def total(parts: list[Node]) -> Node:
    """The sum of `parts`."""
    if not parts:
        return ZERO
    result = parts[0]
    for part in parts[1:]:
        result = Arithmetic("+", result, part)
    return result


def suffixed(title: Title, suffix: str) -> Title:
    """A metric's title with what is said of it: 销售额 → 销售额达成率."""
    more = SUFFIX[suffix]
    return Title(title.zh + more.zh if title.zh else "", title.en + more.en if title.en else "")
