"""One line of an explanation for each column: the formula as applied, or where a value came from, and its children."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from incentives.explain.case import Case
from incentives.explain.model import Fact, Line
from incentives.explain.per_order import worked_out
from incentives.explain.provenance import origin_of
from incentives.explain.status import reason_names, reason_text
from incentives.explain.substitution import USUAL, Applied, Held, applied, is_signature, ordered_names, subject
from incentives.explain.titles import figure_title, is_stated, shown_of, title_of, told
from incentives.explain.words import joined, word
from incentives.language import tree as t
from incentives.language.types import NumberType
from incentives.language.walk import map_nodes
from incentives.outcome.figures_text import short, value_text
from incentives.plan.columns import Aggregated, Column, Computed, Counted, Given, Ranked, RolledUp, Targeted, Vested
from incentives.plan.names import OPEN, signed_of, step_of

GRADED = ("score", "scorecard", "total", "grade")
SCORED = t.Name("scored")
# a grade that the next step keeps, and a figure that a ceiling only names
PASSING = ("grade", "figure")
# what a step of the grade is told together with, that is: the grade before it
BESIDE = {"decided_grade": ("computed_grade",), "capped_grade": ("band_grade",)}
MOST_DECIMALS, CUT_DECIMALS = 8, 6
PERCENT = ("ratio", "rate")
PARTS = {"tier": ".tiers.rows.", "rate_line": ".rates.rows."}
LITERAL = (t.Number, t.Text, t.Truth, t.Day, t.Missing)


def line_of(case: Case, name: str) -> Line:
    """The line of a column or figure, with all that is below it; made once for each name."""
    if name in case.figures:
        return figure_line(case, name)
    return case.once(("line", name), lambda: column_line(case, case.columns[name]))


def figure_line(case: Case, path: str) -> Line:
    """A figure of the policy; one that the policy is silent about says so."""
    figure = case.figures[path]
    declared = case.outcome.ruleset.policy.figures.get(path.removeprefix("figures."))
    return Line(
        title=figure_title(case, path),
        name=path,
        value=case.values[path],
        shown=shown_of(case, path),
        sentence=word("default", case.lang) if declared and declared.default else "",
        place=figure.place,
        citation=case.outcome.ruleset.citation_at(figure.place),
        kind="figure",
        stated=is_stated(case, path),
    )


def column_line(case: Case, column: Column) -> Line:
    """The line of a column."""
    body = body_of(case, column)
    return replace(
        body,
        title=title_of(case, column.name),
        name=column.name,
        value=case.values[column.name],
        shown=shown_of(case, column.name),
        place=None if isinstance(column.how, Given) else column.place,
        citation=None if isinstance(column.how, Given) else case.outcome.ruleset.citation_at(column.place),
    )


def body_of(case: Case, column: Column) -> Line:
    """Return the line of a column's value; a column that only passes a value on gets the line of the column that it
    reads."""
    if not isinstance(column.how, Computed):
        origin = origin_of(case, column)
        if isinstance(column.how, Aggregated):
            origin = replace(origin, children=worked_out(case, column, column.how, origin.children, body_of))
        return replace(origin, children=(*origin.children, *lines_of(case, beside(case, column))))
    done = applied(case, column.name, column.how.formula)
    if is_unscored(case, column, done):
        unscored = Fact(word("not_scored", case.lang, why=reason_text(case)), None, SCORED)
        result = t.Missing() if case.values[column.name] is None else t.Truth(False)
        return Line("", facts=(unscored,), formula=result, children=lines_of(case, reason_names(case)))
    formula = done.formula.of if isinstance(done.formula, t.Labelled) else done.formula
    facts = told_facts(case, column, done, formula)
    if isinstance(formula, t.Name | t.Exact) and passes_on(case.columns[formula.name], facts):
        inner = body_of(case, case.columns[formula.name])
        facts = tuple(fact for fact in facts if fact_names((fact,)) != (formula.name,))  # that it lies in its range
        children = lines_of(case, fact_names(facts))
        return replace(inner, facts=(*facts, *inner.facts), children=unique((*inner.children, *children)))
    below = (*parts_below(case, column, formula), *lines_of(case, (*beside(case, column), *fact_names(facts))))
    return Line(
        title="",
        sentence=sentence_of(case, column, formula),
        facts=facts,
        rounding="" if isinstance(formula, LITERAL) else rounding_of(case, column),
        formula=formula,
        children=unique(below),
    )


def is_unscored(case: Case, column: Column, done: Applied) -> bool:
    """Return whether a column has no value, or is false, because the row is not scored."""
    if case.values.get("scored", True):
        return False
    return (column.role in GRADED and case.values[column.name] is None) or Held(SCORED, False) in done.facts


def beside(case: Case, column: Column) -> tuple[str, ...]:
    """The columns that a value which came from elsewhere is told together with."""
    match column.how:
        case Ranked(within=within, order=order):
            return (*(name for name in within if step_of(name) != "among"), *(name for name, _ in order))
        case Counted(within=within):
            return within
        case RolledUp(within=within) if within in case.columns:
            return (within,)
        case Targeted(scope=scope) if scope in case.columns:
            return (scope,)
        case Vested(earned=earned):
            return (earned,)
        case _:
            return BESIDE.get(column.name, ())


def passes_on(inner: Column, facts: tuple[Fact, ...]) -> bool:
    """Return whether a line tells the way of the column that it takes its value from, rather than naming it."""
    return inner.role == "part" or (inner.role in PASSING and isinstance(inner.how, Computed) and not facts)


def sentence_of(case: Case, column: Column, formula: t.Node) -> str:
    """The formula in words; nothing where the value says it all, or where the facts do."""
    if isinstance(formula, LITERAL):
        before = BESIDE.get(column.name, ()) if isinstance(formula, t.Text) else ()
        return "".join(word("out_of", case.lang, name=told(case, t.Name(name))) for name in before)
    if isinstance(formula, t.Figure) and is_stated(case, formula.path):
        return word("stated", case.lang)
    if isinstance(formula, t.And | t.Or):
        return word("all_of" if isinstance(formula, t.And) else "any_of", case.lang)
    if isinstance(formula, t.Compare | t.In):
        return "= " + fact_of(case, column, Held(formula, None)).text
    return "= " + told(case, map_nodes(formula, lambda node: valued(case, column, node)))


def valued(case: Case, column: Column, node: t.Node) -> t.Node:
    """A labelled part whose label tells its value too."""
    if not isinstance(node, t.Labelled):
        return node
    line = part_line(case, column, node)
    text = word("valued", case.lang, title=line.title, value=line.shown)
    return replace(node, title=t.Title(text, text))


def told_facts(case: Case, column: Column, done: Applied, formula: t.Node) -> tuple[Fact, ...]:
    """The conditions that decided, then what did not count, then what is missing."""
    before = [t.Name(name) for name in BESIDE.get(column.name, ())]
    held = [held for held in done.facts if not goes_without(case, held) and subject(held.node) not in before]
    facts = [fact_of(case, column, one) for one in held]
    if done.left_out:
        names = [f"{title_of(case, name)}{word(why, case.lang)}" for name, why in done.left_out]
        facts.append(Fact(word("left_out", case.lang) + word("comma", case.lang).join(names), None))
    said = {name for held in done.facts for name in ordered_names(held.node)}
    absent = [name for name in ordered_names(formula) if case.values[name] is None and name not in said]
    if absent and not isinstance(formula, t.Name | t.Exact):
        titles = word("comma", case.lang).join(title_of(case, name) for name in absent)
        facts.append(Fact(word("lacking", case.lang, names=titles), None))
    return tuple(facts)


def goes_without(case: Case, held: Held) -> bool:
    """Return whether it goes without saying: that a target was not set for the rep where the policy's own serves
    everybody; that a target is unsigned where the want of the signed figure says so."""
    match held.node:
        case t.Call(name="present", args=(t.Name(name=name),)) if not held.held:
            how = case.columns[name].how
            return isinstance(how, Targeted) and not how.signed
        case t.Name(name=name):
            return is_signature(name)
        case _:
            return False


def fact_of(case: Case, column: Column, held: Held) -> Fact:
    """A condition in words with the row's values."""
    node = held.node
    match node:
        case t.Name(name="in_force"):
            return Fact(word("reason_outside", case.lang), None, node)
        case t.Name(name=name) if name == OPEN:
            return Fact(joined([word("not_open", case.lang), reason_text(case)], case.lang), None, node)
        case t.Name(name="locked"):
            return Fact(word("reason_locked", case.lang), None, node)
        case t.Call(name="present", args=(t.Name(name=name),)):
            asked = case.columns[name]
            if isinstance(asked.how, Targeted) and not case.values[signed_of(asked.item)]:
                return Fact(word("not_signed", case.lang), None, node)
            return Fact(word("no_value", case.lang, name=title_of(case, name)), None, node)
        case t.Name(name=name) | t.Figure(path=name):
            return Fact(title_of(case, name), held.held, node)
        case _:
            pass
    text = told(case, node)
    if isinstance(node, t.Compare | t.In) and (side := quotient_text(case, column, node)):
        text = word("quotient", case.lang, text=text, value=side)
    return Fact(text, held.held, node)


def quotient_text(case: Case, column: Column, node: t.Compare | t.In) -> str:
    """Return the value of the division on the left of a comparison; empty where there is none."""
    left, right = (node.left, node.right) if isinstance(node, t.Compare) else (node.of, node.tests[0])
    value = case.parts.get((column.name, left))
    if not isinstance(left, t.Arithmetic) or not isinstance(value, Decimal):
        return ""
    unit = next((unit_of(case, name) for name in ordered_names(right)), "")
    return value_text(value, unit, case.lang)


def unit_of(case: Case, name: str) -> str:
    """The unit of a column or figure."""
    return case.figures[name].unit if name in case.figures else case.columns[name].unit


def fact_names(facts: Iterable[Fact]) -> tuple[str, ...]:
    """The names that facts speak of, but for what the plan asks of every row."""
    names = (name for fact in facts if fact.node is not None for name in ordered_names(fact.node))
    return tuple(name for name in names if name not in USUAL and not is_signature(name))


def lines_of(case: Case, names: Iterable[str]) -> tuple[Line, ...]:
    """The lines of names, in order."""
    return tuple(line_of(case, name) for name in dict.fromkeys(names))


def unique(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines, each figure once."""
    return tuple({line.name or f"#{number}": line for number, line in enumerate(lines)}.values())


def parts_below(case: Case, column: Column, formula: t.Node) -> tuple[Line, ...]:
    """The lines below a formula: its labelled parts, and the names outside of them."""
    if isinstance(formula, t.Labelled):
        return (part_line(case, column, formula),)
    if isinstance(formula, t.Name | t.Figure | t.Exact):
        return (line_of(case, ordered_names(formula)[0]),)
    return tuple(line for child in t.children(formula) for line in parts_below(case, column, child))


def part_line(case: Case, column: Column, part: t.Labelled) -> Line:
    """A part of a formula that has a name of its own, such as a tier; the value of what it multiplies is told too."""
    value = case.parts[column.name, part]
    sentence, inside = "= " + told(case, part.of), settled(case, column, part.of)
    if inside != part.of:
        sentence = f"{sentence} = {told(case, inside)}"
    names = ordered_names(part)
    kinds = [kind for kind, where in PARTS.items() if any(where in name for name in names)]
    title = part.title.get(case.lang)
    return Line(
        title=word(kinds[0], case.lang, name=title) if kinds else title,
        value=value,
        shown=amount_text(case, column, value),
        sentence=sentence,
        place=part.place,
        kind="part",
        children=lines_of(case, names),
        formula=part.of,
    )


def amount_text(case: Case, column: Column, value: Decimal | None) -> str:
    """The value of a part: with the decimals of its column, more where it has them."""
    if value is None:
        return word("nothing", case.lang)
    text = short(value)
    decimals = len(text.partition(".")[2])
    return text if decimals >= column.scale else f"{value:,.{column.scale}f}"


def settled(case: Case, column: Column, node: t.Node) -> t.Node:
    """The formula with the values of its `min` and `max` in their place."""
    if isinstance(node, t.Call) and (value := case.parts.get((column.name, node))) is not None:
        return t.Number(value)
    if isinstance(node, t.Arithmetic):
        return replace(node, left=settled(case, column, node.left), right=settled(case, column, node.right))
    return node


def rounding_of(case: Case, column: Column) -> str:
    """Return the rounding of a result, with the value before it where the two differ; empty where none was needed."""
    typed, value, exact = case.typed[column.name], case.values[column.name], case.exact[column.name]
    if value is None or not isinstance(typed.type, NumberType):
        return ""
    if not typed.ratio and typed.type.scale <= column.scale:
        return ""
    percent = column.unit in PERCENT and column.scale >= 2
    scale = column.scale - 2 if percent else column.scale
    places = word("percent" if percent else "places" if scale else "whole", case.lang, n=scale)
    mode = word("rounded", case.lang, mode=word(column.mode, case.lang), places=places)
    if exact is None or exact == value:
        return mode
    if percent:
        return joined([mode, f"{before_text(case, exact * 100)}% → {shown_of(case, column.name)}"], case.lang)
    return joined([mode, f"{before_text(case, exact)} → {value:,f}"], case.lang)


def before_text(case: Case, exact: Decimal) -> str:
    """A number before it was rounded; cut to 6 decimals, and told as such, where it has more than 8."""
    text = short(exact)
    whole, _, decimals = text.partition(".")
    if len(decimals) <= MOST_DECIMALS:
        return text
    return f"{word('about', case.lang)}{whole}.{decimals[:CUT_DECIMALS]}…"
