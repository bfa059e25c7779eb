"""Conclusions of a row as lines: the findings with their values, the conclusions before, the actions, the criteria."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from incentives.database import quoted
from incentives.explain.case import Case
from incentives.explain.lines import line_of, lines_of
from incentives.explain.model import Fact, Line
from incentives.explain.source_rows import spoken
from incentives.explain.titles import rule_title, shown_of, title_of
from incentives.explain.words import joined, word
from incentives.language.tell import tell
from incentives.language.tree import And
from incentives.language.walk import map_nodes
from incentives.outcome.concluded import Concluded, concluded_of, rules_of
from incentives.outcome.concluded_text import action_text, reason_text, state_text, threshold_text
from incentives.outcome.concluded_text import word as stated
from incentives.outcome.figures_text import plain, value_text
from incentives.outcome.outcome import Outcome
from incentives.outcome.promotions import Reached, reached_of
from incentives.plan.columns import Computed
from incentives.plan.names import on_level_of
from incentives.plan.rules import Asked, Rule


def of_row(outcome: Outcome, rep: str, period: str) -> tuple[dict[str, Concluded], dict[str, list[Reached]]]:
    """Return what was concluded about a row, and its criteria of each promotion, both by conclusion."""
    where, blanks = f"{quoted(outcome.plan.key)} = ? AND period = ?", [rep, period]
    reached: dict[str, list[Reached]] = {}
    for one in reached_of(outcome, where, blanks):
        reached.setdefault(one.rule.name, []).append(one)
    return {one.rule.name: one for one in concluded_of(outcome, where, blanks)}, reached


def told_by(outcome: Outcome, rule: Rule) -> list[str]:
    """The columns that a conclusion, and those that it follows from, are told by."""
    criteria = rule.promotion.criteria if rule.promotion else ()
    before = [name for other in rules_of(outcome) if other.name in rule.after for name in told_by(outcome, other)]
    return [*(finding.column for finding in rule.findings), *(criterion.value for criterion in criteria), *before]


def told_rules(outcome: Outcome, rep: str, period: str) -> list[Rule]:
    """The conclusions worth telling of a row: those drawn or standing, what they follow from, and open promotions."""
    drawn, reached = of_row(outcome, rep, period)
    return [rule for rule in rules_of(outcome) if rule.name in drawn or rule.name in reached]


def conclusion_lines(case: Case, rules: list[Rule]) -> tuple[Line, ...]:
    """A line for each of these conclusions; one that another follows from is told below that one as well."""
    drawn, reached = of_row(case.outcome, case.key, case.period)
    return tuple(conclusion_line(case, rule, drawn, reached) for rule in rules)


def conclusion_line(
    case: Case, rule: Rule, drawn: dict[str, Concluded], reached: dict[str, list[Reached]]
) -> Line:  # fmt: skip
    """One conclusion: how it stands, what is to be done, and from what it follows, or why it does not."""
    one, lang = drawn.get(rule.name), case.lang
    steps = reached.get(rule.name, [])
    below = [*(criterion_line(case, step) for step in steps), *finding_lines(case, rule, one, steps)]
    below += [assigned_line(case, one, asked) for asked in rule.actions if one and asked.do == "assign"]
    known = {other.name: other for other in rules_of(case.outcome)}
    below += [conclusion_line(case, known[name], drawn, reached) for name in rule.after if name in drawn]
    lacking = [name for name in rule.after if name not in drawn or drawn[name].withheld]
    if one is not None:
        shown = stated(one.status, lang)
        actions = (action_text(case.outcome, action, lang) for action in one.actions)
        said = [*actions, state_text(case.outcome, one, lang), drawn_for(case, one)]
    else:
        met = sum(step.met for step in steps)
        shown = word("criteria_met", lang, n=met, of=len(steps)) if steps else word("not_drawn", lang)
        said = []
    return Line(
        title=word("conclusion", lang, title=rule.title.get(lang)),
        name=f"conclusion {rule.name}",
        shown=shown,
        sentence=plain(joined(said, lang)),
        facts=tuple(Fact(word("concluded", lang, title=rule_title(case, name)), False) for name in lacking),
        place=rule.place,
        citation=case.outcome.ruleset.citation(("conclusions", rule.name)),
        kind="conclusion",
        children=tuple(below),
    )


def drawn_for(case: Case, one: Concluded) -> str:
    """Why what stands was drawn, with the values of that period; what is drawn now has its findings below it."""
    reasons = [reason_text(case.outcome, one, reason, case.lang) for reason in one.reasons]
    said = joined(list(dict.fromkeys(filter(None, reasons))), case.lang)
    return word("drawn_for", case.lang, period=one.since, why=said) if one.status == "standing" and said else ""


def finding_lines(case: Case, rule: Rule, one: Concluded | None, steps: list[Reached]) -> list[Line]:
    """The findings that hold; all of them where nothing was drawn. Of a promotion they are its criteria."""
    if (one is not None and one.status == "standing") or (steps and not any(f.said for f in rule.findings)):
        return []
    names = [finding.column for finding in rule.findings if one is None or case.values[finding.column]]
    return list(lines_of(case, names))


def criterion_line(case: Case, step: Reached) -> Line:
    """One criterion with the way its value came about, what it asks for and what is still to go."""
    criterion, lang = step.criterion, case.lang
    line, level = line_of(case, criterion.value), on_level_of(step.rule.name)
    asked = threshold_text(criterion.test, step.edge, criterion.unit, lang)
    said = [word("asked", lang, test=asked) if asked else word("needed", lang)]
    if step.gap is not None and not step.met:
        said.append(word("to_go", lang, n=value_text(step.gap, criterion.unit, lang)))
    value = case.values[criterion.value]
    if isinstance(step.value, Decimal) and isinstance(value, Decimal) and step.value != value:  # it rounds to the edge
        line = replace(line, shown=plain(value_text(step.value, criterion.unit, lang)))
    return replace(
        line,
        facts=(*(f for f in line.facts if f.text != title_of(case, level)), Fact(joined(said, lang), step.met)),
        children=tuple(child for child in line.children if child.name != level),
        place=criterion.place,
        citation=case.outcome.ruleset.citation(("conclusions", step.rule.name, "criteria", criterion.name)),
    )


def assigned_line(case: Case, one: Concluded, asked: Asked) -> Line:
    """Return a line that names the person an action assigned, the candidates and the limits of the choice."""
    lang = case.lang
    who = next((a.who_name for a in one.actions if a.do == "assign" and a.what == asked.what), "")
    column = next(c for c in case.outcome.plan.columns(case.frame) if c.name == asked.among)
    assert isinstance(column.how, Computed)
    assert isinstance(column.how.formula, And)
    named = map_nodes(column.how.formula.parts[-1], spoken)  # that the policy is in force goes without saying
    among = tell(named, lang, lambda name: figure(case, name) if name in case.figures else title_of(case, name))
    same = word("comma", lang).join(title_of(case, name) for name in asked.same)
    said = [word("chosen", lang, among=among), word("chosen_same", lang, unit=same) if same else ""]
    said.append(word("chosen_most", lang, n=shown_of(case, asked.most) if asked.most else 1))
    return Line(
        title=plain(asked.what.get(lang)),
        shown=plain(who) or stated("nobody_free", lang),
        sentence=plain(joined(said, lang)),
        place=asked.place,
        kind="remark",
    )


def figure(case: Case, path: str) -> str:
    """A figure of the policy by its title and value."""
    return word("valued", case.lang, title=title_of(case, path), value=shown_of(case, path))
