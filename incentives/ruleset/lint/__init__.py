"""Checks of a policy as a whole that do not need the types of its formulas."""

from __future__ import annotations

from incentives.faults import Fault
from incentives.ruleset.lint import (
    bands,
    cells,
    citations,
    conclusions,
    dates,
    draws,
    earnings,
    mixed,
    multiplied,
    names,
    percents,
    places,
    points,
    proofs,
    references,
    tiers,
    weights,
)
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document


def lint(policy: Policy, document: Document) -> list[Fault]:
    """Return all faults and warnings of a policy whose form is right."""
    checks = (
        dates,
        names,
        references,
        weights,
        cells,
        bands,
        tiers,
        places,
        draws,
        conclusions,
        earnings,
        proofs,
        percents,
        points,
        mixed,
        multiplied,
        citations,
    )
    return [fault for part in checks for fault in part.check(policy, document)]
