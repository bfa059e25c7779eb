"""The top-up of a component to its floor of the year, in the last period of the year in which the rep is employed."""

from __future__ import annotations

from dataclasses import replace

from incentives.language.tree import ZERO, And, Arithmetic, Call, If, Name, Node, Not, Or, Title
from incentives.language.types import NumberType, TruthType
from incentives.plan.columns import Before, Computed, Given, RunningSum
from incentives.plan.draft import Draft, Path, present
from incentives.plan.names import inner_name
from incentives.plan.pay.shares import WHOLE, left, there
from incentives.plan.pay.steps import IN_FORCE, LAST, MOST, named, paying, usual, where
from incentives.ruleset.pay import Component

ENDS_YEAR = inner_name("ends_year")  # whether the period is the last one of its year
# way → the counted part of the year, and the whole of it
OF_YEAR = {
    "calendar_days": (Title("年内在岗日历天数", "Calendar days employed in the year"),
                      Title("全年日历天数", "Calendar days of the year")),
    "working_days": (Title("年内在岗工作日", "Working days employed in the year"),
                     Title("全年工作日", "Working days of the year")),
    "days_30": (Title("年内在岗天数（每月30天）", "Days employed in the year, 30 a month"),
                Title("全年天数（每月30天）", "Days of the year, 30 a month")),
    "whole_months": (Title("年内在岗整月数", "Whole months employed in the year"),
                     Title("全年月数", "Months of the year")),
}  # fmt: skip


def of_whole_year(way: str) -> str:
    """Return the column of how much there is of the year."""
    return inner_name("year_whole", way)


def draft_closing(draft: Draft, name: str, component: Component, gates: list[Node], path: Path) -> None:
    """Add whether the row is the one in which a component is topped up to its floor of the year, and that floor.

    It is the last one of the year, or that of the last day of who leaves before; who leaves before the year's last
    day and forfeits has none. Nothing is topped up where the component is not paid.
    """
    if component.floor_year is None:
        return
    here: Path = (*path, "floor_year")
    draft.add(ENDS_YEAR, "part", "switch", Given(), here, type=TruthType(),
              title=Title("期末即年末", "The period ends the year"))  # fmt: skip
    ends: Node = Name(ENDS_YEAR) if component.leavers == "forfeited" else Or((Name(ENDS_YEAR), LAST))
    closing = Name(inner_name("closing", name))
    draft.add(closing.name, "part", "switch", Computed(And((IN_FORCE, ends, *gates))), here,
              title=Title("年内最后一期", "Last period of the year"))  # fmt: skip
    floor = draft.value(component.floor_year, "money", here)
    if component.prorate is not None:
        floor = of_the_year(draft, component, floor, path)
    draft.add(inner_name("floor_year", name), "part", "money", Computed(where(closing, floor)), here,
              title=Title("全年保底", "Floor of the year"))  # fmt: skip


def of_the_year(draft: Draft, component: Component, floor: Node, path: Path) -> Node:
    """Return the floor × the share of the year employed, counted as the component's own share of the period is."""
    way = component.prorate
    assert way is not None
    counted, so_far, whole = inner_name("counted", way), inner_name("year_there", way), of_whole_year(way)
    titles, here = OF_YEAR[way], (*path, "prorate")
    # a period before the policy is in force counts no more than one without a row
    own = Computed(If(IN_FORCE, Name(there(way)), ZERO))
    draft.add(counted, "part", "count", own, here, title=titles[0])
    draft.add(so_far, "part", "count", RunningSum(counted, year=True), here, title=titles[0])
    draft.add(whole, "part", "count", Given(), here, type=WHOLE, title=titles[1])
    share = Arithmetic("/", Arithmetic("*", floor, Name(so_far)), Name(whole))
    if component.leavers != "full":
        return share
    return If(Or((Not(Name(ENDS_YEAR)), left(draft, path))), floor, share)


def draft_floor_year(draft: Draft) -> None:
    """Add to the components' usual pay the difference to their floors of the year."""
    for name, component in draft.ruleset.policy.pay.items():
        if component.floor_year is not None:
            top_up(draft, name, (*("pay", name), "floor_year"))


def top_up(draft: Draft, name: str, path: Path) -> None:
    """Keep a component's usual pay in a column of its own; pay the difference to the floor in addition."""
    paid = paying(draft, name)
    column = draft.columns[draft.grain, paid.name]
    now = named(draft, column, usual(name), Title("补足之前", "Before the year's floor"))
    before = paid_before_in_year(draft, name, paid, path)
    more = Name(inner_name("topped_up", name))
    wanting = Call("max", (ZERO, Arithmetic("-", Arithmetic("-", Name(inner_name("floor_year", name)), before), now)))
    wanted = Computed(where(present(now), If(Name(inner_name("closing", name)), wanting, ZERO)))
    draft.add(more.name, "part", "money", wanted, path, type=column.type, mode=column.mode,
              title=Title("补足至全年保底", "Topped up to the year's floor"))  # fmt: skip
    whole = where(And((IN_FORCE, present(now), present(more))), Arithmetic("+", now, more))
    draft.columns[draft.grain, paid.name] = replace(column, how=Computed(whole))


def paid_before_in_year(draft: Draft, name: str, paid: Name, path: Path) -> Name:
    """Return the column of what `paid` came to in the rep's earlier periods of the year."""
    before, so_far = Name(inner_name("year_before", name)), inner_name("year", name)
    kind = NumberType(-MOST, MOST, 2)
    draft.add(before.name, "part", "money", Before(so_far, year=True), path, type=kind,
              title=Title("年内已付", "Paid before in the year"))  # fmt: skip
    sum_of = If(present(paid), Arithmetic("+", before, paid), before)
    draft.add(so_far, "part", "money", Computed(where(IN_FORCE, sum_of)), path,
              title=Title("年内累计", "Paid in the year"))  # fmt: skip
    return before


def topped_up(draft: Draft, name: str) -> Name | None:
    """Return the column of a component's top-up; None for a component without a floor of the year."""
    more = Name(inner_name("topped_up", name))
    return more if (draft.grain, more.name) in draft.columns else None
