"""Recovery through a deduction: within a share of the pay and above the amount that must be kept (C10)."""

from __future__ import annotations

from dataclasses import replace

from incentives.language.tree import ZERO, And, Arithmetic, Call, If, Name, Negate, Node, Title
from incentives.plan.columns import Before, Computed
from incentives.plan.draft import Draft, Path, present
from incentives.plan.names import carried_of, inner_name
from incentives.plan.pay.steps import IN_FORCE, OWED, SHARE, counted, named, own, paying, titled, where
from incentives.plan.scores import total
from incentives.ruleset.draws import TakesBack


def draft_protected(draft: Draft) -> None:
    """Limit components that are taken back through another to zero or more."""
    for component in draft.ruleset.policy.pay.values():
        for name in component.takes_back.from_ if component.takes_back else ():
            column = draft.columns.get((draft.grain, name))
            if column is None:  # its own faults are reported already
                continue
            before = named(draft, column, own(name), Title("扣回之前", "Before anything is taken back"))
            paid = where(present(before), Call("max", (ZERO, kept_of(draft, before, name))))
            draft.columns[draft.grain, name] = replace(column, how=Computed(paid))


def kept_of(draft: Draft, comes_to: Name, name: str) -> Node:
    """Return the amount of a component without what its timing takes back, which is not set off against its pay."""
    clawed = Name(inner_name("clawed", name))
    return Arithmetic("-", comes_to, clawed) if (draft.grain, clawed.name) in draft.columns else comes_to


def owed_of(draft: Draft, name: str) -> Node:
    """Return what a component owes in a period: what its timing takes back, and any amount below zero besides.

    Missing where the component is.
    """
    comes_to, clawed = Name(own(name)), Name(inner_name("clawed", name))
    below = Call("max", (ZERO, Negate(kept_of(draft, comes_to, name))))
    timed = (draft.grain, clawed.name) in draft.columns
    owed = Arithmetic("-", below, clawed) if timed else below
    return If(present(comes_to), owed, counted(draft, comes_to))


def most_of(draft: Draft, takes: TakesBack, path: Path) -> Node:
    """Return the share of the pay that may be taken."""
    share = draft.value(takes.at_most, "ratio", (*path, "takes_back", "at_most"), SHARE)
    return Arithmetic("*", Call("max", (ZERO, pay_of(draft, takes, path))), share)


def pay_of(draft: Draft, takes: TakesBack, path: Path) -> Name:
    """Return the pay that is protected, as a column."""
    name = inner_name("pay", path[-1])
    if (draft.grain, name) not in draft.columns:
        formula = draft.formula(takes.of, (*path, "takes_back", "of"))
        draft.add(name, "part", "money", Computed(formula), (*path, "takes_back", "of"),
                  title=Title("扣回所依据的应发", "Pay that it is taken of"))  # fmt: skip
    return Name(name)


def draft_taking(draft: Draft) -> None:
    """Take back what the components owe and the rest from before, within the limits; carry on the remainder."""
    for name, component in draft.ruleset.policy.pay.items():
        if component.takes_back is not None:
            take(draft, name, component.takes_back)


def take(draft: Draft, name: str, takes: TakesBack) -> None:
    """Make the most that may be taken a deduction's column; add the amounts owed, taken and carried on."""
    path: Path = ("pay", name)
    paid, rest = paying(draft, name), carried_of(name)
    column = draft.columns[draft.grain, paid.name]
    most = named(draft, column, inner_name("most", name), Title("本期可扣上限", "Most that may be taken"), mode="down")
    before, owed = Name(inner_name("owed_before", name)), Name(inner_name("owed", name))
    draft.add(before.name, "part", "money", Before(rest), path, type=replace(OWED, low=-OWED.high, high=OWED.low),
              title=Title("上期未扣完", "Not taken before"))  # fmt: skip
    parts = [owed_of(draft, one) for one in takes.from_]
    draft.add(owed.name, "part", "money", Computed(Arithmetic("-", total(parts), before)), path,
              title=Title("应扣回", "To be taken back"))  # fmt: skip
    limits: list[Node] = [owed, most]
    if takes.keep is not None:
        keep = draft.value(takes.keep, "money", (*path, "takes_back", "keep"))
        limits.append(Call("max", (ZERO, Arithmetic("-", pay_of(draft, takes, path), keep))))
    taken = Call("min", tuple(limits))
    now = where(And((IN_FORCE, present(most))), Negate(taken))
    draft.columns[draft.grain, paid.name] = replace(column, how=Computed(now), mode="down")
    left = If(present(paid), Negate(Arithmetic("+", owed, paid)), If(present(owed), Negate(owed), before))
    draft.add(rest, "balance", "money", Computed(where(IN_FORCE, left)), path, item=name,
              title=titled(draft, name, "（结转）", ", carried on"))  # fmt: skip
