"""Remarks about a change that is tried: new warnings of the policy, and edits of figures that nothing reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incentives.faults import Fault, Place
from incentives.plan.columns import Plan
from incentives.plan.unread import unread
from incentives.ruleset import Ruleset
from incentives.simulate.change import Change, changed_ruleset


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
