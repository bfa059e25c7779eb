"""The engine from Python: the same calls that the command line is made of, giving and taking plain values.

ruleset = load_ruleset("rulesets/sales-2026.yaml")
tables = load_data("fixtures/company", ruleset)
outcome = assess(ruleset, tables, ["2026Q3"])
outcome.rows(["rep_id", "total", "grade"])
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from incentives.faults import Fault
from incentives.outcome.assess import assess
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.plan.compile import try_compile, warnings_of
from incentives.ruleset import Ruleset, load_ruleset, read_ruleset
from incentives.ruleset.mended import follows
from incentives.tables import Tables, load_data

if TYPE_CHECKING:
    from incentives.prove import Verdict

__all__ = ["Outcome", "Ruleset", "Tables", "assess", "check", "load_data", "load_ruleset", "prove"]


def check(path: str | Path) -> list[Fault]:
    """Every fault and warning of a ruleset file, in the order of the file, and what it declares and does not hold.

    Nothing is computed but the examples of what does not hold.
    """
    ruleset, plan, faults = examined(path)
    if ruleset is None or plan is None or not ruleset.policy.proofs:
        return faults
    from incentives.prove import faults_of, prove_declared  # the solver is loaded only where something is asked of it

    return sorted([*faults, *faults_of(plan, prove_declared(ruleset, plan))], key=lambda fault: fault.place)


def prove(path: str | Path) -> tuple[list[Fault], Plan | None, list[Verdict]]:
    """The same, with the answers to all that can be asked of a policy without data; none where it has faults."""
    ruleset, plan, faults = examined(path)
    if ruleset is None or plan is None:
        return faults, None, []
    from incentives.prove import faults_of
    from incentives.prove import prove as proved

    verdicts = proved(ruleset, plan)
    return sorted([*faults, *faults_of(plan, verdicts)], key=lambda fault: fault.place), plan, verdicts


def examined(path: str | Path) -> tuple[Ruleset | None, Plan | None, list[Fault]]:
    """A ruleset file with its faults and warnings in the order of the file; the plan where there is no fault."""
    ruleset, faults = read_ruleset(path)
    plan = None
    if ruleset is not None:
        plan, more = try_compile(ruleset)
        told, errors = {f.place for f in faults}, {f.place for f in faults if not f.warning}
        compiled = [f for f in more if f.place not in (told if f.warning else errors)]
        compiled = [f for f in compiled if not follows(f, ruleset.document)]
        graver = {f.place for f in compiled if not f.warning}  # a warning never stands for an error
        faults = [*(f for f in faults if not (f.warning and f.place in graver)), *compiled]
    if any(not fault.warning for fault in faults):
        plan = None
    if ruleset is not None and plan is not None:
        faults += warnings_of(ruleset, plan)
    return ruleset, plan, sorted(faults, key=lambda fault: fault.place)
