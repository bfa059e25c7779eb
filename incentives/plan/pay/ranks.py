"""Pay by a place in a ranking."""

from __future__ import annotations

from incentives.language.tree import ZERO, And, If, In, Labelled, Missing, Name, Node, Title, first_of
from incentives.plan.draft import Draft, Path, present
from incentives.plan.metrics import takes_part
from incentives.plan.pay.steps import lacking
from incentives.ruleset.people import ByRank


def by_rank(draft: Draft, table: ByRank, path: Path) -> Node:
    """Return the money of the row that holds the place; zero where none does.

    People who take no part in the ranking have no place and are paid nothing; any other missing place is missing pay.
    """
    rank = draft.formula(table.of, (*path, "of"))
    lines: list[tuple[Node, Node]] = []
    for test, money in table.rows.items():
        here = (*path, "rows", test)
        value = draft.value(money, "money", here)
        labelled = Labelled(value, Title(f"第 {test} 名", f"place {test}"), draft.ruleset.place(*here))
        lines.append((In(rank, draft.tests(test, here)), labelled))
    part = takes_part(draft, table.of)
    unknown = And((*([Name(part)] if part else []), lacking(draft, rank)))
    return If(present(rank), first_of(lines, ZERO), If(unknown, Missing(), ZERO))
