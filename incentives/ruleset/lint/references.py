"""Names that refer to other parts of the policy: metrics, targets, scorecards, grades and figures that must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incentives.faults import Fault, Place
from incentives.language.flaws import FIGURES, near_figure
from incentives.language.near import near_names
from incentives.ruleset.lint.stated import stated
from incentives.ruleset.model import Grade, Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.units import NUMBERS


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault for every unknown name outside formulas; the plan checks names in formulas."""
    yield from _figures(policy, document)
    yield from _metrics(policy, document)
    yield from _items(policy, document)
    if policy.grade:
        yield from _grade(policy, policy.grade, document)
    yield from _pay(policy, document)


def unknown(code: str, name: str, known: Iterable[str], place: Place) -> Fault:
    """Return a fault for a name that is not there, with the one that was perhaps meant."""
    names = list(known)
    if name.startswith(FIGURES):
        close = [found] if (found := near_figure(name, names)) else []
    else:
        close = [other for other in names if other.casefold() == name.casefold()] or near_names(name, names, 1)
    about = {"name": name, "close": close[0] if close else "", "known": ", ".join(names) or "–"}
    return Fault(f"{code}_close" if close else code, place, about)


def _figures(policy: Policy, document: Document) -> Iterator[Fault]:
    for path, value in stated(policy):
        if not isinstance(value, str):
            continue
        figure = policy.figures.get(value.removeprefix("figures."))
        if figure is None:
            known = [f"figures.{name}" for name in policy.figures]
            yield unknown("figure_unknown", value, known, document.place(path))
        elif figure.unit not in NUMBERS:
            yield Fault("figure_no_number", document.place(path), {"name": value, "unit": figure.unit})


def _metrics(policy: Policy, document: Document) -> Iterator[Fault]:
    for name, metric in policy.metrics.items():
        if metric.of is not None and metric.of not in policy.metrics:
            yield unknown("metric_unknown", metric.of, policy.metrics, document.place(("metrics", name, "of")))
    for name, target in policy.targets.items():
        if (target.metric or name) not in policy.metrics:
            here: Path = ("targets", name)
            place = document.place((*here, "metric")) if target.metric else document.key_place(here)
            yield unknown("metric_unknown", target.metric or name, policy.metrics, place)
    known = [f"{name}_{side}" for name in policy.targets for side in ("target", "stretch")]
    for name, tracking in policy.tracking.items():
        here = ("tracking", name)
        if tracking.of not in policy.metrics:
            yield unknown("metric_unknown", tracking.of, policy.metrics, document.place((*here, "of")))
        if tracking.against not in known:
            yield unknown("target_unknown", tracking.against, known, document.place((*here, "against")))


def _items(policy: Policy, document: Document) -> Iterator[Fault]:
    targeted = {target.metric or name for name, target in policy.targets.items() if target.scope == "rep"}
    for card_name, card in policy.scorecards.items():
        for name, item in card.items.items():
            here: Path = ("scorecards", card_name, "items", name)
            metric = item.of or name
            place = document.place((*here, "of")) if item.of else document.key_place(here)
            if item.score is not None and item.of is None:
                continue
            if metric not in policy.metrics and (item.attainment or metric not in policy.columns):
                yield unknown("metric_unknown", metric, policy.metrics, place)
            elif item.attainment and metric not in targeted:
                yield Fault("target_absent", document.place((*here, "attainment")), {"name": metric})


def _grade(policy: Policy, grade: Grade, document: Document) -> Iterator[Fault]:
    for name in grade.of:
        if name not in policy.scorecards:
            yield unknown("scorecard_unknown", name, policy.scorecards, document.key_place(("grade", "of", name)))
    for name, ceiling in grade.ceilings.items():
        if ceiling.then not in grade.bands:
            place = document.place(("grade", "ceilings", name, "then"))
            yield unknown("no_such_grade", ceiling.then, grade.bands, place)
    for name in grade.distribution.most if grade.distribution else ():
        place = document.key_place(("grade", "distribution", "most", name))
        if name not in grade.bands:
            yield unknown("no_such_grade", name, grade.bands, place)
        elif name == list(grade.bands)[-1]:
            yield Fault("most_of_worst", place, {"name": name})


def _pay(policy: Policy, document: Document) -> Iterator[Fault]:
    grades = list(policy.grade.bands) if policy.grade else []
    for name, component in policy.pay.items():
        here: Path = ("pay", name, "by_grade")
        if component.by_grade is None:
            continue
        for grade in component.by_grade:
            if grade not in grades:
                yield unknown("no_such_grade", grade, grades, document.key_place((*here, grade)))
        if absent := [grade for grade in grades if grade not in component.by_grade]:
            yield Fault("by_grade_lacks", document.key_place(here), {"absent": ", ".join(absent)})
