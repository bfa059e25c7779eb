"""Conclusions in words: status, what is to be done, why, and how far a criterion is met; for every reader."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from incentives.language.tell import tell
from incentives.language.tree import Node, Text
from incentives.language.types import NumberType, TextType
from incentives.language.walk import map_nodes
from incentives.outcome.concluded import Action, Concluded, Reason, rules_of
from incentives.outcome.figures_text import HUNDRED, NOTHING, YES_NO, plain, short, value_text
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column
from incentives.texts import Catalogue

STATUSES = ("proposed", "decided", "standing", "rejected", "withheld")
SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}


@cache
def _words() -> Catalogue:
    return Catalogue([Path(__file__).with_name("words.yaml")])


def word(code: str, lang: str, **blanks: Any) -> str:
    """The text of `code` in `lang` (zh or en), blanks filled."""
    text: str = _words()[code][lang]
    return text.format(**blanks) if blanks else text


def action_text(outcome: Outcome, action: Action, lang: str) -> str:
    """Return an action as text, such as `建议降低基本工资 -10%，自下一期起`."""
    what = plain(action.what.get(lang) or title_of(outcome, action.of or action.pay, lang))
    change = change_text(action, lang)
    what = word("adjusted", lang, what=what, by=change) if change else what
    who = plain(action.who_name) or word("nobody_free", lang)
    parts = [word(f"do_{action.do}", lang, what=what, who=who)]
    parts += [word(f"from_{action.start}", lang)] if action.start else []
    for unit, n in (("days", action.days), ("months", action.months)):
        parts += [word(unit, lang, n=short(n))] if n is not None else []
    return word("comma", lang).join(parts)


def change_text(action: Action, lang: str) -> str:
    """By how much a salary or rate is adjusted, with its sign; empty where it is not."""
    value = action.by if action.by is not None else action.points
    if value is None:
        return ""
    sign = "+" if value > 0 else ""
    if action.by is not None:
        return sign + value_text(value, "ratio", lang)
    return word("points", lang, n=sign + short(value * HUNDRED))


def title_of(outcome: Outcome, name: str, lang: str) -> str:
    """The title of a column by its name; the name where it has none."""
    column = next((c for c in outcome.plan.columns(outcome.grain) if c.name == name), None)
    return (column.title.get(lang) if column else "") or name


def state_text(outcome: Outcome, one: Concluded, lang: str) -> str:
    """Since when it stands, who decided, or what it gave way to; empty where the status says it all."""
    parts = [word("since", lang, period=one.since)] if one.status == "standing" else []
    if one.decided_by or one.decided_on:
        on = one.decided_on.isoformat() if one.decided_on else ""
        parts.append(plain(word("decision", lang, who=one.decided_by, on=on)))
    parts += [plain(one.decision_reason)] if one.decision_reason else []
    if one.status == "withheld":
        titles = {rule.name: rule.title.get(lang) for rule in rules_of(outcome)}
        parts.append(word("gave_way", lang, title=titles.get(one.withheld, one.withheld)))
    return word("comma", lang).join(parts)


def reason_text(outcome: Outcome, one: Concluded, reason: Reason, lang: str) -> str:
    """Why, with the titles and values of what was looked at: `客户满意度 84.10，满意度目标 90.00`."""
    if reason.conclusion:
        titles = {rule.name: rule.title.get(lang) for rule in rules_of(outcome)}
        return word("follows", lang, title=titles.get(reason.said, reason.said))
    columns = looked_at(outcome, one)
    told = []
    for name, value in reason.values:
        title = called(outcome, columns.get(name), name, lang)
        told.append(word("reads", lang, title=title, value=shown(columns.get(name), value, lang)))
    return plain(word("comma", lang).join(told) or reason.said)


def looked_at(outcome: Outcome, one: Concluded) -> dict[str, Column]:
    """The columns that a conclusion's findings look at, by what the policy calls them."""
    columns = {column.name: column for column in outcome.plan.columns(outcome.grain)}
    reads = dict(read for finding in one.rule.findings for read in finding.reads)
    reads |= {c.name: c.value for c in one.rule.promotion.criteria} if one.rule.promotion else {}
    return {said: columns[name] for said, name in reads.items() if name in columns}


def called(outcome: Outcome, column: Column | None, name: str, lang: str) -> str:
    """Return the title of a figure, or the formula that the policy wrote in its place as a sentence."""
    if column is None:
        return name
    if column.told is None:
        return column.title.get(lang) or name
    titles = {rule.name: rule.title.get(lang) for rule in outcome.plan.rules}

    def titled(node: Node) -> Node:
        return Text(titles[node.value]) if isinstance(node, Text) and node.value in titles else node

    return tell(map_nodes(column.told, titled), lang, lambda inner: title_of(outcome, inner, lang))


def shown(column: Column | None, value: str, lang: str) -> str:
    """A value as people read it, out of its exact text."""
    if value in ("true", "false"):
        return YES_NO[lang][0 if value == "true" else 1]
    if column is not None and column.role == "criterion" and isinstance(column.type, TextType):
        return plain(result_text(value, lang))
    if column is None or not isinstance(column.type, NumberType) or value == NOTHING:
        return plain(value)
    try:
        number = Decimal(value)
    except InvalidOperation:
        return plain(value)
    return value_text(number, column.unit or ("score" if column.type.scale == 2 else ""), lang)


def criterion_text(value: Decimal | str | None, unit: str, lang: str) -> str:
    """Return the value of a criterion in its unit."""
    if unit == "switch":
        return YES_NO[lang][0 if value == "true" else 1]
    if unit == "text" and isinstance(value, str):
        return result_text(value, lang)
    return value_text(value, unit, lang)


def result_text(value: str, lang: str) -> str:
    """Return the value of an event: a usual word of English in the language, any other as the data has it."""
    code = f"result_{value.strip().lower()}"
    return word(code, lang) if lang == "zh" and code in _words() else value_text(value, "", lang)


def threshold_text(test: str, edge: Decimal | None, unit: str, lang: str) -> str:
    """Return the test of a criterion: `≥ 110%`; as the policy wrote it where it compares with no single figure."""
    if edge is None:
        return result_text(test, lang) if unit == "text" and test else test
    sign = next((shown for written, shown in SIGNS.items() if test.strip().startswith(written)), "")
    return f"{sign} {value_text(edge, unit, lang)}".strip()
