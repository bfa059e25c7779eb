"""What pay carries on between periods: shown wherever pay is, and narrowed away with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reading import written

from incentives.outcome.outcome import Outcome
from tests.engine.small import Rows, assessed, snapshot

POLICY = """
metrics: {sales: {unit: money, source: [crm], when_missing: zero}}
pay:
  commission: {kind: commission, base: sales, rate: 10%, title: {zh: 提成, en: Commission}}
  advance: {kind: draw, draw: {amount: 700, against: [commission]}, title: {zh: 预支, en: Advance}}
columns: {owing: {unit: money, formula: advance_balance * 3 - 1, title: {zh: 欠款, en: Owing}}}
"""
SALES = {"R1": ("-1234.50", "4000"), "R2": ("-5678.90", "500")}
OTHERS = ("1400.00", "517.89", "4199.00")
SHOWN = {"assessment.xlsx", "outcome.parquet", "report.html", "printed.csv", "printed.json", "terminal"}


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    rows: Rows = {"reps": [], "postings": [], "snapshots": []}
    for rep, values in SALES.items():
        rows["reps"].append({"rep_id": rep, "name": f"name of {rep}"})
        rows["postings"].append({"rep_id": rep, "from": "2025-01-01", "team": f"team of {rep}"})
        quarters = ("2025Q1", "2025Q2")
        rows["snapshots"] += [snapshot(rep, q, "sales", v) for q, v in zip(quarters, values, strict=True)]
    return assessed(POLICY, rows, "2025Q2")


def places(amount: str, texts: dict[str, str]) -> set[str]:
    """The outputs in which an amount stands, however it is written."""
    whole, _, cents = amount.partition(".")
    ways = {amount, f"{int(whole):,}.{cents}", f"<v>{amount.rstrip('0').rstrip('.')}</v>"}
    return {name for name, text in texts.items() if any(way in text for way in ways)}


def test_balances_are_shown(outcome: Outcome, tmp_path: Path) -> None:
    texts = written(outcome, tmp_path)
    (first, second) = json.loads(texts["printed.json"])["reps"]
    assert first["balances"] == {"commission_carried": "0.00", "advance_balance": "1123.45"}
    assert second["balances"] == {"commission_carried": "-517.89", "advance_balance": "1400.00"}
    assert [SHOWN - places(amount, texts) for amount in OTHERS[:2]] == [set(), set()]


def test_a_team_sees_only_its_own(outcome: Outcome, tmp_path: Path) -> None:
    texts = written(outcome, tmp_path, "team of R1")
    assert [places(amount, texts) for amount in OTHERS] == [set()] * 3
    assert "printed.csv" in places("1123.45", texts)


def test_without_pay_there_are_none(outcome: Outcome, tmp_path: Path) -> None:
    texts = written(outcome, tmp_path, with_pay=False)
    assert [places(amount, texts) for amount in (*OTHERS, "1123.45", "3369.35")] == [set()] * 5
    words = ("_carried", "_balance", "结转", "余额", "owing", "欠款")
    assert [word for word in words if any(word in text for text in texts.values())] == []
