"""Pay components as columns: tiers, shares by grade, formulas, awards per order (C1, C4, C6)."""

from __future__ import annotations

from incentives.language.tree import (
    ZERO,
    Arithmetic,
    Call,
    Compare,
    If,
    Labelled,
    Missing,
    Name,
    Node,
    Text,
    Title,
)
from incentives.plan.columns import Aggregated, Computed, Concluded
from incentives.plan.draft import Draft, Path, any_of, guarded, present
from incentives.plan.scores import total
from incentives.ruleset.model import Component, Tiers


def draft_pay(draft: Draft) -> None:
    """Add a column per component under `pay:` and their sum."""
    for name, component in draft.ruleset.policy.pay.items():
        path = ("pay", name)
        if component.over is not None:
            draft.add(f"~{name}", "part", "money", gathered(draft, component, path), path)
            earned: Node = Name(f"~{name}")
        else:
            earned = earning(draft, component, path)
        if component.only_when is not None:
            earned = If(guarded(draft.formula(component.only_when, (*path, "only_when"))), earned, ZERO)
        if gates := granted(draft, name):
            earned = If(any_of(gates), earned, ZERO)
        how = Computed(If(Name("in_force"), earned, Missing()))
        draft.add(name, "pay", "money", how, path, title=component.title, item=component.kind)
    names = [Name(name) for name in draft.ruleset.policy.pay]
    if names:
        everything = total([If(present(name), name, ZERO) for name in names])
        title = Title("激励合计", "Pay total")
        how = Computed(If(Name("in_force"), everything, Missing()))
        draft.add("pay_total", "pay_total", "money", how, ("pay",), title=title)


def granted(draft: Draft, name: str) -> list[Node]:
    """Whether a conclusion in effect awards a component, or allows it for as long as it stands; none: it needs none."""
    gates: list[Node] = []
    for do in ("award", "allow"):
        names = tuple(
            conclusion for conclusion, c in draft.ruleset.policy.conclusions.items()
            if (c.grain or draft.grain) == draft.grain and any(a.do == do and a.pay == name for a in c.then)
        )  # fmt: skip
        if names:
            gate = f"~{do} {name}"
            title = Title("、".join(names), ", ".join(names))
            draft.add(gate, "part", "switch", Concluded(names, do == "allow"), ("pay", name), title=title)
            gates.append(Name(gate))
    return gates


def gathered(draft: Draft, component: Component, path: Path) -> Aggregated:
    """`each` for every row of a table where `where` holds, shared over the credits where asked."""
    each = draft.value(component.each or "0", "money", (*path, "each"))
    where = draft.formula(component.where, (*path, "where")) if component.where is not None else None
    return Aggregated(component.over or "orders", "sum", each, where, split=component.split == "credits")


def earning(draft: Draft, component: Component, path: Path) -> Node:
    """What a component pays once its condition holds."""
    if component.formula is not None:
        return draft.formula(component.formula, (*path, "formula"))
    base = draft.formula(component.base or "0", (*path, "base"))
    if component.by_grade:
        formula: Node = Missing()
        for grade, share in reversed(component.by_grade.items()):
            here = (*path, "by_grade", grade)
            part = Arithmetic("*", base, draft.value(share, "ratio", here))
            labelled = Labelled(part, Title(f"等级 {grade}", f"grade {grade}"), draft.ruleset.place(*here))
            formula = If(Compare("=", Name("grade"), Text(grade)), labelled, formula)
        return formula
    if component.tiers is None:
        return base
    tiered = sliced if component.tiers.by == "slice" else whole
    return tiered(draft, component.tiers, base, path)


def sliced(draft: Draft, tiers: Tiers, base: Node, path: Path) -> Node:
    """Σ over the tiers of the part of the base inside the tier × its rate (超额累进)."""
    parts: list[Node] = []
    low: Node = ZERO
    for name, row in tiers.rows.items():
        here = (*path, "tiers", "rows", name)
        rate = draft.value(row.rate, "rate", (*here, "rate"))
        inside = base
        if row.to is not None:
            high = draft.value(row.to, "money", (*here, "to"))
            inside = Call("min", (base, high))
        inside = Call("max", (ZERO, inside if low == ZERO else Arithmetic("-", inside, low)))
        parts.append(Labelled(Arithmetic("*", inside, rate), Title(name, name), draft.ruleset.place(*here)))
        if row.to is not None:
            low = high
    return total(parts)


def whole(draft: Draft, tiers: Tiers, base: Node, path: Path) -> Node:
    """The base × the rate of the tier that it falls in (全额累进); an edge belongs to the tier that `edge` names."""
    formula: Node = Missing()
    within = "<=" if tiers.edge == "lower" else "<"
    for name, row in reversed(tiers.rows.items()):
        here = (*path, "tiers", "rows", name)
        rate = draft.value(row.rate, "rate", (*here, "rate"))
        product = Arithmetic("*", Call("max", (ZERO, base)), rate)
        part = Labelled(product, Title(name, name), draft.ruleset.place(*here))
        if row.to is None:
            formula = part
        else:
            edge = draft.value(row.to, "money", (*here, "to"))
            formula = If(Compare(within, base, edge), part, formula)
    return formula
