"""Small policies with the answers that are known of them; an example against one is what the engine computes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.faults import Place
from incentives.plan.compile import compile_plan
from incentives.prove.decide import Policy, decided
from incentives.prove.model import OPEN, PROVED, REFUTED, Question, Verdict
from incentives.prove.questions import settings_of
from tests.engine.small import ruleset_of

HEAD = "ruleset: small\nversion: '1'\nannounced_on: 2025-12-01\neffective: {from: 2026-01-01, to: 2026-12-31}\n"
CASES: dict[str, dict[str, Any]] = yaml.load(
    Path(__file__).with_name("policies.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
SALES = {"sales": {"unit": "money", "source": ["crm"]}}
ASKS = ("never_less", "no_jump_above")
SECTIONS = ("figures", "columns", "pay", "targets", "conclusions")


def policy_of(case: dict[str, Any]) -> Policy:
    sections = {key: case[key] for key in SECTIONS if key in case} | case.get("scores", {})
    text = yaml.safe_dump({"metrics": case.get("metrics", SALES), **sections}, allow_unicode=True, sort_keys=False)
    ruleset = ruleset_of(HEAD + unquoted(text))
    plan = compile_plan(ruleset)
    return Policy(ruleset, plan, settings_of(plan))


def unquoted(text: str) -> str:
    """Every value was read as text; those that YAML would quote for that are numbers again."""
    return yaml.safe_dump(plain(yaml.safe_load(text)), allow_unicode=True, sort_keys=False)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return int(value) if isinstance(value, str) and value.replace("_", "").lstrip("-").isdigit() else value


def answer(case: dict[str, Any], ask: str) -> Verdict:
    money = Decimal(str(case.get("money", "1")).replace("_", ""))
    (verdict,) = decided(policy_of(case), [Question(ask, Place(""), "c", "sales", money)])
    return verdict


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "at_most" in case])
def test_the_most(name: str) -> None:
    expected = CASES[name]["at_most"]
    (verdict,) = decided(policy_of(CASES[name]), [Question("at_most", Place(""), "pay_total")])
    codes = [code for code, _ in verdict.why]
    assert (verdict.said, codes, verdict.money) == (OPEN, expected["open"], Decimal(expected["found"]))
    assert [one.figures["pay_total"] for one in verdict.examples] == [verdict.money]


@pytest.mark.parametrize(("name", "ask"), [(name, ask) for name, case in CASES.items() for ask in ASKS if ask in case])
def test_answer(name: str, ask: str) -> None:
    case, expected = CASES[name], CASES[name][ask]
    verdict = answer(case, ask)
    if isinstance(expected, dict) and "open" in expected:
        assert (verdict.said, [code for code, _ in verdict.why]) == (OPEN, expected["open"])
    elif isinstance(expected, dict):
        shown = {Decimal(str(one.given["sales"])): one.figures["c"] for one in verdict.examples}
        assert (verdict.said, shown) == (REFUTED, {Decimal(k): Decimal(v) for k, v in expected.items()})
        assert case.get("period", verdict.examples[0].period) == verdict.examples[0].period
    else:
        assert (verdict.said, expected) in {(PROVED, "proved"), (REFUTED, "refuted")}


def test_an_example_with_which_the_engine_does_not_agree_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES["whole amounts at rising rates jump"]
    monkeypatch.setattr("incentives.prove.example.agrees", lambda *_: False)
    verdict = answer(case, "no_jump_above")
    assert (verdict.said, verdict.examples, verdict.why) == (OPEN, (), (("history", ("~before c",)),))


def test_every_example_is_the_same_each_time() -> None:
    case = CASES["a step of the grade"]
    assert answer(case, "no_jump_above") == answer(case, "no_jump_above")
