"""The cases beside a ruleset, run: those of one person together in one set of data, and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from incentives.cases.expect import Difference, Expected, agrees, columns_for, expected_of, refusal_of, shown
from incentives.cases.facts import Facts, facts_of
from incentives.cases.read import Setting, Story, read_cases
from incentives.faults import Fault, Place, RefusedError
from incentives.language.tree import Title
from incentives.outcome.assess import assess, frame_for
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.ruleset import Ruleset, load_ruleset
from incentives.ruleset.edits import moved
from incentives.ruleset.overlay import apply_overlay, read_layers
from incentives.ruleset.placed import Document
from incentives.ruleset.ruleset import ruleset_of
from incentives.tables import tables_from_rows
from incentives.tables.readers.rows import Row

NOTHING = Title("–", "–")  # no row of that person in the period, or no refusal


@dataclass(frozen=True)
class Verdict:
    """How many cases there are, which rows of the policy they show, and what came out differently."""

    cases: int
    shows: frozenset[str]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Prepared:
    """A case ready to run."""

    story: Story
    facts: Facts
    expected: tuple[Expected, ...]

    @property
    def refused(self) -> Expected | None:
        """The refusal that the case expects."""
        return next((one for one in self.expected if one.column is None), None)


@dataclass
class Batch:
    """Cases that run in one set of data: a `single` one, or several that name no region, team or customer in common."""

    cases: list[Prepared]
    units: set[tuple[str, str]]
    single: bool


def cases_file(ruleset: str | Path) -> Path:
    """Where the cases of a ruleset stand: `sales.cases.yaml` beside `sales.yaml`."""
    return Path(ruleset).with_suffix(".cases.yaml")


def judge(path: str | Path) -> Verdict:
    """Run the cases beside the ruleset at `path`.

    Raises RefusedError with every fault of the ruleset, or else of the cases file and of the data that it states.
    """
    ruleset = load_ruleset(path)
    plan = compile_plan(ruleset)
    setting, stories = read_cases(cases_file(path), ruleset, plan)
    prepared = [prepare(setting, story) for story in stories]
    if any(not fault.warning for fault in setting.faults):
        raise RefusedError(ordered(setting.faults))
    document = read_layers(path)
    found: list[Difference] = []
    faults: list[Fault] = []
    for batches in grouped(prepared, shared_by_all(ruleset)):
        try:
            variant = variant_of(document, setting.document, batches[0].cases[0].story, ruleset, plan)
        except RefusedError as error:
            found += refusals(batches, error, faults)
            continue
        for batch in batches:
            found += run_batch(batch, *variant, faults)
    if faults:
        raise RefusedError(ordered(faults))
    order = {story.name: n for n, story in enumerate(stories)}
    found.sort(key=lambda one: (order[one.case], one.place))
    shows = frozenset(row for story in stories for row in story.case.shows)
    return Verdict(len(stories), shows, tuple(found))


def prepare(setting: Setting, story: Story) -> Prepared:
    """A case as rows and expected figures."""
    columns = columns_for(setting.plan.columns(frame_for(setting.plan, story.period.grain)))
    return Prepared(story, facts_of(setting, story), expected_of(setting, story, columns))


def ordered(faults: Iterable[Fault]) -> list[Fault]:
    """Faults by place, each once."""
    kept: list[Fault] = []
    for fault in sorted(faults, key=lambda fault: fault.place):
        if fault not in kept:
            kept.append(fault)
    return kept


# ---- which cases run together ----


def grouped(cases: list[Prepared], alone: bool) -> list[list[Batch]]:
    """The cases in lists of batches, a list for each variant of the policy."""
    groups: dict[tuple[object, ...], dict[tuple[object, ...], list[Batch]]] = {}
    for case in cases:
        written = case.story.case
        variant = tuple(sorted((path, str(value)) for path, value in written.set.items()))
        same = (case.story.period.id, tuple(sorted(written.calendar.items())))
        batches = groups.setdefault(variant, {}).setdefault(same, [])
        single = alone or case.refused is not None or ("company", "") in case.facts.units
        fitting = (b for b in batches if not b.single and not b.units & case.facts.units)
        batch = None if single else next(fitting, None)
        if batch is None:
            batches.append(Batch([case], set(case.facts.units), single))
        else:
            batch.cases.append(case)
            batch.units |= case.facts.units
    return [[batch for batches in group.values() for batch in batches] for group in groups.values()]


def shared_by_all(ruleset: Ruleset) -> bool:
    """Whether the policy looks over the whole company, so that no two cases may run together."""
    policy = ruleset.policy
    spread = policy.grade.distribution if policy.grade else None
    units = [metric.within for metric in policy.metrics.values()] + [spread.within if spread else None]
    return "company" in units


# ---- one variant, one batch ----


def variant_of(document: Document, cases: Document, story: Story, ruleset: Ruleset, plan: Plan) -> tuple[Ruleset, Plan]:
    """The policy with what a case sets in it. Raises RefusedError."""
    if not story.case.set:
        return ruleset, plan
    path = (*story.path, "set")
    values, keys = (moved(places, path, ("set",)) for places in (cases.values, cases.keys))
    changes = replace(cases, data={"set": story.case.set}, values=values, keys=keys, faults=())
    changed, faults = ruleset_of(apply_overlay(document, changes))
    if changed is None or any(not fault.warning for fault in faults):
        raise RefusedError(faults)
    return changed, compile_plan(changed)


def run_batch(batch: Batch, ruleset: Ruleset, plan: Plan, faults: list[Fault]) -> list[Difference]:
    """What comes out of a batch differently than expected."""
    names = sorted({one.column.name for case in batch.cases for one in case.expected if one.column})
    try:
        rows = figures(batch, ruleset, plan, names)
    except RefusedError as error:
        return refusals([batch], error, faults)
    found = []
    for case in batch.cases:
        for one in case.expected:
            row = rows.get(one.key)
            if one.column is None:
                found.append(difference(case, one, NOTHING))
            elif row is None or not agrees(one.value, row[one.column.name]):
                got = shown(row[one.column.name], one.value) if row else ""
                found.append(difference(case, one, Title(got, got) if got else NOTHING))
    return found


def figures(batch: Batch, ruleset: Ruleset, plan: Plan, names: list[str]) -> dict[str, dict[str, Any]]:
    """The named figures by person. Raises RefusedError."""
    rows: dict[str, list[Row]] = {}
    places: dict[str, list[Place]] = {}
    for case in batch.cases:
        for table, given in case.facts.rows.items():
            rows.setdefault(table, []).extend(row for row, _ in given.values())
            places.setdefault(table, []).extend(place for _, place in given.values())
    story = batch.cases[0].story
    start = next(iter(places.values()))[0]
    tables = tables_from_rows(rows, ruleset, Place(start.file), places)
    outcome = assess(ruleset, tables, [story.period.id], plan)
    where = f"period = '{story.period.id}'"
    found = outcome.rows([plan.key, *names], where)
    return {key: dict(zip(names, values, strict=True)) for key, *values in found}


def refusals(batches: list[Batch], error: RefusedError, faults: list[Fault]) -> list[Difference]:
    """What a refusal means: as expected, or the wrong one; where none was expected it is a fault of the cases."""
    found = []
    for case in (case for batch in batches for case in batch.cases):
        if case.refused is None:
            faults += [placed(fault, batches) for fault in error.faults if not fault.warning]
            continue
        said, wanted = refusal_of(error), str(case.refused.value).casefold()
        if not any(wanted in text.casefold() for message in said for text in (message.zh, message.en)):
            found.append(difference(case, case.refused, said[0]))
    return found


def placed(fault: Fault, batches: list[Batch]) -> Fault:
    """A fault of the data, at the person that it speaks of where it has no place of its own."""
    if fault.place.line:
        return fault
    for case in (case for batch in batches for case in batch.cases):
        for rows in case.facts.rows.values():
            for (key, *_), (_, place) in rows.items():
                if key == fault.about.get("key"):
                    return replace(fault, place=place)
    return fault


def difference(case: Prepared, one: Expected, got: Title) -> Difference:
    """An expected figure beside the one that came out."""
    expected = shown(one.value, one.value)
    return Difference(case.story.name, case.story.case.title, one.person, one.column, expected, got, one.place)
