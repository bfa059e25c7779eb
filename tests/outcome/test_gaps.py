"""What a criterion still lacks is never nothing where it is not met, however little it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from incentives.outcome.promotions import reached_of
from incentives.reports.concluded import step_of
from tests.engine.small import Rows, assessed, snapshot

CASES: list[dict[str, str]] = yaml.load(
    Path(__file__).with_name("gaps.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
POLICY = """
metrics:
  margin: {{unit: money, source: crm}}
  sales: {{unit: money, source: crm}}
  visits: {{unit: count, source: crm}}
  rate: {{unit: ratio, formula: margin / sales, when_zero: exempt}}
ladders: {{l: {{levels: [a, b]}}}}
conclusions: {{up: {{ladder: l, from_level: a, criteria: {{c: {{of: {of}, is: '{is}'}}}}, then: [{{do: propose}}]}}}}
"""


@pytest.mark.parametrize("case", CASES, ids=[f"{case['margin']} {case['of']} {case['is']}" for case in CASES])
def test_to_go(case: dict[str, str]) -> None:
    margin = case["margin"].replace("_", "")
    visits = margin if case["of"] == "visits" else "1"
    values = {"margin": margin, "sales": "10000000", "visits": visits}
    rows: Rows = {"reps": [{"rep_id": "R1", "level": "a"}]}
    rows["snapshots"] = [snapshot("R1", "2025Q1", name, value) for name, value in values.items()]
    (step,) = reached_of(assessed(POLICY.format(**case), rows, "2025Q1"))
    assert step.met == (not case["to_go"])
    assert step_of(step, "en").gap == (f"{case['to_go']} to go" if case["to_go"] else "")
    assert step.met == (step.gap == 0)
    assert case.get("shown", step_of(step, "en").value) == step_of(step, "en").value
