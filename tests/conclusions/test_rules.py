"""The module that knows durable-rules notices when the library does not do what it should."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("durable_rules_engine", reason="durable-rules is not installed")

from incentives.conclusions import rules

NODES: rules.Nodes = [([0], [], []), ([1, 2], [0], []), ([], [1], [0])]
HELD = ([0, 1, 2], [])


def library(**other: Any) -> SimpleNamespace:
    """The library, some of its functions replaced."""
    names = ("create_ruleset", "delete_ruleset", "delete_state", "assert_fact")
    names += ("start_action_for_state", "complete_and_start_action")
    return SimpleNamespace(**{name: getattr(rules.engine, name) for name in names} | other)


def test_it_draws() -> None:
    assert rules.answers(NODES, [2], [HELD]) == [[[(0, [0]), (1, [1, 2]), (2, [])], [0, 1]]]


def test_a_fact_that_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "engine", library(assert_fact=lambda *_: (2, 1)))
    with pytest.raises(RuntimeError, match="was not taken: code 2"):
        rules.answers(NODES, [2], [HELD])


def test_firing_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "engine", library(complete_and_start_action=lambda *_: '{"0":{}}'))
    with pytest.raises(RuntimeError, match="more than 8 firings"):
        rules.answers(NODES, [2], [HELD])


def test_one_fact_one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = []
    take = rules.engine.assert_fact

    def noted(handle: int, fact: str) -> Any:
        facts.append(fact)
        return take(handle, fact)

    monkeypatch.setattr(rules, "engine", library(assert_fact=noted))
    rules.answers(NODES, [2], [HELD])
    assert len({fact.split(",")[0] for fact in facts}) == len(facts) == 1 + 3 + 2 + 3 + 2


def test_every_condition_is_text_and_equality() -> None:
    assert rules.definition(rules.rules_of(NODES[:1])) == (
        '{"0":{"all":[{"c0":{"$and":[{"kind":"start"},{"of":"start0"}]}}],"pri":0},'
        '"1":{"all":[{"c0":{"$and":[{"kind":"held"},{"of":"held0"}]}}],"pri":1},'
        '"2":{"all":[{"c0":{"$and":[{"kind":"due"},{"of":"due0"}]}},'
        '{"c1":{"$and":[{"kind":"free"},{"of":"free0"}]}}],"pri":2}}'
    )
