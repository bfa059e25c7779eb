"""Money by place: no place stands in two rows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from incentives.faults import Fault
from incentives.ruleset.lint.bands import unknown
from incentives.ruleset.lint.cells import keyed, of_unit, wrong
from incentives.ruleset.lint.grid import covered, grid_of, overlaps
from incentives.ruleset.lint.stated import moments
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.units import NUMBERS

NOTHING = {"zh": "", "en": ""}
APART = {"zh": "让每个名次只在一行里", "en": "let each place stand in one row only"}
PLACES = grid_of(Decimal(0), NUMBERS["count"].high, 0)


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault for each component that pays by place, on the first day on which two of its rows overlap."""
    for name, component in policy.pay.items():
        if component.by_rank is None:
            continue
        rows: Path = ("pay", name, "by_rank", "rows")
        tests = {test: test for test in component.by_rank.rows}
        if wrong(keyed(tests, rows, of_unit("count"), document)):
            continue
        found = [covered(tests, PLACES, policy, day) for day in moments(policy)]
        for name, edge in found[0].unknown.items():
            yield unknown(name, edge, document.key_place((*rows, name)))
        for step, one, other in next((met for each in found if (met := list(overlaps(each.runs)))), []):
            about = {"value": PLACES.written(step), "one": one, "other": other, "from": NOTHING, "mend": APART}
            yield Fault("bands_overlap", document.key_place((*rows, other)), about)
