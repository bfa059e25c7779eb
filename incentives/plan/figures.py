"""The figures that a policy names under `figures:`, each with its dated values."""

from __future__ import annotations

from incentives.plan.columns import PolicyFigure
from incentives.plan.draft import Draft
from incentives.ruleset.model import figure_type


def draft_figures(draft: Draft) -> None:
    """Add every named figure as `figures.<name>`."""
    for name, figure in draft.ruleset.policy.figures.items():
        path = ("figures", name)
        values = tuple((day.isoformat() if day else None, value) for day, value in figure.values)
        key, place = ".".join(path), draft.ruleset.place(*path, "value")
        draft.figures[key] = PolicyFigure(
            key, figure.unit, figure_type(figure, draft.room), values, place, figure.title
        )
