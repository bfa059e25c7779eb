"""Amounts that a component carries on between periods: below zero, above a cap, or too little to be paid (C10).

A period's earnings and the amount carried from before are paid within the bounds. The rest, above or below zero, is
carried on to the next period, in a column that reports show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incentives.language.tree import ZERO, And, Arithmetic, Call, Compare, If, Name, Node, Not, Title
from incentives.language.types import NumberType
from incentives.plan.columns import Before, Column, Computed
from incentives.plan.draft import Draft, Path, present
from incentives.plan.graph import computed_from, reads_of
from incentives.plan.names import carried_of, inner_name
from incentives.plan.pay.steps import IN_FORCE, LAST, MOST, NOTHING, named, own, paying, titled, where
from incentives.plan.pay.yearly import paid_before_in_year, topped_up
from incentives.ruleset.carry import below_zero, is_carried
from incentives.ruleset.pay import Component


def draft_carried(draft: Draft) -> None:
    """Carry amounts on where components say so, whatever the amounts may be."""
    for name, component in draft.ruleset.policy.pay.items():
        if is_carried(component):
            carry(draft, name, component)


def draft_below_zero(draft: Draft, columns: Sequence[Column]) -> bool:
    """Carry on amounts below zero where a component's `columns`, typed by now, can be so; return whether any can.

    Components that read no other such component come first: they then pay nothing below zero, which may settle the
    others.
    """
    types = {column.name: column.type for column in columns}
    below = [
        name
        for name, component in draft.ruleset.policy.pay.items()
        if lower(draft, name) != "paid" and not is_carried(component) and inner_name("earned", name) not in types
        and isinstance(kind := types.get(paying(draft, name).name), NumberType) and kind.low < 0
    ]  # fmt: skip
    first = [name for name in below if read_by(draft, name).isdisjoint({*below} - {name})]
    for name in first or below:
        carry(draft, name, draft.ruleset.policy.pay[name])
    return bool(below)


def read_by(draft: Draft, name: str) -> set[str]:
    """Return all columns of its frame that a column needs, in one way or another."""
    mine = {key: column for key, column in draft.columns.items() if key[0] == draft.grain}
    return {one for _, one in computed_from(mine, reads_of(mine[draft.grain, name]))}


def carry(draft: Draft, name: str, component: Component) -> None:
    """Keep a component's earnings in a column of its own. Pay these and the amount carried from before within the
    bounds, and carry on the rest."""
    path: Path = ("pay", name)
    now, due, rest = paying(draft, name), Name(inner_name("due_now", name)), carried_of(name)
    column = draft.columns[draft.grain, now.name]
    earned = named(draft, column, inner_name("earned", name), Title("本期应得", "Earned in the period"))
    floor = lower(draft, name)
    before = carried_before(draft, component, floor, rest, inner_name("before", name), path)
    room = room_in_year(draft, component, name, path)
    within = earned if room is None or component.excess == "carried" else within_year(draft, component, name, path)
    sum_of = within if before is None else Arithmetic("+", within, before)
    draft.add(due.name, "part", "money", Computed(where(present(earned), lost(component, floor, sum_of, room))), path,
              title=Title("本期可付", "Payable now"))  # fmt: skip
    paid = where(present(due), payable(draft, component, floor, due, room, path))
    draft.columns[draft.grain, now.name] = replace(column, how=Computed(where(IN_FORCE, paid)))
    if before is not None:
        unpaid: Node = Arithmetic("-", due, now) if keeps(component) else Call("min", (ZERO, due))
        more = topped_up(draft, name)
        if more is not None and keeps(component):  # a top-up uses the amount carried on above zero first
            unpaid = Call("max", (Call("min", (ZERO, unpaid)), Arithmetic("-", unpaid, more)))
        left = If(And((present(due), present(now))), unpaid, before)
        draft.add(rest, "balance", "money", Computed(where(IN_FORCE, left)), path, item=name,
                  title=titled(draft, name, "（结转）", ", carried on"))  # fmt: skip


def lower(draft: Draft, name: str) -> str:
    """Return how an amount below zero is treated; one that is taken back through another component is left as it is."""
    taken = (draft.grain, own(name)) in draft.columns
    return "paid" if taken else below_zero(draft.ruleset.policy.pay[name])


def keeps(component: Component) -> bool:
    """Return whether something above zero may be carried on."""
    return component.excess == "carried" or component.pay_from is not None


def carried_before(
    draft: Draft, component: Component, floor: str, rest: str, name: str, path: Path
) -> Name | None:  # fmt: skip
    """Return the column of the amount carried on from the period before; None where nothing ever is."""
    owed = floor == "carried"
    kept = keeps(component)
    if not owed and not kept:
        return None
    kind = NumberType(-MOST if owed else NOTHING, MOST if kept else NOTHING, 2)
    draft.add(name, "part", "money", Before(rest), path, type=kind, title=Title("上期结转", "Carried on from before"))
    return Name(name)


def room_in_year(draft: Draft, component: Component, name: str, path: Path) -> Name | None:
    """Return the column of what the year's cap leaves after the pay of earlier periods; None without a year's cap."""
    if component.cap_year is None:
        return None
    before, room = paid_before_in_year(draft, name, paying(draft, name), path), Name(inner_name("room", name))
    cap = draft.value(component.cap_year, "money", (*path, "cap_year"))
    left = Call("max", (ZERO, Arithmetic("-", cap, before)))
    draft.add(room.name, "part", "money", Computed(left), path, title=Title("年内余额", "Left of the year's cap"))
    return room


def within_year(draft: Draft, component: Component, name: str, path: Path) -> Name:
    """Return the column of what was earned within the year's cap; an amount below zero first reduces what the cap
    cut off."""
    cap = draft.value(component.cap_year or "0", "money", (*path, "cap_year"))
    earned, before = Name(inner_name("earned", name)), Name(inner_name("earned_before", name))
    so_far, within = Name(inner_name("earned_year", name)), Name(inner_name("within_year", name))
    kind, sum_of = NumberType(-MOST, MOST, 2), Arithmetic("+", before, earned)
    draft.add(before.name, "part", "money", Before(so_far.name, year=True), path, type=kind,
              title=Title("年内此前应得", "Earned before in the year"))  # fmt: skip
    draft.add(so_far.name, "part", "money", Computed(where(IN_FORCE, If(present(earned), sum_of, before))), path,
              title=Title("年内应得", "Earned in the year"))  # fmt: skip
    part = Arithmetic("-", Call("min", (sum_of, cap)), Call("min", (before, cap)))
    draft.add(within.name, "part", "money", Computed(where(present(earned), part)), path,
              title=Title("本期应得（年封顶之内）", "Earned within the year's cap"))  # fmt: skip
    return within


def lost(component: Component, floor: str, due: Node, room: Name | None) -> Node:
    """Return the amount due without its lost part: below zero, or above the year's cap."""
    if floor == "lost":
        due = Call("max", (ZERO, due))
    return due if room is None or component.excess == "carried" else Call("min", (due, room))


def payable(draft: Draft, component: Component, floor: str, due: Node, room: Name | None, path: Path) -> Node:
    """Return the part of the amount due that is paid: nothing below zero, nothing above the caps, nothing too small."""
    paid = due
    if floor == "carried":
        paid = Call("max", (ZERO, paid))
    if component.excess == "carried":
        bounds = [] if component.cap is None else [draft.value(component.cap, "money", (*path, "cap"))]
        paid = Call("min", (paid, *bounds, *([] if room is None else [room])))
    if component.pay_from is None:
        return paid
    least = draft.value(component.pay_from, "money", (*path, "pay_from"))
    little = And((Compare(">", paid, ZERO), Compare("<", paid, least), Not(LAST)))
    return If(little, ZERO, paid)
