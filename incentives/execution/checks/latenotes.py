"""Components whose pay credit notes of earlier periods' orders do not recompute, or not wholly."""

from __future__ import annotations

from collections.abc import Mapping

from incentives.plan.columns import Aggregated, Column, Computed, Plan, Vested
from incentives.plan.graph import reads_of
from incentives.plan.names import inner_name, step_of
from incentives.plan.pay.reversing import AGAIN, TAKES, counts_again
from incentives.ruleset import Ruleset
from incentives.ruleset.pay import Component

ALONE = ("draw", "takes_back")  # they carry what others owe, and are no pay of orders


def components_told(ruleset: Ruleset, plan: Plan) -> dict[str, list[str]]:
    """Return the components by warning: those that count by the year, those that take back at once what was never
    paid, and those that depend on values that credit notes leave unchanged."""
    columns = {column.name: column for column in plan.columns()}
    found: dict[str, list[str]] = {"reversal_year": [], "reversal_whole": [], "reversal_kept": []}
    for name, component in ruleset.policy.pay.items():
        if not any(getattr(component, key) is not None for key in ALONE):
            for code in told_of(columns, name, component):
                found[code].append(name)
    return found


def told_of(columns: Mapping[str, Column], name: str, component: Component) -> list[str]:
    """Return the codes of the warnings about a component."""
    direct, kept = reached(columns, name)
    if not direct and not kept:
        return []
    to_date = component.tiers is not None and component.tiers.basis == "year_to_date"
    by_year = to_date or component.cap_year is not None or component.floor_year is not None
    codes = ["reversal_year"] if by_year else []
    if to_date:
        return codes + ["reversal_whole"] * (component.timing is not None)
    stands = kept or (direct and not counts_again(component)) or is_gated(columns, name)
    return codes + ["reversal_kept"] * bool(stands)


def reached(columns: Mapping[str, Column], name: str) -> tuple[bool, bool]:
    """Return whether a component depends directly on figures of its own row's orders, and whether it depends on them
    through values that stay as they were, such as a score, a team's sum or another period. Other components report
    their own."""
    seen: set[tuple[str, bool]] = set()
    waiting, found = [(name, True)], {True: False, False: False}
    while waiting:
        here, direct = waiting.pop()
        column = columns.get(here)
        if column is None or (here, direct) in seen or (column.role == "pay" and here != name):
            continue
        seen.add((here, direct))
        if is_of_orders(column):
            found[direct and is_less(column)] = True
        if step_of(here) == "unreversed":
            found[True] = True
            continue
        still = direct and (column.role in AGAIN | {"pay", "balance"}) and isinstance(column.how, Computed | Vested)
        waiting += [(one, still) for _, one in reads_of(column)]
    return found[True], found[False]


def is_of_orders(column: Column) -> bool:
    """Return whether a column is gathered of orders, and credit notes change it on their own day."""
    how = column.how
    return isinstance(how, Aggregated) and how.table == "orders" and how.signed and step_of(column.name) != "booked"


def is_less(column: Column) -> bool:
    """Return whether credit notes recompute a figure of a period's orders: not the largest or the last one, nor all
    so far."""
    how = column.how
    return isinstance(how, Aggregated) and how.take in TAKES and how.rows == "in_period"


def is_gated(columns: Mapping[str, Column], name: str) -> bool:
    """Return whether orders vest one by one where a condition holds that is of other orders too."""
    gate = columns.get(inner_name("open", name))
    return gate is not None and any(reached(columns, gate.name))
