"""What a user writes: `mypy --strict` sees the real types of everything that `incentives` hands out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, assert_type

from incentives import (
    Fault,
    NotThereError,
    Outcome,
    Plan,
    RefusedError,
    Ruleset,
    Session,
    Tables,
    assess,
    check,
    conclude,
    explain,
    load_data,
    load_ruleset,
    payroll,
    prove,
    simulate,
    sweep,
    text_of,
)
from incentives.explain import Explanation
from incentives.outcome.concluded import Concluded
from incentives.payroll import Batch
from incentives.simulate import Comparison
from incentives.simulate.sweep import Sweep


def work(policy: str, frames: dict[str, list[dict[str, Any]]]) -> Decimal:
    """Every verb once."""
    ruleset = assert_type(load_ruleset(policy), Ruleset)
    tables = assert_type(load_data(frames, ruleset), Tables)
    outcome = assert_type(assess(ruleset, tables, "2026Q3"), Outcome)
    assess(ruleset, tables, ["2026Q2", "2026Q3"])
    assert_type(outcome.plan, Plan)
    assert_type(explain(outcome, "R017", column="grade"), Explanation)
    assert_type(conclude(outcome), list[Concluded])
    assert_type(check(policy), list[Fault])
    assert_type(prove(policy)[0], list[Fault])
    comparison = assert_type(simulate(ruleset, tables, {"figures.score_cap.value": 120}), Comparison)
    assert_type(simulate(ruleset, tables, "figures.score_cap.value=120"), Comparison)
    assert_type(simulate(ruleset, tables, [{"figures.score_cap.value": Decimal(120)}]), list[Comparison])
    assert_type(sweep(ruleset, tables, "figures.score_cap.value=100..150:10"), Sweep)
    assert_type(payroll(ruleset, tables, "2026Q2", draft=True), Batch)
    session = Session.open(policy, frames)
    assert_type(session.simulate("figures.score_cap.value=120", "2026Q3"), Comparison)
    assert_type(text_of(comparison), str)
    try:
        session.explain("R999")
    except NotThereError as error:
        assert_type(error.fault, Fault)
    except RefusedError as error:
        assert_type(error.faults, tuple[Fault, ...])
    return assert_type(comparison.total.difference, Decimal)
