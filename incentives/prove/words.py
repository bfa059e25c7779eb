"""Questions and answers in words, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeGuard

from incentives.faults import Fault, Place
from incentives.language.tree import Call, Name, Node
from incentives.language.walk import map_nodes
from incentives.language.write import write
from incentives.outcome.figures_text import plain, value_text
from incentives.plan.columns import Aggregated, Column, Plan, Targeted
from incentives.plan.names import is_inner, spoken, target_of
from incentives.prove.model import OPEN, REFUTED, Example, Figure, Question, Verdict

MOST_NAMES = 4


def word(code: str, lang: str, **blanks: Any) -> str:
    """The text of `code` in `lang`, its blanks filled."""
    return Fault(f"prove_{code}", Place(""), blanks).text(lang)


def joined(parts: list[str], lang: str) -> str:
    """Parts of a sentence after each other."""
    return ("，" if lang == "zh" else ", ").join(parts)


def named(plan: Plan, name: str, lang: str) -> str:
    """A column, grade or conclusion as people call it; a step of the plan by what the policy wrote there."""
    column = next((one for one in plan.columns() if one.name == name), None)
    if column is None:
        rule = next((one for one in plan.rules if one.name == name), None)
        return titled(rule.title.get(lang) if rule else "", name)
    if isinstance(column.told, Call):
        return plain(write(as_written(plan, column.told)))
    if isinstance(column.how, Targeted):
        side = "stretch" if column.how.side == "stretch" else "target"
        target = named(plan, target_of(column.item, side), lang)
        return word("signed", lang, name=target) if column.how.side == "signed" else target
    return titled(column.title.get(lang), name)


def as_written(plan: Plan, node: Node) -> Node:
    """A formula with what the policy wrote where the plan put steps of its own."""
    told = {column.name: column.told for column in plan.columns() if column.told is not None}
    return map_nodes(node, lambda one: as_written(plan, told[one.name]) if is_step(one, told) else one)


def is_step(node: Node, told: Mapping[str, Node]) -> TypeGuard[Name]:
    """Return whether a node names a step of the plan."""
    return isinstance(node, Name) and node.name in told


def titled(title: str, name: str) -> str:
    """A title, or the name without one; what only the plan calls so is no name."""
    return plain(title if title and not is_inner(title) else spoken(name))


def asked(plan: Plan, question: Question, lang: str) -> str:
    """A question as a sentence."""
    ask = question.ask
    if ask in ("at_most", "at_least") and question.money is None:
        ask = ask.removeprefix("at_")
    money = value_text(question.money.quantize(Decimal("0.01")), "money", lang) if question.money is not None else ""
    parts = {key: named(plan, name, lang) for key, name in (("pay", question.pay), ("metric", question.metric)) if name}
    return word(f"ask_{ask}", lang, **parts, money=money, name=named(plan, question.name, lang))


def answered(plan: Plan, verdict: Verdict, lang: str) -> str:
    """Return the grounds of an answer: the example with its figures, or the obstacles."""
    parts = []
    if verdict.endless:
        parts.append(word("endless_by", lang, names=joined([named(plan, n, lang) for n in verdict.endless], lang)))
    if verdict.said == OPEN:
        if verdict.money is not None:
            parts.append(word("found", lang, money=value_text(verdict.money, "money", lang)))
        parts += [word(f"why_{code}", lang, names=listed(plan, names, lang)) for code, names in verdict.why]
    if verdict.examples and not verdict.endless:
        parts.append(shown(plan, verdict, lang))
    elif verdict.question.ask == "reachable" and verdict.said == REFUTED:
        parts.append(word("nobody", lang))
    return ("；" if lang == "zh" else "; ").join(parts)


def listed(plan: Plan, names: tuple[str, ...], lang: str) -> str:
    """Some columns by name, those that have a title first."""
    said = list(dict.fromkeys(named(plan, name, lang) for name in sorted(names, key=lambda n: (is_inner(n), n))))
    return joined(said[:MOST_NAMES], lang) + (" …" if len(said) > MOST_NAMES else "")


def shown(plan: Plan, verdict: Verdict, lang: str) -> str:
    """An example in words: both sides of a step, or what is given and what comes of it."""
    question, (example, *more) = verdict.question, verdict.examples
    columns = {column.name: column for column in plan.columns()}
    if not more:
        given = givens(columns, plan, example.given, lang)
        comes = [equals(plan, columns[name], value, lang) for name, value in example.figures.items()]
        return word("comes", lang, given=given, figures=joined(comes, lang)) + word("in", lang, period=example.period)
    moved = next(name for name, value in example.given.items() if more[0].given[name] != value)
    column, pay = columns[moved], columns[question.pay]
    before, after = (value_text(one.given[moved], unit_of(column, columns), lang) for one in (example, more[0]))
    paid, then = (value_text(one.figures[question.pay], pay.unit, lang) for one in (example, more[0]))
    rest = {name: value for name, value in example.given.items() if name != moved}
    text = word("two", lang, metric=named(plan, question.metric, lang), pay=named(plan, question.pay, lang),
                before=before, after=after, paid=paid, then=then)  # fmt: skip
    besides = givens(columns, plan, rest, lang)
    code = "given" if besides else "in"
    return text + word(code, lang, period=example.period, given=besides)


def givens(columns: Mapping[str, Column], plan: Plan, given: Mapping[str, Figure], lang: str) -> str:
    """Return the inputs of a rep, without missing ones, and without a signature where the target itself is told."""
    told = {columns[name].item for name, value in given.items() if not is_nothing(value)}
    parts = []
    for name, value in given.items():
        column = columns[name]
        if is_nothing(value) or (isinstance(column.how, Aggregated) and not value):
            continue
        if is_signature(column) and column.item in told - signed_only(columns, given):
            continue
        parts.append(equals(plan, column, value, lang))
    return joined(parts, lang)


def is_nothing(value: Figure) -> bool:
    """Return whether a value says nothing: missing, no text, or false."""
    return value is None or value is False or value == ""


def is_signature(column: Column) -> bool:
    """Return whether a column says that a target is signed."""
    return isinstance(column.how, Targeted) and column.how.side == "signed"


def signed_only(columns: Mapping[str, Column], given: Mapping[str, Figure]) -> set[str]:
    """The targets that are signed and have no figure."""
    with_figure = {
        columns[name].item
        for name, value in given.items()
        if isinstance(columns[name].how, Targeted) and not is_signature(columns[name]) and value is not None
    }
    return {columns[name].item for name in given if is_signature(columns[name])} - with_figure


def equals(plan: Plan, column: Column, value: Figure, lang: str) -> str:
    """A figure with its value."""
    name = named(plan, column.name, lang)
    if value is True:
        return name
    columns = {one.name: one for one in plan.columns()}
    return word("equals", lang, name=name, value=value_text(value, unit_of(column, columns), lang))


def unit_of(column: Column, columns: Mapping[str, Column]) -> str:
    """The unit of a column; of a target that of its metric."""
    if isinstance(column.how, Targeted) and column.how.metric in columns:
        return columns[column.how.metric].unit
    return column.unit


def verdict_word(verdict: Verdict, lang: str) -> str:
    """The answer in one or two words."""
    question = verdict.question
    if question.ask == "reachable" and verdict.said != OPEN:
        return word("never" if verdict.said == REFUTED else "reached", lang)
    if question.money is None and question.ask in ("at_most", "at_least") and verdict.said != OPEN:
        if verdict.endless:
            return word("endless", lang)
        code = question.ask.removeprefix("at_")
        return f"{word(code, lang)} {value_text(verdict.money, 'money', lang)}"
    return word(verdict.said, lang)


def figures_of(example: Example) -> dict[str, Any]:
    """An example as JSON has it."""
    return {
        "period": example.period,
        "given": {name: bare(value) for name, value in example.given.items() if value is not None},
        "figures": {name: bare(value) for name, value in example.figures.items()},
    }


def bare(value: Figure) -> Any:
    """A value as JSON has it: figures as decimal strings."""
    if value is None or isinstance(value, bool):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
