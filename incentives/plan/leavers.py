"""The column that says whether a person left before a row's period; it exists only where pay is still released then."""

from __future__ import annotations

from incentives.language.tree import Name, Node, Not, Title
from incentives.plan.columns import Given
from incentives.plan.draft import Draft
from incentives.plan.names import inner_name

GONE = inner_name("gone")


def draft_gone(draft: Draft) -> None:
    """Add the column where a component is still paid after leaving: with it the frame has rows for that."""
    for name, component in draft.ruleset.policy.pay.items():
        if component.timing is not None and component.timing.on_leaving == "as_collected":
            path = ("pay", name, "timing", "on_leaving")
            draft.add(GONE, "part", "switch", Given(), path, title=Title("此前已离职", "Left before the period"))


def not_gone(draft: Draft, grain: str = "") -> list[Node]:
    """Return the condition that a person has not left; none where the frame has no rows after leaving."""
    return [Not(Name(GONE))] if (grain or draft.grain, GONE) in draft.columns else []
