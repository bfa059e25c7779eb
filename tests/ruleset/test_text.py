"""Faults as text: the caret stands under what it means, also under Chinese, and nothing unsafe is printed."""

from __future__ import annotations

from string import Formatter

import pytest
import yaml

from incentives.faults import MESSAGES, Fault, Place
from incentives.faults_text import render_faults, texts_of

FILES = sorted(MESSAGES.glob("*.yaml"))


def shown(line: str, start: int, end: int, lang: str = "en") -> list[str]:
    fault = Fault("not_number", Place("f", 1, start, end), {"value": "x"})
    return render_faults([fault], {"f": line}, lang).split("\n")


def test_a_block() -> None:
    assert shown("标题: {值: abc}", 9, 12, "zh") == [
        "f:1:9 错误[not_number]: x 不是数值",
        "  |",
        "1 | 标题: {值: abc}",
        "  |            ^^^",
        "  = 改法: 写成 1_000_000、0.05 或 5%",
        "",
    ]


def test_wide_letters_have_wide_carets() -> None:
    assert shown("a: 中文", 4, 6)[3] == "  |    ^^^^"


def test_a_long_line_is_clipped_around_the_caret() -> None:
    line = "x" * 500 + "here" + "y" * 500
    excerpt, caret = shown(line, 501, 505)[2:4]
    assert excerpt.startswith("1 | …x")
    assert excerpt.endswith("y…")
    assert len(excerpt) < 120
    assert caret.index("^") == excerpt.index("here")


def test_control_characters_are_escaped() -> None:
    fault = Fault("not_number", Place("f", 1, 1, 2), {"value": "\x1b[31m\u202e"})
    text = render_faults([fault], {"f": "\x1b\t\u202e"}, "en")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\u001b" in text


def test_without_the_text_there_is_no_line() -> None:
    assert render_faults([Fault("file_absent", Place("f"))], {}, "en") == (
        "f error[file_absent]: there is no such file\n = help: check the name and the folder\n"
    )
    assert texts_of([Fault("file_absent", Place("nowhere", 1))]) == {}


def test_a_place_beyond_the_line() -> None:
    assert shown("ab", 9, 10)[3] == "  |   ^"


def test_no_code_is_used_twice() -> None:
    codes = [code for file in FILES for code in yaml.safe_load(file.read_text(encoding="utf-8"))]
    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize("code", yaml.safe_load((MESSAGES / "ruleset.yaml").read_text(encoding="utf-8")))
def test_both_languages_have_the_same_blanks(code: str) -> None:
    entry = yaml.safe_load((MESSAGES / "ruleset.yaml").read_text(encoding="utf-8"))[code]
    assert _blanks(entry["zh"]) == _blanks(entry["en"])
    if "mend" in entry:
        assert _blanks(entry["mend"]["zh"]) == _blanks(entry["mend"]["en"])


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_message_is_used() -> None:
    files = (file for folder in ("ruleset", "plan") for file in (MESSAGES.parent / folder).rglob("*.py"))
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    made = {"_close", "_on"}  # endings that the code adds
    for code in yaml.safe_load((MESSAGES / "ruleset.yaml").read_text(encoding="utf-8")):
        stem = next((code.removesuffix(end) for end in made if code.endswith(end)), code)
        known = stem.startswith(("figure_not_", "whole_")) or stem.endswith("_without_form")
        assert known or f'"{stem}"' in source or f'"{code}"' in source, code
