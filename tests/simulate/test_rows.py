"""What a change does to rows that only one side has, to salaries and to many at once, in companies made for it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from incentives.execution.session import Session
from incentives.faults import Place, RefusedError
from incentives.simulate import Change, Comparison, change_of, simulate
from incentives.simulate.axis import axes_of
from incentives.simulate.measures import MOST_MOVERS
from incentives.simulate.sweep import sweep
from incentives.tables.data import tables_from_rows
from tests.engine.small import Rows, ruleset_of
from tests.oracle.drawing import Policy, written

SALES: Policy = {"sales": {"unit": "money", "source": ["crm"], "when_missing": "zero"}}
FLAT: Policy = {"kind": "commission", "formula": "sales * figures.share"}


def company(many: int, sales: str = "1000") -> Rows:
    """Reps who all sold the same in 2026Q1."""
    reps = [f"R{n:03}" for n in range(many)]
    return {
        "reps": [{"rep_id": rep, "hired_on": "2026-01-01"} for rep in reps],
        "postings": [{"rep_id": rep, "from": "2026-01-01"} for rep in reps],
        "snapshots": [
            {"rep_id": rep, "period": "2026Q1", "metric": "sales", "value": sales, "source": "crm"} for rep in reps
        ],
    }


def tried(pay: Policy, rows: Rows, change: Change, *periods: str, section: Policy | None = None) -> Comparison:
    """One change beside a policy made for it."""
    policy: Policy = {"metrics": SALES, "figures": {"share": {"unit": "rate", "value": "10%"}}, "pay": pay}
    policy |= section or {}
    ruleset = ruleset_of(written(policy))
    tables = tables_from_rows(rows, ruleset, Place("made"))
    (found,) = simulate(Session(ruleset, tables), [change], periods or ("2026Q1",))
    return found


def test_who_loses_a_component_is_told_the_line_that_removed_it(tmp_path: Path) -> None:
    file = tmp_path / "change.yaml"
    file.write_text("remove: [pay.gone]\n", encoding="utf-8")
    pay = {"stays": FLAT, "gone": {"kind": "bonus", "formula": "if sales > 10 then 500 else 0"}}
    found = tried(pay, company(1), change_of(file))
    (mover,) = found.movers
    assert mover.pay == (Decimal(600), Decimal(100))
    assert set(mover.lines) == {line.path for line in found.lines} == {"pay.gone.kind", "pay.gone.formula"}


def test_a_number_in_place_of_a_percentage_is_told_as_the_percentage_that_it_is() -> None:
    lines = {
        text: tried({"commission": FLAT}, company(1), change_of(None, (f"figures.share.value={text}",))).lines[0]
        for text in ("6", "0.2", "20%")
    }
    assert {line.after for line in lines.values()} == {"6 (600%)", "0.2 (20%)", "20%"}


def test_a_year_in_which_nothing_is_paid_tells_nothing_of_pay() -> None:
    graded: Policy = {
        "scorecards": {"results": {"items": {"sales": {"weight": "100%", "score": "figures.share * 1000"}}}},
        "grade": {
            "of": {"results": "100%"},
            "bands": {"S": ">= 150", "A": "< 150"},
            "annual": {"take": "mean", "at_least": "1"},
        },
    }
    found = tried(
        {"commission": FLAT}, company(1), change_of(None, ("figures.share.value=20%",)), "2026", section=graded
    )
    assert (found.costs, found.sides) == ((), ())


def test_a_raise_of_a_salary_is_no_pay() -> None:
    pay = {"commission": FLAT, "more": {**FLAT, "kind": "raise"}}
    found = tried(pay, company(1), change_of(None, ("figures.share.value=20%",)))
    assert {cost.component: cost.difference for cost in found.costs} == {"commission": 100, "more": 100}
    assert found.total.difference == 100
    assert found.movers[0].pay == (Decimal(100), Decimal(200))


PERIODS = ("2026Q1", "2026Q2", "2026Q3")
POSTED = [("2026-01-01", "2026-03-31", "10000"), ("2026-04-01", "2026-06-30", "11000"), ("2026-07-01", "", "12100")]


def salaried() -> Rows:
    """Somebody whose salary rose by a tenth each quarter."""
    postings: list[dict[str, object]] = [
        {"rep_id": "R000", "from": first, "base_salary": salary} | ({"to": last} if last else {})
        for first, last, salary in POSTED
    ]
    return company(1) | {"postings": postings}


RAISED: Policy = {
    "more": {"kind": "raise", "formula": "round half up(base_salary * figures.share, 2)"},
    "thirteenth": {"kind": "bonus", "formula": "base_salary * 1"},
}


LONG: Policy = {"long": {"kind": "award", "formula": "run * 1"}}
RUN: Policy = {"columns": {"run": {"unit": "count", "formula": "streak(base_salary > 11000)"}}}
AWARD: Policy = {"title": "rich", "when": "base_salary >= 12000", "then": [{"do": "award", "pay": "prize"}]}
RICH: Policy = {"conclusions": {"rich": AWARD}}
PRIZE: Policy = {"prize": {"kind": "award", "formula": "7"}}
CAPPED: Policy = {"thirteenth": RAISED["thirteenth"] | {"cap": "13000"}}  # what is above it is carried on


@pytest.mark.parametrize(
    ("pay", "section", "second", "third"),
    [
        ({}, {}, {}, {}),
        (LONG, RUN, {"long": 1}, {"long": 2}),
        (PRIZE, RICH, {"prize": 7}, {}),
        (CAPPED, {}, {}, {"thirteenth": 13000}),
    ],
    ids=["formulas", "history", "conclusions", "carried on"],
)
def test_a_raise_is_in_the_base_of_the_periods_after_it(
    pay: Policy, section: Policy, second: dict[str, int], third: dict[str, int]
) -> None:
    change = change_of(None, ("figures.share.value=20%",))
    found = tried(RAISED | pay, salaried(), change, *PERIODS, section=section)
    now = {mover.period: {name: after for name, _, after in mover.parts} for mover in found.movers}
    assert now == {
        "2026Q1": {"more": 2000},
        "2026Q2": {"more": 2400, "thirteenth": 12000, **second},
        "2026Q3": {"more": 2880, "thirteenth": 14400, **third},
    }


def test_who_is_paid_more_by_an_earlier_raise_is_told_its_line() -> None:
    once = {"kind": "raise", "formula": "if sales > 0 then round half up(base_salary * figures.share, 2) else 0"}
    found = tried(RAISED | {"more": once}, salaried(), change_of(None, ("figures.share.value=20%",)), *PERIODS)
    assert {mover.period: mover.lines for mover in found.movers} == dict.fromkeys(PERIODS, ("figures.share.value",))


def test_a_raise_that_is_no_longer_made_is_in_no_base(tmp_path: Path) -> None:
    file = tmp_path / "change.yaml"
    file.write_text("remove: [pay.more]\n", encoding="utf-8")
    found = tried(RAISED, salaried(), change_of(file), *PERIODS)
    assert {m.period: {p: a for p, _, a in m.parts if p != "more"} for m in found.movers} == {
        "2026Q1": {}, "2026Q2": {"thirteenth": 10000}, "2026Q3": {"thirteenth": 10000},
    }  # fmt: skip


def test_a_sweep_carries_raises_too() -> None:
    policy: Policy = {"metrics": SALES, "figures": {"share": {"unit": "rate", "value": "10%"}}, "pay": RAISED}
    ruleset = ruleset_of(written(policy))
    tables = tables_from_rows(salaried(), ruleset, Place("made"))
    found = sweep(Session(ruleset, tables), axes_of(["figures.share.value=10%..20%:10%"], "--sweep"), PERIODS)
    assert [point.tally.cost for point in found.points] == [33100, 36400]


def test_everybody_who_moves_is_counted_beyond_those_shown() -> None:
    found = tried({"commission": FLAT}, company(MOST_MOVERS + 3), change_of(None, ("figures.share.value=20%",)))
    assert len(found.movers) == MOST_MOVERS
    assert found.changed == found.gain == found.rows == MOST_MOVERS + 3


def test_rows_of_one_side_alone_are_there() -> None:
    rows = company(1)
    rows["reps"][0]["left_on"] = "2026-02-15"
    rows["orders"] = [
        {"order_id": "O1", "rep_id": "R000", "customer_id": "K", "ordered_on": "2026-01-05", "amount": "1000"}
    ]
    rows["receipts"] = [{"order_id": "O1", "on": "2026-05-10", "amount": "1000"}]
    timing = {"hold_back": "40%", "on_leaving": "forfeited"}
    pay = {"c": {"kind": "commission", "over": "orders", "each": "amount * 10%", "timing": timing}}
    found = tried(pay, rows, change_of(None, ("pay.c.timing.on_leaving=as_collected",)), "2026Q1", "2026Q2")
    (mover,) = found.movers
    assert (mover.key, mover.period, mover.pay) == ("R000", "2026Q2", (Decimal(0), Decimal(40)))
    assert (found.rows, found.total.before, found.total.after) == (2, Decimal(60), Decimal(100))


def test_a_policy_that_cannot_be_computed_is_refused_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("assessed")

    monkeypatch.setattr("incentives.execution.assess.assess", never)
    with pytest.raises(RefusedError) as refused:
        tried({"commission": FLAT}, company(1), change_of(None, ("pay.commission.formula=commission * 2",)))
    assert {fault.code for fault in refused.value.faults} == {"circular"}


def test_a_figure_set_by_hand_is_at_fault_without_a_line() -> None:
    with pytest.raises(RefusedError) as refused:
        tried({"commission": FLAT}, company(1), change_of(None, ("pay.commission.formula=salse * 2",)))
    (fault,) = refused.value.faults
    assert (fault.place.file, fault.place.line) == ("--set pay.commission.formula", 0)
