"""What a policy says of itself is held to by the check; the answers are printed for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from incentives.api import check
from incentives.cli import run

POLICY = """
ruleset: small
version: "1"
announced_on: 2025-12-01
effective: {from: 2026-01-01, to: 2026-12-31}
grain: quarter
metrics:
  sales: {unit: money, range: [0, 3_000_000], source: [crm], title: {zh: 销售额, en: Sales}}
  deals: {unit: count, over: orders, take: count, title: {zh: 单数, en: Deals}}
scorecards:
  results: {items: {sales: {weight: 100%, bands: {'>= 1_000_000': 100, '[500_000..1_000_000)': 85, '< 500_000': 60}}}}
grade: {of: {results: 100%}, bands: {A: '>= 90', B: '[70..90)', C: '< 70'}, ceilings: {no: {when: sales > 9, then: B}}}
pay:
  commission:
    kind: commission
    title: {zh: 提成, en: Commission}
    base: sales
    tiers: {by: whole, rows: {a: {to: 1_000_000, rate: 3%}, b: {rate: 4%}}}
  extra: {kind: award, formula: deals * 10, title: {zh: 单奖, en: Deal award}}
conclusions:
  praise: {when: sales > 2_000_000, then: [{do: name, what: praised}]}
  again: {when: streak(sales > 10) = 2, then: [{do: warn}]}
  long: {when: streak(sales > 10) = 9, then: [{do: warn}]}
  back: {when: 'prior(streak(sales > 10), 0) = 9', then: [{do: warn}]}
  year: {when: 'count(sales > 10, 4) = 3 and sum(sales, 3) >= 90 and prior(sales, 0) > 0', then: [{do: warn}]}
"""
EXPECTED = {
    "{ask: never_less, pay: commission, metric: sales}": None,
    "{ask: no_jump_above, pay: commission, metric: sales, money: 10_000}": None,
    "{ask: no_jump_above, pay: commission, metric: sales, money: 9_999.99}":
        "at Sales 999,999.99 it pays 30,000.00, at 1,000,000.00 it pays 40,000.00 (2026Q1)",
    "{ask: at_most, pay: commission, money: 120_000}": None,
    "{ask: at_most, pay: commission, money: 119_999.99}":
        "example: Sales 2,999,999.88 → Commission 120,000.00 (2026Q1)",
    "{ask: at_least, money: 0}": None,
    "{ask: at_most, money: 200_000}":
        "it depends on earlier periods (Carried on from before); "
        "it depends on rows of orders and the like (Deals)",
    "{ask: reachable, names: [B, C, praise]}": None,
    "{ask: reachable, names: [A]}": "by these rules no data can bring anybody there",
    "{ask: reachable, names: [again, year]}": None,
    "{ask: reachable, names: [long]}": "it depends on earlier periods (streak(sales > 10))",
    "{ask: reachable, names: [back]}": "it depends on earlier periods (prior(streak(sales > 10), 0))",
}  # fmt: skip


def written(folder: Path, proofs: list[str]) -> Path:
    file = folder / "policy.yaml"
    lines = [f"  p{number}: {proof}" for number, proof in enumerate(proofs)]
    file.write_text(POLICY.lstrip() + "proofs:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_each_thing_that_is_declared(tmp_path: Path) -> None:
    file = written(tmp_path, list(EXPECTED))
    found = {fault.place.line: fault for fault in check(file) if fault.code.startswith("proof")}
    first = len(POLICY.lstrip().splitlines()) + 2
    for line, (proof, shown) in enumerate(EXPECTED.items(), first):
        fault = found.pop(line, None)
        assert (fault and fault.about["shown"]["en"]) == shown, proof
        if fault is not None:
            opened = "depends" in str(shown)
            assert (fault.code, fault.warning) == ("proof_open" if opened else "proof_refuted", opened)
    assert found == {}


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        ("{ask: never_less, pay: comission, metric: sales}", "proof_unknown_close"),
        ("{ask: never_less, metric: salse}", "metric_unknown_close"),
        ("{ask: never_less}", "key_needs"),
        ("{ask: at_most, money: 5, metric: sales}", "proof_takes"),
        ("{ask: reachable, names: [D]}", "proof_unknown"),
        ("{ask: at_most, money: figures.nothing}", "figure_unknown"),
    ],
)
def test_what_cannot_be_asked(proof: str, code: str, tmp_path: Path) -> None:
    assert [fault.code for fault in check(written(tmp_path, [proof]))] == [code]


def test_the_answers_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, ["{ask: no_jump_above, pay: commission, metric: sales, money: 5}"])
    assert run(["check", str(file), "--prove", "--format", "json", "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert "this no longer holds: one step of Sales never moves Commission by more than 5.00" in err
    answers = json.loads(out)["proofs"]
    first = answers[0]
    assert (first["declared"], first["verdict"]) == ("p0", "refuted")
    assert [example["figures"] for example in first["examples"]] == [
        {"commission": "30000.00"},
        {"commission": "40000.00"},
    ]
    kinds = {(answer["ask"], answer["pay"] or answer["name"], answer["verdict"]) for answer in answers}
    assert [e["period"] for one in answers if one["name"] == "again" for e in one["examples"]] == ["2026Q1..2026Q2"]
    assert {("reachable", "A", "refuted"), ("reachable", "long", "open"), ("never_less", "extra", "proved")} <= kinds


def test_the_answers_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, ["{ask: at_most, pay: commission, money: 120_000}"])
    assert run(["check", str(file), "--prove"]) == 0
    out = capsys.readouterr().out
    assert "没有发现问题" in out
    assert "成立       提成最多 120,000.00" in out
    assert "销售额 999,999.99 时 提成 30,000.00，1,000,000.00 时 40,000.00（2026Q1）" in out
