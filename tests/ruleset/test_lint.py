"""What is found without the types of formulas, at its edges; one subject each, beside the faulty rulesets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.faults import Fault
from incentives.plan.compile import try_compile
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file beside this one."""
    text = Path(__file__).with_name(f"{name}-cases.yaml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.load(text, Loader=yaml.BaseLoader)
    return found


BANDS, CELLS, ITEMS, ELSEWHERE = map(cases, ("band", "cell", "item", "elsewhere"))
ENDS = {"[": "含", "(": "不含", "]": "含", ")": "不含"}

RULESET = """
ruleset: x
version: 1
effective: {{from: 2026-01-01, to: 2026-12-31}}
figures:
  line: {{unit: score, value: {{2026-01-01: 95, 2026-07-01: 96}}}}
metrics:
  sales: {{unit: money, source: crm}}
  speed: {{unit: hours, direction: lower, source: crm, when_missing: exempt}}
targets: {{sales: {{}}, speed: {{}}}}
scorecards:
  results: {{items: {{{items}}}}}
grade:
  of: {{results: 100%}}
  bands: {{{bands}}}
"""

ITEM = """
ruleset: x
version: 1
effective: {{from: 2026-01-01, to: 2026-12-31}}
figures:
  line: {{unit: ratio, value: {{2026-01-01: 95%, 2026-07-01: 96%}}}}
metrics:
  sales: {{unit: money, source: crm}}
  margin: {{unit: money, source: crm}}
  on_time: {{unit: ratio, range: [0, 1], source: crm}}
  share: {{unit: ratio, source: crm}}
  visits: {{unit: count, source: crm}}
  power: {{unit: count, range: [0, 3], source: crm}}
  answer: {{unit: hours, direction: lower, range: [0, 100], source: crm}}
  margin_rate: {{unit: ratio, formula: margin / sales, when_zero: exempt}}
  trained: {{unit: switch, source: crm}}
columns:
  size: {{unit: text, formula: 'if sales > 100 then "L" else "S"'}}
scorecards:
  results: {{items: {{item: {{weight: 100%, of: {of}, bands: {{{rows}}}}}}}}}
"""

RULES = """
ruleset: x
version: 1
effective: {{from: 2026-01-01, to: 2026-12-31}}
metrics:
  sales: {{unit: money, source: crm}}
  share: {{unit: ratio, source: crm}}
columns:
  place: {{unit: count, rank: {{of: sales}}}}
pay:
  podium: {{kind: bonus, by_rank: {{of: place, rows: {{{rows}}}}}}}
ladders: {{l: {{levels: [a, b]}}}}
conclusions:
  up: {{ladder: l, from_level: a, criteria: {{c: {{{criterion}}}}}, then: [{{do: propose, what: promote}}]}}
  other: {{when: '{when}', then: [{{do: warn, what: x}}]}}
"""


def codes(items: str, bands: str) -> list[str]:
    return [fault.code for fault in ruleset_of(parse_yaml(RULESET.format(items=items, bands=bands), "f"))[1]]


@pytest.mark.parametrize("case", BANDS, ids=[str(case["bands"]) for case in BANDS])
def test_bands(case: dict[str, Any]) -> None:
    bands = ", ".join(f"{name}: '{test}'" for name, test in case["bands"].items())
    assert codes(f"sales: {{weight: 100%, attainment: base, cap: {case['cap']}}}", bands) == case["faults"]


@pytest.mark.parametrize("case", CELLS, ids=[" | ".join(case["bands"]) for case in CELLS])
def test_a_range_is_told_as_it_is_to_be_written(case: dict[str, Any]) -> None:
    bands = ", ".join(f"g{number}: '{test}'" for number, test in enumerate(case["bands"]))
    text = RULESET.format(items="sales: {weight: 100%, attainment: base, cap: 150}", bands=bands)
    faults = [fault for fault in ruleset_of(parse_yaml(text, "f"))[1] if fault.code.startswith("test_")]
    told = {fault.place.column: fault for fault in faults}
    columns = [text.splitlines()[-1].index(f"g{number}: '") + 5 for number in range(len(case["bands"]))]
    assert [told[at].about["write"] if at in told else "" for at in columns] == case["write"]
    for fault in faults:
        write, counts = fault.about["write"], fault.about.get("counts")
        if counts and write[0] in ENDS:
            assert [part.split()[0] for part in counts["zh"].split("，")] == [ENDS[write[0]], ENDS[write[-1]]]


@pytest.mark.parametrize("case", ITEMS, ids=[f"{case['of']} {case['bands']}" for case in ITEMS])
def test_bands_of_items(case: dict[str, Any]) -> None:
    assert item_codes(case["of"], case["bands"]) == case["faults"]


def item_codes(of: str, bands: list[str]) -> list[str]:
    """What is wrong with the bands of an item, as the policy is read and compiled."""
    rows = ", ".join(f"'{test}': 50" for test in bands)
    return [fault.code for fault in compiled(ITEM.format(of=of, rows=rows))]


def compiled(text: str) -> list[Fault]:
    """What is wrong with a policy, as it is read and compiled."""
    ruleset, faults = ruleset_of(parse_yaml(text, "f"))
    assert ruleset is not None
    told = {fault.place for fault in faults}
    return [*faults, *(fault for fault in try_compile(ruleset)[1] if fault.place not in told)]


@pytest.mark.parametrize("case", ELSEWHERE, ids=[str(next(iter(case.values()))) for case in ELSEWHERE])
def test_tests_elsewhere(case: dict[str, Any]) -> None:
    parts = {"rows": "'1': 5", "criterion": "of: share, is: '>= 110%'", "when": "sales > 5"} | case
    faults = compiled(RULES.format(**parts))
    assert {fault.code: fault.about.get("write", "") for fault in faults} == case["faults"]
    assert len(faults) == len(case["faults"])


def test_lower_is_better_scores_at_most_200() -> None:
    item = "speed: {weight: 100%, attainment: base}"
    assert codes(item, "A: '>= 200', B: '< 200'") == []
    assert codes(item, "A: '>= 200.01', B: '< 200.01'") == ["grade_unreachable"]


def test_a_grade_below_what_items_score_is_a_warning() -> None:
    """No item scores less than 60, so that nobody comes below; a red line may still give the grade."""
    item = "sales: {weight: 100%, bands: {'>= 5': 100, '< 5': 60}}"
    assert codes(item, "A: '>= 80', B: '[60..80)', C: '< 60'") == ["grade_unreachable_low"]
    assert codes(item, "A: '>= 80', B: '< 80'") == []
    assert codes(item, "A: '>= 80', B: '[60.01..80)', C: '< 60.01'") == []
    ceiling = "ceilings: {red: {when: sales < 0, then: C}}"
    text = RULESET.format(items=item, bands="A: '>= 80', B: '[60..80)', C: '< 60'") + f"  {ceiling}\n"
    assert [fault.code for fault in ruleset_of(parse_yaml(text, "f"))[1]] == []


@pytest.mark.parametrize(("annual", "faults"), [("", []), ("  annual: {take: mean, at_least: 1}\n", ["bands_gap"])])
def test_a_year_meets_the_totals_of_all_its_periods(annual: str, faults: list[str]) -> None:
    """The cap and the top edge rise to 120 in July: 119 is in no band of a year that began with 110."""
    text = RULESET.format(
        items="sales: {weight: 100%, attainment: base, cap: figures.top}", bands="A: '[95..figures.top]', B: '< 95'"
    ).replace("metrics:", "  top: {unit: score, value: {2026-01-01: 110, 2026-07-01: 120}}\nmetrics:", 1)
    assert [fault.code for fault in ruleset_of(parse_yaml(text + annual, "f"))[1]] == faults


def test_edges_of_tiers_rise_on_every_day() -> None:
    text = RULESET.format(items="sales: {weight: 100%, attainment: base}", bands="A: '-'").replace(
        "metrics:", "  low: {unit: money, value: {2026-01-01: 100, 2026-07-01: 200}}\nmetrics:", 1
    )
    rows = "{x: {to: figures.low, rate: 1%}, y: {to: TO, rate: 2%}, z: {rate: 3%}}"
    pay = f"pay: {{c: {{kind: commission, base: sales, tiers: {{by: slice, rows: {rows}}}}}}}\n"
    told = {edge: ruleset_of(parse_yaml(text + pay.replace("TO", edge), "f"))[1] for edge in ("200", "200.01", "100")}
    assert {edge: [fault.code for fault in faults] for edge, faults in told.items()} == {
        "200": ["tiers_order"], "200.01": [], "100": ["tiers_order"],
    }  # fmt: skip
    assert told["200"][0].text("en").startswith("from 2026-07-01 on, ")
    assert told["100"][0].text("en").startswith("this tier")


def test_an_exempt_item_gives_its_weight_to_the_others() -> None:
    """With both scored 125 is the most, with `speed` exempt 150: that total needs a band as well."""
    items = "sales: {weight: 50%, attainment: base, cap: 150}, speed: {weight: 50%, attainment: base, cap: 100}"
    assert codes(items, "A: '[95..125]', B: '< 95'") == ["bands_gap"]
    assert codes(items, "A: '[95..150]', B: '< 95'") == []


def test_items_without_weight_do_not_count() -> None:
    items = "sales: {weight: 100%, attainment: base, cap: 100}, speed: {weight: 0%, attainment: base, cap: 150}"
    assert codes(items, "A: '>= 101', B: '< 101'") == ["grade_unreachable"]


def test_a_third_in_percent_is_not_100() -> None:
    items = ", ".join(f"i{n}: {{weight: 33.33%, of: sales, attainment: base}}" for n in range(3))
    assert codes(items, "A: '-'") == ["weights_sum"]


@pytest.mark.parametrize("case", CELLS, ids=[" | ".join(case["bands"]) for case in CELLS])
def test_a_range_that_is_told_is_right(case: dict[str, Any]) -> None:
    """Who writes every range as it is told is told of no range again."""
    texts = [write or text for text, write in zip(case["bands"], case["write"], strict=True)]
    bands = ", ".join(f"g{number}: '{test}'" for number, test in enumerate(texts))
    assert [code for code in codes("sales: {weight: 100%, attainment: base, cap: 150}", bands) if "test" in code] == []


@pytest.mark.parametrize(
    "case",
    [case for case in ELSEWHERE if any(case["faults"].values())],
    ids=lambda case: str(next(iter(case.values()))),
)
def test_a_range_elsewhere_that_is_told_is_right(case: dict[str, Any]) -> None:
    parts = {"rows": "'1': 5", "criterion": "of: share, is: '>= 110%'", "when": "sales > 5"} | case
    text = RULES.format(**parts)
    (part,) = (key for key in ("rows", "criterion", "when") if key in case)
    for fault in sorted(compiled(text), key=lambda fault: -fault.place.column):
        lines = text.split("\n")
        line, place = lines[fault.place.line - 1], fault.place
        written = line[place.column - 1 : place.end_column - 1]
        quote = "'" if written[:1] == "'" or part == "criterion" else ""  # a part of a formula has none of its own
        mended = f"{quote}{fault.about['write']}{quote}"
        lines[place.line - 1] = line[: place.column - 1] + mended + line[place.end_column - 1 :]
        text = "\n".join(lines)
    assert [fault.text("en") for fault in compiled(text) if fault.code.startswith("test_")] == []
