"""Extras that are added to rates, or multiply earnings, where a condition holds (C3, C11, C12)."""

from __future__ import annotations

from decimal import Decimal

from incentives.language.tree import ZERO, If, Labelled, Node, Title
from incentives.language.types import NumberType
from incentives.plan.draft import Draft, Path, guarded
from incentives.plan.scores import total
from incentives.ruleset.pay import Extra

FACTOR = NumberType(Decimal(0), Decimal(10), 4)  # factors of pay: `1.005`


def rates_added(draft: Draft, extras: dict[str, Extra], path: Path) -> Node:
    """Return the sum of the extras of a rate; for pay by row, whose conditions read the row, that of each row."""
    return total([extra_of(draft, extra, "rate", (*path, "add_rate", key), ZERO, key) for key, extra in extras.items()])


def extra_of(draft: Draft, extra: Extra, unit: str, path: Path, otherwise: Node, key: str) -> Node:
    """Return one extra, or what counts where its condition does not hold."""
    title = extra.title if extra.title.zh or extra.title.en else Title(key, key)
    value = draft.value(extra.then, unit, (*path, "then"), FACTOR if unit == "ratio" else None)
    then = Labelled(value, title, draft.ruleset.place(*path))
    return If(guarded(draft.formula(extra.when, (*path, "when"))), then, otherwise)
