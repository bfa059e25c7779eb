"""The improvement that a row needs for a better grade or a promotion, metric by metric."""

from __future__ import annotations

from incentives.database import literal, quoted
from incentives.execution.reassess import snapshot_of
from incentives.execution.required import Step, is_in_reach, reach
from incentives.explain.model import Line
from incentives.explain.obstacles import grade_obstacles, promotion_obstacles
from incentives.explain.words import word
from incentives.language.types import ChoiceType
from incentives.outcome.figures_text import plain, value_text
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column


def reached_of(outcome: Outcome, rep: str, period: str, target: str, lang: str) -> Line:
    """The change of each metric in reach that alone would be enough for a grade or a promotion; the next better grade
    without a `target`. Raises RefusedError as `reach`."""
    kept = snapshot_of(outcome)
    steps = {step.metric: step for step in reach(kept, target, rep) if step.period == period}
    metrics = [column for column in outcome.plan.columns(outcome.grain) if is_in_reach(kept, column)]
    titles = {rule.name: rule.title.get(lang) or rule.name for rule in outcome.plan.rules}
    wanted = next((step.target for step in steps.values()), target)
    wanted = titles.get(wanted, wanted)
    graded = any(column.role == "grade" and column.name == "grade" for column in outcome.columns)
    here = f"{quoted(outcome.plan.key)} = {literal(rep)} AND period = {literal(period)}"
    ((name, grade),) = outcome.rows(["name", "grade" if graded else "name"], here)
    said = " ".join(part for part in (plain(rep), plain(name or "")) if part)
    children = tuple(line_of(column, steps.get(column.name), lang) for column in metrics)
    if not steps:
        code = why_none(outcome, grade if graded else "", target)
        children = (Line(word(code, lang), kind="remark"), *obstacles(outcome, rep, period, target, lang))
    code = "reach" if steps else "reach_asked"
    title = word(code, lang, name=said, period=period, target=wanted or word("reach_next", lang))
    now = word("reach_now", lang, grade=grade or word("reach_no_grade", lang)) if graded else ""
    return Line(title, sentence=now, kind="root", children=children)


def obstacles(outcome: Outcome, rep: str, period: str, target: str, lang: str) -> tuple[Line, ...]:
    """Return the conditions in the way of the target where no metric reaches it, as far as they are known."""
    rules = {rule.name: rule for rule in outcome.plan.rules if rule.grain == outcome.grain}
    promotion = rules[target].promotion if target in rules else None
    if promotion:
        found = promotion_obstacles(outcome, promotion, rep, period, lang)
    else:
        found = grade_obstacles(outcome, rep, period, target, lang)
    return (Line(word("reach_in_the_way", lang), kind="remark", children=found),) if found else ()


def why_none(outcome: Outcome, grade: str | None, target: str) -> str:
    """The word for why nothing is enough: it is so already, there is no grade, or no single metric does it."""
    known = next((c.type.values for c in outcome.columns if c.name == "grade" and isinstance(c.type, ChoiceType)), ())
    if target not in ("", *known):  # a promotion
        return "reach_no_step"
    if not grade:
        return "reach_ungraded"
    if known.index(grade) <= known.index(target or known[0]):
        return "reach_there" if target else "reach_best"
    return "reach_none"


def line_of(column: Column, step: Step | None, lang: str) -> Line:
    """One metric: how much more or less of it is enough, and from what to what."""
    title = column.title.get(lang) or column.name
    if step is None:
        return Line(title, shown=word("reach_not", lang), kind="column", place=column.place)
    change = value_text(abs(step.change), step.unit, lang)
    shown = word("reach_more" if step.change > 0 else "reach_less", lang, change=change)
    before, after = (value_text(value, step.unit, lang) for value in (step.value, step.value + step.change))
    return Line(title, shown=shown, sentence=word("reach_from", lang, before=before, after=after), kind="column",
                place=column.place)  # fmt: skip
