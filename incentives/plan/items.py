"""Checks of items' bands against the values of their metrics, once every column has its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incentives.faults import Fault
from incentives.language.types import AnyType
from incentives.plan.columns import Column
from incentives.plan.draft import Draft
from incentives.ruleset.lint.bands import item_faults

Frames = Mapping[str, Sequence[Sequence[Column]]]
SHARES = {"ratio", "rate"}


def check_items(draft: Draft, frames: Frames) -> list[Fault]:
    """Report bands that leave a value of their metric out, or hold it twice; warn where that is not known."""
    columns = {column.name: column for stage in frames[draft.grain] for column in stage}
    warnings: list[Fault] = []
    policy = draft.ruleset.policy
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            column = columns.get(item.of or name)
            if item.bands and column and not isinstance(column.type, AnyType):
                about = {"share": column.unit in SHARES, "quotient": column.exact is not None}
                found = item_faults(policy, card_name, name, column.type, draft.ruleset.document, **about)
                draft.faults += [fault for fault in found if not fault.warning]
                warnings += [fault for fault in found if fault.warning]
    return warnings
