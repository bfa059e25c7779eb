"""A formula as a sentence, in Chinese and English, with titles for names and, where asked, one rep's values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from incentives.language import tree as t
from incentives.language.write import AND, ATOM, LOOSEST, OR, PRODUCT, SUM, binding, number_text
from incentives.texts import Catalogue

TitleOf = Callable[[str], str]
ValueOf = Callable[[str], str | None]

SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷", "=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
# Chinese text has no spaces between its own letters, nor beside its punctuation.
CHINESE_SPACE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])|(?<=[（）“”、，]) | (?=[（）“”、，])")
BOUNDS = {"min", "max"}


@dataclass(frozen=True)
class Speech:
    """In which language, and how names and their values are said."""

    words: dict[str, str]
    lang: str
    title_of: TitleOf
    value_of: ValueOf | None


def tell(node: t.Node, lang: str, title_of: TitleOf, value_of: ValueOf | None = None) -> str:
    """The formula as a sentence in `lang` (zh or en). `title_of` gives the title of a name or figure path; `value_of`,
    where given, its value as it is to be shown (unit and all), or None to leave it out."""
    told = _tell(node, Speech(_words()[lang], lang, title_of, value_of))
    return CHINESE_SPACE.sub("", told) if lang == "zh" else told


@cache
def _words() -> Catalogue:
    """The words of the sentences by language, from words.yaml."""
    return Catalogue([Path(__file__).with_name("words.yaml")])


def _tell(node: t.Node, speech: Speech, least: int = LOOSEST) -> str:
    if isinstance(node, t.Mirrored):  # what it comes to below zero goes without saying
        return _tell(node.otherwise, speech, least)
    told = _plain(node, speech)
    return speech.words["bracket"].format(told) if binding(node) < least else told


def _plain(node: t.Node, speech: Speech) -> str:
    words = speech.words
    match node:
        case t.Number():
            return _number(node)
        case t.Text(value=value):
            return words["quote"].format(value)
        case t.Truth(value=truth):
            return words["true" if truth else "false"]
        case t.Day(value=day):
            return f"{day.year}年{day.month}月{day.day}日" if speech.lang == "zh" else day.isoformat()
        case t.Name(name=name) | t.Figure(path=name) | t.Exact(name=name):
            shown = speech.value_of(name) if speech.value_of else None
            return speech.title_of(name) + (words["value"].format(shown) if shown is not None else "")
        case t.Missing():
            return words["missing"]
        case t.Labelled(title=title):
            return title.get(speech.lang)
        case t.Negate(of=of):
            return f"−{_tell(of, speech, PRODUCT + 1)}"
        case t.Arithmetic(op=op, left=left, right=right):
            own = SUM if op in "+-" else PRODUCT
            sums = op == "+" and isinstance(right, t.Arithmetic) and right.op == "+"  # in whichever order
            return f"{_tell(left, speech, own)} {SIGNS[op]} {_tell(right, speech, own if sums else own + 1)}"
        case t.Compare(op=op, left=left, right=right):
            return f"{_tell(left, speech, SUM)} {SIGNS[op]} {_tell(right, speech, SUM)}"
        case t.And(parts=parts):
            return f"{words['and']} ".join(_tell(part, speech, AND + 1) for part in parts)
        case t.Or(parts=parts):
            return f"{words['or']} ".join(_tell(part, speech, OR + 1) for part in parts)
        case t.Not(of=of):
            return _negated(of, speech)
        case t.If(when=when, then=then, otherwise=otherwise):
            return words["if"].format(
                when=_tell(when, speech), then=_tell(then, speech, OR), otherwise=_tell(otherwise, speech)
            )
        case t.Cases(whens=whens, thens=thens, otherwise=otherwise):
            told = _tell(otherwise, speech)
            for when, then in zip(reversed(whens), reversed(thens), strict=True):
                told = words["if"].format(when=_tell(when, speech), then=_tell(then, speech, OR), otherwise=told)
            return told
        case t.In():
            return _within(node, speech)
        case t.Range():
            return _tested("", node, speech).strip()
        case t.Call():
            return _called(node, speech)
        case t.Round():
            return _rounded(node, speech)


def _number(node: t.Number) -> str:
    """A number with thousands separators; percents stay percents."""
    if node.percent:
        return number_text(node)
    return f"{node.value:,f}"


def _negated(of: t.Node, speech: Speech) -> str:
    if isinstance(of, t.Call) and of.name == "present":
        return speech.words["absent"].format(_tell(of.args[0], speech))
    return speech.words["not"] + speech.words["bracket"].format(_tell(of, speech))


def _within(node: t.In, speech: Speech) -> str:
    of = _tell(node.of, speech, SUM)
    if len(node.tests) > 1 and not any(isinstance(test, t.Range | t.Not) for test in node.tests):
        tests = speech.words["comma"].join(_tell(test, speech, SUM) for test in node.tests)
        return speech.words["among"].format(of=of, tests=tests)
    return f"{speech.words['or']} ".join(_tested(of, test, speech) for test in node.tests)


def _tested(of: str, test: t.Node, speech: Speech) -> str:
    """One test of `of`, said as a comparison."""
    words = speech.words
    match test:
        case t.Range(low=None, high=None):
            return words["any"].format(of=of)
        case t.Range(low=t.Base() as low, high=t.Base() as high, low_closed=True, high_closed=True):
            return words["between"].format(of=of, low=_tell(low, speech, SUM), high=_tell(high, speech, SUM))
        case t.Range(low=t.Base() as low, high=None):
            return f"{of} {'≥' if test.low_closed else '>'} {_tell(low, speech, SUM)}"
        case t.Range(low=None, high=t.Base() as high):
            return f"{of} {'≤' if test.high_closed else '<'} {_tell(high, speech, SUM)}"
        case t.Range(low=t.Base() as low, high=t.Base() as high):
            op, high_op = "≥" if test.low_closed else ">", "≤" if test.high_closed else "<"
            told_low, told_high = _tell(low, speech, SUM), _tell(high, speech, SUM)
            return words["from"].format(of=of, op=op, low=told_low, high_op=high_op, high=told_high)
        case t.Not(of=t.Range() as inner):
            return words["not"] + words["bracket"].format(_tested(of, inner, speech))
        case t.Not(of=inner):
            return f"{of} ≠ {_tell(inner, speech, SUM)}"
        case _:
            return f"{of} = {_tell(test, speech, SUM)}"


def _called(node: t.Call, speech: Speech) -> str:
    words = speech.words
    if t.is_history(node):
        key = {"sum": "total"}.get(node.name, node.name)
        key += {("prior", 3): "_n", ("last_year", 1): "_only"}.get((node.name, len(node.args)), "")
        return words[key].format(*(_tell(arg, speech, ATOM) for arg in node.args))
    match node.args:
        case ((t.Number() | t.Figure()) as bound, of) | (of, (t.Number() | t.Figure()) as bound) if node.name in BOUNDS:
            key = "most" if node.name == "min" else "least"
            return words[key].format(of=_tell(of, speech, PRODUCT), bound=_tell(bound, speech, ATOM))
    return words[node.name].format(words["comma"].join(_tell(arg, speech, OR) for arg in node.args))


def _rounded(node: t.Round, speech: Speech) -> str:
    words = speech.words
    if node.scale > 0:
        places = words["places"].format(node.scale)
    else:
        places = words["tens"].format(f"{10**-node.scale:,}") if node.scale else words["whole"]
    return words["rounded"].format(of=_tell(node.of, speech, PRODUCT), mode=words[node.mode], places=places)
