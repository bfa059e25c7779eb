"""A message about a formula shows what the policy has, never what was made around it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from incentives.plan.compile import try_compile
from tests.engine.small import ruleset_of

CASES: list[dict[str, str]] = yaml.load(
    Path(__file__).with_name("own.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
POLICY = """
metrics:
  sales: {unit: money, source: crm}
  q: {unit: money, source: crm}
pay:
  p: PAY
"""


@pytest.mark.parametrize("case", CASES, ids=[case["pay"] for case in CASES])
def test_a_message_shows_what_is_written(case: dict[str, str]) -> None:
    _, faults = try_compile(ruleset_of(POLICY.replace("PAY", case["pay"])))
    told = {fault.code: fault for fault in faults}
    assert case["code"] in told
    assert told[case["code"]].about["expression"] == case["expression"]
    for fault in faults:
        said = fault.text("en") + fault.text("zh") + fault.mend("en") + fault.mend("zh")
        assert not [made for made in ("present(", "holds(", "~", "points_of") if made in said]
