"""Days and periods far from all the others are remarked with their rows, wherever they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import assess, load_data, load_ruleset
from incentives.plan.compile import try_compile, warnings_of
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("faraway.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
POLICY = """
ruleset: x
version: 1
effective: {{from: 2024-01-01{to}}}
figures: {{line: {{unit: money, value: {{2024-01-01: 1, {late}: 2}}}}}}
metrics:
  sales: {{unit: money, source: crm, when_missing: zero, range: [0, 1_000_000]}}
  sold: {{unit: money, over: orders, take: sum amount}}
  visits: {{unit: count, over: events, where: 'on >= date("{day}")', take: count}}
targets: {{sales: {{signed: not_needed}}}}
pay: {{c: {{kind: bonus, base: sales + sold, rate: 1%, only_when: sales > figures.line}}}}
""".replace("'on >= ", '\'kind = "visit" and happened_on >= ')
BASE = {
    "reps": [{"rep_id": "R1", "hired_on": "2020-01-01"}],
    "orders": [{"order_id": "O1", "rep_id": "R1", "ordered_on": "2025-02-03", "amount": "100"}],
}


def told_of(text: str) -> list[str]:
    ruleset, faults = ruleset_of(parse_yaml(text, "f"))
    assert ruleset is not None
    plan, more = try_compile(ruleset)
    found = [*faults, *more, *(warnings_of(ruleset, plan) if plan else [])]
    return [fault.code for fault in found if fault.warning and "far" in fault.code]


def written(folder: Path, rows: dict[str, list[dict[str, str]]]) -> None:
    for table, lines in rows.items():
        heads = list(dict.fromkeys(head for line in lines for head in line))
        text = [",".join(heads), *(",".join(line.get(head, "") for head in heads) for line in lines)]
        (folder / f"{table}.csv").write_text("\n".join(text) + "\n", encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=[f"{case['table']} {case['row']}" for case in CASES])
def test_days_of_the_data(case: dict[str, Any], tmp_path: Path) -> None:
    written(tmp_path, BASE | {case["table"]: [*BASE.get(case["table"], []), case["row"]]})
    policy = tmp_path / "policy.yaml"
    to = f", to: {case['to']}" if "to" in case else ""
    policy.write_text(POLICY.format(to=to, late="2025-01-01", day="2024-01-01"), encoding="utf-8")
    ruleset = load_ruleset(policy)
    remarks = [one for one in assess(ruleset, load_data(tmp_path, ruleset), ["2025Q1"]).remarks if "far" in one.code]
    told = [re.sub(r" or after [\d-]+; rows in brackets", "", one.text("en")) for one in remarks]
    assert told == ([case["says"]] if case["says"] else [])
    for one in remarks:
        assert one.warning
        assert "（括号内是行号）：" in one.text("zh") or "括号内是行号" in one.text("zh")
        assert one.place.line == int(case["says"][:-1].rpartition("(")[2])


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"late": "2062-01-01"}, ["day_of_policy_far"]),
        ({"late": "2034-01-01"}, []),
        ({"day": "2062-01-01"}, ["day_of_policy_far"]),
        ({"day": "1926-01-01"}, ["day_of_policy_far"]),
        ({"to": ", to: 2062-12-31"}, ["year_far"]),
        ({"to": ", to: 2099-12-31"}, []),
    ],
)
def test_days_of_the_policy(changed: dict[str, str], codes: list[str]) -> None:
    text = POLICY.format(**{"to": "", "late": "2025-01-01", "day": "2024-01-01"} | changed)
    assert told_of(text) == codes


def test_years_of_the_policy_itself() -> None:
    text = POLICY.format(to="", late="2063-01-01", day="2062-01-01").replace("2024-01-01", "2062-01-01")
    assert "announced_far" in told_of(text.replace("version: 1", "version: 1\nannounced_on: 2026-01-01"))
    early = POLICY.format(to="", late="1927-01-01", day="2024-01-01").replace("2024-01-01", "1926-01-01")
    assert "year_far" in told_of(early)
