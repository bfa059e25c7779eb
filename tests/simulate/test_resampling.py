"""Drawn figures: each draw costs what assessing those very figures costs, and the same seed draws the same."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from incentives.api import assess
from incentives.cli import run
from incentives.execution.session import Session
from incentives.faults import Place, RefusedError
from incentives.simulate import change_of, changed_ruleset
from incentives.simulate.export import study_json
from incentives.simulate.page import study_page
from incentives.simulate.resampling import Drawn, draw, drawing_of
from incentives.simulate.resampling_presentation import bins_of, drawn_study, summary
from incentives.simulate.study import study_csv
from incentives.tables.data import tables_from_rows
from tests.engine.small import Rows
from tests.simulate.made import POLICY, company, left, policy, tables

AWARD = """
  rank: {kind: award, formula: 'if place = 1 then 100 else 0'}
  grown: {kind: award, formula: 'if sales > prior(sales, 0) then 10 else 0'}
  talked: {kind: award, formula: '50'}
columns:
  place: {unit: count, rank: {of: sales, among: sales > 0}}
conclusions:
  behind: {when: sales < 2000, then: [{do: award, pay: talked}]}
"""
CONCLUDED = POLICY + AWARD
RANKED = (
    POLICY
    + """
  rank: {kind: award, formula: 'if place = 1 then 100 else if place = 2 then 30 else 0'}
  best: {kind: award, formula: 'if inside = 1 then 70 else 0'}
  grown: {kind: award, formula: 'if sales > prior(sales, 0) and streak(grade != "S") > 0 then 10 else 0'}
columns:
  place: {unit: count, rank: {of: sales, among: sales > 0}}
  inside: {unit: count, rank: {of: sales, within: region}}
"""
)


def drawn(text: str, policy_text: str = POLICY, *periods: str) -> Drawn:
    asked = periods or ("2026Q1",)
    return draw(Session(policy(policy_text), tables(*asked, text=policy_text)), drawing_of(text), [asked[-1]])


def multiplied(rows: Rows, turn: int, period: str, width: int = 100_000, seed: int = 7) -> Rows:
    """The rows with the sales of a period as a draw has them, by hand."""
    found = []
    for row in rows["snapshots"]:
        sold = Decimal(str(row["value"]))
        if row["period"] == period:
            text = f"{seed}/{turn}/sales/{row['period']}/{row['rep_id']}"
            chosen = int(hashlib.md5(text.encode()).hexdigest()[:15], 16) % (2 * width + 1) - width
            exact = Fraction(sold) * (10**6 + chosen) / 10**6 * 100
            cents = (exact.numerator * 2 + exact.denominator) // (exact.denominator * 2)
            sold = Decimal(cents) / 100
        found.append({**row, "value": f"{sold.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"})
    return {**rows, "snapshots": found}


@pytest.mark.parametrize("text", [POLICY, RANKED, CONCLUDED], ids=["plain", "ranks and history", "conclusions"])
def test_each_draw_costs_what_assessing_its_figures_costs(text: str) -> None:
    periods = ("2026Q1", "2026Q2")
    found = drawn("sales:±10%,seed=7,draws=3", text, *periods)
    for turn, cost in enumerate(found.costs, 1):
        rows = multiplied(company(*periods), turn, "2026Q2")
        outcome = assess(policy(text), tables_from_rows(rows, policy(text), Place("made")), ["2026Q2"])
        paid = [name for name in policy(text).policy.pay if name != "more"]
        assert cost == sum((value or Decimal(0) for row in outcome.rows(paid) for value in row), Decimal(0))
    assert len({*found.costs, found.now}) == 4


def test_draws_that_go_through_the_database_together_do_not_see_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    together = drawn("sales:±10%,seed=7,draws=5", RANKED, "2026Q1", "2026Q2")
    monkeypatch.setattr("incentives.simulate.batched_scenarios.MOST_AT_ONCE", 2)
    assert drawn("sales:±10%,seed=7,draws=5", RANKED, "2026Q1", "2026Q2").costs == together.costs


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    first, again, other = (drawn(f"sales:±10%,seed={seed},draws=4") for seed in (7, 7, 8))
    assert study_csv(drawn_study(first, "en")) == study_csv(drawn_study(again, "en"))
    assert set(first.costs).isdisjoint(other.costs)
    assert drawn("sales:±10%,seed=7,draws=2").costs == first.costs[:2]


def test_what_is_drawn_stays_within_the_range_of_its_metric() -> None:
    text = POLICY.replace("sales: {unit: money,", "sales: {unit: money, range: [0, 9_000.10],")
    found = drawn("sales:±100%,draws=6", text)
    assert max(found.costs) <= 8 * (200 + Decimal("0.15") * 7001 + 500)
    assert min(found.costs) >= 0


def test_the_policy_is_the_changed_one() -> None:
    change = change_of(None, ("figures.share.value=0%", "pay.commission.tiers.rows.top.rate=0%"))
    found = draw(Session(policy(), tables()), drawing_of("sales:±10%,draws=2"), ["2026Q1"], change)
    rows = assess(changed_ruleset(policy(), change), tables(), ["2026Q1"]).rows(["bonus"])
    assert found.now == sum(row[0] for row in rows)


def test_how_often_it_is_drawn_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incentives.simulate.resampling.MANY", 3)
    monkeypatch.setattr("incentives.simulate.resampling.FEW", 2)
    assert [drawn("sales:±10%", text).drawing.draws for text in (RANKED, CONCLUDED)] == [3, 2]


def test_percentiles_are_draws_by_nearest_rank_and_bins_hold_all() -> None:
    costs = tuple(Decimal(n * 37 % 101) for n in range(1, 101))  # 1 to 100, mixed
    found = Drawn(drawn("sales:±1%,draws=1").about, drawing_of("sales:±1%"), Decimal(50), costs)
    assert list(summary(found).values()) == [1, 5, 50, 95, 100]
    bins = bins_of(found)
    assert [(low, number) for low, number in bins][:2] == [(Decimal(0), 9), (Decimal(10), 10)]
    assert sum(number for _, number in bins) == 100
    same = Drawn(found.about, found.drawing, Decimal(5), (Decimal(5),) * 3)
    assert [number for _, number in bins_of(same)] == [3]
    below = Drawn(found.about, found.drawing, Decimal(5), (Decimal("-7.5"), Decimal("12.5")))
    assert all(low <= cost for (low, _), cost in zip(bins_of(below)[:1], below.costs, strict=False))
    assert sum(number for _, number in bins_of(below)) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sales", "draw_form"),
        ("seed=7", "draw_form"),
        ("sales:10%", "draw_form"),
        ("sales:±0%", "draw_form"),
        ("sales:±101%", "draw_form"),
        ("sales:±10%,seed=x", "draw_form"),
        ("sales:±10%,draws=0", "draw_many"),
        ("sales:±10%,sales:±5%", "axis_twice"),
        ("salse:±10%", "draw_metric"),
        ("deals:±10%", "draw_metric"),
    ],
)
def test_what_cannot_be_drawn(text: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        drawn(text)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_a_metric_may_be_called_by_its_title() -> None:
    titled = POLICY.replace("sales: {unit: money,", "sales: {unit: money, title: {zh: 销售额, en: Net sales},")
    named = drawn("sales:±10%,draws=3", titled).costs
    assert drawn("销售额:±10%,draws=3", titled).costs == drawn("Net sales:±10%,draws=3", titled).costs == named
    with pytest.raises(RefusedError, match="销售额"):
        drawn("sales:±10%,销售额:±5%", titled)


def test_how_it_may_be_written() -> None:
    one = drawing_of("sales: +-10%，margin：+/-0.05, seed=1_000")
    assert one.widths == {"sales": Decimal("0.1"), "margin": Decimal("0.05")}
    assert (one.seed, one.draws) == (1000, 0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_told(lang: str) -> None:
    found = drawn("sales:±10%,seed=7,draws=3")
    study = drawn_study(found, lang)
    rows = list(csv.DictReader(io.StringIO(study_csv(study).decode("utf-8-sig"))))
    assert [Decimal(row["cost"]) for row in rows] == list(found.costs)
    assert json.loads(study_json("draws", found))["draws"]["drawing"] == {
        "widths": {"sales": "0.10"}, "seed": 7, "draws": 3,
    }  # fmt: skip
    assert "<rect" in study_page(study, lang)


def test_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["simulate", *left(tmp_path), "--lang", "en"]
    assert run([*arguments, "--vary-data", "sales:±10%,seed=7,draws=2"]) == 0
    assert "2 draws, seed 7" in capfd.readouterr().out
