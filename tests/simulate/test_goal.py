"""What reaches a goal, verified by assessing it; where nothing does, the nearest two; what cannot be read, refused."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentives.api import assess
from incentives.cli import run
from incentives.execution.session import Session
from incentives.faults import RefusedError
from incentives.simulate import change_of, changed_ruleset
from incentives.simulate.axis import axes_of
from incentives.simulate.export import study_json
from incentives.simulate.goal import Sought, goal_of, nearest_two, seek
from incentives.simulate.goal_presentation import answer, goal_study, stretches
from incentives.simulate.study import study_csv
from tests.simulate.made import left, policy, tables

SHARE = "figures.share.value=5%..15%:2.5%"


@cache
def sought(goal: str, *varied: str) -> Sought:
    axes = axes_of(varied or (SHARE,), "--vary", together=True)
    return seek(Session(policy(), tables()), goal, axes, ["2026Q1"])


def costs(found: Sought) -> list[Decimal]:
    return [point.tally.cost for point in found.sweep.points]


def test_what_is_found_is_verified_by_an_assessment() -> None:
    wanted = costs(sought("cost <= 0"))[1]
    found = sought(f"cost = {wanted}")
    assert found.met == (1,)
    assert found.best == 1
    (value,) = found.sweep.points[1].values
    changed = changed_ruleset(policy(), change_of(None, (f"figures.share.value={value}",)))
    rows = assess(changed, tables(), ["2026Q1"]).rows(["commission", "bonus"])
    assert sum(a + b for a, b in rows) == wanted


def test_where_no_value_meets_it_the_two_around_it_are_told() -> None:
    all_costs = costs(sought("cost <= 0"))
    found = sought(f"cost = {all_costs[2] + 1}")
    assert (found.met, found.best, found.nearest) == ((), None, (2, 3))
    told = list(answer(found, "en"))
    assert "None of the 5 values meets it" in told[1]
    assert f"{all_costs[2]:,f}" in told[1]
    assert f"{all_costs[3]:,f}" in told[1]


def test_out_of_reach_the_two_nearest_are_on_one_side() -> None:
    assert sought("cost = 1_000_000").nearest == (3, 4)
    assert sought("总额 <= 1").nearest == (0, 1)


def test_several_answers_are_several_and_the_nearest_to_today_is_named() -> None:
    found = sought("cost <= 1_000_000")
    assert found.met == (0, 1, 2, 3, 4)
    assert found.sweep.points[found.best or 0].values == (Decimal("0.10"),)
    told = list(answer(found, "en"))
    assert "5% – 15%" in told[1]
    assert "today's 10% is 10%" in told[2]
    assert stretches((0, 1, 3, 5, 6)) == [(0, 1), (3, 3), (5, 6)]


def test_figures_that_move_together() -> None:
    found = sought("cost of bonus >= 250", SHARE, "figures.prize.value=0..400:100")
    assert [point.values for point in found.sweep.points][:2] == [
        (Decimal("0.05"), Decimal(0)),
        (Decimal("0.075"), Decimal(100)),
    ]
    graded = found.sweep.now.grades["S"]
    assert found.met == tuple(n for n in range(5) if n * 100 * graded >= 250)
    with pytest.raises(RefusedError) as refused:
        axes_of([SHARE, "figures.prize.value=0..300:100"], "--vary", together=True)
    assert [fault.code for fault in refused.value.faults] == ["axis_lengths"]


@pytest.mark.parametrize("share", ["share of S", "S占比", "SHARE OF s"])
def test_a_share_is_compared_exactly(share: str) -> None:
    edge = "scorecards.results.items.sales.weight=40%..60%:20%"
    with pytest.raises(RefusedError):
        sought(f"{share} <= 25%", edge)
    found = sought(f"{share} <= 25%")
    graded = found.sweep.now.grades
    assert found.reached[0] == Decimal(graded["S"]) / sum(graded.values())
    assert bool(found.met) == (graded["S"] * 4 <= sum(graded.values()))


def test_the_median() -> None:
    found = sought("中位数 >= 0")
    assert found.reached == tuple(point.tally.median for point in found.sweep.points)
    assert len(set(found.reached)) == 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cost", "goal_form"),
        ("cost < 5", "goal_form"),
        ("<= 5", "goal_form"),
        ("cost => 5", "goal_form"),
        ("cost == 5", "goal_form"),
        ("share of S <= 10", "goal_ratio"),
        ("median pay <= 5%", "goal_money"),
        ("cost <= much", "goal_value"),
        ("cots <= 5", "goal_measure_close"),
        ("cost of comission <= 5", "goal_measure_close"),
        ("share of D <= 5%", "goal_measure_close"),
        ("weather = 5", "goal_measure"),
    ],
)
def test_a_goal_that_cannot_be_read(text: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        goal_of(text, policy())
    assert [fault.code for fault in refused.value.faults] == [code]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.fractions(0, 9, max_denominator=4), min_size=1, max_size=6),
    st.fractions(0, 9, max_denominator=4),
    st.booleans(),
)
def test_no_other_value_is_nearer_than_the_two(values, goal, sides) -> None:
    two = nearest_two(values, goal, [Decimal(0)] * len(values), sides)
    below, above = [n for n, v in enumerate(values) if v < goal], [n for n, v in enumerate(values) if v >= goal]
    if sides and below and above:
        assert sorted((max(values[n] for n in below), min(values[n] for n in above))) == sorted(values[n] for n in two)
    else:
        others = [abs(v - goal) for n, v in enumerate(values) if n not in two]
        assert max(abs(values[n] - goal) for n in two) <= min(others, default=Decimal("Infinity"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_told(lang: str) -> None:
    found = sought("cost <= 4000")
    study = goal_study(found, lang)
    rows = list(csv.DictReader(io.StringIO(study_csv(study).decode("utf-8-sig"))))
    assert [row["met"] == "true" for row in rows[1:]] == [value <= 4000 for value in found.reached]
    assert json.loads(study_json("goal", found))["goal"]["goal"]["measure"] == "cost"


def test_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["simulate", *left(tmp_path), "--lang", "en"]
    assert run([*arguments, "--goal", "cost <= 4000", "--vary", SHARE]) == 0
    assert "Wanted: cost <= 4000" in capfd.readouterr().out
    assert run([*arguments, "--goal", "cost <= 4000"]) == 1
    assert "goal_vary" in capfd.readouterr().err
    assert run([*arguments, "--goal", "cost <= 4000", "--vary", SHARE, "--sweep", SHARE]) == 1
    assert "study_two" in capfd.readouterr().err
