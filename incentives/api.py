"""The engine from Python: the same calls that the command line is made of, giving and taking plain values.

ruleset = load_ruleset("rulesets/sales-2026.yaml")
tables = load_data("fixtures/company", ruleset)
outcome = assess(ruleset, tables, ["2026Q3"])
outcome.rows(["rep_id", "total", "grade"])
"""

from __future__ import annotations

from pathlib import Path

from incentives.faults import Fault
from incentives.outcome.assess import assess
from incentives.outcome.outcome import Outcome
from incentives.plan.compile import try_compile
from incentives.ruleset import Ruleset, load_ruleset, read_ruleset
from incentives.ruleset.mended import follows
from incentives.tables import Tables, load_data

__all__ = ["Outcome", "Ruleset", "Tables", "assess", "check", "load_data", "load_ruleset"]


def check(path: str | Path) -> list[Fault]:
    """Every fault and warning of a ruleset file, in the order of the file; nothing is computed."""
    ruleset, faults = read_ruleset(path)
    if ruleset is not None:
        told = {fault.place for fault in faults}
        compiled = (f for f in try_compile(ruleset)[1] if f.place not in told)
        faults = [*faults, *(f for f in compiled if not follows(f, ruleset.document))]
    return sorted(faults, key=lambda fault: fault.place)
