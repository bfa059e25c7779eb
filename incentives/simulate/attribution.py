"""The cost of each of several edits of a policy: each alone, and the rest that only all of them together cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import takewhile
from math import inf
from typing import Any

from incentives.execution.reassess import Snapshot
from incentives.execution.session import Session
from incentives.faults import Fault, Place, RefusedError
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.ruleset import Ruleset
from incentives.simulate.axis import MOST
from incentives.simulate.batch_totals import tallies
from incentives.simulate.change import EDITS, Change, changed_ruleset
from incentives.simulate.model import About
from incentives.simulate.sweep import about_of
from incentives.simulate.tally import Tally, tally
from incentives.simulate.trial import Tried, kept

Edit = tuple[str, str]  # set, add or remove, and the path
Edits = tuple[Edit, ...]
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Part:
    """A part of a difference of cost, by component and of all that is paid, below zero where it saves.

    `kind`: `lines` for edits of the policy, by their `paths`; `together` for what they do only together; `figures`,
    `joined`, `left` for what lies in the data. `gain`, `lose`: how many rows it raises and lowers; None of `together`.
    """

    kind: str
    paths: tuple[str, ...]
    costs: Mapping[str, Decimal]
    cost: Decimal
    gain: int | None = None
    lose: int | None = None


@dataclass(frozen=True)
class Person:
    """The pay of a person in the earlier period, the parts that figures and policy add, and the later pay."""

    key: str
    name: str
    before: Decimal
    figures: Decimal
    policy: Decimal
    after: Decimal


@dataclass(frozen=True)
class Attribution:
    """The cost before and after a change, and the parts that add up to the difference, component by component.

    `against`: the earlier period, where two are compared; `people`: then those whose pay differs most.
    """

    about: About
    before: Tally
    after: Tally
    parts: tuple[Part, ...]
    against: str = ""
    people: tuple[Person, ...] = ()


def attribute(session: Session, change: Change, periods: Sequence[str]) -> Attribution:
    """The cost of a change over the asked periods, shared by its edits in the order in which they are written.

    Raises RefusedError with the faults of the change before anything is run.
    """
    policy, plan = changed_ruleset(session.ruleset, change), session.plan
    whole, each = (policy, compile_plan(policy, plan)), sound_parts(session.ruleset, change, plan)
    base = session.outcome(periods)
    with kept(base) as before:
        now = tally(base, before)
        after, parts = shared(before, now, whole, each)
    return Attribution(about_of(base, policy, change, (now, after)), now, after, parts)


def shared(
    base: Snapshot, now: Tally, whole: Tried, each: Sequence[tuple[Edits, Tried]]
) -> tuple[Tally, tuple[Part, ...]]:
    """The tally of the whole change, and the parts: each by itself, and the rest."""
    (after, *alone) = tallies(base, [whole, *(tried for _, tried in each)])
    names = list(dict.fromkeys((*now.costs, *after.costs)))
    parts = []
    for (edits, _), one in zip(each, alone, strict=True):
        paths, costs = tuple(path for _, path in edits), less(one, now, names)
        parts.append(Part("lines", paths, costs, one.cost - now.cost, one.gain.count, one.lose.count))
    return after, (*parts, rest(less(after, now, names), after.cost - now.cost, parts))


def less(one: Tally, other: Tally, names: Iterable[str]) -> dict[str, Decimal]:
    """Return the cost of a policy less that of another, by component."""
    return {name: one.costs.get(name, NOTHING) - other.costs.get(name, NOTHING) for name in names}


def rest(costs: Mapping[str, Decimal], cost: Decimal, parts: Sequence[Part]) -> Part:
    """Return the rest of a difference that the parts leave."""
    left = {name: cost - sum((p.costs.get(name, NOTHING) for p in parts), NOTHING) for name, cost in costs.items()}
    return Part("together", (), left, cost - sum((part.cost for part in parts), NOTHING))


def sound_parts(ruleset: Ruleset, change: Change, plan: Plan) -> list[tuple[Edits, Tried]]:
    """The edits of a change to the ruleset of a plan, each with the policy that has it alone, as they are written.

    Edits that make no policy alone (weights that have to add up, a formula and the new figure that it reads) stay
    together with as few others as they need.
    """
    edits = edits_of(change)
    if len(edits) > MOST:
        raise RefusedError([Fault("axis_many", Place(change.document.file), {"count": len(edits), "most": MOST})])

    @cache
    def sound(group: Edits) -> Tried | None:
        try:
            policy = changed_ruleset(ruleset, only(change, group))
            return policy, compile_plan(policy, plan)
        except RefusedError:
            return None

    groups: list[Edits] = [(edit,) for edit in edits]
    while lone := next((group for group in groups if not sound(group)), None):
        near = sorted((g for g in groups if g != lone), key=lambda group: -alike(group, lone))
        needed: list[Edits] = []
        while not sound(union(edits, [lone, *needed])):
            needed.append(near[len(needed)])
        for group in [*needed]:
            fewer = [other for other in needed if other != group]
            needed = fewer if sound(union(edits, [lone, *fewer])) else needed
        groups = [g for g in groups if g != lone and g not in needed] + [union(edits, [lone, *needed])]
    groups.sort(key=lambda group: edits.index(group[0]))
    return [(group, tried) for group in groups if (tried := sound(group))]


def edits_of(change: Change) -> list[Edit]:
    """The edits of a change in the order of its file; those of the command line come last."""
    data, document = change.document.data, change.document
    found = {
        (kind, path): document.place((kind, number)) if kind == "remove" else document.key_place((kind, path))
        for kind in EDITS
        for number, path in enumerate(data.get(kind, ()))
    }
    return sorted(found, key=lambda edit: (found[edit].line or inf, found[edit].column))


def only(change: Change, edits: Edits) -> Change:
    """The change with these edits alone."""
    data: dict[str, Any] = {}
    for kind, path in edits:
        if kind == "remove":
            data.setdefault(kind, []).append(path)
        else:
            data.setdefault(kind, {})[path] = change.document.data[kind][path]
    return replace(change, document=replace(change.document, data=data))


def union(edits: Sequence[Edit], groups: Sequence[Edits]) -> Edits:
    """The edits of several groups, in order."""
    return tuple(edit for edit in edits if any(edit in group for group in groups))


def alike(one: Edits, other: Edits) -> int:
    """Return the largest number of steps that the paths of two groups have in common."""
    pairs = ((a.split("."), b.split(".")) for _, a in one for _, b in other)
    return max(len(list(takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))) for a, b in pairs)
