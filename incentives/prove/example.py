"""An example as rows of the tables, run through the engine: the figures that really come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from incentives.execution.assess import assess
from incentives.faults import Place, RefusedError
from incentives.language.types import NumberType
from incentives.plan.columns import (
    Aggregated,
    Column,
    Concluded,
    Counted,
    Delivered,
    Given,
    Plan,
    Ranked,
    RolledUp,
    Stood,
    Targeted,
    Vested,
)
from incentives.plan.graph import closure, reads_in_any_period
from incentives.plan.names import step_of
from incentives.prove.model import Example, Figure
from incentives.prove.period_context import Key, Setting
from incentives.prove.witness_rows import OTHER, brought
from incentives.ruleset import Ruleset
from incentives.tables import tables_from_rows
from incentives.tables.periods import MONTHS, period_of, period_on
from incentives.tables.readers.rows import Row

KEY = "example"
POOLS = ("scored", "pool")
ANY = object()  # a figure of which nothing is expected
ATTRIBUTES = ("level", "track", "team", "region", "product_line", "base_salary")


@dataclass(frozen=True)
class Trial:
    """Reps of one setting with what is given of each, and the figures that are expected of each."""

    setting: Setting
    reps: tuple[Mapping[str, Figure], ...]
    expected: tuple[Mapping[str, object], ...]

    @property
    def names(self) -> list[str]:
        """The columns that are expected."""
        return list(dict.fromkeys(name for one in self.expected for name in one))


def run_trials(ruleset: Ruleset, trials: Sequence[Trial]) -> list[tuple[Example, ...]]:
    """Return the engine's outcome of each trial; empty where it differs from the expected one, or such a row is
    refused.

    Reps who cannot tell that others are there are run together.
    """
    found: dict[int, tuple[Example, ...]] = {}
    together: dict[str, list[tuple[int, Trial]]] = {}
    for number, trial in enumerate(trials):
        if is_wide(trial):
            ran = [
                run_apart(ruleset, [replace(trial, reps=(r,), expected=(e,))])[0]
                for r, e in zip(trial.reps, trial.expected, strict=True)
            ]
            found[number] = tuple(one for each in ran for one in each) if all(ran) else ()
        else:
            together.setdefault(named(trial.setting), []).append((number, trial))
    for several in together.values():
        ran = run_apart(ruleset, [trial for _, trial in several])
        found |= {number: one for (number, _), one in zip(several, ran, strict=True)}
    return [found[number] for number in range(len(trials))]


def run_apart(ruleset: Ruleset, trials: list[Trial]) -> list[tuple[Example, ...]]:
    """Trials of one setting run together; in halves where that is refused, since one that is refuses all."""
    ran = run_together(ruleset, trials)
    if ran is not None:
        return ran
    half = len(trials) // 2
    return [*run_apart(ruleset, trials[:half]), *run_apart(ruleset, trials[half:])] if half else [()]


def is_wide(trial: Trial) -> bool:
    """Return whether a rep's figures look at others who may be there: beyond a region of their own, or in a named
    one."""
    hows = [column.how for column in trial.setting.cone(trial.names).values()]
    around = [how for how in hows if isinstance(how, Ranked | Counted) or (isinstance(how, RolledUp) and how.within)]
    alone = all(not given.get("region") and not given.get("team") for given in trial.reps)
    apart = [
        how for how in around if {"region", "team"} & {*(how.within if not isinstance(how, RolledUp) else [how.within])}
    ]
    return bool(around) and not (alone and len(apart) == len(around))


def run_together(ruleset: Ruleset, trials: Sequence[Trial]) -> list[tuple[Example, ...]] | None:
    """Return the engine's outcomes of trials of one setting, in one set of data; None where it refuses them."""
    setting = trials[0].setting
    names = list(dict.fromkeys(name for trial in trials for name in trial.names))
    tables: dict[str, list[Row]] = {}
    keys: list[list[str]] = []
    for n, trial in enumerate(trials):
        keys.append([f"{KEY} {n + 1}.{m + 1}" for m in range(len(trial.reps))])
        for key, given in zip(keys[-1], trial.reps, strict=True):
            for number, period in enumerate(setting.periods):
                for table, rows in rows_of(ruleset, replace(setting, period=period, alike=1), key, given).items():
                    if not number or table != f"{setting.plan.subject}s":  # the rep is the same in all
                        tables.setdefault(table, []).extend(rows)
    try:
        loaded = tables_from_rows(tables, ruleset, Place(""))
        outcome = assess(ruleset, loaded, [setting.period.id], narrowed(setting, names))
    except RefusedError:
        return None
    made = {key: dict(zip(names, rest, strict=True)) for key, *rest in outcome.rows([setting.plan.key, *names])}
    found = []
    for trial, mine in zip(trials, keys, strict=True):
        examples = tuple(
            Example(named(setting), given, {name: made[key][name] for name in trial.names})
            for key, given in zip(mine, trial.reps, strict=True) if key in made
        )  # fmt: skip
        found.append(examples if all(map(agrees, examples, trial.expected)) else ())
    return found


def named(setting: Setting) -> str:
    """The period of a setting, or its periods."""
    first, last = setting.periods[0].id, setting.period.id
    return first if first == last else f"{first}..{last}"


def agrees(example: Example, expected: Mapping[str, object]) -> bool:
    """Return whether the engine came to what is expected; anything will do where nothing is."""
    return all(value is ANY or example.figures[name] == value for name, value in expected.items())


def narrowed(setting: Setting, names: Sequence[str]) -> Plan:
    """The plan with the columns alone that these need, which is quicker to run."""
    plan = setting.plan
    pools = [name for name in setting.world.columns if step_of(name) in POOLS]  # an assessment tells who shares in none
    needed = needed_for(setting, [*names, *pools, "assessment", "grade"])
    frames = {
        frame: tuple(tuple(c for c in stage if is_kept(c, frame, needed)) for stage in stages)
        for frame, stages in plan.frames.items()
        if frame == plan.grain or any(key[0] == frame for key in needed)
    }
    state = any(isinstance(setting.known[key].how, Concluded | Stood) for key in needed)
    return plan if state else replace(plan, frames=frames, rules=(), courses=())


def needed_for(setting: Setting, names: Sequence[str]) -> set[Key]:
    """Columns and all that they need, also of earlier periods, with what checks them."""
    checks: dict[Key, list[Key]] = {}
    for (frame, name), column in setting.known.items():
        if column.role == "check":
            checks.setdefault((frame, column.item), []).append((frame, name))

    def needs(key: Key) -> list[Key]:
        found = [*reads_in_any_period(setting.known[key]), *checks.get(key, [])]
        return [one for one in found if one in setting.known]

    start = [(setting.plan.grain, name) for name in names]
    return {*closure((key for key in start if key in setting.known), needs)}


def is_kept(column: Column, frame: str, needed: set[Key]) -> bool:
    """Return whether a column is needed, or belongs to every row."""
    return isinstance(column.how, Given) or (frame, column.name) in needed


def rows_of(ruleset: Ruleset, setting: Setting, key: str, given: Mapping[str, Figure]) -> dict[str, list[Row]]:
    """The rows of one rep, employed for the whole period."""
    plan = setting.plan
    rep: Row = {plan.key: key, "name": key, "hired_on": hired(setting, given), "status": "active"}
    rep |= {name: value for name in ATTRIBUTES if (value := given.get(name)) is not None}
    rep.setdefault("region", key)
    rep.setdefault("team", key)
    tables: dict[str, list[Row]] = {f"{plan.subject}s": [rep], "snapshots": [], "targets": []}
    targets: dict[tuple[str, str], Row] = {}
    columns = setting.world.columns
    for name in sorted({*given, *needed(setting)}):
        column = columns[name]
        value = given[name] if name in given else at_rest(column)
        if isinstance(column.how, Delivered):
            tables["snapshots"] += [snapshot(ruleset, column.how.metric, setting.period.id, value)]
        elif isinstance(column.how, RolledUp):
            tables["snapshots"] += finer(ruleset, setting, column, value)
        elif isinstance(column.how, Targeted):
            note_target(setting, targets, column, value, rep)
        elif isinstance(column.how, Aggregated):
            rows = brought(setting, key, column, value, given)
            tables.setdefault(column.how.table, []).extend(rows)
            if column.how.table == "orders" and any(isinstance(c.how, Vested) for c in columns.values()):
                tables.setdefault("receipts", []).extend(paid_at_once(row) for row in rows)
    for row in tables["snapshots"]:
        row[plan.key] = key
    tables["snapshots"] = [row for row in tables["snapshots"] if row["value"] is not None]
    tables["targets"] = list(targets.values())
    made = {name: rows for name, rows in tables.items() if rows}
    if len(made) == 1:  # something has to name the period
        made["events"] = [{plan.key: key, "happened_on": setting.period.first, "kind": OTHER}]
    return made


def paid_at_once(order: Row) -> Row:
    """The receipt of an order that is paid on its day, so that nothing of it is held back."""
    return {"order_id": order["order_id"], "paid_on": order["ordered_on"], "amount": order["amount"]}


def needed(setting: Setting) -> list[str]:
    """The columns that have to be delivered, whatever is asked."""
    return [c.name for c in setting.plan.columns() if isinstance(c.how, Delivered) and c.how.required]


def at_rest(column: Column) -> Figure:
    """A value of what has to be delivered and matters to nothing that is asked."""
    if not isinstance(column.type, NumberType):
        return False
    return max(column.type.low, min(column.type.high, Decimal(0)))


def snapshot(ruleset: Ruleset, metric: str, period: str, value: Figure) -> Row:
    """A delivered value, from the first source that may deliver it."""
    source = next(iter(ruleset.policy.metrics[metric].source or ()), None)
    return {"period": period, "metric": metric, "value": value, "source": source}


def finer(ruleset: Ruleset, setting: Setting, column: Column, value: Figure) -> list[Row]:
    """A value of the period as values of its shorter periods: of a sum, all in the first of them."""
    how, start = column.how, setting.plan.roll.fiscal_start
    assert isinstance(how, RolledUp)
    if value is None:
        return []
    source = setting.known[how.finer, how.of].how
    assert isinstance(source, Delivered)
    first, last = (period_on(how.finer, day, start).number for day in (setting.period.first, setting.period.last))
    values: list[Figure] = [value] * (last - first + 1)
    if how.take == "sum":
        values[1:] = [Decimal(0) if source.required else None] * (last - first)
    ids = [period_of(how.finer, number, start).id for number in range(first, last + 1)]
    return [snapshot(ruleset, source.metric, one, v) for one, v in zip(ids, values, strict=True)]


def note_target(
    setting: Setting, targets: dict[tuple[str, str], Row], column: Column, value: Figure, rep: Row
) -> None:  # fmt: skip
    """Put a side of a target, or that it is signed, into the row of the target."""
    how = column.how
    assert isinstance(how, Targeted)
    if value is None or value is False:
        return
    owner = {"rep": rep[setting.plan.key], "company": None}.get(how.scope, rep.get(how.scope))
    row = targets.setdefault((how.scope, how.metric), {
        "scope": how.scope, "subject_id": owner, "period": setting.period.id, "metric": how.metric,
        "rep_signed_on": setting.period.first, "manager_signed_on": setting.period.first,
    })  # fmt: skip
    if how.side != "signed":
        row[how.side] = value


def hired(setting: Setting, given: Mapping[str, Figure]) -> date | None:
    """The day on which the rep was hired: the one given, or the one that makes the months of service given."""
    if "hired_on" in given:
        day = given["hired_on"]
        return day if isinstance(day, date) else None
    months = given.get("tenure_months", Decimal(MONTHS[setting.plan.grain] - 1))
    if not isinstance(months, Decimal):
        return None
    last = setting.period.last
    year, month = divmod(last.year * 12 + last.month - 1 - int(months), 12)
    return date(year, month + 1, 1)
