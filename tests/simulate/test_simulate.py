"""A change beside the policy as it stands: what it says agrees with assessing twice, and nothing else is touched."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from incentives.api import Outcome, Ruleset, Tables, assess, load_data, load_ruleset
from incentives.cli import run
from incentives.execution.session import Session
from incentives.faults import RefusedError
from incentives.simulate import Comparison, change_of, changed_ruleset, simulate
from incentives.simulate.export import csv_bytes, json_text
from incentives.simulate.page import page

ROOT = Path(__file__).parents[2]
SHIPPED, DATA, PERIOD = ROOT / "rulesets" / "sales-2026.yaml", ROOT / "fixtures" / "company", "2026Q3"
LOWER = "pay.commission.tiers.rows.low.rate=4%"
CAP = "figures.score_cap.value=120"


@cache
def policy() -> Ruleset:
    return load_ruleset(SHIPPED)


@cache
def tables() -> Tables:
    return load_data(DATA, policy())


@cache
def compared(*figures: str) -> Comparison:
    (found,) = simulate(Session(policy(), tables()), [change_of(None, figures)], [PERIOD])
    return found


@cache
def assessed(*figures: str) -> Outcome:
    return assess(changed_ruleset(policy(), change_of(None, figures)) if figures else policy(), tables(), [PERIOD])


def written(folder: Path, text: str) -> Path:
    file = folder / "change.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_figure_set_to_itself_changes_nothing() -> None:
    found = compared("pay.commission.tiers.rows.low.rate=3%")
    assert (found.lines, found.movers, found.turned, found.nothing) == ((), (), (), True)
    assert all(cost.difference == 0 for cost in found.costs)


def test_a_change_and_its_reverse_are_no_change() -> None:
    there = changed_ruleset(policy(), change_of(None, (LOWER,)))
    back = changed_ruleset(there, change_of(None, ("pay.commission.tiers.rows.low.rate=3%",)))
    assert back.document.data == policy().document.data


def test_costs_are_those_of_two_assessments() -> None:
    found = compared(LOWER, CAP)
    names = [cost.component for cost in found.costs]
    sums = []
    for outcome in (assessed(), assessed(LOWER, CAP)):
        rows = outcome.rows(names)
        sums.append([sum((row[n] or Decimal(0) for row in rows), Decimal(0)) for n in range(len(names))])
    assert [(cost.before, cost.after) for cost in found.costs] == list(zip(*sums, strict=True))
    assert found.total.difference == sum(cost.difference for cost in found.costs) != 0


def test_who_moves_and_by_which_line() -> None:
    found = compared(LOWER, CAP)
    before, after = ({row[0]: row[1:] for row in assessed(*figures).rows(["rep_id", "grade", "total", "pay_total"])}
                     for figures in ((), (LOWER, CAP)))  # fmt: skip
    assert {mover.key for mover in found.movers} == {key for key in before if before[key] != after[key]}
    for mover in found.movers:
        assert mover.grades == (before[mover.key][0] or "", after[mover.key][0] or "")
        assert mover.pay == (before[mover.key][2], after[mover.key][2])
    fallen = next(mover for mover in found.movers if mover.key == "R004")
    assert fallen.grades == ("S", "A")
    assert "figures.score_cap.value" in fallen.lines
    counts = {(moved.before, moved.after): moved.count for moved in found.moved}
    assert sum(counts.values()) == found.rows == len(before)
    assert (found.rise, found.fall) == (0, 2)


def test_only_lines_that_a_figure_rests_on_are_named() -> None:
    found = compared("figures.new_market_award.value=6000")
    assert found.movers
    assert {mover.lines for mover in found.movers} == {("figures.new_market_award.value",)}
    assert {part for mover in found.movers for part, _, _ in mover.parts} == {"new_market"}


def test_the_lines_that_change_stand_where_the_policy_has_them() -> None:
    (line,) = compared(LOWER).lines
    assert (line.sign, line.before, line.after) == ("~", "3%", "4%")
    text = SHIPPED.read_text(encoding="utf-8").split("\n")[line.place.line - 1]
    assert text[line.place.column - 1 :].startswith("3%")


def test_conclusions_that_appear_and_vanish_are_told() -> None:
    found = compared("figures.unanswered.value=2", "figures.standing_bar.value=1")
    turned = {one.conclusion: (one.appears, one.vanishes) for one in found.turned}
    assert turned["bar"][1] > 0
    assert not found.costs[0].difference


def test_weights_are_brought_back_to_the_whole(tmp_path: Path) -> None:
    file = written(tmp_path, "set: {scorecards.results.items.sales.weight: 45%}\nrebalance: proportional\n")
    changed = changed_ruleset(policy(), change_of(file))
    weights = {name: item.weight for name, item in changed.policy.scorecards["results"].items.items()}
    assert sum(Decimal(weight) for weight in weights.values()) == 1
    assert weights["sales"] == Decimal("0.45")
    assert Decimal(weights["new_customers"]) == Decimal("0.275")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("set: {scorecards.results.items.sales.weight: 45%}", "weights_sum_tried"),
        ("set: {scorecards.results.items.sales.weight: 101%}\nrebalance: proportional", "rebalance_left"),
        ("# set: {pay.commission.base: sales}", "change_empty"),
        ("- figures.score_cap.value", "change_empty"),
        ("set figures.score_cap.value", "change_empty"),
        ("set: {pay.commision.base: sales}", "overlay_path_close"),
        ("set: {pay.commission.base: salse}", "name_close"),
        ("sett: {pay.commission.base: sales}", "key_unknown_close"),
        ("remove: [pay.nothing]", "overlay_path"),
    ],
)
def test_a_faulty_change_is_refused_before_anything_is_run(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        simulate(Session(policy(), tables()), [change_of(written(tmp_path, text + "\n"))], [PERIOD])
    assert code in {fault.code for fault in refused.value.faults}


def test_what_is_declared_of_something_removed_goes_with_it(tmp_path: Path) -> None:
    changed = changed_ruleset(policy(), change_of(written(tmp_path, "remove: [pay.accelerator]\n")))
    assert {"no_cliff"} == policy().policy.proofs.keys() - changed.policy.proofs.keys()


def test_neither_the_policy_nor_another_change_is_touched() -> None:
    before, document = SHIPPED.read_bytes(), policy().document
    first, second = simulate(
        Session(policy(), tables()), [change_of(None, (LOWER,)), change_of(None, (CAP,))], [PERIOD]
    )
    assert SHIPPED.read_bytes() == before
    assert policy().document is document
    assert (first.costs, first.movers) == (compared(LOWER).costs, compared(LOWER).movers)
    assert (second.costs, second.movers) == (compared(CAP).costs, compared(CAP).movers)


def test_what_the_change_carries_forward_is_in_later_periods() -> None:
    bands = {"S": ">= 60", "A": "[59..60)", "B": "'[58..59)'", "C": "< 58"}
    change = change_of(None, tuple(f"grade.bands.{grade}={test}" for grade, test in bands.items()))
    (found,) = simulate(Session(policy(), tables()), [change], ["2026Q1", "2026Q2", "2026Q3"])
    moved = {mover.period for mover in found.movers if any(part == "commission" for part, _, _ in mover.parts)}
    assert "2026Q3" in moved  # two good quarters before raise the rate


def test_rows_for_other_programs_are_all_there() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_bytes([compared(LOWER)]).decode("utf-8-sig"))))
    assert [row["rep_id"] for row in rows] == [row[0] for row in assessed().rows(["rep_id"])]
    assert sum(Decimal(row["difference"]) for row in rows) == compared(LOWER).total.difference
    (told,) = json.loads(json_text([compared(LOWER)]))["simulations"]
    assert told["cost"]["after"] == f"{compared(LOWER).total.after:f}"


def test_the_page_loads_nothing_and_escapes() -> None:
    html = page([compared(LOWER)], "zh")
    assert "<script" not in html
    assert "http:" not in html
    assert "提成" in html


def test_the_page_has_several_changes_side_by_side() -> None:
    both = [compared(LOWER), compared("figures.score_cap.value=120")]
    html = page(both, "en")
    sums = "".join(f"<td>{one.total.after:,.2f} ({one.total.difference:+,.2f})</td>" for one in both)
    assert f"<td>{both[0].total.before:,.2f}</td>{sums}" in html
    assert page(both[:1], "en").count("<article>") == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command(lang: str, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path, "title: {zh: 降上限, en: Lower cap}\nset: {figures.score_cap.value: 120}\n")
    arguments = ["simulate", str(SHIPPED), "--data", str(DATA), "--period", PERIOD, "--lang", lang, "--with", str(file)]
    assert run([*arguments, "--set", LOWER]) == 0
    out = capfd.readouterr().out
    assert {"zh": "降上限", "en": "Lower cap"}[lang] in out
    assert "~ figures.score_cap.value" in out
    assert run(arguments[:-2]) == 1
    assert "--set" in capfd.readouterr().err


def test_changes_of_one_title_are_told_apart_side_by_side(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["simulate", str(SHIPPED), "--data", str(DATA), "--period", PERIOD, "--lang", "en"]
    for name, cap in (("one", 120), ("two", 130)):
        file = tmp_path / f"{name}.yaml"
        file.write_text(f"title: Cap\nset: {{figures.score_cap.value: {cap}}}\n", encoding="utf-8")
        arguments += ["--with", str(file)]
    assert run(arguments) == 0
    (heading, *rows) = capfd.readouterr().out.partition("side by side")[2].split("\n")[1:]
    assert heading.split("  ")[-1].strip() == "Cap (two)"
    assert "Cap (one)" in heading
    assert [row.split()[-2:] for row in rows if row.startswith("Rows paid less")] == [["2", "0"]]


@pytest.mark.parametrize("asked", [["--period", "2025Q3", "--set", CAP], ["--period", PERIOD, "--against", "2025Q3"]])
def test_where_the_policy_is_not_in_force_there_is_nothing_to_compare(
    asked: list[str], capfd: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert run(["simulate", str(SHIPPED), "--data", str(DATA), "--lang", "en", *asked]) == 2
    assert "in force from 2026-01-01, and not in 2025Q3" in capfd.readouterr().err
