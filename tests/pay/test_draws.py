"""Draws with their balances and what is taken back of pay: at their edges, and closed whatever happens."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentives.explain import explain
from incentives.faults import RefusedError
from incentives.outcome.outcome import Outcome
from tests.engine.small import assessed
from tests.oracle.drawing import written
from tests.sizes import examples

from .test_carried import AMOUNTS, METRICS, QUARTERS, rows_of
from .test_components import plain

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("draws.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
WAGE = {"unit": "money", "value": {"2025-01-01": "950", "2025-04-01": "950.01"}}
COMMISSION = {"kind": "commission", "base": "sales", "rate": "10%"}


def outcome_of(pay: dict[str, Any], sales: dict[str, list[str]], left: str = "") -> Outcome:
    """Reps with a base salary of 1,000 and their sales by quarter, paid by these components and 10 % of sales."""
    rows = rows_of(sales)
    for rep, posting in zip(rows["reps"], rows["postings"], strict=True):
        posting["base_salary"] = 1000
        if left:
            rep["left_on"] = left
    policy = {"figures": {"wage": WAGE}, "metrics": METRICS, "pay": {"c": COMMISSION} | plain(pay)}
    return assessed(written(policy), rows, *QUARTERS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_pays_and_carries(case: dict[str, Any]) -> None:
    outcome = outcome_of(case["pay"], {"R1": case["sales"]}, case.get("left", ""))
    told = {key: values for key, values in case.items() if key not in ("name", "pay", "sales", "left", "from")}
    found = list(zip(*outcome.rows([*told]), strict=True))
    expected = [tuple(map(Decimal, values)) for values in told.values()]
    assert [column[: len(values)] for column, values in zip(found, expected, strict=True)] == expected


DRAWS = st.fixed_dictionaries(
    {"amount": st.sampled_from(["0", "100", "333.33"]), "as": st.sampled_from(["top_up", "loan"])},
    optional={"recover": st.sampled_from(["10%", "33.3%"])},
)
TAKES = st.fixed_dictionaries(
    {}, optional={"at_most": st.sampled_from(["20%", "0.7%"]), "keep": st.sampled_from(["0", "900", "1000"])}
)


@settings(max_examples=examples("PAY"), suppress_health_check=list(HealthCheck))
@given(st.lists(AMOUNTS, min_size=3, max_size=4), DRAWS, TAKES)
def test_every_balance_closes(sales: list[list[Decimal]], draw: dict[str, str], takes: dict[str, str]) -> None:
    """Drawn less paid back is the balance; taken and still owed are what was owed; the limits hold."""
    pay = {
        "e": {"kind": "commission", "base": "sales", "rate": "10%"},
        "own": {"kind": "commission", "base": "sales", "rate": "10%", "below_zero": "paid"},
        "d": {"kind": "draw", "draw": {**draw, "against": ["c"]}},
        "t": {"kind": "deduction", "takes_back": {"from": ["e"], "of": "base_salary", **takes}},
    }
    outcome = outcome_of(pay, {f"R{n}": [f"{value:f}" for value in values] for n, values in enumerate(sales)})
    share = {"20%": Decimal("0.2"), "0.7%": Decimal("0.007")}.get(takes.get("at_most", ""), Decimal(1))
    for n in range(len(sales)):
        rows = outcome.rows(["d", "d_balance", "t", "t_carried", "own", "e"], f"rep_id = 'R{n}'")
        drawn, balances, taken, carried, owed, earned = zip(*rows, strict=True)
        assert sum(drawn) == balances[-1]
        assert min(balances) >= 0
        assert sum(taken) + carried[-1] == sum(min(value, Decimal(0)) for value in owed)
        assert earned == tuple(max(value, Decimal(0)) for value in owed)
        most = min(1000 * share, 1000 - Decimal(takes.get("keep", "0")))
        assert all(0 <= -value <= most for value in taken)


REFUSED = [
    ({"d": {"kind": "bonus", "draw": {"amount": "1", "against": ["c"]}}}, "form_of_kind"),
    ({"d": {"kind": "draw", "draw": {"amount": "1", "against": ["x"]}}}, "pay_unknown"),
    ({"d": {"kind": "draw", "draw": {"amount": "1", "against": ["d"]}}}, "pay_unknown"),
    ({"d": {"kind": "draw", "draw": {"amount": "1", "against": ["c"]}, "pay_from": "1"}}, "several_forms"),
    ({"d": {"kind": "draw", "draw": {"amount": "1", "against": ["c"], "recover": "150%"}}}, "figure_range"),
    *(
        (
            {"d": {"kind": "draw", "draw": {"amount": "1", "against": ["c"], "recoverable": "false", key: value}}},
            "draw_without_balance",
        )
        for key, value in (("recover", "50%"), ("brought", "1"), ("on_leaving", "due"))
    ),
    ({"t": {"kind": "deduction", "takes_back": {"from": ["c"], "of": "t + 1"}}}, "circular"),
    ({"t": {"kind": "deduction", "takes_back": {"from": ["c"], "of": "1"}, "rounding": "up"}}, "several_forms"),
    (
        {
            "t": {"kind": "deduction", "takes_back": {"from": ["c"], "of": "1"}},
            "u": {"kind": "deduction", "takes_back": {"from": ["c"], "of": "1"}},
        },
        "taken_twice",
    ),
    (
        {
            "e": {**COMMISSION, "below_zero": "lost"},
            "t": {"kind": "deduction", "takes_back": {"from": ["e"], "of": "1"}},
        },
        "taken_and_carried",
    ),
    (
        {
            "d": {"kind": "draw", "draw": {"amount": "1", "against": ["e"]}},
            "e": {"kind": "bonus", "formula": "d * 2"},
        },
        "circular",
    ),
]


@pytest.mark.parametrize(("pay", "code"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_does_not_go_together_is_refused(pay: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        outcome_of(pay, {"R1": ["1"]})
    assert code in {fault.code for fault in refused.value.faults}


TOLD = {
    "en": ("Balance before  100.00", "Earned against it  180.00", "Paid back in the period  40.00", "balance  60.00"),
    "zh": ("上期预支余额  100.00", "可抵扣的所得  180.00", "本期扣回  40.00", "（预支余额）  60.00"),
}


@pytest.mark.parametrize("lang", TOLD)
def test_a_balance_is_told_step_by_step(lang: str) -> None:
    pay = {"d": {"kind": "draw", "draw": {"amount": "100", "against": ["c"], "recover": "50%"}}}
    text = explain(outcome_of(pay, {"R1": ["0", "1800"]}), "R1", "2025Q2", None, lang)
    assert [part for part in TOLD[lang] if part not in text] == []
