"""Tiers: their edges rise, and the last one is open (POLICY C1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from incentives.faults import Fault
from incentives.ruleset.lint.spans import first_found
from incentives.ruleset.lint.stated import number_on
from incentives.ruleset.model import Policy
from incentives.ruleset.pay import Tiers
from incentives.ruleset.placed import Document, Path


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield the faults in the tiers of every component of pay."""
    for name, component in policy.pay.items():
        if component.tiers is None:
            continue
        rows: Path = ("pay", name, "tiers", "rows")
        *closed, (last, top) = component.tiers.rows.items()
        if top.to is not None:
            yield Fault("tiers_closed", document.place((*rows, last, "to")), {"name": last})
        for row, tier in closed:
            if tier.to is None:
                yield Fault("tier_open", document.key_place((*rows, row)), {"name": row})
        yield from first_found(policy, partial(_falling, component.tiers, policy, rows, document))


def _falling(tiers: Tiers, policy: Policy, rows: Path, document: Document, day: date) -> list[Fault]:
    """Return the fault of the first tier on `day` whose edge is not above the one before."""
    before = Decimal(0)
    for name, tier in tiers.rows.items():
        edge = number_on(policy, tier.to, day)
        if edge is None:
            continue
        if edge <= before:
            about: dict[str, object] = {"edge": f"{edge:f}", "before": f"{before:f}", "from": ""}
            return [Fault("tiers_order", document.place((*rows, name, "to")), about)]
        before = edge
    return []
