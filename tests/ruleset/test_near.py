"""A name that is not there: the figure that was meant, what there is, and nothing that does not help."""

from __future__ import annotations

import pytest

from incentives.faults import Fault, Group, Place
from incentives.ruleset.overlay import apply_overlay
from incentives.ruleset.reader import parse_yaml
from tests.ruleset.test_lint import compiled

POLICY = """
ruleset: x
version: 1
effective: {{from: 2026-01-01}}
figures: {{score_cap: {{unit: rate, value: 5%}}, other: {{unit: rate, value: 5%}}}}
metrics: {{sales: {{unit: money, source: crm}}}}
pay: {{p: {{kind: commission, base: sales, {pay}}}}}
"""
TIERS = "tiers: {by: slice, rows: {a: {to: 100, rate: figures.%s}, c: {rate: 3%%}}}"
RATES = "or add rate, tiers or rates"
LISTED = "figures.other, figures.score_cap"


@pytest.mark.parametrize(
    ("pay", "mends"),
    [
        (TIERS % "scre_cap", {"did you mean figures.score_cap?"}),
        ("rate: 1%, only_when: figures.scre_cap > 1%", {"did you mean figures.score_cap?"}),
        ("rate: figures.zzz", {f"add it under figures, or use one of: {LISTED}"}),
        ("rate: 1%, only_when: figures.zzz > 1%", {f"add it under figures, or use one of: {LISTED}"}),
        ("add_rate: {x: {when: sales > 5, then: 1%}}, by_grade: {A: 5%}", {f"remove add_rate, {RATES}"}),
        ("add_rate: {x: {when: sales > 5, then: 1%}}, rate: 5%", set()),
    ],
)  # fmt: skip
def test_a_name_that_is_not_there(pay: str, mends: set[str]) -> None:
    wanted = ("figure", "name_close", "key_without")
    found = {fault.mend("en") for fault in compiled(POLICY.format(pay=pay)) if fault.code.startswith(wanted)}
    assert {mend[0].lower() + mend[1:] for mend in found} == mends


@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("foo.bar", "there are: ruleset, version, effective, figures, metrics, pay; simulate --list shows"),
        ("figures.lr", "there are: score_cap, other; simulate --list shows"),
        ("figures.scre_cap", "did you mean figures.score_cap"),
        ("figurs.other", "did you mean figures.other"),
        ("pay.p.rat", "did you mean pay.p.rate"),
    ],
)
def test_a_path_that_is_not_there(path: str, mend: str) -> None:
    changes = parse_yaml(f"extends: x\nset: {{{path}: 1}}", "--set")
    found = apply_overlay(parse_yaml(POLICY.format(pay="rate: 1%"), "f"), changes)
    assert [fault.mend("en").startswith(mend) for fault in found.faults] == [True]
    assert " add" not in found.faults[0].mend("en")


def test_one_value_is_no_several() -> None:
    one = Fault("name_close", Place("f"), {"name": "x"}, group=Group(9, (), (("x", 9),), 1))
    assert "the value is x (9)" in one.text("en")
    assert "values" not in one.text("en")
