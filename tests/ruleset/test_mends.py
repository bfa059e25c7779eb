"""A mend that is stated works: who does what it says is rid of the fault. And no message has a name without letters."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel

import incentives
from incentives.api import check
from incentives.cases.conclusions import STATES as STEP_STATES
from incentives.cases.model import form_for
from incentives.faults import WORDS, Fault, Place, catalogue
from incentives.outcome.concluded_text import STATUSES
from incentives.payroll.template.model import Template
from incentives.ruleset.model import Policy
from incentives.ruleset.refused import meaning_of, told_choices

FOLDER = Path(__file__).parents[2] / "fixtures" / "broken" / "rulesets"
BROKEN = sorted(file.name for file in FOLDER.glob("*.yaml"))
NAMES_NOTHING = re.compile(r"“”|‘’|\"\"|''|``|（）|(?<!\w)\(\)|《》|「」|\[\]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FORMATS = {"dates", "months", "encoding"}  # whose words say themselves what they are


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_probably_meant_is_no_fault(name: str, tmp_path: Path) -> None:
    for number, fault in enumerate(close_of(name)):
        folder = tmp_path / str(number)
        shutil.copytree(FOLDER, folder)
        file = folder / Path(fault.place.file).name
        lines = file.read_text(encoding="utf-8").split("\n")
        line, meant = lines[fault.place.line - 1], str(fault.about.get("close") or fault.about.get("likely"))
        start, end = fault.place.column - 1, fault.place.end_column - 1
        lines[fault.place.line - 1] = line[:start] + quoted_as(line[start:end], meant) + line[end:]
        file.write_text("\n".join(lines), encoding="utf-8")
        left = [(f.code, f.place.line, f.place.column) for f in check(folder / name)]
        assert (fault.code, fault.place.line, fault.place.column) not in left, (fault.text("en"), meant)


def close_of(name: str) -> Iterator[Fault]:
    """The faults of a ruleset that say what was probably meant, one thing."""
    for fault in check(FOLDER / name):
        meant = str(fault.about.get("close") or fault.about.get("likely") or "")
        if fault.code.endswith("_close") and meant and ", " not in meant and fault.place.line:
            yield fault


def quoted_as(written: str, meant: str) -> str:
    """What was meant in the quotes of what was written."""
    quote = written[0] if written[:1] in ("'", '"') else ""
    return f"{quote}{meant}{quote}"


def test_there_are_many_of_them() -> None:
    assert sum(1 for name in BROKEN for _ in close_of(name)) > 30


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_is_empty(lang: str) -> None:
    wrong = []
    for code, message in catalogue().items():
        texts = [str(message[lang]), str(message.get("mend", {}).get(lang, ""))]
        blanks = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
        for empty in [{b} for b in blanks] + [blanks]:
            for nothing in ("", {"zh": "", "en": ""}, {"zh": "", "en": "x"}, " "):
                fault = Fault(code, Place(""), {b: nothing if b in empty else 7 for b in blanks})
                wrong += [text for text in (fault.text(lang), fault.mend(lang)) if NAMES_NOTHING.search(text)]
    assert wrong == []


def test_a_part_before_a_sentence_may_be_empty() -> None:
    about = {"when": "", "from": "", "low": "1", "high": "2"}
    assert Fault("bands_gap", Place(""), about).text("en").startswith("1 ")


@pytest.mark.parametrize("form", [Policy, form_for("rep"), Template], ids=["policy", "cases", "template"])
def test_every_word_that_may_be_chosen_has_a_meaning(form: type[BaseModel]) -> None:
    lacking = {
        (key, word)
        for key, word in words_of(form, set())
        if not CHINESE.search(meaning_of((key,), word).get("zh", "")) and key not in FORMATS
    }
    assert lacking == set()


def test_every_word_of_the_engine_has_a_meaning() -> None:
    """Not only those of a policy: all closed lists of any class, and the states that results and cases have."""
    found: set[tuple[str, str]] = {("state", word) for word in STEP_STATES} | {("status", word) for word in STATUSES}
    for info in pkgutil.walk_packages(incentives.__path__, "incentives."):
        module = importlib.import_module(info.name) if not info.name.endswith("__main__") else None
        for kind in vars(module).values() if module else ():
            if isinstance(kind, type) and kind.__module__ == info.name:
                found |= words_of_class(kind)
    lacking = {
        (key, word) for key, word in found
        if key not in FORMATS and not CHINESE.search(meaning_of((key,), word).get("zh", ""))
    }  # fmt: skip
    assert len(found) > 150
    assert lacking == {("shared", ""), ("shared", "first")}  # of a rank, which nobody is shown


def words_of_class(kind: type) -> set[tuple[str, str]]:
    """The words of the closed lists of a class, each with its key."""
    if issubclass(kind, BaseModel):
        return set(words_of(kind, set()))
    if not dataclasses.is_dataclass(kind):
        return set()
    try:
        hints = get_type_hints(kind)
    except (NameError, TypeError):  # what is there for the type checker alone
        return set()
    return {pair for key, hint in hints.items() for pair in words_of(hint, set(), key)}


@pytest.mark.parametrize("name", WORDS)
def test_words_of_closed_lists_are_told_with_their_meaning(name: str) -> None:
    word = {"unit": "money", "kind": "bonus", "grain": "quarter", "do": "award", "ask": "at_most"}[WORDS[name]]
    told = [
        Fault(code, Place(""), dict.fromkeys(blanks_of(message), 7) | {name: word}).text("zh")
        for code, message in catalogue().items()
        if name in blanks_of(message) and f"{name}: {{{name}}}" not in str(message["zh"])
    ]
    shown = [text for text in told if word in text]
    assert shown
    assert [text for text in shown if not re.search(rf"{word}（[^（）]*[\u3400-\u9fff]", text)] == []


def blanks_of(message: dict[str, Any]) -> set[str]:
    """The blanks of a message."""
    texts = [str(message["zh"]), str(message.get("mend", {}).get("zh", ""))]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def words_of(kind: Any, seen: set[Any], key: str = "") -> Iterator[tuple[str, str]]:
    """Every word of a closed set below a type, with its key."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            seen.add(kind)
            for name, field in kind.model_fields.items():
                yield from words_of(field.annotation, seen, field.alias or name)
    elif get_origin(kind) is Literal:
        yield from ((key, str(word)) for word in get_args(kind))
    elif isinstance(kind, UnionType) or get_args(kind):
        for part in get_args(kind):
            yield from words_of(part, seen, key)


def test_choices_are_told_with_their_meaning() -> None:
    told = told_choices(("pay", "c", "tiers", "by"), ("slice", "whole"))
    assert told["zh"] == "slice（超额累进）、whole（全额累进）"
    assert told["en"] == "slice (each slice at its own rate), whole (all at the rate reached)"
    assert told_choices(("timing", "claw_back", "by"), ("full",))["zh"] == "full（全部扣回）"
    assert told_choices(("grain",), ("unheard_of",))["zh"] == "unheard_of"


POLICY = """ruleset: x
version: "1"
announced_on: 2025-12-01
effective: {from: 2026-01-01}
metrics:
  sales: {unit: money, source: [crm]}
  back: {unit: money, over: receipts, take: sum amount WHERE}
targets: {sales: {signed: not_needed, base: 100}}
scorecards: {r: {items: {sales: {weight: 100%, attainment: base}}}}
grade: {of: {r: 100%}, bands: {A: '>= 100', B: '< 100'}}
pay: {d: {kind: bonus, formula: PAY}}
conclusions: {up: {when: ASKED, then: THEN}}
"""
SOUND = {"WHERE": "", "PAY": "sales * 1%", "ASKED": "sales > 3", "THEN": "[{do: propose, what: raise}]"}


@pytest.mark.parametrize(
    ("written", "code", "mend", "mended"),
    [
        ({"PAY": "sales / back"}, "divisor_zero_here", "(if back = 0 then … else sales / back)",
         {"PAY": "(if back = 0 then 0 else sales / back)"}),
        ({"THEN": "[晋升]"}, "not_action", "then: [{do: propose, what: 晋升}]",
         {"THEN": "[{do: propose, what: 晋升}]"}),
        ({"THEN": "{do: propose, what: 晋升}"}, "not_list_of", "then: [{do: …}]",
         {"THEN": "[{do: propose, what: 晋升}]"}),
        ({"THEN": "晋升"}, "not_action", "then: [{do: propose, what: 晋升}]",
         {"THEN": "[{do: propose, what: 晋升}]"}),
        ({"THEN": "{do: warn}"}, "not_list_of", "then: [{do: …}]", {"THEN": "[{do: warn}]"}),
        ({"ASKED": "sales"}, "not_a_truth", "sales > 0", {"ASKED": "sales > 0"}),
        ({"ASKED": "level"}, "not_a_truth", 'level = "…"', {"ASKED": """'level = "…"'"""}),
        ({"ASKED": """'"A"'"""}, "not_a_truth", 'level = "A"', {"ASKED": """'level = "A"'"""}),
        ({"ASKED": "hired_on"}, "not_a_truth", 'hired_on >= date("2026-01-31")',
         {"ASKED": """'hired_on >= date("2026-01-31")'"""}),
        ({"ASKED": "3"}, "not_a_truth", " > 3", {"ASKED": "sales > 3"}),
        ({"WHERE": ", where: margin > 1"}, "row_name_unknown", "order_id, paid_on, amount",
         {"WHERE": ", where: amount > 1"}),
    ],
)  # fmt: skip
def test_a_stated_form_works(
    written: dict[str, str], code: str, mend: str, mended: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    (fault,) = (f for f in faults(file, SOUND | written) if not f.warning)
    assert (fault.code, mend in fault.mend("zh"), mend in fault.mend("en")) == (code, True, True), fault.mend("zh")
    assert [f.text("en") for f in faults(file, SOUND | mended) if not f.warning] == []


def faults(file: Path, words: dict[str, str]) -> list[Fault]:
    """The faults of the policy with these words in it."""
    text = POLICY
    for blank, word in words.items():
        text = text.replace(blank, word)
    file.write_text(text, encoding="utf-8")
    return list(check(file))
