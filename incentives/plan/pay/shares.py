"""Proration: earnings by the share of the period that a person was there, and the pay of leavers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from incentives.language.tree import And, Arithmetic, Compare, If, Name, Node, Not, Title
from incentives.language.types import NumberType
from incentives.plan.columns import TRACKING, Computed, Given
from incentives.plan.draft import Draft, Path, present
from incentives.plan.graph import reads_of
from incentives.plan.leavers import not_gone
from incentives.plan.names import inner_name
from incentives.ruleset.pay import Component

PART = NumberType(Decimal(0), Decimal(400), 0)
WHOLE = NumberType(Decimal(1), Decimal(400), 0)
# way → the counted part of the period, and the whole of it
WAYS = {
    "calendar_days": (Title("在岗日历天数", "Calendar days employed"), Title("期内日历天数", "Calendar days")),
    "working_days": (Title("在岗工作日", "Working days employed"), Title("期内工作日", "Working days")),
    "days_30": (
        Title("在岗天数（每月30天）", "Days employed, 30 a month"), Title("期内天数（每月30天）", "Days, 30 a month")
    ),
    "whole_months": (Title("在岗整月数", "Whole months employed"), Title("期内月数", "Months")),
}  # fmt: skip


def there(way: str) -> str:
    """Return the column of how much of the period counts."""
    return inner_name("there", way)


def of_whole(way: str) -> str:
    """Return the column of how much there is of the period."""
    return inner_name("whole", way)


def prorated(draft: Draft, component: Component, earned: Node, path: Path) -> Node:
    """Return what was earned × the share of the period; all of it for who left, where the component says so."""
    way = component.prorate
    if way is None:
        return earned
    for name, title, kind in zip((there(way), of_whole(way)), WAYS[way], (PART, WHOLE), strict=True):
        draft.add(name, "part", "count", Given(), (*path, "prorate"), type=kind, title=title)
    share = Arithmetic("/", Arithmetic("*", earned, Name(there(way))), Name(of_whole(way)))
    return If(left(draft, path), earned, share) if component.leavers == "full" else share


def draft_attendance(draft: Draft) -> None:
    """Add the days that the share of the period worked is a quotient of, to frames in which it decides anything."""
    used = {key[0] for column in draft.columns.values() for key in reads_of(column) if key[1] == "worked_share"}
    if draft.ruleset.policy.assessment.least_time is not None:
        used |= {frame for frame, _ in draft.columns}
    for frame in sorted(used - {TRACKING}):
        days = (Name(there("working_days")), Name(of_whole("working_days")))
        for name, title, kind in zip(days, WAYS["working_days"], (PART, WHOLE), strict=True):
            draft.add(name.name, "part", "count", Given(), ("assessment",), type=kind, title=title, grain=frame)
        share = draft.columns[frame, "worked_share"]
        draft.columns[frame, "worked_share"] = replace(share, unrounded=True, exact=days)


def staying(draft: Draft, component: Component, path: Path) -> list[Node]:
    """Return the conditions that a person has not left, nor leaves in the period where the component is forfeited
    then."""
    forfeited = [Not(left(draft, path))] if component.leavers == "forfeited" else []
    return [*not_gone(draft), *forfeited]


def left(draft: Draft, path: Path) -> Name:
    """Add a column that says whether somebody left before the last day of the period; return its name."""
    gone = And((present(Name("left_on")), Compare("<", Name("left_on"), Name("period_end"))))
    title = Title("期满前离职", "Left before the end of the period")
    draft.add(inner_name("left"), "part", "switch", Computed(gone), (*path, "leavers"), title=title)
    return Name(inner_name("left"))
