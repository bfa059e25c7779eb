"""The timing of a component as columns: what was earned when it was booked, and what of that is paid now (C10)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from incentives.language.tree import ZERO, And, Compare, Figure, If, Missing, Name, Node, Or, Title
from incentives.language.types import EXACT, NumberType
from incentives.plan.columns import Aggregated, Computed, Terms, Vested, takes_back
from incentives.plan.draft import Draft, Path, present
from incentives.plan.names import each_of, inner_name
from incentives.plan.pay.reversing import counts_again, is_changed
from incentives.plan.pay.vesting import PARTS, SHARE, TERM
from incentives.ruleset.pay import Component
from incentives.ruleset.timing import Timing
from incentives.ruleset.units import unit_type

CENTS = 2


def timed(draft: Draft, name: str, component: Component, earned: Node, gates: list[Node] | None) -> Node:
    """Return what a component with a timing pays now; `earned` as it is where there is no timing.

    Each order vests by itself where the component is their plain sum: `gates` are then its conditions, else None. Any
    other component vests by the share that the orders booked in its period have vested. Where what was earned in a
    period is missing, so is what it pays, but for what falls due of earlier ones.
    """
    if component.timing is None:
        return earned
    path: Path = ("pay", name)
    kind = unit_type("money", None, component.decimals)
    title = Title("已赚取", "Earned")
    due = Computed(If(Name("in_force"), earned, Missing()))
    draft.add(accrued(name), "part", "money", due, path, type=kind, mode=component.rounding, title=title)
    here: Path = (*path, "timing")
    terms = terms_of(draft, component.timing, here)
    lines, gate, anew = "", "", None
    if gates is not None:
        lines, gate = each_of(name), inner_name("open", name) if gates else "in_force"
        if gates:
            holds = Computed(And((Name("in_force"), *gates)))
            draft.add(gate, "part", "switch", holds, path, title=Title("符合支付条件", "Conditions hold"))
    elif takes_back(terms):
        lines = inner_name("booked", name)
        if component.over == "orders":
            lines = each_of(name)
        else:
            orders = Aggregated("orders", "sum", Name("amount"), split=True, signed=True, own=True)
            draft.add(lines, "part", "money", orders, here, title=Title("当期订单额", "Orders booked"))
    if gates is None and counts_again(component) and is_changed(draft, name, earned):
        anew = earned
    how = Vested(accrued(name), lines, terms, gate, anew=anew)
    draft.add(inner_name("vested", name), "part", "money", how, here, type=kind, mode=component.rounding,
              title=Title("本期支付", "Paid now"))  # fmt: skip
    if takes_back(terms) and is_protected(draft, name):
        draft.add(inner_name("clawed", name), "part", "money", replace(how, taken=True), here, type=kind,
                  mode=component.rounding, title=Title("其中追回", "Of it taken back"))  # fmt: skip
    now = Name(inner_name("vested", name))
    return If(Or((present(Name(accrued(name))), Compare("!=", now, ZERO))), now, Missing())


def accrued(name: str) -> str:
    """Return the column of a timed component's amount in the period in which it was booked."""
    return inner_name("accrued", name)


def is_protected(draft: Draft, name: str) -> bool:
    """Return whether what a component takes back is taken through another."""
    return any(c.takes_back and name in c.takes_back.from_ for c in draft.ruleset.policy.pay.values())


def is_sum_of_orders(component: Component, earned: Node, name: str) -> bool:
    """Return whether a component is the plain sum of its orders' amounts, in cents."""
    return component.over == "orders" and earned == Name(each_of(name)) and component.decimals == CENTS


def terms_of(draft: Draft, timing: Timing, path: Path) -> Terms:
    """Return the terms of a timing, its values as figures of the policy."""
    back, unpaid = timing.claw_back, timing.unpaid
    return Terms(
        hold_back=figure(draft, timing.hold_back, "ratio", (*path, "hold_back"), SHARE),
        within=figure(draft, back.within if back else None, "count", (*path, "claw_back", "within"), TERM),
        by_days=back is not None and back.by == "days",
        after=figure(draft, unpaid.after if unpaid else None, "count", (*path, "unpaid", "after"), TERM),
        instalments=figure(draft, timing.instalments, "count", (*path, "instalments"), PARTS),
        on_leaving=timing.on_leaving,
    )


def figure(draft: Draft, value: Decimal | str | None, unit: str, path: Path, kind: NumberType) -> str:
    """Return the path of the figure that states a value; a fault where one that the policy names does not fit."""
    if value is None:
        return ""
    node = draft.value(value, unit, path, kind)
    found = draft.figures.get(node.path) if isinstance(node, Figure) else None
    if found is None:
        return ""  # reported already: no such figure
    for _, stated in found.values if isinstance(value, str) else ():
        if not isinstance(stated, Decimal):
            continue
        if not kind.low <= stated <= kind.high or stated != EXACT.quantize(stated, Decimal(1).scaleb(-kind.scale)):
            about = {"name": value, "value": f"{stated:f}", "low": f"{kind.low:f}", "high": f"{kind.high:f}"}
            draft.fault("figure_unfit", path, **about, scale=kind.scale)
            break
    return found.path
