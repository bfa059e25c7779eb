"""Checks of the components that draws and deductions name; each is taken back through one other only."""

from __future__ import annotations

from collections.abc import Iterator

from incentives.faults import Fault
from incentives.ruleset.lint.references import unknown
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault for each name that is no other component, and for each component that two take back or that
    carries on by itself."""
    taken: dict[str, str] = {}
    for name, component in policy.pay.items():
        known = [other for other in policy.pay if other != name]
        lists = (("draw", "against", component.draw.against if component.draw else ()),
                 ("takes_back", "from", component.takes_back.from_ if component.takes_back else ()))  # fmt: skip
        for key, part, listed in lists:
            for number, other in enumerate(listed):
                place = document.place(("pay", name, key, part, number))
                if other not in known:
                    yield unknown("pay_unknown", other, known, place)
                elif part == "from" and taken.setdefault(other, name) != name:
                    yield Fault("taken_twice", place, {"name": other, "other": taken[other]})
                elif part == "from" and policy.pay[other].below_zero is not None:
                    yield Fault("taken_and_carried", place, {"name": other})
