"""What is wrong with a policy as a whole, found without knowing the types of its formulas."""

from __future__ import annotations

from incentives.faults import Fault
from incentives.ruleset.lint import bands, conclusions, dates, names, references, tiers, weights
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document


def lint(policy: Policy, document: Document) -> list[Fault]:
    """All faults and warnings of a policy whose form is right."""
    checks = (dates.check, names.check, references.check, weights.check, bands.check, tiers.check, conclusions.check)
    return [fault for check in checks for fault in check(policy, document)]
