"""The examples of docs/semantics.md come out: each is a case, whose figures stand in its section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.cases import judge
from incentives.cases.show import told
from incentives.plan.pay.pipeline import listed
from incentives.ruleset.scalars import plain

from .pages import text_of

RULESET = Path(__file__).with_name("semantics.yaml")
PAGE = Path("docs/semantics.md")
SECTIONS = {part.split("\n")[0]: part for part in text_of(PAGE).split("\n## ")[1:]}
CASES: dict[str, Any] = yaml.load(RULESET.with_name("semantics.cases.yaml").read_text("utf-8"), yaml.BaseLoader)[
    "cases"
]
UNSHOWN = {"Order of evaluation", "Tracking"}  # sections without figures


def test_the_examples_come_out() -> None:
    verdict = judge(RULESET)
    assert verdict.differences == (), told(verdict, "en")


def test_every_section_has_an_example() -> None:
    shown = {section for case in CASES.values() for section in case["shows"]}
    assert shown | UNSHOWN == set(SECTIONS)
    assert [name for name in shown if "*Example.*" not in SECTIONS[name]] == []


def test_the_page_of_the_keys_links_to_every_section() -> None:
    linked = set(re.findall(r"semantics\.md#([\w-]+)", text_of(Path("docs/ruleset.md"))))
    assert linked == {name.lower().replace(" ", "-") for name in SECTIONS}


@pytest.mark.parametrize("name", CASES)
def test_the_section_states_the_figures(name: str) -> None:
    text = " ".join(SECTIONS[section] for section in CASES[name]["shows"]).replace("−", "-")
    stated = set(re.findall(r"-?\d+(?:,\d{3})*(?:\.\d+)?|\w+", text)) | {"true", "false", "missing"}
    words = {"one": "1", "two": "2", "ten": "10"}
    stated |= {words[word] for word in stated & set(words)}
    found = [written(value) for value in leaves(CASES[name])]
    assert found
    assert [value for value in found if value not in stated] == []


def leaves(data: Any, inside: bool = False) -> Iterator[str]:
    """The expected values of a case, of its persons and its conclusions."""
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, dict):
            yield from leaves(value, inside or key == "expect")
        elif inside:
            yield str(value).removesuffix("%")


def written(value: str) -> str:
    """A value as the page writes it: thousands with commas."""
    number = plain(value)
    return f"{number:,f}" if isinstance(number, Decimal) else value


def test_a_wrong_figure_is_seen() -> None:
    assert list(map(written, leaves({"given": {"x": "1"}, "expect": {"y": "-1_000", "z": {"by": "-10%"}}}))) == [
        "-1,000",
        "-10",
    ]


def test_the_steps_of_pay_are_those_that_run() -> None:
    assert listed() in SECTIONS["Pay"], "python -m incentives.plan.pay.pipeline prints them"
