"""The facts of a case as rows of the canonical tables, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from incentives.cases.model import Decision, Delivered, Order, Target
from incentives.cases.read import Actor, Setting, Story
from incentives.faults import Place
from incentives.language.near import near_names
from incentives.ruleset.edits import moved
from incentives.ruleset.placed import Path
from incentives.ruleset.refused import faults_of
from incentives.tables.periods import Period, parse_period, period_of, period_on
from incentives.tables.readers.rows import Row

Shape = TypeVar("Shape", bound=BaseModel)
MISSING = "missing"
PERSONAL = {"name", "hired_on", "left_on", "left_reason"}
GONE = "1990-01-01"  # a person on file who has left long ago: may share an order, and is assessed nowhere


@dataclass
class Facts:
    """The rows of a case by table, no row of one key twice; `units`: regions, teams and customers that are named."""

    rows: dict[str, dict[tuple[object, ...], tuple[Row, Place]]] = field(default_factory=dict)
    units: set[tuple[str, str]] = field(default_factory=set)

    def add(self, table: str, key: tuple[object, ...], row: Row, place: Place) -> None:
        """Add a row; the first of a key stays."""
        self.rows.setdefault(table, {}).setdefault(key, (row, place))


def facts_of(setting: Setting, story: Story) -> Facts:
    """All rows of a case; faults of what it names are noted in the setting."""
    facts = Facts()
    for actor in story.actors:
        add_person(setting, facts, story, actor)
    for actor in story.actors:
        add_snapshots(setting, facts, story, actor)
        add_targets(setting, facts, story, actor)
        add_records(setting, facts, story, actor)
        add_orders(setting, facts, story, actor)
    for day, kind in story.case.calendar.items():
        place = setting.document.key_place((*story.path, "calendar", day))
        facts.add("calendar", (day,), {"on": day, "kind": kind}, place)
    for currency, dated in story.case.rates.items():
        for day, rate in dated.items():
            place = setting.document.key_place((*story.path, "rates", currency, day))
            facts.add("rates", (currency, day), {"currency": currency, "on": day, "rate": rate}, place)
    return facts


def attributes_of(story: Story, actor: Actor) -> dict[str, object]:
    """The attributes of a person: the closest that say something; the case's own region where none is named."""
    found: dict[str, object] = {"name": actor.who, "region": story.name}
    for _, layer in actor.layers:
        found |= layer.rep.model_dump(exclude_none=True)
    return found


def add_person(setting: Setting, facts: Facts, story: Story, actor: Actor) -> None:
    """The row of the subjects' table, and of the postings where there are any."""
    plan, document = setting.plan, setting.document
    row: Row = {plan.key: actor.key, **attributes_of(story, actor)}
    manager = f"{story.name} {row.get('manager_id')}"
    if any(manager == other.key for other in story.actors):
        row["manager_id"] = manager
    facts.add(f"{plan.subject}s", (actor.key,), row, document.key_place(actor.path))
    posted = [row]
    for index, posting in enumerate(actor.person.postings):
        kept = {name: value for name, value in row.items() if name not in PERSONAL}
        said = posting.model_dump(exclude_none=True, exclude={"from_", "to"})
        posted.append({**kept, "from": posting.from_, "to": posting.to, **said})
        place = document.place((*actor.path, "postings", index))
        facts.add("postings", (actor.key, index), posted[-1], place)
    facts.units |= {(unit, str(one[unit])) for one in posted for unit in ("region", "team") if one.get(unit)}


def add_snapshots(setting: Setting, facts: Facts, story: Story, actor: Actor) -> None:
    """The delivered metrics; what is stated closer to the person replaces what is stated for all."""
    metrics = setting.ruleset.policy.metrics
    for (period, metric), (value, path) in stated(setting, story, actor, "given").items():
        found = shaped(setting, Delivered, value, path)
        if found is None:
            continue
        source = found.source or next(iter(metrics[metric].source or ()), None)
        at = (*path, "value") if isinstance(value, dict) else path
        row: Row = {
            setting.plan.key: actor.key, "period": period, "metric": metric, "value": found.value,
            "source": source,
        }  # fmt: skip
        facts.add("snapshots", (actor.key, period, metric), row, setting.document.place(at))


def add_targets(setting: Setting, facts: Facts, story: Story, actor: Actor) -> None:
    """The targets, named as the policy names them; those of a unit are of the unit that the person is posted to."""
    policy = setting.ruleset.policy
    attributes = attributes_of(story, actor)
    for (period, name), (value, path) in stated(setting, story, actor, "targets").items():
        target = policy.targets[name]
        owner = {"rep": actor.key, "company": None}.get(target.scope, attributes.get(target.scope))
        for index, one in enumerate(value if isinstance(value, list) else [value]):
            at: Path = (*path, index) if isinstance(value, list) else path
            agreed = shaped(setting, Target, one, at)
            if agreed is None:
                continue
            signed = first_day(period, setting)
            row: Row = {
                "scope": target.scope, "subject_id": owner, "period": period, "metric": target.metric or name,
                "base": agreed.base, "stretch": agreed.stretch,
                "rep_signed_on": signed if agreed.signed in {"both", "rep_only"} else None,
                "manager_signed_on": signed if agreed.signed in {"both", "manager_only"} else None,
                "revised_on": agreed.revised_on, "reason": agreed.reason,
            }  # fmt: skip
            key = (target.scope, owner, period, target.metric or name, index)
            facts.add("targets", key, row, setting.document.place(at))
            if target.scope == "company":
                facts.units.add(("company", ""))


def add_records(setting: Setting, facts: Facts, story: Story, actor: Actor) -> None:
    """Add the rows of history, events and decisions."""
    document, who = setting.document, {setting.plan.key: actor.key}
    for period, record in actor.person.history.items():
        row: Row = {**who, "period": period, "total": record.total, "grade": record.grade}
        facts.add("history", (actor.key, period), row, document.key_place((*actor.path, "history", period)))
    for index, event in enumerate(actor.person.events):
        row = {**who, **event.model_dump(exclude_none=True, exclude={"customer"}), "customer_id": event.customer}
        facts.units |= {("customer", event.customer)} if event.customer else set()
        facts.add("events", (actor.key, index), row, document.place((*actor.path, "events", index)))
    for period, about, value, path in entries_of(setting, (*actor.path, "decisions"), actor.person.decisions):
        decision = shaped(setting, Decision, value, path)
        if decision is None:
            continue
        row = {
            **who, "period": period or story.period.id, "about": about, "decision": decision.decision,
            "reason": decision.reason, "decided_by": decision.by, "decided_on": decision.on,
        }  # fmt: skip
        facts.add("decisions", (actor.key, period, about), row, document.key_place(path))


def add_orders(setting: Setting, facts: Facts, story: Story, actor: Actor) -> None:
    """Orders and their credits; whoever else they name is on file, and is assessed only where the case has them."""
    for index, order in enumerate(actor.person.orders):
        order_id, path = f"{actor.key}-{index + 1}", (*actor.path, "orders", index)
        place = setting.document.place(path)
        order = like_its_order(actor, order)
        own = f"{actor.key}-{order.reverses or index + 1}"
        customer = order.customer or (actor.key if setting.plan.subject == "customer" else own)
        facts.units |= {("customer", order.customer)} if order.customer else set()
        row: Row = {
            "order_id": order_id, "rep_id": known_person(setting, facts, story, actor, order.rep or "rep", place),
            "customer_id": customer, "ordered_on": order.on, "amount": order.amount, "margin": order.margin,
            "product_line": order.product_line, "due_on": order.due_on, "returned_on": order.returned_on,
            "currency": order.currency, "reverses": f"{actor.key}-{order.reverses}" if order.reverses else None,
        }  # fmt: skip
        facts.add("orders", (order_id,), row, place)
        for day, amount in order.receipts.items():
            at = setting.document.key_place((*path, "receipts", day))
            facts.add("receipts", (order_id, day), {"order_id": order_id, "on": day, "amount": amount}, at)
        add_credits(setting, facts, story, actor, order, order_id, path)


def like_its_order(actor: Actor, order: Order) -> Order:
    """A credit note with the rep, the customer and the currency of its order, where it states none."""
    orders = actor.person.orders
    if order.reverses is None or order.reverses > len(orders):
        return order
    of = orders[order.reverses - 1]
    told = {name: getattr(order, name) or getattr(of, name) for name in ("rep", "customer", "currency")}
    return order.model_copy(update=told)


def add_credits(
    setting: Setting, facts: Facts, story: Story, actor: Actor, order: Order, order_id: str, path: Path
) -> None:
    """Add the credits of an order."""
    for who, share in order.credits.items():
        place = setting.document.place((*path, "credits", who))
        rep = known_person(setting, facts, story, actor, who, place)
        facts.add("credits", (order_id, rep), {"order_id": order_id, "rep_id": rep, "share": share}, place)


def known_person(setting: Setting, facts: Facts, story: Story, actor: Actor, who: str, place: Place) -> str:
    """The key of `rep` (the person of the case), of another of its persons, or of somebody put on file for it."""
    if who == "rep":
        return actor.key
    key = f"{story.name} {who}"
    if setting.plan.subject == "rep" and all(key != other.key for other in story.actors):
        row: Row = {"rep_id": key, "name": who, "hired_on": GONE, "left_on": GONE}
        facts.add("reps", (key,), row, place)
    return key


# ---- what is stated, in layers ----


def stated(setting: Setting, story: Story, actor: Actor, key: str) -> dict[tuple[str, str], tuple[Any, Path]]:
    """`given` or `targets` by period and name, the closest layer of all, each with its path.

    Without a period a value holds for every period of its grain within the case's, or for the one around it.
    """
    found: dict[tuple[str, str], tuple[Any, Path]] = {}
    for above, layer in actor.layers:
        entries = sorted(entries_of(setting, (*above, key), getattr(layer, key)), key=lambda entry: bool(entry[0]))
        for period, name, value, path in entries:
            grain = grain_of(setting, key, name, path)
            if grain is None:
                continue
            for one in [period] if period else periods_within(story.period, grain, setting.plan.roll.fiscal_start):
                found[one, name] = (value, path)
    return {at: (value, path) for at, (value, path) in found.items() if value != MISSING}


def entries_of(setting: Setting, path: Path, data: dict[str, Any]) -> Iterator[tuple[str, str, Any, Path]]:
    """(period as written or "", name, value, path) of everything under `given`, `targets` or `decisions`."""
    for key, value in data.items():
        if parse_period(key, setting.plan.roll.fiscal_start) is None:
            yield "", key, value, (*path, key)
        elif isinstance(value, dict):
            yield from ((key, name, inner, (*path, key, name)) for name, inner in value.items())
        else:
            setting.fault("not_mapping", (*path, key), key=key)


def grain_of(setting: Setting, key: str, name: str, path: Path) -> str | None:
    """The grain in which a metric or target is kept; None, with a fault noted, where the policy has no such name."""
    policy = setting.ruleset.policy
    known = policy.metrics if key == "given" else policy.targets
    if name in known:
        metric = policy.metrics[name] if key == "given" else None
        return (metric.grain if metric else None) or policy.grain
    close = next(iter(near_names(name, known, 1)), "")
    code = "metric_unknown" if key == "given" else "target_unknown"
    setting.fault(f"{code}_close" if close else code, path, at_key=True, name=name, close=close, known=", ".join(known))
    return None


def periods_within(period: Period, grain: str, fiscal_start: int) -> list[str]:
    """The ids of the periods of a grain within another period, or of the one around it."""
    low, high = (period_on(grain, day, fiscal_start).number for day in (period.first, period.last))
    return [period_of(grain, n, fiscal_start).id for n in range(low, high + 1)]


def first_day(period: str, setting: Setting) -> object:
    """The first day of a period, on which its targets are signed."""
    found = parse_period(period, setting.plan.roll.fiscal_start)
    return found.first if found else None


def shaped(setting: Setting, shape: type[Shape], data: Any, path: Path) -> Shape | None:
    """Data in its form; None, with its faults noted, where it has another."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        whole = setting.document
        values, keys = (moved(places, path, ()) for places in (whole.values, whole.keys))
        part = replace(whole, data=data, values=values, keys=keys)
        setting.faults.extend(fault for fault in faults_of(error, part, shape) if fault not in setting.faults)
        return None
