"""A share that is so large that its percent sign was probably left out is told, at the line of each kind of share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

CASES = yaml.load(Path(__file__).with_name("percents.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
HEAD = """
ruleset: percents
version: "1"
effective: {from: 2026-01-01}
metrics:
  sales: {unit: money, source: [crm]}
  on_time: {unit: ratio, source: [crm]}
"""
SCORED = """
scorecards: {{results: {{items: {{on_time: {{weight: 100%, bands: {{'>= {band}': 100, '< {band}': 0}}}}}}}}}}
grade: {{of: {{results: 100%}}, bands: {{A: '>= 90', B: '< 90'}}{more}}}
"""
PAID = "pay: {paid: {kind: commission, base: sales, %s}}"
PLACES = {
    "tier rate": PAID % "tiers: {by: slice, rows: {all: {rate: VALUE}}}",
    "line rate": PAID % "rates: {by: [level], rows: {all: {rate: VALUE}}}",
    "rate": PAID % "rate: VALUE",
    "chosen rate": PAID % "rate: 'if sales > 5 then VALUE else 1%'",
    "column of rates": "columns: {one: {unit: rate, formula: 'if sales > 5 then 1% else VALUE'}}",
    "each": "pay: {paid: {kind: commission, over: orders, each: amount * VALUE}}",
    "each in tiers": "pay: {paid: {kind: commission, over: orders, each: amount * VALUE, "
    "tiers: {by: slice, rows: {all: {rate: 1%}}}}}",
    "formula": "pay: {paid: {kind: commission, formula: VALUE * sales}}",
    "bonus": "pay: {paid: {kind: bonus, formula: VALUE * base_salary}}",
    "pool": "pay: {paid: {kind: bonus, pool: {money: sales * VALUE, by: '1'}}}",
    "points": PAID % "rate: 1%, add_rate: {more: {when: sales > 5, then: VALUE}}",
    "factor": PAID % "rate: 1%, factor: {more: {when: sales > 5, then: VALUE}}",
    "override": "pay: {paid: {kind: commission, override: {of: sales, levels: {1: VALUE}}}}",
    "share of quota": PAID % "tiers: {by: slice, quota: sales, rows: {low: {to: VALUE, rate: 1%}, top: {rate: 2%}}}",
    "multiple": PAID % "tiers: {by: slice, quota: sales, rows: {low: {to: 100%, rate: 1%}, top: {rate: VALUE}}}",
    "figure rate": "figures: {one: {unit: rate, value: VALUE}}",
    "dated rate": "figures: {one: {unit: rate, value: {2026-01-01: 1%, 2026-04-01: VALUE}}}",
    "bounded rate": "figures: {one: {unit: rate, range: [0, 3], value: VALUE}}",
    "borrowed rate": "figures: {one: {unit: ratio, value: VALUE}}\n"
    + PAID % "rates: {by: [level], rows: {all: {rate: figures.one}}}",
    "figure ratio": "figures: {one: {unit: ratio, value: VALUE}}",
    "target": "targets: {on_time: {base: VALUE}}",
    "stretch": "targets: {on_time: {stretch: VALUE}}",
    "least time": "assessment: {least_time: VALUE}",
    "by": "conclusions: {up: {when: sales > 5, then: [{do: propose, of: base_salary, by: VALUE}]}}",
    "case by": "conclusions: {up: {any_of: {a: {when: sales > 5, by: VALUE}}, then: [{do: propose, of: base_salary}]}}",
    "adjusted points": "figures: {one: {unit: rate, value: 1%}}\n"
    "conclusions: {up: {when: sales > 5, then: [{do: propose, of: one, points: VALUE}]}}",
    "band": SCORED.format(band="VALUE", more=""),
    "most": SCORED.format(band="90%", more=", distribution: {within: team, most: {A: VALUE}}"),
    "by grade": SCORED.format(band="90%", more="")
    + "pay: {paid: {kind: bonus, base: base_salary, by_grade: {A: VALUE, B: 0%}}}",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['at']} {case['value']}")
def test_a_share(case: dict[str, Any]) -> None:
    text = HEAD + PLACES[case["at"]].replace("VALUE", case["value"])
    _, faults = ruleset_of(parse_yaml(text, "percents.yaml"))
    assert [fault.code for fault in faults if not fault.warning] == []
    told = {fault.code.removeprefix("share_") for fault in faults}
    assert told == ({case["told"]} if case["told"] else set())
    for fault in faults:
        assert fault.code == "share_high" or f"{case['value']}%" in fault.mend("en")


@pytest.mark.parametrize(("weights", "value"), [(("80", "20"), "80"), (("80%", "20"), "20"), (("2", "0"), "2")])
def test_a_weight_of_two_or_more_is_told_with_its_percent_sign(weights: tuple[str, str], value: str) -> None:
    items = ", ".join(f"i{n}: {{weight: {weight}, of: sales, score: 50}}" for n, weight in enumerate(weights))
    _, faults = ruleset_of(parse_yaml(f"{HEAD}scorecards: {{results: {{items: {{{items}}}}}}}", "percents.yaml"))
    assert [fault.code for fault in faults] == ["weights_plain"]
    assert f"{value}%" in faults[0].mend("en")


POINTS = """
metrics: {calls: {unit: count, source: [crm]}}
figures: {line: {unit: score, value: LINE}}
scorecards: {results: {items: {calls: {weight: 100%, cap: CAP, bands: {'>= TEST': SCORE, '< TEST': 20}}}}}
grade: {of: {results: 100%}, bands: {A: '>= BAND', B: '< BAND'}}
pay: {paid: {kind: commission, base: base_salary, tiers: {by: slice, rows: {a: {to: EDGE, rate: 1%}, b: {rate: 2%}}}}}
"""
PLAIN = {"LINE": "95", "CAP": "120", "TEST": "98", "SCORE": "100", "BAND": "90", "EDGE": "100"}


@pytest.mark.parametrize(
    ("blank", "times"), [("", 0), ("LINE", 1), ("TEST", 2), ("SCORE", 1), ("BAND", 2), ("EDGE", 1)]
)
def test_what_is_no_share_has_no_percent_sign(blank: str, times: int) -> None:
    text = POINTS
    for name, value in PLAIN.items():
        text = text.replace(name, value + "%" * (name == blank))
    head = HEAD.partition("metrics:")[0]
    _, faults = ruleset_of(parse_yaml(head + text, "percents.yaml"))
    told = [fault for fault in faults if fault.code == "points_percent"]
    assert len(told) == times
    assert all(fault.mend("en").endswith(f"write {PLAIN[blank]}") for fault in told)


def test_totals_that_are_shares_may_have_percent_signs() -> None:
    scored = "scorecards: {r: {items: {on_time: {weight: 100%, bands: {'>= 98%': 100%, '< 98%': 80%}}}}}\n"
    graded = "grade: {of: {r: 100%}, bands: {A: '>= 95%', B: '< 95%'}}\n"
    _, faults = ruleset_of(parse_yaml(HEAD + scored + graded, "percents.yaml"))
    assert [fault.code for fault in faults] == []


PAID = [  # of money: what has a percent sign by itself is money, too
    ("cap: 20%", "20%"), ("floor: 50%", "50%"), ("cap_year: 150%", "150%"), ("pay_from: 5%", "5%"),
    ("cap: 20_000", ""), ("cap: figures.line", ""), ("cap: sales * 20%", ""), ("floor: figures.line * 5%", ""),
]  # fmt: skip
RESULTS = [
    ("formula: if sales >= 5_000 then 5_000 else 50%", "50%"), ("formula: 'max(sales * 3%, 10%)'", "10%"),
    ("over: orders, each: 5%", "5%"), ("formula: sales * 5%", ""), ("formula: sales * 3% + 50", ""),
]  # fmt: skip
HEAD_PAID = HEAD.partition("metrics:")[0] + (
    "metrics: {sales: {unit: money, source: [crm]}}\n"
    "figures: {line: {unit: money, value: 9}, much: {unit: ratio, value: 2}, less: {unit: ratio, value: 40%}}\n"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [(f"base: sales, rate: 3%, {bound}", told) for bound, told in PAID] + RESULTS,
)
def test_pay_is_no_share(text: str, told: str) -> None:
    _, faults = ruleset_of(parse_yaml(HEAD_PAID + f"pay: {{c: {{kind: commission, {text}}}}}\n", "percents.yaml"))
    found = [fault.about["value"] for fault in faults if fault.code == "points_percent"]
    assert found == ([told] if told else [])


@pytest.mark.parametrize(("figure", "times"), [("much", 1), ("less", 0)])
def test_a_figure_that_money_is_multiplied_by_is_a_rate(figure: str, times: int) -> None:
    pay = f"pay: {{c: {{kind: commission, formula: sales * figures.{figure}}}}}\n"
    _, faults = ruleset_of(parse_yaml(HEAD_PAID + pay, "percents.yaml"))
    assert [fault.code for fault in faults].count("share_high") == times


def test_weights_out_of_ten_are_tenths() -> None:
    items = "scorecards: {r: {items: {sales: {weight: 6, attainment: base}, other: {weight: 4, attainment: base}}}}\n"
    head = HEAD_PAID.replace(
        "{unit: money, source: [crm]}}", "{unit: money, source: [crm]}, other: {unit: money, source: [crm]}}"
    )
    _, faults = ruleset_of(parse_yaml(head + items, "percents.yaml"))
    (told,) = [fault for fault in faults if fault.code == "weights_plain"]
    assert "60%" in told.mend("en")
