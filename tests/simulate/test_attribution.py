"""The parts of a difference add up to the whole, cent by cent; each is what its edit does alone."""

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
from incentives.faults import Place, RefusedError
from incentives.plan.compile import compile_plan
from incentives.ruleset import Ruleset
from incentives.simulate import Change, change_of, changed_ruleset
from incentives.simulate.attribution import Attribution, attribute, edits_of, sound_parts
from incentives.simulate.attribution_presentation import attribution_study
from incentives.simulate.between import between
from incentives.simulate.export import study_json
from incentives.simulate.page import study_page
from incentives.simulate.study import study_csv
from incentives.tables.data import tables_from_rows
from incentives.tables.periods import Period, parse_period
from tests.simulate.made import POLICY, SOLD, company, left, policy, tables
from tests.simulate.made import paid as paid_by_hand
from tests.sizes import examples

DATED = POLICY.replace("value: 10%", "value: {2025-01-01: 10%, 2026-04-01: 12%, 2026-07-01: 20%}").replace(
    "value: 500", "value: {2025-01-01: 500, 2026-05-15: 700}"
)
LINES = {
    "figures.share.value": ("5%", "12%", "10%"),
    "figures.prize.value": ("0", "1_000.01", "500"),
    "pay.commission.tiers.rows.top.rate": ("0%", "20.5%", "15%"),
    "pay.commission.tiers.rows.low.to": ("1", "3_000", "2_000"),
    "grade.bands": ("{S: '>= 80', A: '[20..80)', B: '< 20'}",),
    "pay.bonus.formula": ('if grade = "A" then figures.prize else 0',),
}


def written(folder: Path, text: str) -> Change:
    file = folder / "change.yaml"
    file.write_text(text, encoding="utf-8")
    return change_of(file)


def paid(ruleset: Ruleset, period: str = "2026Q1", *periods: str) -> dict[str, Decimal]:
    """What each component comes to, by a plain assessment."""
    names = ["commission", "bonus", "more"]
    rows = assess(ruleset, tables(*periods), [period]).rows(names)
    return {name: sum((row[n] for row in rows), Decimal(0)) for n, name in enumerate(names)}


@cache
def now() -> dict[str, Decimal]:
    return paid(policy())


def adds_up(found: Attribution) -> None:
    for name in found.after.costs:
        parts = sum((part.costs.get(name, Decimal(0)) for part in found.parts), Decimal(0))
        assert found.before.costs[name] + parts == found.after.costs[name]
    assert found.before.cost + sum(part.cost for part in found.parts) == found.after.cost


@settings(max_examples=examples("ATTRIBUTION"))
@given(st.fixed_dictionaries({}, optional={path: st.sampled_from(values) for path, values in LINES.items()}))
def test_the_parts_add_up_to_what_assessing_twice_says(lines: dict[str, str]) -> None:
    if not lines:
        return
    change = change_of(None, [f"{path}={value}" for path, value in lines.items()])
    found = attribute(Session(policy(), tables()), change, ["2026Q1"])
    assert found.before.costs == now()
    assert found.after.costs == paid(changed_ruleset(policy(), change))
    assert [part.paths for part in found.parts] == [*((path,) for path in lines), ()]
    adds_up(found)


def test_each_part_is_what_its_edit_does_alone() -> None:
    lines = ("figures.share.value=5%", "pay.commission.tiers.rows.low.to=3_000")
    found = attribute(Session(policy(), tables()), change_of(None, lines), ["2026Q1"])
    now = paid(policy())["commission"]
    for part, line in zip(found.parts, lines, strict=False):
        alone = paid(changed_ruleset(policy(), change_of(None, (line,))))["commission"]
        assert part.cost == alone - now != 0
    assert found.parts[-1].kind == "together"
    assert found.parts[-1].cost != 0


def test_edits_that_make_no_policy_alone_stay_together(tmp_path: Path) -> None:
    change = written(
        tmp_path,
        """
set:
  scorecards.results.items.sales.weight: 70%
  grade.bands.S: '>= 50'
  figures.share.value: 5%
  pay.bonus.formula: 'if grade = "S" then figures.gift else 0'
  grade.bands.A: '[30..50)'
  scorecards.results.items.deals.weight: 30%
add: {figures.gift: {unit: money, value: 7}}
remove: [pay.more]
""",
    )
    groups = [[path for _, path in edits] for edits, _ in sound_parts(policy(), change, compile_plan(policy()))]
    weights = [f"scorecards.results.items.{item}.weight" for item in ("sales", "deals")]
    assert groups == [
        weights,
        ["grade.bands.S", "grade.bands.A"],
        ["figures.share.value"],
        ["pay.bonus.formula", "figures.gift"],
        ["pay.more"],
    ]
    found = attribute(Session(policy(), tables()), change, ["2026Q1"])
    adds_up(found)
    assert found.parts[-2].costs["more"] == -paid(policy())["more"]
    assert found.parts[-2].cost == 0


def test_the_order_is_that_of_the_file_then_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "change.yaml"
    file.write_text("add: {figures.b: {unit: money, value: 1}}\nset: {figures.share.value: 5%}\nremove: [pay.more]\n")
    change = change_of(file, ("figures.prize.value=1",))
    assert [path for _, path in edits_of(change)] == [
        "figures.b",
        "figures.share.value",
        "pay.more",
        "figures.prize.value",
    ]


def period(text: str) -> Period:
    found = parse_period(text)
    assert found is not None
    return found


def since(change: Change | None = None, *, periods: tuple[str, ...] = ("2026Q1", "2026Q2")) -> Attribution:
    first, last = period(periods[0]), period(periods[-1])
    return between(Session(policy(DATED), tables(*periods, text=DATED)), first, last, change)


def test_between_periods_the_figures_are_paid_by_the_earlier_policy() -> None:
    found = since()
    first, last = ("2026Q1", "2026Q2")
    frozen = paid(policy(), last, first, last)  # the values of before April
    assert found.before.costs == paid(policy(DATED), first, first, last)
    assert found.after.costs == paid(policy(DATED), last, first, last)
    figures = {part.kind: part for part in found.parts if part.kind not in ("lines", "together")}
    for name, cost in frozen.items():
        data = sum(part.costs[name] for part in figures.values())
        assert found.before.costs[name] + data == cost
    assert [part.paths for part in found.parts if part.kind == "lines"] == [
        ("figures.share.value",),
        ("figures.prize.value",),
    ]
    adds_up(found)


def test_between_periods_everybody_adds_up() -> None:
    found = since(change_of(None, ("figures.share.value=30%",)))
    assert found.people
    for one in found.people:
        assert one.before + one.figures + one.policy == one.after
    assert sum(one.after - one.before for one in found.people) == found.after.cost - found.before.cost
    assert sum(one.policy for one in found.people) == sum(
        p.cost for p in found.parts if p.kind in ("lines", "together")
    )
    assert [part.paths for part in found.parts[3:5]] == [("figures.share.value",), ("figures.prize.value",)]
    adds_up(found)


def test_who_joined_and_who_left_are_parts_of_their_own() -> None:
    rows = company("2026Q1", "2026Q2")
    rows["reps"][7] |= {"left_on": "2026-03-31"}
    rows["reps"][6] |= {"hired_on": "2026-04-01"}
    gone = [("R7", "2026Q2"), ("R6", "2026Q1")]
    rows["snapshots"] = [row for row in rows["snapshots"] if (row["rep_id"], row["period"]) not in gone]
    data = tables_from_rows(rows, policy(DATED), Place("made"))
    found = between(Session(policy(DATED), data), period("2026Q1"), period("2026Q2"))
    figures, joined, gone_by, *_ = found.parts
    assert [part.kind for part in found.parts[:3]] == ["figures", "joined", "left"]
    assert (joined.gain, joined.cost) == (1, sum(paid_by_hand(SOLD[7])))
    assert (gone_by.lose, gone_by.cost) == (1, -sum(paid_by_hand(SOLD[7])))
    before, after = (sum(sum(paid_by_hand(SOLD[n])) for n in range(low, low + 6)) for low in (0, 1))
    assert figures.cost == after - before
    adds_up(found)


def test_over_several_periods_nothing_in_between_counts() -> None:
    found = since(periods=("2026Q1", "2026Q2", "2026Q3"))
    assert found.after.costs == paid(policy(DATED), "2026Q3", "2026Q1", "2026Q2", "2026Q3")
    adds_up(found)


def test_a_change_that_is_faulty_is_refused_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("assessed")

    for module in ("execution.assess", "simulate.between"):
        monkeypatch.setattr(f"incentives.{module}.assess", never)
    change = change_of(None, ("figures.shar.value=5%",))
    with pytest.raises(RefusedError):
        attribute(Session(policy(), tables()), change, ["2026Q1"])
    with pytest.raises(RefusedError):
        since(change)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_told(lang: str) -> None:
    found = since()
    study = attribution_study(found, lang)
    rows = list(csv.DictReader(io.StringIO(study_csv(study).decode("utf-8-sig"))))
    (before, *parts, after) = (Decimal(row["cost"]) for row in rows)
    assert before + sum(parts) == after
    assert json.loads(study_json("attribution", found))["attribution"]["against"] == "2026Q1"
    assert "<rect" in study_page(study, lang)


def test_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["simulate", *left(tmp_path, "2026Q1", "2026Q2"), "--lang", "en", "--period", "2026Q2"]
    assert run([*arguments, "--set", "figures.share.value=5%", "--attribute"]) == 0
    assert "Attribution: figures.share.value=5%" in capfd.readouterr().out
    assert run([*arguments, "--against", "2026Q1"]) == 0
    assert "figures of those in both" in capfd.readouterr().out
    assert run([*arguments, "--against", "2026Q2"]) == 2
    assert run([*arguments, "--attribute"]) == 1
    assert "attribute_none" in capfd.readouterr().err
