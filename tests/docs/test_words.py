"""Every message and word is used, and stands in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from incentives.faults import filled

from .pages import ROOT

PACKAGE = ROOT / "incentives"
FOLDERS = ("messages/*.yaml", "explain/words.yaml", "reports/words.yaml")
TEXTS: dict[str, dict[str, Any]] = {
    f"{file.parent.name}/{file.stem} {code}": texts
    for file in sorted(file for folder in FOLDERS for file in PACKAGE.glob(folder))
    for code, texts in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}
# words for the values of a table's column, looked up as `prefix_value`
LOOKED_UP = ("source", "status", "state", "reason", "short")
LEAST = 3  # letters that a pattern such as `take_{…}` has to state


@pytest.mark.parametrize("name", TEXTS)
def test_word(name: str) -> None:
    texts = TEXTS[name]
    assert is_used(name.split(" ")[1])
    assert texts["zh"]
    assert texts["en"]
    assert texts.get("mend", {"zh": "", "en": ""}).keys() == {"zh", "en"}


@pytest.mark.parametrize(("n", "text"), [(0, "0 rows are"), (1, "1 row is"), (2, "2 rows are")])
def test_a_number_takes_its_word(n: int, text: str) -> None:
    assert filled("{n:row is|rows are} {left:>3}", {"n": n, "left": "x"}) == f"{text}   x"


def test_what_is_not_used_is_seen() -> None:
    assert is_used("no_row")
    assert is_used("take_sum")
    assert not is_used("nobody_says_this")


def is_used(code: str) -> bool:
    """Whether the code stands in a source, whole or by a pattern."""
    stated, patterns = said()
    return code in stated or code.split("_")[0] in LOOKED_UP or any(pattern.fullmatch(code) for pattern in patterns)


@cache
def said() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """All texts of the sources (of the page: all words), and the patterns of those with blanks."""
    stated, patterns = set[str](), set[str]()
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                stated |= {node.value, *re.findall(r"'(\w+)'", node.value)}
            elif isinstance(node, ast.JoinedStr):
                patterns |= set(patterns_of(node))
    for page in PACKAGE.rglob("*.html"):
        stated |= set(re.findall(r"'(\w+)'", page.read_text(encoding="utf-8")))
    return frozenset(stated), tuple(re.compile(pattern) for pattern in sorted(patterns))


def patterns_of(node: ast.JoinedStr) -> Iterator[str]:
    """A text with blanks as a pattern, where it is a code and states enough of it."""
    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    text = "".join(str(part) for part in parts if part is not None)
    if len(text) >= LEAST and re.fullmatch(r"\w+", text):
        yield "".join(r"\w+" if part is None else re.escape(str(part)) for part in parts)
