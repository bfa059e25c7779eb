"""The pay of two periods, and the parts of the difference that the reps' figures and the policy cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from incentives.database import quoted
from incentives.execution.assess import assess
from incentives.execution.reassess import Snapshot
from incentives.execution.session import Session
from incentives.plan.compile import compile_plan
from incentives.plan.names import inner_name
from incentives.ruleset import Ruleset
from incentives.ruleset.scalars import plain
from incentives.simulate.attribution import Attribution, Part, Person, shared, sound_parts
from incentives.simulate.change import Change, changed_ruleset, setting
from incentives.simulate.compare import components, money, total
from incentives.simulate.sweep import about_of
from incentives.simulate.tally import PAY, tally
from incentives.simulate.trial import Tried, kept, trial
from incentives.tables.periods import Period

MOST_PEOPLE = 200
OPTION = "--against"

KIND = quoted(inner_name("kind"))  # whether somebody joined, left or is there in both periods


def between(
    session: Session, earlier: Period, later: Period, change: Change | None = None
) -> Attribution:  # fmt: skip
    """The pay of the later period less that of the earlier one, shared between the figures and the policy.

    In between stands the later period under the policy of the earlier one: every dated figure stays as it was on the
    first day of the earlier period. What that differs by from the earlier period lies in the data (people in both, who
    joined, who left); what is left comes from dated figures, and from `change`, which counts for the later period
    alone. Raises RefusedError with the faults of the change before anything is run.
    """
    ruleset = session.ruleset
    policy = changed_ruleset(ruleset, change) if change else ruleset
    moved = dated_between(ruleset, earlier.first, later.last)
    frozen = changed_ruleset(ruleset, setting({path: old for path, (old, _) in moved.items()}, OPTION))
    edits = beside(setting({path: new for path, (_, new) in moved.items()}, OPTION), change)
    plan = compile_plan(frozen, session.plan)
    whole, each = (policy, compile_plan(policy, plan)), sound_parts(frozen, edits, plan)
    first = session.outcome([earlier.id])
    middle = assess(frozen, session.tables, [later.id], plan)
    with kept(first) as start, kept(middle) as base:
        before, after, parts = tally(first, start), *shared(base, tally(middle, base), whole, each)
        people = people_of(start, base, whole)
        figures = figures_of(start, base)
    about = about_of(middle, policy, change, (before, after))
    return Attribution(about, before, after, (*figures, *parts), earlier.id, people)


def dated_between(ruleset: Ruleset, first: date, last: date) -> dict[str, tuple[Any, Any]]:
    """The paths of the figures that change after the first day and by the last → (values up to the first day, all)."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in ruleset.policy.figures:
        given = ruleset.document.at(("figures", name, "value"))
        values: dict[str, Any] = given if isinstance(given, dict) else {}
        days = {text: day for text in values if isinstance(day := plain(text), date)}
        if any(first < day <= last for day in days.values()):
            old = [text for text, day in days.items() if day <= first] or [min(days, key=lambda text: days[text])]
            found[f"figures.{name}.value"] = ({text: values[text] for text in old}, values)
    return found


def beside(dated: Change, change: Change | None) -> Change:
    """The edits of both; where both set a figure, the second."""
    if change is None:
        return dated
    one, two = dated.document, change.document
    data = {**two.data, "set": {**one.data.get("set", {}), **two.data.get("set", {})}}
    values, keys = {**one.values, **two.values}, {**one.keys, **two.keys}
    return replace(change, document=replace(two, data=data, values=values, keys=keys))


def figures_of(start: Snapshot, base: Snapshot) -> list[Part]:
    """Return the part that lies in the data: of people in both periods, of those who joined, and of those who left."""
    one, two = start.outcome, base.outcome
    names, key = list(components(one) | components(two)), quoted(two.plan.key)
    shifts = [f"({money(two, 'm', name)}) - ({money(one, 'b', name)}) AS {quoted(name)}" for name in names]
    shifts += [f"({total(two, 'm')}) - ({total(one, 'b')}) AS {PAY}"]
    kind = f"CASE WHEN b.{key} IS NULL THEN 'joined' WHEN m.{key} IS NULL THEN 'left' ELSE 'figures' END AS {KIND}"
    sums = [f"COALESCE(SUM({name}), 0)" for name in (PAY, *map(quoted, names))]
    counts = [f"count(CASE WHEN {PAY} {sign} 0 THEN 1 END)" for sign in "><"]
    found = {
        row[0]: row[1:]
        for row in two.con.query(
            f"SELECT {KIND}, {', '.join([*counts, *sums])} FROM (SELECT {', '.join([kind, *shifts])} "
            f"FROM {quoted(start.rows)} b FULL JOIN {quoted(base.rows)} m ON m.{key} = b.{key}) GROUP BY {KIND}"
        )
    }
    parts = []
    for name in ("figures", "joined", "left"):
        gain, lose, cost, *costs = found.get(name, (0, 0, *[Decimal("0.00")] * (len(names) + 1)))
        parts.append(Part(name, (), dict(zip(names, map(Decimal, costs), strict=True)), Decimal(cost), gain, lose))
    return parts


def people_of(start: Snapshot, base: Snapshot, whole: Tried) -> tuple[Person, ...]:
    """Those whose pay differs most between the periods, at most MOST_PEOPLE, with what the policy adds to it."""
    with trial(base, *whole) as after:
        key = quoted(after.plan.key)
        pays = [total(outcome, side) for outcome, side in ((start.outcome, "b"), (base.outcome, "m"), (after, "a"))]
        ids, names = (f"COALESCE(b.{one}, m.{one}, a.{one})" for one in (key, "name"))
        found = after.con.query(
            f"SELECT {ids}, {names}, {', '.join(pays)} "
            f"FROM {quoted(start.rows)} b FULL JOIN {quoted(base.rows)} m ON m.{key} = b.{key} "
            f"FULL JOIN {quoted(after.relation)} a ON a.{key} = COALESCE(m.{key}, b.{key}) "
            f"WHERE {pays[0]} <> {pays[1]} OR {pays[1]} <> {pays[2]} "
            f"ORDER BY ABS(({pays[2]}) - ({pays[0]})) DESC, 1 LIMIT {MOST_PEOPLE}"
        )
    return tuple(
        Person(who, name or "", Decimal(was), held - was, now - held, Decimal(now))
        for who, name, was, held, now in found
    )
