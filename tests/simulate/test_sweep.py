"""A figure along a range: every row is what simulating that value says, and what cannot be tried is refused at once."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from incentives.cli import run
from incentives.execution.session import Session
from incentives.faults import RefusedError
from incentives.simulate import change_of, simulate
from incentives.simulate.axis import MOST, axes_of
from incentives.simulate.export import study_json
from incentives.simulate.page import study_page
from incentives.simulate.study import print_study, study_csv
from incentives.simulate.sweep import Sweep, sweep
from incentives.simulate.sweep_presentation import sweep_study
from tests.simulate.made import POLICY, SOLD, left, paid, policy, tables

SHARE, PRIZE = "figures.share.value=5%..15%:5%", "figures.prize.value=0..500:250"


def swept(*texts: str) -> Sweep:
    return sweep(Session(policy(), tables()), axes_of(texts, "--sweep"), ["2026Q1"])


def test_a_row_is_what_simulating_that_value_says() -> None:
    found = swept(SHARE)
    rows = tables()
    assert [point.values for point in found.points] == [(Decimal(n) / 100,) for n in (5, 10, 15)]
    for point in found.points:
        change = change_of(None, (f"figures.share.value={point.values[0]}",))
        (other,) = simulate(Session(policy(), rows), [change], ["2026Q1"])
        assert point.tally.costs == {cost.component: cost.after for cost in other.costs}
        assert point.tally.cost == other.total.after
        assert (point.tally.gain.count, point.tally.lose.count) == (other.gain, other.lose)
        after = {g: sum(m.count for m in other.moved if m.after == g) for g in other.grades}
        assert point.tally.grades == after
        assert found.now.cost == other.total.before


def test_the_spread_by_hand() -> None:
    low = swept(SHARE).points[0].tally
    lost = sorted(sum(paid(sold)) - sum(paid(sold, "0.05")) for sold in SOLD)
    lost = [amount for amount in lost if amount]
    assert (low.lose.count, low.lose.most) == (len(lost), lost[-1])
    assert low.lose.median == lost[(len(lost) - 1) // 2]
    assert (low.gain.count, low.gain.most, low.gain.median) == (0, 0, 0)
    pay = sorted(sum(paid(sold, "0.05")) for sold in SOLD)
    assert low.median == pay[(len(pay) - 1) // 2]
    assert low.cost == sum(pay)


def test_two_figures_are_a_grid() -> None:
    found = swept(SHARE, PRIZE)
    assert [p.values for p in found.points] == [
        (Decimal(a) / 100, Decimal(b)) for a in (5, 10, 15) for b in (0, 250, 500)
    ]
    costs = {p.values: p.tally.cost for p in found.points}
    assert costs[Decimal("0.10"), Decimal(500)] == found.now.cost
    graded = found.now.grades["S"]
    assert costs[Decimal("0.10"), Decimal(0)] == found.now.cost - 500 * graded
    assert graded


def test_on_top_of_a_change_now_is_without_it() -> None:
    change = change_of(None, ("figures.prize.value=0",))
    found = sweep(Session(policy(), tables()), axes_of([SHARE], "--sweep"), ["2026Q1"], change)
    assert found.now.costs["bonus"] > 0
    assert {point.tally.costs["bonus"] for point in found.points} == {0}


def test_weights_are_brought_back_where_the_change_says_so(tmp_path: Path) -> None:
    file = tmp_path / "change.yaml"
    file.write_text("rebalance: proportional\n", encoding="utf-8")
    weight = axes_of(["scorecards.results.items.sales.weight=0%..100%:50%"], "--sweep")
    found = sweep(Session(policy(), tables()), weight, ["2026Q1"], change_of(file))
    assert len({tuple(p.tally.grades.values()) for p in found.points}) > 1
    with pytest.raises(RefusedError) as refused:
        sweep(Session(policy(), tables()), weight, ["2026Q1"])
    assert [fault.code for fault in refused.value.faults].count("weights_sum_tried") == 3  # 40 %, 90 %, 140 %


def test_all_faults_of_all_values_come_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("assessed")

    monkeypatch.setattr("incentives.execution.assess.assess", never)
    with pytest.raises(RefusedError) as refused:
        swept("figures.shar.value=1%..3%:1%", "pay.commission.tiers.rows.low.to=-1..1:1")
    codes = [fault.code for fault in refused.value.faults]
    assert codes.count("overlay_path_close") == 1


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["figures.share.value=1%..3%"], "axis_form"),
        (["figures.share.value"], "axis_form"),
        (["=1..2:1"], "axis_form"),
        (["figures.share.value=a..b:c"], "axis_form"),
        (["figures.share.value=1%..3:1%"], "axis_mixed"),
        (["figures.share.value=3%..1%:1%"], "axis_order"),
        (["figures.share.value=1%..3%:0%"], "axis_order"),
        ([f"figures.share.value=1..{MOST + 1}:1"], "axis_many"),
        (["figures.share.value=0..999999999999:0.01"], "axis_many"),
        (["a=1..21:1", "b=1..20:1"], "axis_many"),
        (["a=1..2:1", "a=1..2:1"], "axis_twice"),
    ],
)
def test_a_range_that_cannot_be_tried(texts: list[str], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        axes_of(texts, "--sweep")
    assert code in {fault.code for fault in refused.value.faults}


def test_a_range_ends_at_or_before_its_end() -> None:
    (axis,) = axes_of(["grade.bands.>= 98%=0..10:4"], "--sweep")
    assert (axis.path, axis.values) == ("grade.bands.>= 98%", (0, 4, 8))
    (axis,) = axes_of(["x=0..0.75%:0.25%"], "--sweep")
    assert [axis.text(value) for value in axis.values] == ["0%", "0.25%", "0.5%", "0.75%"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("figures.share.value=1..3:1", "axis_percent"),
        ("figures.dated.value=0.01..0.02:0.01", "axis_percent"),
        ("figures.base.value=1..3:1", "axis_text"),
        ("figures.share.title=1..3:1", "axis_text"),
    ],
)
def test_a_range_that_does_not_fit_what_the_policy_has_there(text: str, code: str) -> None:
    more = "base: {unit: text, value: sales}\n  dated: {unit: rate, value: {2020-01-01: 5%, 2026-07-01: 6%}}\n  prize:"
    titled = POLICY.replace("value: 10%", "value: 10%, title: {zh: 比例, en: Share}").replace("prize:", more)
    with pytest.raises(RefusedError) as refused:
        sweep(Session(policy(titled), tables()), axes_of([text], "--sweep"), ["2026Q1"])
    assert [fault.code for fault in refused.value.faults] == [code]


def test_three_figures_are_too_many() -> None:
    with pytest.raises(RefusedError) as refused:
        swept("a=1..2:1", "b=1..2:1", "c=1..2:1")
    assert [fault.code for fault in refused.value.faults] == ["sweep_axes"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_told(lang: str) -> None:
    found = swept(SHARE, PRIZE)
    study = sweep_study(found, lang)
    rows = list(csv.DictReader(io.StringIO(study_csv(study).decode("utf-8-sig"))))
    assert len(rows) == 10
    assert [row["cost"] for row in rows] == [f"{one.cost:f}" for one in (found.now, *(p.tally for p in found.points))]
    assert rows[1]["figures.share.value"] == "0.05"
    told = json.loads(study_json("sweep", found))["sweep"]
    assert told["points"][0]["tally"]["costs"]["bonus"] == "0.00"
    html = study_page(study, lang)
    assert html.count("<polyline") == 3
    assert "<script" not in html
    console = Console(record=True, width=200)
    print_study(study, lang, console)
    assert f"{found.points[0].tally.cost:,f}" in console.export_text()


def test_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["simulate", *left(tmp_path), "--lang", "en", "--sweep", SHARE]
    assert run([*arguments, "--set", "figures.prize.value=0"]) == 0
    out = capfd.readouterr().out
    assert "Changed besides: figures.prize.value=0" in out
    assert run([*arguments, "--with", "a.yaml", "--with", "b.yaml"]) == 1
    assert "study_changes" in capfd.readouterr().err


def test_nothing_is_left_behind() -> None:
    rows = tables()
    before = rows.con.query("SELECT table_name FROM duckdb_tables()")
    sweep(Session(policy(), rows), axes_of([SHARE], "--sweep"), ["2026Q1"])
    assert rows.con.query("SELECT table_name FROM duckdb_tables()") == before
