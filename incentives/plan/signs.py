"""Checks of the signs of pay: a deduction never adds to pay, and other kinds can be above zero."""

from __future__ import annotations

from decimal import Decimal

from incentives.faults import Fault
from incentives.language.parse import FormulaError, parse_formula
from incentives.language.types import NumberType
from incentives.plan.columns import Plan
from incentives.plan.names import inner_name
from incentives.ruleset import Ruleset
from incentives.ruleset.lint.multiplied import OF_ROWS, multiplied
from incentives.ruleset.lint.percents import plain
from incentives.ruleset.pay import Component

PAYING = ("commission", "bonus", "award", "allowance", "thirteenth_month")


def wrong_signs(ruleset: Ruleset, plan: Plan) -> list[Fault]:
    """Return a fault for each deduction that can be above zero or never below it, and for each other kind of pay
    never above it."""
    types = {column.name: column.type for column in plan.columns()}
    found = []
    for name, component in ruleset.policy.pay.items():
        kind = types.get(inner_name("earned", name), types.get(name))
        if not isinstance(kind, NumberType):
            continue
        place, about = ruleset.key_place("pay", name), {"name": name, "kind": component.kind}
        if component.kind == "deduction" and not is_settled(component):
            if kind.low >= 0 and (kind.high > 0 or is_bounded(component)):
                found.append(Fault("deduction_never", place, about))
            elif kind.high > 0 and not is_bounded(component):
                found.append(Fault("deduction_adds", place, about))
            elif is_bounded(component) and not begins_with_minus(component):
                found.append(Fault("deduction_capped", place, about, warning=True))
        if component.kind in PAYING and kind.high <= 0 and kind.low < 0:
            found.append(Fault("pay_takes_off", place, about))
    return found


def is_settled(component: Component) -> bool:
    """Return whether a deduction is below zero by its form, or is settled by orders, whose returns give back the
    deducted amount."""
    timing = component.timing
    settled = bool(timing and (timing.claw_back or timing.unpaid or timing.hold_back))
    return component.takes_back is not None or (settled and not is_share(component))


def is_bounded(component: Component) -> bool:
    """Return whether the cap of a deduction keeps it from adding to the pay."""
    cap = plain(component.cap or "")
    return isinstance(cap, Decimal) and cap <= 0


def begins_with_minus(component: Component) -> bool:
    """Return whether what a deduction comes to is plainly written to be below zero."""
    written = (component.formula, component.each, component.rate, component.base)
    return any(text is not None and text.lstrip().startswith(("-", "−")) for text in written)


def is_share(component: Component) -> bool:
    """Return whether each order or receipt of a component is plainly paid a share of itself above zero."""
    try:
        tree = parse_formula(component.each or "")
    except FormulaError:
        return False
    plainly = component.tiers is None and component.rates is None
    return plainly and any(number.value > 0 for number in multiplied(OF_ROWS)(tree))
