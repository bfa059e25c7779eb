"""The steps from scorecards to the decided grade: total, bands, ceilings, distribution, decision; and the annual grade.

Order as POLICY A8 has it: score → red lines → distribution → decision.
"""

from __future__ import annotations

from typing import Literal

from incentives.language.tree import (
    And,
    Arithmetic,
    Call,
    Compare,
    If,
    In,
    Labelled,
    Missing,
    Name,
    Node,
    Not,
    Text,
    Title,
    first_of,
)
from incentives.language.types import ChoiceType, Type
from incentives.plan import names
from incentives.plan.columns import Computed, Counted, Ranked, RolledUp
from incentives.plan.draft import Draft, Path, any_of, guarded, present
from incentives.plan.metrics import by_key, ties_of
from incentives.plan.names import inner_name
from incentives.plan.scores import weighted_mean
from incentives.ruleset.lint.bands import is_whole
from incentives.ruleset.model import Distribution, Grade
from incentives.ruleset.units import unit_type

ON_RECORD = inner_name("band_on_record")  # the grade that the bands give a total of the history table
TITLES = {
    "assessment": Title("评定状态", "Assessment"),
    "total": Title("总分", "Total"),
    "band_grade": Title("分数等级", "Grade by bands"),
    "capped_grade": Title("红线后等级", "Grade after red lines"),
    "distributed_grade": Title("分布后等级", "Grade after distribution"),
    "computed_grade": Title("核算等级", "Computed grade"),
    "grade": Title("等级", "Grade"),
    "annual_total": Title("年度平均分", "Annual total"),
    "quarters": Title("计入期数", "Periods that count"),
}


def total_type(draft: Draft) -> Type:
    """Return the type of totals: of the decimals that the policy states."""
    grade = draft.ruleset.policy.grade
    return unit_type("score", None, grade.scale if grade else None)


def grade_type(draft: Draft) -> ChoiceType:
    """Return the closed list of grades, best first."""
    grade = draft.ruleset.policy.grade
    return ChoiceType("grade", tuple(grade.bands) if grade else ())


def draft_grade(draft: Draft) -> None:
    """Add total, grades and the state of the assessment."""
    grade = draft.ruleset.policy.grade
    if grade is None:
        cards = [present(Name(card)) for card in draft.ruleset.policy.scorecards]
        draft_state(draft, If(any_of(cards), Text("assessed"), Text("missing")) if cards else Text("assessed"))
        return
    kind = grade_type(draft)
    parts: list[tuple[Node, Node]] = [
        (draft.value(share, "ratio", ("grade", "of", card)), Name(card)) for card, share in grade.of.items()
    ]
    mean = If(Name("scored"), weighted_mean(parts), Missing())
    total = total_type(draft)
    draft.add("computed_total", "part", "score", Computed(mean), ("grade", "of"), title=TITLES["total"], type=total)
    standing = If(Name("locked"), Name("history_total"), Name("computed_total"))
    draft.add("total", "total", "score", Computed(standing), ("grade", "of"), title=TITLES["total"], type=total)
    add_grade(draft, "band_grade", banded_grade(draft, grade, Name("computed_total")), ("grade", "bands"))
    draft_ungraded(draft, grade, Name("computed_total"), Name("band_grade"))
    last = Name("band_grade")
    if grade.ceilings:
        last = draft_ceilings(draft, grade, kind)
    if grade.distribution:
        last = draft_distribution(draft, grade.distribution, kind, last)
    add_grade(draft, "computed_grade", last, ("grade",))
    recorded = If(present(Name("history_total")), banded_grade(draft, grade, Name("history_total")), Missing())
    draft.add(ON_RECORD, "part", "text", Computed(recorded), ("grade", "bands"), type=kind)
    before = If(Name("locked"), Name("history_grade"), Name("computed_grade"))
    decided = If(present(Name("decided_grade")), Name("decided_grade"), before)
    add_grade(draft, "grade", decided, ("grade",))
    draft_state(draft, If(present(Name("computed_total")), Text("assessed"), Text("missing")))


def draft_state(draft: Draft, state: Node) -> None:
    """Add the column `state` of the assessment: history, exempt or unsigned where one holds, else `state`."""
    for condition, name in (("unsigned", "unsigned"), ("exempted", "exempt"), ("locked", "history")):
        state = If(Name(condition), Text(name), state)
    draft.add("assessment", "state", "text", Computed(state), ("assessment",), title=TITLES["assessment"])


def add_grade(draft: Draft, name: str, formula: Node, path: Path, grain: str = "") -> None:
    """Add one column of grades."""
    draft.add(name, "grade", "text", Computed(formula), path, type=grade_type(draft), title=TITLES[name], grain=grain)


def draft_ungraded(draft: Draft, grade: Grade, total: Name, banded: Name, grain: str = "") -> None:
    """Add the check that nobody has a total and no grade, where that is not certain of the bands."""
    if not is_whole(draft.ruleset.policy, grade.bands.values(), total_type(draft)):
        wrong = And((present(total), Not(present(banded))))
        draft.check(banded.name, "ungraded", wrong, ("grade", "bands"), grain, of="total")


def banded_grade(draft: Draft, grade: Grade, total: Node) -> Node:
    """Return the grade whose band holds the rounded total (A4). The band's edges are figures of the policy."""
    lines: list[tuple[Node, Node]] = []
    for name, test in grade.bands.items():
        path = ("grade", "bands", name)
        kind = total_type(draft) if grade.scale is not None else None
        tests = tuple(draft.lifted(t, "score", path, kind) for t in draft.tests(test, path))
        place = draft.ruleset.place(*path)
        lines.append((In(total, tests), Labelled(Text(name), Title(f"{name} {test}", f"{name} {test}"), place)))
    return first_of(lines, Missing())


def draft_ceilings(draft: Draft, grade: Grade, kind: ChoiceType) -> Name:
    """Add a true/false column per ceiling and the worst of the band's grade and the ceilings that hold (A5)."""
    holds: list[tuple[str, Node]] = []
    for name, ceiling in grade.ceilings.items():
        path = ("grade", "ceilings", name)
        condition = And((Name("scored"), guarded(draft.formula(ceiling.when, (*path, "when")))))
        title = ceiling.title if ceiling.title.zh else ceiling.why
        draft.add(
            names.ceiling_of(name), "ceiling", "switch", Computed(condition), path, title=title, item=ceiling.then
        )
        holds.append((ceiling.then, Name(names.ceiling_of(name))))
    lines: list[tuple[Node, Node]] = []
    for value in reversed(kind.values[1:]):  # the worst first
        caps = [node for then, node in holds if then == value]
        lines.append((any_of([Compare("=", Name("band_grade"), Text(value)), *caps]), Text(value)))
    formula = first_of(lines, Text(kind.values[0]))
    add_grade(draft, "capped_grade", If(present(Name("band_grade")), formula, Missing()), ("grade", "ceilings"))
    return Name("capped_grade")


def draft_distribution(draft: Draft, rule: Distribution, kind: ChoiceType, before: Name) -> Name:
    """Add the forced distribution: past its quota a grade's lowest holders take the next grade (A7)."""
    path = ("grade", "distribution")
    unit = () if rule.within == "company" else (rule.within,)
    on = draft.formula(rule.when, (*path, "when")) if rule.when else None
    draft.add(inner_name("graded"), "part", "switch", Computed(present(before)), path)
    draft.add(inner_name("graded_in_the_unit"), "part", "count", Counted(inner_name("graded"), unit), path)
    ties = ties_of(draft, rule.ties, (*path, "ties"))
    shared: Literal["", "last"] = "" if by_key(draft, rule.ties) else "last"
    current: Name = before
    for value in kind.values[:-1]:
        most = rule.most.get(value)
        if most is None:
            continue
        step = len(draft.columns)
        order = (("computed_total", True), *ties)
        draft.add(inner_name("place", step), "part", "count", Ranked((*unit, current.name), order, shared), path)
        quota = Arithmetic(
            "*", Name(inner_name("graded_in_the_unit")), draft.value(most, "ratio", (*path, "most", value))
        )
        past = Compare(">", Name(inner_name("place", step)), Call("floor", (quota,)))
        lower = Text(kind.values[kind.values.index(value) + 1])
        moved = If(present(current), If(And((Compare("=", current, Text(value)), past)), lower, current), Missing())
        draft.add(inner_name("after", value), "part", "text", Computed(moved), path, type=kind, optional=True)
        current = Name(inner_name("after", value))
    add_grade(draft, "distributed_grade", If(on, current, before) if on is not None else current, path)
    return Name("distributed_grade")


def draft_annual(draft: Draft) -> None:
    """Add the year's total and grade: the mean of the periods that count, through the same bands (A10)."""
    grade = draft.ruleset.policy.grade
    if grade is None or grade.annual is None or draft.grain == "year":
        return
    path = ("grade", "annual")
    least = draft.value(grade.annual.at_least, "count", (*path, "at_least"))
    counted = RolledUp("total", "count", draft.grain)
    draft.add("quarters", "figure", "count", counted, path, grain="year", title=TITLES["quarters"])
    mean = RolledUp("total", grade.annual.take, draft.grain)
    draft.add(inner_name("mean"), "part", "score", mean, path, grain="year", optional=True)
    enough = If(Compare(">=", Name("quarters"), least), Name(inner_name("mean")), Missing())
    recorded = If(present(Name("history_total")), Name("history_total"), enough)
    draft.add("total", "total", "score", Computed(recorded), path, grain="year", title=TITLES["annual_total"],
              type=total_type(draft))  # fmt: skip
    add_grade(draft, "computed_grade", banded_grade(draft, grade, Name("total")), path, "year")
    draft_ungraded(draft, grade, Name("total"), Name("computed_grade"), "year")
    before = If(present(Name("history_grade")), Name("history_grade"), Name("computed_grade"))
    decided = If(present(Name("decided_grade")), Name("decided_grade"), before)
    add_grade(draft, "grade", decided, path, "year")
    state = If(present(Name("total")), Text("assessed"), Text("missing"))
    draft.add("assessment", "state", "text", Computed(state), path, grain="year", title=TITLES["assessment"])
