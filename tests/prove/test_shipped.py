"""Each proof that a shipped policy declares holds, and is told where a changed policy breaks it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from incentives.plan.compile import compile_plan
from incentives.prove import prove_declared
from incentives.prove.model import PROVED, REFUTED
from incentives.ruleset import Ruleset, load_ruleset
from incentives.ruleset.overlay import apply_overlay
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

RULESETS = Path(__file__).parents[2] / "rulesets"
BROKEN = {  # by ruleset and proof: what breaks it
    ("sales-2026", "more_sales"): "pay.commission.tiers.by: whole\n  pay.commission.tiers.rows.top.rate: 1%",
    ("sales-2026", "more_customers"): "pay.quarterly_bonus.by_grade.S: 10%",
    ("sales-2026", "more_satisfaction"): "pay.quarterly_bonus.by_grade.A: 10%",
    ("sales-2026", "no_cliff"): "pay.accelerator.tiers.by: whole",
    ("sales-2026", "no_fine"): "pay.quarterly_bonus: {kind: bonus, below_zero: paid, formula: 100 - base_salary}",
    ("sales-2026", "only_less"): "pay.taken_back: {kind: correction, formula: commission}",
    ("software-2026", "more_bookings"): "pay.commission.tiers.by: whole\n  pay.commission.tiers.rows.top.rate: 1%",
    ("software-2026", "no_cliff"): "pay.commission.tiers.by: whole",
    ("software-2026", "draw"): "pay.draw.draw.amount: 6_001",
    ("software-2026", "only_less"): "pay.taken_back: {kind: correction, formula: commission}",
    ("leads", "priorities"): "grade.bands: {high: '>= 80', normal: '[79.9..80)', low: '< 79.9'}",
    ("customers", "states"): "grade.bands: {healthy: '>= 101', watch: '[60..101)', at_risk: '< 60'}",
}


def proved(ruleset: Ruleset, only: str = "") -> dict[str, set[str]]:
    """The answers to each proof, or to one of them."""
    proofs = {name: proof for name, proof in ruleset.policy.proofs.items() if only in ("", name)}
    asked = replace(ruleset, policy=ruleset.policy.model_copy(update={"proofs": proofs}))
    found: dict[str, set[str]] = {}
    for verdict in prove_declared(asked, compile_plan(ruleset)):
        found.setdefault(verdict.question.declared, set()).add(verdict.said)
    return found


def test_every_one_of_them_can_fail() -> None:
    named = {(file.stem, name) for file in RULESETS.glob("*.yaml") if ".cases" not in file.name
             for name in load_ruleset(file).policy.proofs}  # fmt: skip
    assert named == set(BROKEN)


@pytest.mark.parametrize("name", sorted({name for name, _ in BROKEN}))
def test_they_hold(name: str) -> None:
    found = proved(load_ruleset(RULESETS / f"{name}.yaml"))
    assert set(found) == {proof for ruleset, proof in BROKEN if ruleset == name}
    assert all(said == {PROVED} for said in found.values())


@pytest.mark.parametrize(("name", "proof"), BROKEN)
def test_a_changed_policy_breaks_it(name: str, proof: str) -> None:
    change = parse_yaml(f"extends: x\nset:\n  {BROKEN[name, proof]}\n", "changed.yaml")
    changed, faults = ruleset_of(apply_overlay(load_ruleset(RULESETS / f"{name}.yaml").document, change))
    assert changed is not None
    assert [fault.code for fault in faults if not fault.warning] == []
    assert REFUTED in proved(changed, proof)[proof]
