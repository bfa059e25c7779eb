"""Weights and shares: they add up to 100 % on every day (POLICY A1, A6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from incentives.faults import Fault, Place
from incentives.ruleset.lint.stated import Value, moments, number_on, percent
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault where the weights of a scorecard, or the shares of the scorecards in the grade, do not add up."""
    for name, card in policy.scorecards.items():
        path: Path = ("scorecards", name, "items")
        weights: dict[Path, Value] = {(*path, key, "weight"): item.weight for key, item in card.items.items()}
        yield from _adds_up("weights_sum", weights, path, policy, document)
    if policy.grade:
        shares: dict[Path, Value] = {("grade", "of", key): share for key, share in policy.grade.of.items()}
        yield from _adds_up("shares_sum", shares, ("grade", "of"), policy, document)


def _adds_up(code: str, parts: Mapping[Path, Value], path: Path, policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield one fault for the first day on which the parts do not add up."""
    for day in moments(policy):
        numbers = [number_on(policy, part, day) for part in parts.values()]
        total = sum((n for n in numbers if n is not None), Decimal(0))
        if None in numbers or total == 1:
            continue
        # two times the whole or more is a percentage without its sign, less is a slip of the sum: 1.01, 101%
        large = next((n for n in numbers if n is not None and n >= 2), None)
        told = "weights_plain" if large else code if day == policy.effective.from_ else f"{code}_on"
        about = {"sum": percent(total), "day": day}
        if large is not None:
            part = large * 100 / total if total in (10, 1000) else large  # six and four of ten are 60% and 40%
            about |= {"value": f"{large:f}", "percent": percent(large), "plain": f"{part.normalize():f}%"}
        yield Fault(told, _place(parts, path, document), about)
        return


def _place(parts: Mapping[Path, Value], path: Path, document: Document) -> Place:
    """Return the place of the list of parts; where an overlay changed some of them, that of the first that it
    changed."""
    whole = document.key_place(path)
    changed = (place for place in map(document.place, parts) if place.file == document.file != whole.file)
    return next(changed, whole)
