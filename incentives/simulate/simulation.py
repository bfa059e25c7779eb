"""A policy and changed ones, assessed over the same data: what each changes, and which of its edits moved whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incentives.execution.reassess import reassess, snapshot_of
from incentives.execution.session import Session
from incentives.faults import Fault, Place
from incentives.language.tree import Title
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.plan.unread import unread
from incentives.ruleset import Ruleset
from incentives.simulate.causes import caused
from incentives.simulate.change import Change, changed_ruleset
from incentives.simulate.compare import compared
from incentives.simulate.model import Comparison


def simulate(
    session: Session, changes: Sequence[Change], periods: Sequence[str]
) -> list[Comparison]:  # fmt: skip
    """Compare each change with the policy as it stands, over the requested periods (ids of one grain).

    Every period of the data is computed under the change, so that what it carries forward is in later ones. Neither
    the ruleset nor the tables are changed. Raises RefusedError with the faults of a change before anything is run.
    """
    tried: list[tuple[Title, Ruleset, Plan]] = []
    for change in changes:
        policy = changed_ruleset(session.ruleset, change)
        tried.append((change.title, policy, compile_plan(policy, session.plan)))
    before = snapshot_of(session.outcome(periods))
    found = []
    for change, (title, policy, plan) in zip(changes, tried, strict=True):
        new = reassess(before, policy, plan)
        comparison = compared(before, new, title)
        found.append(replace(comparison, movers=caused(before, change, new, comparison.movers)))
    return found


def odd_of(ruleset: Ruleset, plan: Plan, changes: Sequence[Change]) -> list[Fault]:
    """The warnings of the changed policies that the policy as it stands does not have, each once."""
    known = {(fault.code, fault.place) for fault in ruleset.warnings}
    idle = {fault.about["name"]: fault for fault in unread(ruleset, plan) if fault.code == "figure_unread"}
    found: dict[tuple[str, Place], Fault] = {}
    for change in changes:
        new = [fault for fault in changed_ruleset(ruleset, change).warnings if (fault.code, fault.place) not in known]
        for path in change.document.data.get("set", {}):
            part, _, rest = str(path).partition(".")
            if part == "figures" and (fault := idle.get(rest.partition(".")[0])):
                new.append(replace(fault, place=change.document.place(("set", path))))
        found |= {(fault.code, fault.place): fault for fault in new}
    return list(found.values())
