"""A base, or an order, × the rate of the most specific line that fits it (C10)."""

from __future__ import annotations

from incentives.language.tree import (
    And,
    Arithmetic,
    Compare,
    Figure,
    Labelled,
    Missing,
    Name,
    Node,
    Title,
    first_of,
)
from incentives.language.types import TextType
from incentives.plan.columns import PolicyFigure
from incentives.plan.draft import Draft, Path, guarded
from incentives.ruleset.rates import Rates


def rated(draft: Draft, rates: Rates, base: Node, path: Path, added: Node | None) -> Node:
    """Return the base × the rate of its line; `added` is added to every rate. Missing where no line fits."""
    lines: list[tuple[Node, Node]] = []
    for name, line in rates.ranked():
        here = (*path, "rates", "rows", name)
        rate = draft.value(line.rate, "rate", (*here, "rate"))
        paid = Arithmetic("*", base, rate if added is None else Arithmetic("+", rate, added))
        title = line.title if line.title.zh or line.title.en else Title(name, name)
        part = Labelled(paid, title, draft.ruleset.place(*here))
        tests = [Compare("=", Name(key), words(draft, getattr(line, key), (*here, key))) for key in line.keys(rates.by)]
        if not tests:
            return first_of(lines, part)
        lines.append((guarded(And(tuple(tests))), part))
    return first_of(lines, Missing())


def words(draft: Draft, text: str, path: Path) -> Figure:
    """Return a text of the policy as a figure of its own, so that another one does not change the SQL."""
    name = ".".join(map(str, path))
    draft.figures.setdefault(name, PolicyFigure(name, "text", TextType(), ((None, text),), draft.ruleset.place(*path)))
    return Figure(name)
