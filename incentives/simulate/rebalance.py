"""Weights brought back to 100 % after one was changed: the others keep their proportions."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from pydantic_core import PydanticCustomError

from incentives.faults import Fault, RefusedError
from incentives.ruleset.edits import put
from incentives.ruleset.kinds import number
from incentives.ruleset.placed import Document, Path

UNIT = Decimal("0.000001")


def rebalanced(before: Document, after: Document) -> Document:
    """`after`, where each list of weights adds up to what it did before: the weights that were not changed share the
    rest as they were to each other, by largest remainder at six decimals. A list that gives weights by formula stays.

    Raises RefusedError where the changed weights leave less than nothing.
    """
    for paths in lists_of(after):
        old = {path: weight_at(before, path) for path in paths}
        new = {path: weight_at(after, path) for path in paths}
        if any(value is None for value in (*old.values(), *new.values())):
            continue
        changed = {path for path in paths if old[path] != new[path]}
        kept = [path for path in paths if path not in changed and old[path]]
        if not changed or not kept:
            continue
        whole = sum((value for value in old.values() if value), Decimal(0))
        given = sum((new[path] or Decimal(0) for path in changed), Decimal(0))
        if given > whole:
            first = min(changed, key=paths.index)
            about = {"sum": percent(given), "whole": percent(whole)}
            raise RefusedError([Fault("rebalance_left", after.place(first), about)])
        for path, value in shared(Fraction(whole - given), {path: Fraction(old[path] or 0) for path in kept}).items():
            after = put(after, path, percent(value), {}, {path: after.key_place(path)})
    return after


def percent(value: Decimal) -> str:
    """A weight as people write it."""
    text = f"{value * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def lists_of(document: Document) -> list[list[Path]]:
    """The paths of the weights that belong together: the items of a scorecard, and the scorecards of the grade."""
    data = document.data
    found: list[list[Path]] = []
    for card, scorecard in data.get("scorecards", {}).items():
        items = scorecard.get("items", {}) if isinstance(scorecard, dict) else {}
        found.append([("scorecards", card, "items", item, "weight") for item in items])
    found.append([("grade", "of", card) for card in (data.get("grade") or {}).get("of", {})])
    return found


def weight_at(document: Document, path: Path) -> Decimal | None:
    """The weight at a path; None where there is none that is a number, zero where the item is new."""
    value = document.at(path)
    if value is None:
        return Decimal(0)
    try:
        found = number(value)
    except PydanticCustomError:
        return None
    return found if isinstance(found, Decimal) else None


def shared(whole: Fraction, parts: dict[Path, Fraction]) -> dict[Path, Decimal]:
    """`whole` shared in the proportion of the parts, at six decimals, adding up exactly (largest remainder)."""
    total = sum(parts.values(), Fraction(0))
    exact = {path: whole * part / total / Fraction(UNIT) for path, part in parts.items()}
    floors = {path: int(value // 1) for path, value in exact.items()}
    left = int(whole / Fraction(UNIT)) - sum(floors.values())
    order = sorted(exact, key=lambda path: (floors[path] - exact[path], list(parts).index(path)))
    return {
        path: ((floors[path] + (path in order[:left])) * UNIT).quantize(UNIT, ROUND_FLOOR).normalize() for path in parts
    }
