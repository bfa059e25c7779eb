"""The order of the steps of pay, written once: `STEPS` for each component, then `AFTERWARDS` over all of them.

`python -m incentives.plan.pay.pipeline` writes both into docs/semantics.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path as File

from incentives.language.tree import ZERO, And, If, Missing, Name, Node, Title
from incentives.plan.columns import Computed
from incentives.plan.draft import Draft, Path, present
from incentives.plan.pay.bounds import bounded
from incentives.plan.pay.carried import draft_carried
from incentives.plan.pay.components import earning, gates_of, multiplied, to_date
from incentives.plan.pay.draws import draft_draws
from incentives.plan.pay.each import known
from incentives.plan.pay.reversing import counts_again, is_flat, own_period, reversing
from incentives.plan.pay.shares import prorated
from incentives.plan.pay.taking import draft_protected, draft_taking
from incentives.plan.pay.timing import is_sum_of_orders, timed
from incentives.plan.pay.yearly import draft_closing, draft_floor_year
from incentives.plan.scores import total
from incentives.ruleset.pay import Component
from incentives.ruleset.units import unit_type

PAGE = File(__file__).parents[3] / "docs" / "semantics.md"
STEPS_LISTED = re.compile(r"(`python -m incentives\.plan\.pay\.pipeline`\):\n\n).*?\n\n(?=\*Example)", re.DOTALL)


@dataclass(frozen=True)
class Paying:
    """A component in the pipeline: its conditions, and whether credit notes pay earlier periods again."""

    draft: Draft
    name: str
    component: Component
    gates: list[Node]
    anew: bool

    @property
    def path(self) -> Path:
        """Return the component's path in the ruleset."""
        return ("pay", self.name)


@dataclass(frozen=True)
class Amount:
    """The amount so far; `by_order` where it is the plain sum of orders, each of which is then paid by itself."""

    node: Node
    by_order: bool = False


@dataclass(frozen=True)
class Step:
    """One step: the amount so far becomes the amount after. `about`: what it does, with the keys of the ruleset."""

    run: Callable[[Paying, Amount], Amount]
    about: str


@dataclass(frozen=True)
class Afterwards:
    """One step over all components, once each has its own column."""

    run: Callable[[Draft], object]
    about: str


def earn(pay: Paying, amount: Amount) -> Amount:
    """Return what the component earns, whatever its conditions."""
    return replace(amount, node=earning(pay.draft, pay.name, pay.component, pay.path))


def multiply(pay: Paying, amount: Amount) -> Amount:
    """Return the amount × each factor whose condition holds."""
    return replace(amount, node=multiplied(pay.draft, pay.name, pay.component, amount.node, pay.path))


def prorate(pay: Paying, amount: Amount) -> Amount:
    """Return the amount × the share of the period that was worked."""
    return replace(amount, node=prorated(pay.draft, pay.component, amount.node, pay.path))


def bound(pay: Paying, amount: Amount) -> Amount:
    """Return the amount within `cap` and `floor`; an amount to be carried on above the cap is capped later."""
    cap = pay.component.cap if pay.component.excess == "lost" else None
    return replace(amount, node=bounded(pay.draft, amount.node, pay.path, cap=cap, floor=pay.component.floor))


def of_own_orders(pay: Paying, amount: Amount) -> Amount:
    """Return the amount of the period's own orders; what credit notes of earlier ones change, `reverse` adds."""
    node, component = amount.node, pay.component
    if pay.anew and (pay.gates or component.timing is not None or not is_flat(pay.draft, component, node)):
        node = own_period(pay.draft, node)
    return Amount(node, is_sum_of_orders(component, node, pay.name))


def gate(pay: Paying, amount: Amount) -> Amount:
    """Return zero where a condition does not hold; for the year to date, the amount due less the pay before."""
    node, component, gates = amount.node, pay.component, pay.gates
    if component.over is not None:
        node = known(pay.draft, pay.name, component, node, pay.path)
    if component.tiers and component.tiers.basis == "year_to_date":
        node = to_date(pay.draft, pay.name, component, gates, node)
    elif gates:
        node = If(And(tuple(gates)) if len(gates) > 1 else gates[0], node, ZERO)
    return replace(amount, node=node)


def reverse(pay: Paying, amount: Amount) -> Amount:
    """Return the amount with what credit notes change of earlier periods."""
    if pay.anew and pay.component.timing is None and (not amount.by_order or pay.gates):
        return replace(amount, node=reversing(pay.draft, pay.name, pay.component, amount.node))
    return amount


def time(pay: Paying, amount: Amount) -> Amount:
    """Return what of the amount, and of earlier ones, is paid now."""
    alone = pay.gates if amount.by_order else None
    return replace(amount, node=timed(pay.draft, pay.name, pay.component, amount.node, alone))


def close(pay: Paying, amount: Amount) -> Amount:
    """Add the component's column, rounded once; people not in force are not paid."""
    component = pay.component
    how = Computed(If(Name("in_force"), amount.node, Missing()))
    kind = unit_type("money", None, component.decimals)
    pay.draft.add(pay.name, "pay", "money", how, pay.path, title=component.title, item=component.kind, type=kind,
                  mode=component.rounding)  # fmt: skip
    return amount


def add_up(draft: Draft) -> None:
    """Add the sum of all components but raises of the salary."""
    names = [Name(name) for name, component in draft.ruleset.policy.pay.items() if component.kind != "raise"]
    if names:
        everything = total([If(present(name), name, ZERO) for name in names])
        how = Computed(If(Name("in_force"), everything, Missing()))
        draft.add("pay_total", "pay_total", "money", how, ("pay",), title=Title("激励合计", "Pay total"))


STEPS = (
    Step(earn, "what it earns: `base` through `tiers`, × `rate` or `rates` (with `add_rate` added), × the share "
               "`by_grade`; a `formula`; the sum of `each` row within `cap_each` and `floor_each`; `override`, `pool`, "
               "`by_rank`"),
    Step(multiply, "× each `factor` whose condition holds"),
    Step(prorate, "× the share of the period of `prorate`"),
    Step(bound, "at most `cap`, then at least `floor`"),
    Step(of_own_orders, "of the period's own orders: credit notes of earlier periods' orders are taken out"),
    Step(gate, "`only_when`, and a conclusion that must award or allow it: where false or missing, 0, even if the base "
               "is missing; with `basis: year_to_date`, what the year comes to less what it paid before"),
    Step(reverse, "credit notes of earlier periods' orders: those periods are paid anew, the difference is paid now"),
    Step(time, "`timing`: what of it is paid now, and what falls due of earlier periods"),
    Step(close, "rounded once, half up, to the cent, and a column of its own"),
)  # fmt: skip
AFTERWARDS = (
    Afterwards(draft_protected, "pay that `takes_back` may not touch is set apart"),
    Afterwards(draft_floor_year, "`floor_year` tops up in the last period of the year; where it is above `cap_year`, "
                                 "the floor is paid"),
    Afterwards(draft_carried, "what was carried on before is added; what is below zero, above `cap_year` or a cap "
                              "that carries, or too little is carried on or lost"),
    Afterwards(draft_draws, "draws: advances and what is recovered of them"),
    Afterwards(draft_taking, "`takes_back`"),
    Afterwards(add_up, "`pay_total`: Σ of the components that are not missing, without those of kind `raise`"),
)  # fmt: skip


def draft_pay(draft: Draft) -> None:
    """Add a column per component under `pay:`, its parts, and the sum."""
    for name, component in draft.ruleset.policy.pay.items():
        anew = counts_again(component)
        gates = gates_of(draft, name, component, ("pay", name))
        gates = [own_period(draft, one) for one in gates] if anew else gates
        draft_closing(draft, name, component, gates, ("pay", name))
        pay, amount = Paying(draft, name, component, gates, anew), Amount(ZERO)
        for step in STEPS:
            amount = step.run(pay, amount)
    for after in AFTERWARDS:
        after.run(draft)


def listed() -> str:
    """Return the steps as docs/semantics.md lists them."""
    about = [step.about for step in STEPS] + [step.about for step in AFTERWARDS]
    lines = [f"{number}. {text};" for number, text in enumerate(about, start=1)]
    return "\n".join(lines).rstrip(";") + "."


def updated(text: str) -> str:
    """Return docs/semantics.md with the steps as they are."""
    return STEPS_LISTED.sub(lambda found: f"{found[1]}{listed()}\n\n", text, count=1)


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="")
