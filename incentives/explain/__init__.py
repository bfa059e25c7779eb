"""The way from a row's inputs to its grade and pay, told line by line."""

from __future__ import annotations

from incentives.explain.explanation import Explanation
from incentives.explain.model import Line
from incentives.explain.reached import reached_of
from incentives.explain.text import as_dict, as_text
from incentives.explain.tree import explanation_of
from incentives.outcome.outcome import Outcome

__all__ = ["Explanation", "Line", "as_dict", "as_text", "explain", "explanation_of", "reached_of"]


def explain(outcome: Outcome, rep: str, period: str, column: str | None = None, lang: str = "zh") -> str:
    """The explanation of one column of `rep` in `period`, or without a column of grade, total and pay, as text.

    Raises RefusedError where there is no such row or column.
    """
    return as_text(explanation_of(outcome, rep, period, column, lang), lang)
