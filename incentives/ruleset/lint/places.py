"""Money by place: no place stands in two rows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from incentives.faults import Fault
from incentives.ruleset.lint.grid import grid_of, overlaps, runs_of
from incentives.ruleset.lint.stated import moments
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.units import NUMBERS

PLACES = grid_of(Decimal(0), NUMBERS["count"].high, 0)


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """The rows of every component that pays by place, on the first day on which two of them meet."""
    for name, component in policy.pay.items():
        if component.by_rank is None:
            continue
        rows: Path = ("pay", name, "by_rank", "rows")
        tests = {test: test for test in component.by_rank.rows}
        met = (list(overlaps(runs_of(tests, PLACES, policy, day))) for day in moments(policy))
        for step, one, other in next((found for found in met if found), []):
            about = {"value": PLACES.written(step), "one": one, "other": other}
            yield Fault("bands_overlap", document.key_place((*rows, other)), about)
