"""Stretches of a period in different postings: salary by time, pay by the team that somebody was in."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.explain import explain
from tests.engine.small import Rows, assessed, shown, snapshot
from tests.oracle.drawing import written

from .test_components import plain

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("postings.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


def rows_of(case: dict[str, Any]) -> Rows:
    """One rep with the postings of a case."""
    return {
        "reps": [{"rep_id": "R", **case.get("rep", {})}],
        "postings": [{"rep_id": "R", **posting} for posting in case["postings"]],
        "snapshots": [snapshot("R", "2025Q1", "sales", case.get("sales", "0"))],
    }


def policy_of(case: dict[str, Any]) -> str:
    """A policy with the metric or the component of a case."""
    metrics = {"sales": {"unit": "money", "source": ["crm"]}} | plain(case.get("metrics", {}))
    statuses = {"active": "assess", "leave": "pause"}
    return written({"assessment": {"statuses": statuses}, "metrics": metrics, "pay": plain(case.get("pay", {}))})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_comes_to(case: dict[str, Any]) -> None:
    outcome = assessed(policy_of(case), rows_of(case), "2025Q1")
    found = dict(zip(case["gives"], outcome.rows([*case["gives"]])[0], strict=True))
    assert {name: shown(value) for name, value in found.items()} == plain(case["gives"])


def test_the_shares_of_a_period_add_up() -> None:
    case = next(case for case in CASES if case["name"] == "shares of thirds add up")
    outcome = assessed(policy_of(case), rows_of(case), "2025Q1")
    assert outcome.rows(["all", "worked_share"]) == [(Decimal(1), Decimal(1))]


def test_explain_tells_the_stretches() -> None:
    case = next(case for case in CASES if case["name"] == "salary by time")
    told = explain(assessed(policy_of(case), rows_of(case), "2025Q1"), "R", "2025Q1", "salary", "en")
    assert "2025-01-01 · to 2025-02-28 · junior · 67.1875% of the period" in told
