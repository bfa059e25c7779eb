"""The columns of an outcome as a reader meets them: which there are, in what order, and which count in the total."""

from __future__ import annotations

from decimal import Decimal

from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column
from incentives.plan.names import score_of
from incentives.tables.canon import ATTRIBUTES

SPINE = (
    "name", "period", *ATTRIBUTES, "worked_share", "assessment", "assessment_reason", "assessment_detail",
    "decision_reason", "decided_by", "decided_on",
)  # fmt: skip
ROLES = (
    "key", "posting", "state", "metric", "target", "attainment", "figure", "tracking", "score", "scorecard", "ceiling",
    "total", "grade", "pay", "pay_total", "balance", "criterion", "finding",
)  # fmt: skip


def columns_of(outcome: Outcome) -> tuple[str, ...]:
    """The names of an outcome's columns in the order in which they are shown: key, spine, then the plan's."""
    there = set(relation_columns(outcome))
    names = [outcome.plan.key, *SPINE, *(c.name for c in planned(outcome))]
    return tuple(name for name in dict.fromkeys(names) if name in there)


def planned(outcome: Outcome) -> tuple[Column, ...]:
    """The plan's columns for readers: by role, and within a role as they follow each other in the ruleset."""
    return tuple(sorted((c for c in outcome.columns if c.role in ROLES), key=_place))


def _place(column: Column) -> tuple[int, int]:
    # the steps of the grade follow each other by stage, which sorting keeps
    return ROLES.index(column.role), 0 if column.role == "grade" else column.place.line


def of_role(outcome: Outcome, *roles: str) -> tuple[Column, ...]:
    """The columns of these roles, in order."""
    return tuple(c for c in planned(outcome) if c.role in roles)


def relation_columns(outcome: Outcome) -> tuple[str, ...]:
    """All columns that the outcome's table has."""
    return tuple(types_of(outcome))


def types_of(outcome: Outcome) -> dict[str, str]:
    """The database's type of each column of the outcome's table."""
    return outcome.types


def counts_in_total(outcome: Outcome, column: Column) -> bool:
    """Return whether a score or scorecard has a weight above zero at any time (POLICY A6, A11: some ship turned
    off)."""
    policy = outcome.ruleset.policy
    for card, scorecard in policy.scorecards.items():
        share = policy.grade.of.get(card, Decimal(0)) if policy.grade else Decimal(1)
        if column.name == card:
            return _above_zero(outcome, share)
        for item, declared in scorecard.items.items():
            if column.name in {score_of(item), score_of(item, card)}:
                return _above_zero(outcome, share) and _above_zero(outcome, declared.weight)
    return True


def _above_zero(outcome: Outcome, value: Decimal | str) -> bool:
    if isinstance(value, Decimal):
        return value > 0
    dated = [figure.values for figure in outcome.plan.figures if figure.path == value.strip()]
    return not dated or any(isinstance(v, Decimal) and v > 0 for _, v in dated[0])
