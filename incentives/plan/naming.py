"""Faults of two columns with one name: which of them the policy named, and how to rename it."""

from __future__ import annotations

from incentives.faults import Fault, Place
from incentives.plan.columns import Column

NAMED = ("metric", "figure", "scorecard", "pay")  # roles of the columns that a policy names itself
# of columns named after their parts of the policy; any other stands by itself
MADE = ("target", "attainment", "score", "ceiling", "finding", "criterion", "balance", "tracking")


def name_fault(column: Column, place: Place, other: Column, before: Place) -> Fault:
    """Return the fault of a column whose name another has; `place` and `before` are where the policy has the two.

    It is reported at the name that the policy wrote, for only that can be changed.
    """
    if column.role in NAMED and other.role in NAMED:
        return Fault("name_taken", place, {"name": column.name, "other": str(before), **instead_of(column)})
    if column.role not in NAMED and other.role not in NAMED:
        return Fault("name_twice", place, {"name": column.name, "other": str(before)})
    named, at, made, line = (column, place, other, before) if column.role in NAMED else (other, before, column, place)
    about = {"name": named.name, "title": {"zh": made.title.zh, "en": made.title.en}, **instead_of(named)}
    return Fault("name_made" if made.role in MADE else "name_given", at, {**about, "line": line.line})


def instead_of(column: Column) -> dict[str, str]:
    """Return another name for a column whose name is taken."""
    return {"instead": f"{column.name}_own"}
