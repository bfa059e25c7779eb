"""A cases file → its cases by the form, with the place of every value, or all the faults that stop it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath

from pydantic import ValidationError

from incentives.cases.model import Case, Cases, Person, Shared, form_for
from incentives.faults import Fault, RefusedError
from incentives.plan.columns import Plan
from incentives.ruleset import Ruleset
from incentives.ruleset.edits import renamed, without
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.reader import scan_yaml
from incentives.ruleset.refused import faults_of, unknown_key, unknown_keys
from incentives.tables.periods import Period, parse_period

PER_PERSON = ("postings", "orders", "events", "history", "decisions", "expect")


@dataclass(frozen=True)
class Actor:
    """One person of a case: what the case calls them, the key in the data, the path in the file, and what is said of
    them, the broadest first."""

    who: str
    key: str
    path: Path
    person: Person
    layers: tuple[tuple[Path, Shared | Person], ...]


@dataclass(frozen=True)
class Story:
    """One case as it was written: about which period, and with whom."""

    name: str
    period: Period
    case: Case
    path: Path
    actors: tuple[Actor, ...]


@dataclass(frozen=True)
class Setting:
    """The policy and plan that cases are read against; `faults` collects the faults of the cases."""

    document: Document
    ruleset: Ruleset
    plan: Plan
    faults: list[Fault]

    def fault(self, code: str, path: Path, at_key: bool = False, **about: object) -> None:
        """Note a fault at the value of `path`, or at its key."""
        place = self.document.key_place(path) if at_key else self.document.place(path)
        self.faults.append(Fault(code, place, about))


def read_form(path: str | FilePath, subject: str) -> tuple[Cases | None, Document, list[Fault]]:
    """The cases in a file by their form, its document and its faults; None where the form is too wrong to go on.

    Unknown keys are taken for what was probably meant, so that the rest is checked in the same run.
    """
    try:
        document = scan_yaml(path)
    except RefusedError as error:
        empty = [Fault("cases_empty", fault.place) for fault in error.faults if fault.code == "yaml_empty"]
        raise RefusedError(empty or error.faults) from None
    faults, form = [*document.faults], form_for(subject)
    if not isinstance(document.data, dict):
        return None, document, [*faults, Fault("cases_form", document.place())]
    while True:
        try:
            return form.model_validate(document.data), document, faults
        except ValidationError as error:
            unknown = unknown_keys(error, document, form)
            if not unknown:
                return None, document, faults + faults_of(error, document, form)
            for at, close in unknown.items():
                faults.append(unknown_key(document, at, close, form))
                document = renamed(document, at, close) if close else without(document, at)


def read_cases(path: str | FilePath, ruleset: Ruleset, plan: Plan) -> tuple[Setting, list[Story]]:
    """The cases of a file, and the setting that gathers their faults. Raises RefusedError where the form is wrong."""
    form, document, faults = read_form(path, plan.subject)
    if form is None:
        raise RefusedError(sorted(faults, key=lambda fault: fault.place))
    setting = Setting(document, ruleset, plan, faults)
    stories = [story_of(setting, form.defaults, name, case) for name, case in form.cases.items()]
    return setting, [story for story in stories if story is not None]


def story_of(setting: Setting, defaults: Shared, name: str, case: Case) -> Story | None:
    """One case with its period and persons; None, with a fault noted, where it has no period."""
    path: Path = ("cases", name)
    period_path: Path = (*path, "period") if case.period else ("defaults", "period")
    text = case.period or defaults.period
    period = parse_period(text, setting.plan.roll.fiscal_start) if text else None
    if period is None:
        code = "case_period_unknown" if text else "case_period_missing"
        setting.fault(code, period_path if text else path, not text, case=name, period=text)
        return None
    shared: tuple[tuple[Path, Shared | Person], ...] = ((("defaults",), defaults), (path, case))
    if not case.reps:
        return Story(name, period, case, path, (Actor(name, name, path, case, shared),))
    reps: Path = (*path, f"{setting.plan.subject}s")
    for key in PER_PERSON:
        if getattr(case, key):
            setting.fault("case_not_under_person", (*path, key), at_key=True, key=key, persons=reps[-1])
    actors = tuple(
        Actor(who, f"{name} {who}", (*reps, who), person, (*shared, ((*reps, who), person)))
        for who, person in case.reps.items()
    )
    return Story(name, period, case, path, actors)
