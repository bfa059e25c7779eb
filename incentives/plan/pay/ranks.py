"""Money by a place among others."""

from __future__ import annotations

from incentives.language.tree import ZERO, If, In, Labelled, Node, Title, first_of
from incentives.plan.draft import Draft, Path, present
from incentives.ruleset.people import ByRank


def by_rank(draft: Draft, table: ByRank, path: Path) -> Node:
    """The money of the row in which the place stands; nothing where it stands in none, or there is no place."""
    rank = draft.formula(table.of, (*path, "of"))
    lines: list[tuple[Node, Node]] = []
    for test, money in table.rows.items():
        here = (*path, "rows", test)
        value = draft.value(money, "money", here)
        labelled = Labelled(value, Title(f"第 {test} 名", f"place {test}"), draft.ruleset.place(*here))
        lines.append((In(rank, draft.tests(test, here)), labelled))
    return If(present(rank), first_of(lines, ZERO), ZERO)
