"""Weights and shares: they add up to 100 % on every day (POLICY A1, A6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from incentives.faults import Fault
from incentives.ruleset.lint.stated import Value, moments, number_on, percent
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """The weights within each scorecard, and the shares of the scorecards in the grade."""
    for name, card in policy.scorecards.items():
        weights = {key: item.weight for key, item in card.items.items()}
        yield from _adds_up("weights_sum", weights, ("scorecards", name, "items"), policy, document)
    if policy.grade:
        yield from _adds_up("shares_sum", policy.grade.of, ("grade", "of"), policy, document)


def _adds_up(
    code: str, parts: Mapping[str, Value], path: Path, policy: Policy, document: Document
) -> Iterator[Fault]:
    """One fault for the first day on which the parts do not add up."""
    for day in moments(policy):
        numbers = [number_on(policy, part, day) for part in parts.values()]
        total = sum((n for n in numbers if n is not None), Decimal(0))
        if None in numbers or total == 1:
            continue
        about = {"sum": percent(total), "day": day}
        if total == 100:
            yield Fault("weights_plain", document.key_place(path), about)
        else:
            dated = "_on" if day != policy.effective.from_ else ""
            yield Fault(code + dated, document.key_place(path), about)
        return
