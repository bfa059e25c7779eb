"""Pay components as columns: earnings, extras, factors, bounds, and the sum (C1–C6, C11, C12).

A component is earned (tiers, a rate, a share by grade, a formula, row by row), multiplied, bounded, and rounded once.
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

from incentives.language.tree import (
    ONE,
    ZERO,
    And,
    Arithmetic,
    Compare,
    If,
    Labelled,
    Missing,
    Name,
    Node,
    Text,
    Title,
    first_of,
)
from incentives.plan.columns import Computed, Concluded, RunningSum, Settled
from incentives.plan.draft import Draft, Path, any_of, guarded, present
from incentives.plan.names import each_of, inner_name
from incentives.plan.pay.each import gathered
from incentives.plan.pay.extras import extra_of, rates_added
from incentives.plan.pay.overrides import overridden
from incentives.plan.pay.pools import shared
from incentives.plan.pay.ranks import by_rank
from incentives.plan.pay.rates import rated
from incentives.plan.pay.shares import staying
from incentives.plan.pay.taking import most_of
from incentives.plan.pay.tiers import mirrored, tiered
from incentives.ruleset.pay import Component, Extra
from incentives.ruleset.units import unit_type


def gates_of(draft: Draft, name: str, component: Component, path: Path) -> list[Node]:
    """Return the conditions under which a component is paid at all: its own, and a conclusion where some name it."""
    gates = staying(draft, component, path)
    if component.only_when is not None:
        gates.append(guarded(draft.formula(component.only_when, (*path, "only_when"))))
    granting = granted(draft, name)
    return [*gates, any_of(granting)] if granting else gates


def granted(draft: Draft, name: str) -> list[Node]:
    """Return the conditions that a conclusion in effect awards or allows a component; empty where it needs none."""
    gates: list[Node] = []
    for do in ("award", "allow"):
        names = tuple(
            conclusion for conclusion, c in draft.ruleset.policy.conclusions.items()
            if (c.grain or draft.grain) == draft.grain and any(a.do == do and a.pay == name for a in c.then)
        )  # fmt: skip
        if names:
            gate = inner_name(do, name)
            title = Title("、".join(names), ", ".join(names))
            draft.add(gate, "part", "switch", Concluded(names, do == "allow"), ("pay", name), title=title)
            gates.append(Name(gate))
    return gates


def earning(draft: Draft, name: str, component: Component, path: Path) -> Node:
    """Return the formula of what a component comes to once its condition holds, before it is multiplied and bounded."""
    if component.over is not None:
        draft.add(each_of(name), "part", "money", gathered(draft, component, path), path, mode=component.rounding)
        return Name(each_of(name))
    if component.formula is not None:
        return draft.formula(component.formula, (*path, "formula"))
    if component.override is not None:
        return overridden(draft, name, component.override, path)
    if component.pool is not None:
        return shared(draft, name, component, component.pool, path)
    if component.by_rank is not None:
        return by_rank(draft, component.by_rank, (*path, "by_rank"))
    if component.draw is not None:
        return draft.formula(component.draw.amount, (*path, "draw", "amount"))
    if component.takes_back is not None:
        return most_of(draft, component.takes_back, path)
    base = draft.formula(component.base or "0", (*path, "base"))
    if component.by_grade:
        return by_grade(draft, component.by_grade, base, path)
    added = sum_of(draft, name, component.add_rate, path) if component.add_rate else None
    if component.rate is not None:
        rate = draft.formula(component.rate, (*path, "rate"))
        return Arithmetic("*", base, rate if added is None else Arithmetic("+", rate, added))
    if component.rates is not None:
        return rated(draft, component.rates, base, path, added)
    if component.tiers is None:
        return base
    if component.tiers.basis == "year_to_date":
        base = since_the_year_began(draft, name, base, path)
    return mirrored(base, tiered(draft, component.tiers, base, path, added, quota_of(draft, name, component, path)))


def by_grade(draft: Draft, shares: dict[str, Decimal | str], base: Node, path: Path) -> Node:
    """Return the base × the share of the grade (C4)."""
    lines: list[tuple[Node, Node]] = []
    for grade, share in shares.items():
        here = (*path, "by_grade", grade)
        part = Arithmetic("*", base, draft.value(share, "ratio", here))
        labelled = Labelled(part, Title(f"等级 {grade}", f"grade {grade}"), draft.ruleset.place(*here))
        lines.append((Compare("=", Name("grade"), Text(grade)), labelled))
    return first_of(lines, Missing())


def quota_of(draft: Draft, name: str, component: Component, path: Path) -> Name | None:
    """Return the quota that the edges are shares of, as a column."""
    if component.tiers is None or component.tiers.quota is None:
        return None
    here = (*path, "tiers", "quota")
    quota = Name(inner_name("quota", name))
    formula = draft.formula(component.tiers.quota, here)
    draft.add(quota.name, "part", "money", Computed(formula), here, title=Title("定额", "Quota"), unrounded=True)
    return quota


# ---- raised, multiplied, bounded ----


def sum_of(draft: Draft, name: str, extras: dict[str, Extra], path: Path) -> Name:
    """Add a column of the sum that is added to every rate (C3); return its name."""
    draft.add(inner_name("rate", name), "part", "rate", Computed(rates_added(draft, extras, path)), (*path, "add_rate"),
              title=Title("费率加点", "Added to the rate"))  # fmt: skip
    return Name(inner_name("rate", name))


def multiplied(draft: Draft, name: str, component: Component, earned: Node, path: Path) -> Node:
    """Return what was earned × each factor whose condition holds (C3 as a factor, C11, C12).

    Several factors are one figure, their product.
    """
    factors = [
        extra_of(draft, extra, "ratio", (*path, "factor", key), ONE, key) for key, extra in component.factor.items()
    ]
    if not factors:
        return earned
    if len(factors) == 1:
        return Arithmetic("*", earned, factors[0])
    product = reduce(lambda left, right: Arithmetic("*", left, right), factors)
    draft.add(
        inner_name("factor", name), "part", "ratio", Computed(product), (*path, "factor"),
        title=Title("系数", "Factor"), unrounded=True,
    )  # fmt: skip
    return Arithmetic("*", earned, Name(inner_name("factor", name)))


# ---- the year to date ----


def since_the_year_began(draft: Draft, name: str, base: Node, path: Path) -> Name:
    """Return the base since the year began, as a column."""
    draft.add(inner_name("base", name), "part", "money", Computed(base), (*path, "base"), title=Title("基数", "Base"))
    so_far = inner_name("base_so_far", name)
    how = RunningSum(inner_name("base", name), year=True)
    draft.add(
        so_far, "part", "money", how, (*path, "base"), optional=True, title=Title("年内累计基数", "Base, year to date")
    )
    return Name(so_far)


def to_date(draft: Draft, name: str, component: Component, gates: list[Node], due: Node) -> Node:
    """Return the amount due for the year so far, less the pay for it before. It is zero where a condition does not
    hold, and missing where all hold and the base is missing.

    What a period did not pay because its condition did not hold is paid by the next one in which it does.
    """
    path: Path = ("pay", name)
    open_now = And((*gates, present(Name(inner_name("base", name))), Name("in_force")))
    kind = unit_type("money", None, component.decimals)
    draft.add(inner_name("due", name), "part", "money", Computed(If(open_now, due, Missing())), path, type=kind,
              mode=component.rounding, title=Title("年内累计应付", "Due, year to date"))  # fmt: skip
    paid = Name(inner_name("paid", name))
    draft.add(paid.name, "part", "money", Settled(inner_name("due", name)), path, optional=True, type=kind,
              title=Title("年内已付", "Paid before in the year"))  # fmt: skip
    before = If(present(paid), paid, ZERO)
    now = Name(inner_name("due", name))
    due_now = If(present(now), Arithmetic("-", now, before), Missing())
    return If(And(tuple(gates)) if len(gates) > 1 else gates[0], due_now, ZERO) if gates else due_now
