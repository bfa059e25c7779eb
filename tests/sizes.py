"""How many examples each random test tries: few in `make test`, always the same ones; many in `make test-long`.

`LONG=1` asks for the many; a variable of a test's own, such as `ORACLE_EXAMPLES=500`, for any number.
"""

from __future__ import annotations

import os

from hypothesis import settings

LONG = bool(os.environ.get("LONG"))
FEW_AND_MANY = {
    "ORACLE": (64, 10_000),  # tests/oracle/test_random.py: rulesets, each over some 35 reps in 5 quarters
    "AGAIN": (6, 500),  # tests/simulate/test_again.py: pairs of rulesets
    "TALLIES": (4, 200),  # tests/simulate/test_batch_totals.py: rulesets, each with up to 12 changes
    "ATTRIBUTION": (6, 100),  # tests/simulate/test_attribution.py: sets of edits
    "CONCLUSIONS": (2_000, 100_000),  # tests/conclusions/test_random.py: networks × situations
    "REVERSALS": (120, 10_000),  # tests/pay/test_reversals.py: policies × histories
    "PAY": (8, 500),  # tests/pay/test_invariants.py, test_carried.py, test_draws.py: policies, each over some reps
    "CENTS": (12, 500),  # tests/payroll/test_cents.py: payrolls of several reps
    "ANYTHING": (60, 5_000),  # tests/ruleset/test_anything.py: the shipped policy with up to three values changed
}

# What a random test does not say itself. Nothing is kept from one run for the next, so that all runs are alike.
settings.register_profile("few", derandomize=True, deadline=None, database=None)
settings.register_profile("many", deadline=None, database=None, print_blob=True)
settings.load_profile("many" if LONG else "few")


def examples(name: str) -> int:
    """Return how many examples the random tests of this name try."""
    return int(os.environ.get(f"{name}_EXAMPLES") or FEW_AND_MANY[name][LONG])
