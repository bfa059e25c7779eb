"""The whole explanation of a row: its grade and total, every component of pay, remarks, steps of procedures (R7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from incentives.explain.case import Case, case_of
from incentives.explain.concluded import conclusion_lines, told_by, told_rules
from incentives.explain.lines import lines_of
from incentives.explain.model import Fact, Line
from incentives.explain.status import BESIDE_STATE, STATE, decision_text, reason_names, reason_text
from incentives.explain.titles import shown_of
from incentives.explain.words import joined, word
from incentives.outcome.concluded import rules_of
from incentives.outcome.figures_text import plain, short, value_text
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column
from incentives.plan.rules import Stage

Step = tuple[str, date | None, str, int | None, Decimal | None, str]  # step, done, lacks, since, least, state


def explanation_of(outcome: Outcome, rep: str, period: str, column: str | None, lang: str) -> Line:
    """The way to one figure of `rep` in `period`, or, without a column, to grade, total and pay, with remarks.

    The root line has a child for each. Raises RefusedError where there is no such row or column.
    """
    rules = [rule for rule in rules_of(outcome) if rule.name == column] if column else told_rules(outcome, rep, period)
    names = [] if column and rules else [column] if column else roots_of(outcome)
    concluded = [name for rule in rules for name in told_by(outcome, rule)]
    beside = [name for name in BESIDE_STATE if has(outcome, name)]
    case = case_of(outcome, rep, period, [*names, *concluded, *beside], lang)
    lines = lines_of(case, names)
    if not column:
        nothing = {name for name in case.columns if case.columns[name].role == "balance" and not case.values[name]}
        lines = tuple(line for line in lines if line.name not in nothing)
        lines = (*(line for line in lines if line.name != "total" or not is_told(line, lines[0])), *remarks_of(case))
    lines += conclusion_lines(case, rules)
    if not column or any(rule.promotion and rule.promotion.procedure for rule in rules):
        lines += procedure_lines(case)
    policy = outcome.ruleset.policy
    name = " ".join(part for part in (plain(rep), plain(case.values["name"] or "")) if part)
    title = policy.title.get(lang) or policy.ruleset
    return Line(
        title=word("explained", lang, name=name, period=period),
        sentence=word("policy", lang, title=title, version=policy.version, file=outcome.ruleset.file),
        kind="root",
        children=lines,
    )


def is_told(total: Line, grade: Line) -> bool:
    """Return whether the way to the total is a part of the way to the grade, or the same."""
    told = names_below(grade)
    return "total" in told or "computed_total" in told or (total is not grade and total.facts == grade.facts != ())


def names_below(line: Line) -> set[str]:
    """The names of all lines below one."""
    return {child.name for child in line.children}.union(*(names_below(child) for child in line.children))


def has(outcome: Outcome, name: str) -> bool:
    """Return whether the frame has a column."""
    return any(column.name == name for column in outcome.plan.columns(outcome.grain))


def roots_of(outcome: Outcome) -> list[str]:
    """Return the columns that are explained by default: the grade, the total, pay; where there is neither, the
    others."""
    columns = outcome.columns

    def named(*roles: str) -> list[str]:
        return [column.name for column in sorted(columns, key=written) if column.role in roles]

    graded = [name for name in ("grade", "total") if has(outcome, name)]
    graded = graded or named("scorecard") or named("tracking") or named("figure", "score") or named("metric")
    return [*graded, *named("pay"), *named("pay_total"), *named("balance")]


def written(column: Column) -> int:
    """Return the line of the ruleset where a column stands."""
    return column.place.line


def remarks_of(case: Case) -> tuple[Line, ...]:
    """The state of the assessment and why, and the decision (POLICY A8, A9, T4)."""
    values = case.values
    lines = [state_line(case)] if STATE in values else []
    if values["decided_grade"] is not None:
        before, after = values.get("computed_grade"), values["decided_grade"]
        code = "decision_keeps" if before == after else "decision_changes"
        told = word(code, case.lang, before=value_text(before, "text", case.lang), after=after)
        lines.append(remark(word("decision", case.lang), after, joined([told, decision_text(case)], case.lang)))
    return tuple(lines)


def remark(title: str, shown: str, sentence: str, children: Sequence[Line] = ()) -> Line:
    """A line that is no figure."""
    return Line(title, shown=shown, sentence=sentence, kind="remark", children=tuple(children))


def state_line(case: Case) -> Line:
    """Return whether the row was assessed, and if not, why."""
    why = lines_of(case, reason_names(case))
    return remark(word("state", case.lang), shown_of(case, STATE), reason_text(case), why)


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
