"""The cases beside a ruleset, run: those of one person together in one set of data, and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from incentives.cases.apart import Batch, Prepared, grouped
from incentives.cases.conclusions import (
    as_expected,
    conclusions_of,
    expected_conclusions,
    expected_steps,
    got_of,
    steps_of,
)
from incentives.cases.expect import (
    CONCLUSIONS,
    PROCEDURES,
    Difference,
    Expected,
    agrees,
    columns_for,
    expected_of,
    refusal_of,
    shown,
)  # fmt: skip
from incentives.cases.facts import facts_of
from incentives.cases.read import Setting, Story, read_cases
from incentives.execution.assess import assess, frame_for
from incentives.faults import Fault, Place, RefusedError
from incentives.language.tree import Title
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.plan.compile import compile_plan
from incentives.plan.part import part_for
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
    """The number of cases, the rows of the policy that they show, and the differences."""

    cases: int
    shows: frozenset[str]
    differences: tuple[Difference, ...]


def cases_file(ruleset: str | Path) -> Path:
    """Return the file with the cases of a ruleset: `sales.cases.yaml` beside `sales.yaml`."""
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
    for batches in grouped(prepared, plan):
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
    frame = frame_for(setting.plan, story.period.grain)
    rules = {rule.name: rule for rule in setting.plan.rules if rule.grain == frame}
    expected = list(expected_of(setting, story, columns_for(setting.plan.columns(frame))))
    for actor in story.actors:
        if CONCLUSIONS in actor.person.expect:
            expected += expected_conclusions(setting, actor, rules)
        if PROCEDURES in actor.person.expect:
            expected += expected_steps(setting, actor)
    if not expected and not setting.faults:
        setting.fault("case_expects_nothing", story.path, at_key=True, case=story.name)
    return Prepared(story, facts_of(setting, story), tuple(expected))


def ordered(faults: Iterable[Fault]) -> list[Fault]:
    """Faults by place, each once."""
    kept: list[Fault] = []
    for fault in sorted(faults, key=lambda fault: fault.place):
        if fault not in kept:
            kept.append(fault)
    return kept


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
    return changed, compile_plan(changed, plan)


def run_batch(batch: Batch, ruleset: Ruleset, plan: Plan, faults: list[Fault]) -> list[Difference]:
    """Return the differences between the expected and the actual figures of a batch."""
    expected = [(case, one) for case in batch.cases for one in case.expected]
    names = sorted({one.name for _, one in expected if one.name and not one.part})
    called = {actor.key: actor.who for case in batch.cases for actor in case.story.actors}
    try:
        outcome = assessed(batch, ruleset, plan)
    except RefusedError as error:
        return refusals([batch], error, faults)
    where = f"period = '{outcome.periods[0]}'"
    rows = {key: dict(zip(names, found, strict=True)) for key, *found in outcome.rows([plan.key, *names], where)}
    drawn = conclusions_of(outcome, called) if any(one.part and not one.procedure for _, one in expected) else {}
    steps = steps_of(outcome) if any(one.procedure for _, one in expected) else {}
    differing = []
    for case, one in expected:
        row = rows.get(one.key)
        if row is None or not one.name:
            differing.append(difference(case, one, NOTHING))
        elif one.part and not as_expected(one, got := (steps if one.procedure else drawn).get((one.key, one.name))):
            text = shown(got_of(one, got), one.value)
            differing.append(difference(case, one, Title(text, text)))
        elif not one.part and not agrees(one.value, row[one.name]):
            text = shown(row[one.name], one.value)
            differing.append(difference(case, one, Title(text, text)))
    return differing


def assessed(batch: Batch, ruleset: Ruleset, plan: Plan) -> Outcome:
    """The outcome of a batch in its period. Raises RefusedError."""
    rows: dict[str, list[Row]] = {}
    places: dict[str, list[Place]] = {}
    for case in batch.cases:
        for table, given in case.facts.rows.items():
            rows.setdefault(table, []).extend(row for row, _ in given.values())
            places.setdefault(table, []).extend(place for _, place in given.values())
    story = batch.cases[0].story
    start = next(iter(places.values()))[0]
    tables = tables_from_rows(rows, ruleset, Place(start.file), places)
    part = plan
    if not any(one.part or not one.name for case in batch.cases for one in case.expected):
        names = {one.name for case in batch.cases for one in case.expected}
        part = part_for(plan, frame_for(plan, story.period.grain), names)
    return assess(ruleset, tables, [story.period.id], part, remarked=False)


def refusals(batches: list[Batch], error: RefusedError, faults: list[Fault]) -> list[Difference]:
    """Return the differences of cases that expect a refusal; an unexpected refusal is a fault of the cases."""
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
    return Difference(case.story.name, case.story.case.title, one.person, one, expected, got, one.place)
