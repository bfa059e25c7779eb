"""When a policy and its figures are in force."""

from __future__ import annotations

from collections.abc import Iterator

from incentives.faults import Fault
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """The effective time, the announcement, and figures that have no value in part of the effective time."""
    first, last = policy.effective.from_, policy.effective.to
    if last is not None and last < first:
        yield Fault("effective_order", document.place(("effective", "to")), {"first": first, "last": last})
    if policy.announced_on is not None and policy.announced_on > first:
        about = {"announced": policy.announced_on, "first": first}
        yield Fault("announced_late", document.place(("announced_on",)), about, warning=True)
    for name, figure in policy.figures.items():
        place = document.place(("figures", name, "value"))
        begins = figure.values[0][0]
        if begins is not None and begins > first:
            yield Fault("figure_undefined", place, {"name": name, "first": first, "begins": begins})
        for day, _ in figure.values[1:]:
            if last is not None and day is not None and day > last:
                late = document.key_place(("figures", name, "value", day.isoformat()))
                yield Fault("figure_late", late, {"day": day, "last": last})
