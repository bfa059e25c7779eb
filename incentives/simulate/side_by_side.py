"""Several changes in one table: what each component comes to under each of them, and how many rows each moves."""

from __future__ import annotations

from collections.abc import Sequence

from incentives.outcome.figures_text import value_text
from incentives.simulate.model import Comparison, Cost
from incentives.simulate.words import called, signed, word

MOVED = ("gain", "lose", "rise", "fall")


def headings(comparisons: Sequence[Comparison], lang: str) -> tuple[str, ...]:
    """The currency, the policy as it stands, and the title of each change."""
    return (comparisons[0].currency, word("before", lang), *(called(one.title, "", lang) for one in comparisons))


def rows(comparisons: Sequence[Comparison], lang: str) -> list[tuple[str, ...]]:
    """A row a component, one of all of them, and one for each way in which rows move; as people read them."""
    found = []
    names = list(dict.fromkeys(cost.component for one in comparisons for cost in one.costs))
    for name in (*names, ""):
        costs = [cost_of(comparison, name) for comparison in comparisons]
        title = next((called(cost.title, name, lang) for cost in costs if cost), name)
        before = next((value_text(cost.before, "money", lang) for cost in costs if cost), "–")
        found.append((title, before, *(after(cost, lang) for cost in costs)))
    moved = [(word(f"{name}_of", lang), "–", *(str(getattr(one, name)) for one in comparisons)) for name in MOVED]
    return [*found, *moved]


def after(cost: Cost | None, lang: str) -> str:
    """Return the cost of a component under a change, and the difference from now."""
    return f"{value_text(cost.after, 'money', lang)} ({signed(cost.difference, lang)})" if cost else "–"


def cost_of(comparison: Comparison, name: str) -> Cost | None:
    """A component's cost, or that of all of them where it has no name; None where the policy has none such."""
    if not name:
        return comparison.total
    return next((cost for cost in comparison.costs if cost.component == name), None)
