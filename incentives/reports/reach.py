"""The column that tells everybody what it would take to get the next better grade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from incentives.database import literal, quoted
from incentives.execution.reassess import snapshot_of
from incentives.execution.required import Step, reach
from incentives.language.tree import Title
from incentives.language.types import TextType
from incentives.outcome.figures_text import value_text
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column, Given
from incentives.reports.words import word

NAME = "reach"
AT_ONCE = 1000  # rows of one statement


def with_reach(outcome: Outcome, lang: str) -> Outcome:
    """The outcome with the column `reach`, text in `lang`: for the metrics that are `in_reach`, how much more of which
    would alone lift the grade; empty where none would. Raises RefusedError as `reach`."""
    con, frame, key = outcome.con, outcome.grain, quoted(outcome.plan.key)
    con.execute("CREATE OR REPLACE TEMP TABLE `reach told` (who VARCHAR, period VARCHAR, told VARCHAR)")
    rows = [f"({', '.join(map(literal, row))})" for row in told(reach(snapshot_of(outcome)), lang)]
    for start in range(0, len(rows), AT_ONCE):
        con.execute(f"INSERT INTO `reach told` VALUES {', '.join(rows[start : start + AT_ONCE])}")
    view = f"reach {outcome.relation}"
    con.make_view(
        view,
        f"SELECT r.*, COALESCE(t.told, '') AS {NAME} "
        f"FROM {quoted(outcome.relation)} r LEFT JOIN `reach told` t ON t.who = r.{key} AND t.period = r.period",
    )
    title = Title(word("reach", "zh"), word("reach", "en"))
    column = Column(NAME, "figure", "text", title, frame, Given(), TextType(), outcome.ruleset.place("metrics"))
    frames = outcome.plan.frames | {frame: (*outcome.plan.frames[frame], (column,))}
    return replace(outcome, plan=replace(outcome.plan, frames=frames), relation=view)


def told(steps: tuple[Step, ...], lang: str) -> Iterator[tuple[str, str, str]]:
    """(key, period, text) of every row that has a step: `A: Sales +9,154.32; Collected +28,689.19`."""
    for (who, period, target), own in groupby(steps, lambda step: (step.key, step.period, step.target)):
        said = [
            f"{step.title.get(lang) or step.metric} {'+' if step.change > 0 else '−'}"
            f"{value_text(abs(step.change), step.unit, lang)}"
            for step in own
        ]
        yield who, period, word("reach_told", lang, target=target, steps=word("reach_and", lang).join(said))
