"""Policies tried on what an assessment left: each one's outcome, freed as soon as it is measured."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager

from incentives.execution.reassess import Snapshot, reassess, snapshot_of
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.ruleset import Ruleset

Tried = tuple[Ruleset, Plan]


@contextmanager
def kept(outcome: Outcome) -> Iterator[Snapshot]:
    """An outcome laid down for trials; what was laid down is dropped at the end."""
    base = snapshot_of(outcome)
    try:
        yield base
    finally:
        prefix = base.rows.removesuffix("rows")
        for table in outcome.con.tables(prefix):
            outcome.con.drop(table)


@contextmanager
def trial(base: Snapshot, ruleset: Ruleset, plan: Plan, only: Set[str] = frozenset()) -> Iterator[Outcome]:
    """The outcome of a policy over the tables and periods of what is kept, as far as `only` some columns go; its tables
    are freed at the end.

    Raises RefusedError as `assess`.
    """
    outcome = reassess(base, ruleset, plan, only)
    try:
        yield outcome
    finally:
        outcome.con.close()
