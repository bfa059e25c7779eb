"""Pay for each row of a table: through tiers or by a rate, bounded, split by credits (C6, C10)."""

from __future__ import annotations

from incentives.language.tree import ONE, ZERO, And, Call, Compare, If, Labelled, Missing, Name, Node, Title
from incentives.language.walk import map_nodes, names_in
from incentives.plan.columns import Aggregated
from incentives.plan.draft import Draft, Path
from incentives.plan.names import each_of, inner_name
from incentives.plan.notes import AMOUNT, asks_for_notes
from incentives.plan.pay.bounds import bounded
from incentives.plan.pay.extras import rates_added
from incentives.plan.pay.rates import rated
from incentives.plan.pay.tiers import mirrored, tiered
from incentives.plan.sources import SOURCES
from incentives.ruleset.pay import Component


def gathered(draft: Draft, component: Component, path: Path) -> Aggregated:
    """Return the sum over the rows where `where` holds of the amount of each; of a split, of each part."""
    each = stated = draft.value(component.each or "0", "money", (*path, "each"))
    where = draft.formula(component.where, (*path, "where")) if component.where is not None else None
    added = bare(rates_added(draft, component.add_rate, path)) if component.add_rate else None
    table = component.over or "orders"
    signed = table in ("orders", "receipts") and not asks_for_notes(where, stated, added)
    if component.tiers is not None:
        paid = tiered(draft, component.tiers, each, path, added, None)
        each = paid if signed and each == AMOUNT else mirrored(each, paid)
    elif component.rates is not None:
        each = rated(draft, component.rates, each, path, added)
    each = bounded(draft, each, path, cap_each=component.cap_each, floor_each=component.floor_each)
    split, dated = component.split == "credits", component.rate_on != "period"
    return Aggregated(table, "sum", each, where, split=split, dated=dated, signed=signed)


def known(draft: Draft, name: str, component: Component, earned: Node, path: Path) -> Node:
    """Return what was earned; missing where a row of the period that counts lacks a value that its pay reads."""
    how = draft.columns[draft.grain, each_of(name)].how
    assert isinstance(how, Aggregated)
    optional = {column for column, (_, may_lack) in SOURCES[how.table].items() if may_lack}
    stated = [draft.value(getattr(component, key) or "0", "money", (*path, key))
              for key in ("each", "cap_each", "floor_each")]  # fmt: skip
    needed = [node for node in stated if names_in(node) & optional]
    if not needed:
        return earned
    there = Call("holds", (And(tuple(Compare("=", node, node) for node in needed)),))
    lacks = Name(inner_name("rows_lack", name))
    lacking = Aggregated(how.table, "sum", If(there, ZERO, ONE), how.where, split=how.split, dated=how.dated,
                         signed=how.signed, own=how.signed)  # fmt: skip
    draft.add(lacks.name, "part", "money", lacking, path, title=Title("缺少所需数值的行", "Rows that lack a figure"))
    return If(Compare("=", lacks, ZERO), earned, Missing())


def bare(added: Node) -> Node:
    """Return the added rate without labels of its own: a line of an explanation is a tier, of which it is a part."""
    return map_nodes(added, lambda node: node.of if isinstance(node, Labelled) else node)
