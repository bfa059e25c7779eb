"""Scores, scorecards and the total (A1-A3, A6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from functools import partial
from typing import Any

from .formula import parse_tests
from .targets import reached
from .value import passes, rounded
from .world import Define, Row, World


def score_name(policy: dict[str, Any], card: str, item: str) -> str:
    """`<item>_score`, with the scorecard before it where two have an item of that name."""
    uses = Counter(name for one in policy["scorecards"].values() for name in one["items"])
    return f"{item}_score" if uses[item] == 1 else f"{card}_{item}_score"


def define_scores(world: World) -> dict[tuple[str, str], Define]:
    """A column an item, a scorecard, and the total that is computed from them."""
    found: dict[tuple[str, str], Define] = {}
    for card, about in world.policy.get("scorecards", {}).items():
        for item, line in about["items"].items():
            name = score_name(world.policy, card, item)
            found[world.grain, name] = partial(score, metric=line.get("of", item), line=line)
        found[world.grain, card] = partial(scorecard, card=card, items=about["items"])
    found[world.grain, "computed_total"] = computed_total
    return found


def is_scored(world: World, row: Row) -> bool:
    """Whether the row gets scores of its own: neither history, exempt nor unsigned."""
    return bool(world.value(row, "~standing") == "scored")


def score(world: World, row: Row, metric: str, line: dict[str, Any]) -> Any:
    """One item's score, at least 0 and at most its cap; a banded one is what its band says (A2)."""
    if not is_scored(world, row):
        return None
    if "bands" in line:
        return banded(world, row, world.value(row, metric), line["bands"])
    if "attainment" in line:
        ratio = reached(world, row, metric, line["attainment"])
        value = None if ratio is None else rounded(100 * ratio, 2)
    else:
        exact = world.formula(row, line["score"])
        value = None if exact is None else rounded(exact, 2)
    if value is None:
        return None
    cap = world.given(row, line["cap"]) if "cap" in line else Fraction(1000)
    return max(Fraction(0), min(value, rounded(cap, 2)))


def banded(world: World, row: Row, value: Any, bands: dict[str, str]) -> Any:
    """The result of the first test that holds; nothing where none does or there is no value."""
    if value is None:
        return None
    for test, result in bands.items():
        if any(passes(value, one, lambda tree: world.tree(row, tree)) for one in parse_tests(test)):
            return rounded(world.given(row, result), 2)
    return None


def mean(parts: Iterable[tuple[Fraction, Any]]) -> Any:
    """Σ weight × score ÷ Σ weight over the scores that are there, 2 decimals; nothing where no weight is (A3)."""
    there = [(weight, value) for weight, value in parts if value is not None and weight > 0]
    whole = sum((weight for weight, _ in there), Fraction(0))
    return rounded(sum((w * v for w, v in there), Fraction(0)) / whole, 2) if whole else None


def scorecard(world: World, row: Row, card: str, items: dict[str, Any]) -> Any:
    """One scorecard's score."""
    if not is_scored(world, row):
        return None
    names = {item: score_name(world.policy, card, item) for item in items}
    return mean((world.given(row, line["weight"]), world.value(row, names[item])) for item, line in items.items())


def computed_total(world: World, row: Row) -> Any:
    """The total of the scorecards by their shares."""
    if not is_scored(world, row):
        return None
    return mean(
        (world.given(row, share), world.value(row, card)) for card, share in world.policy["grade"]["of"].items()
    )


def is_unsigned(world: World, row: Row) -> bool:
    """Whether an item that counts scores against a target that has to be signed and is not there (T4)."""
    shares = world.policy["grade"]["of"]
    for card, about in world.policy["scorecards"].items():
        if card not in shares or world.given(row, shares[card]) <= 0:
            continue
        for item, line in about["items"].items():
            metric = line.get("of", item)
            target = world.policy.get("targets", {}).get(metric, {})
            if (
                "attainment" not in line
                or target.get("signed") == "not_needed"
                or world.given(row, line["weight"]) <= 0
            ):
                continue
            side = "target" if line["attainment"] == "base" else "stretch"
            if world.value(row, f"{metric}_{side}") is None:
                return True
    return False
