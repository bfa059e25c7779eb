"""The lowest and the highest total there can be on a day, as weights, caps and tables of scores allow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from incentives.ruleset.lint.stated import number_on
from incentives.ruleset.model import Grade, Item, Policy
from incentives.ruleset.units import NUMBERS

TOP = NUMBERS["score"].high
LOWER_BEST = Decimal(200)  # 100 × (2 − 0), the most that "lower is better" can score (POLICY A2)


def highest_total(policy: Policy, grade: Grade, day: date) -> tuple[Decimal, Decimal]:
    """Return the highest total that can occur, and the highest with every item scored.

    They differ, since the weight of an item that is exempt goes to the others.
    """
    tops: list[tuple[Decimal, Decimal]] = []
    for card_name, share in grade.of.items():
        card = policy.scorecards.get(card_name)
        for name, item in (card.items if card else {}).items():
            weight = (number_on(policy, item.weight, day) or 0) * (number_on(policy, share, day) or Decimal(0))
            if weight > 0:
                tops.append((weight, _top(policy, item, item.of or name, day)))
    if not tops:
        return TOP, TOP
    whole = sum(weight for weight, _ in tops)
    usual = sum((weight * top for weight, top in tops), Decimal(0)) / whole
    return max(top for _, top in tops), round(usual, NUMBERS["score"].scale if grade.scale is None else grade.scale)


def _top(policy: Policy, item: Item, metric: str, day: date) -> Decimal:
    """Return the most that an item can score."""
    top = TOP
    if item.attainment and metric in policy.metrics and policy.metrics[metric].direction == "lower":
        top = LOWER_BEST
    if item.bands:
        scores = [number_on(policy, score, day) for score in item.bands.values()]
        top = max((score for score in scores if score is not None), default=top)
    cap = number_on(policy, item.cap, day)
    return top if cap is None else min(top, cap)


def lowest_total(policy: Policy, grade: Grade, day: date) -> Decimal:
    """Return the least that any item scores, and so the least that a total can be."""
    items = [item for card in grade.of if card in policy.scorecards for item in policy.scorecards[card].items.values()]
    return min((_least(policy, item, day) for item in items), default=Decimal(0))


def _least(policy: Policy, item: Item, day: date) -> Decimal:
    """Return the least that an item can score."""
    scores = [number_on(policy, score, day) for score in (item.bands or {}).values()]
    return min((score for score in scores if score is not None), default=Decimal(0))
