"""The steps of a procedure that a row is in: what is done, when, and what came out of order (R7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from incentives.explain.case import Case
from incentives.explain.model import Fact, Line
from incentives.explain.words import joined, word
from incentives.outcome.figures_text import plain, short
from incentives.plan.rules import Stage

Step = tuple[str, date | None, str, int | None, Decimal | None, str]  # step, done, lacks, since, least, state


def procedure_lines(case: Case) -> tuple[Line, ...]:
    """A line for each procedure at work in the row's period, its steps below; none for other frames."""
    plan = case.outcome.plan
    if case.frame != plan.grain or not plan.courses:
        return ()
    rows = case.rows(
        f"SELECT course, turn, step, done, lacks, since, least, state FROM procedures "
        f"WHERE `{plan.key}` = ? AND period_no = ? ORDER BY course, turn, step_no",
        case.key,
        case.number,
    )
    lines = []
    for course in plan.courses:
        for turn in dict.fromkeys(row[1] for row in rows if row[0] == course.name):
            steps = {row[2]: row[2:] for row in rows if row[:2] == (course.name, turn)}
            below = tuple(step_line(case, stage, steps[stage.name]) for stage in course.stages)
            done = sum(step[1] is not None for step in steps.values())
            shown = word("steps_done", case.lang, n=done, of=len(steps))
            lines.append(
                Line(
                    plain(course.title.get(case.lang)), shown=shown, place=course.place, kind="remark", children=below,
                    citation=case.outcome.ruleset.citation(("procedures", course.name)),
                )
            )  # fmt: skip
    return tuple(lines)


def step_line(case: Case, stage: Stage, step: Step) -> Line:
    """One step: its day, and whether it came in its turn."""
    _, done, lacks, since, least, state = step
    said = [word("step_lacks", case.lang, parts=lacks)] if lacks and state != "open" else []
    if stage.working_days and since is not None:
        said.append(word("step_days", case.lang, n=since, least=short(least or Decimal(0))))
    wrong = () if state in ("done", "open") else (Fact(word(f"step_{state}", case.lang), False),)
    shown = done.isoformat() if done else word("step_open", case.lang)
    return Line(
        plain(stage.title.get(case.lang)), shown=shown, sentence=plain(joined(said, case.lang)), facts=wrong,
        place=stage.place, kind="remark",
    )  # fmt: skip
