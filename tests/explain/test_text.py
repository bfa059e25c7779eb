"""The explanation as people read it: one whole text, the special states, the width, and the same as plain values."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.cells import cell_len

from incentives.api import assess, load_ruleset
from incentives.explain import as_dict, explain, explanation_of
from incentives.explain.text import wrapped
from incentives.faults import Place, RefusedError
from incentives.tables.data import tables_from_rows

from .company import HERE, PERIOD, ROOT, SHIPPED, cases, outcome

STATES: list[dict[str, Any]] = yaml.safe_load((HERE / "states.yaml").read_text(encoding="utf-8"))


@cache
def read(rep: str, period: str = PERIOD, lang: str = "zh", column: str | None = None, ruleset: str = SHIPPED) -> str:
    text = explain(outcome(ruleset, period), rep, period, column, lang)
    return text.replace(str(outcome(ruleset, period).ruleset.file), Path(ruleset).name)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whole_explanation(lang: str) -> None:
    assert read("R017", lang=lang) == (HERE / f"R017.{lang}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("state", STATES, ids=lambda state: str(state["state"]))
def test_special_states(state: dict[str, Any]) -> None:
    asked = {key: state[key] for key in ("period", "lang", "column", "ruleset") if key in state}
    told = read(str(state["rep"]), **asked)
    # the tree's bars and the width's line breaks are none of the matter
    text = "".join(told.replace("│", " ").replace("├─", " ").replace("└─", " ").split())
    assert not [part for part in state["tells"] if "".join(part.split()) not in text], told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_fits_and_names_nobody_else(lang: str) -> None:
    names = {case.values["name"] for case in cases()}
    for key in ("R001", "R009", "R017", "R030"):
        text = read(key, lang=lang)
        assert max(map(cell_len, text.splitlines())) <= 100
        own = {case.values["name"] for case in cases() if key in (case.key, case.values["manager_id"])}
        assert not [name for name in names - own if name in text]  # an override names those below
        assert "~" not in text
        assert "None" not in text


def test_plain_values_repeat_nothing() -> None:
    root = as_dict(explanation_of(outcome(), "R017", PERIOD, None, "zh"), "zh")
    text = json.dumps(root, ensure_ascii=False)
    assert text.count("责任书目标") < 10
    assert "~" not in text
    grade = root["children"][0]
    assert (grade["name"], grade["value"], grade["place"]["line"] > 0) == ("grade", "B", True)


def test_is_the_same_every_time() -> None:
    assert read("R029") == read.__wrapped__("R029")


@pytest.mark.parametrize(
    ("rep", "period", "column", "code"),
    [("R999", PERIOD, None, "explain_no_row"), ("R017", "2026Q4", None, "explain_no_row"),
     ("R017", PERIOD, "no_such", "explain_no_column")],
)  # fmt: skip
def test_what_cannot_be_explained(rep: str, period: str, column: str | None, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        explain(outcome(), rep, period, column)
    assert [fault.code for fault in refused.value.faults] == [code]
    assert all(fault.text(lang) and fault.mend(lang) for fault in refused.value.faults for lang in ("zh", "en"))


def test_wrapping_keeps_numbers_whole_and_punctuation_in_place() -> None:
    told = list(wrapped("销售额（1,986,400.00）÷ 销售目标（1,500,000.00）", "│ ", "  ", 28))
    assert told == ["│ 销售额（1,986,400.00）÷ 销", "│   售目标（1,500,000.00）"]


def test_another_subject_than_a_rep() -> None:
    ruleset = load_ruleset(ROOT / "rulesets" / "leads.yaml")
    given = {"budget": "400000", "decision_power": "2", "weeks_to_decision": "6"}
    rows: list[dict[str, Any]] = [
        {"lead_id": "L1", "period": "2026-03", "metric": metric, "value": value, "source": "crm"}
        for metric, value in given.items()
    ]
    leads = assess(ruleset, tables_from_rows({"snapshots": rows}, ruleset, Place("leads")), ["2026-03"])
    text = explain(leads, "L1", "2026-03", None, "en")
    assert "✓ Budget (400,000.00) ≥ 300,000 and < 1,000,000" in text
    assert "Score where [300000..1000000)  80.00" in text
    assert "postings" not in text
