"""Conclusions drawn from small networks, case by case (`drawn.yaml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.conclusions.draw import draw
from incentives.conclusions.network import Drawn, Node, Situation

from .brute import brute

CASES = yaml.safe_load(Path(__file__).with_name("drawn.yaml").read_text(encoding="utf-8"))


def words(text: str | None) -> tuple[str, ...]:
    return tuple((text or "").split())


def told(drawn: Drawn) -> str:
    by = ["by", *drawn.findings] if drawn.findings else []
    return " ".join([drawn.name, *by, *(["withheld", drawn.withheld] if drawn.withheld else [])])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_drawn(case: dict[str, Any]) -> None:
    nodes = [
        Node(name, words(node.get("when")), words(node.get("after")), words(node.get("over")))
        for name, node in case["nodes"].items()
    ]
    halves = [one["held"].partition("/") for one in case["drawn"]]
    situations = [Situation(frozenset(words(held)), frozenset(words(rejected))) for held, _, rejected in halves]
    expected = [one["due"] for one in case["drawn"]]
    assert [[told(one) for one in due] for due in draw(nodes, situations)] == expected
    assert [[told(one) for one in brute(nodes, each)] for each in situations] == expected
