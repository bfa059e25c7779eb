"""Promotions as columns: for everybody on the level, each criterion's value, whether it is met, and its gap.

POLICY R1–R6, R8, R10: every criterion shows its value, its threshold and the distance still to go.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from incentives.language.tree import (
    ZERO,
    And,
    Arithmetic,
    Call,
    Compare,
    Exact,
    Figure,
    If,
    In,
    Missing,
    Name,
    Node,
    Number,
    Range,
    Round,
    Text,
    Title,
)  # fmt: skip
from incentives.language.types import NumberType, Type
from incentives.plan import names
from incentives.plan.columns import Aggregated, Computed
from incentives.plan.draft import Draft, Path, guarded, present
from incentives.plan.metrics import answer_zero
from incentives.plan.names import OPEN, inner_name, on_level_of
from incentives.plan.rules import Course, Criterion, Promotion, Stage
from incentives.plan.units import unit_of, unit_of_event, unit_tested
from incentives.ruleset import conclude
from incentives.ruleset.lint.cells import is_test
from incentives.ruleset.units import unit_type


def draft_promotion(draft: Draft, name: str, conclusion: conclude.Conclusion, grain: str) -> Promotion:
    """Add a column that says who is on the level, and three columns a criterion: its value, whether it is met, and
    its gap."""
    path = ("conclusions", name)
    level = conclusion.from_level or ""
    ladder = draft.ruleset.policy.ladders.get(conclusion.ladder or "")
    levels = ladder.levels if ladder else ()
    above = levels[levels.index(level) + 1 :] if level in levels else ()
    on_level = Compare("=", Name("level"), Text(level))
    title = Title(f"现任{level}", f"Is {level}")
    draft.add(on_level_of(name), "part", "switch", Computed(And((Name(OPEN), on_level))),
              (*path, "from_level"), grain=grain, title=title, item=name)  # fmt: skip
    criteria = tuple(criterion_of(draft, name, key, criterion, grain) for key, criterion in conclusion.criteria.items())
    called = ladder.title if ladder and ladder.title.zh else Title(conclusion.ladder or "", conclusion.ladder or "")
    return Promotion(called, level, above[0] if above else "", criteria, conclusion.procedure or "")


def criterion_of(draft: Draft, name: str, key: str, criterion: conclude.Criterion, grain: str) -> Criterion:
    """Add the columns of one criterion, which are missing for those who are not on the level; return the criterion."""
    path, column = ("conclusions", name, "criteria", key), names.criterion_of(name, key)
    title = criterion.title if criterion.title.zh or criterion.title.en else Title(key, key)
    value, unit = looked_at(draft, criterion, path, grain)
    reached, short = names.criterion_of(name, key, "met"), names.criterion_of(name, key, "gap")
    kind = kind_of(draft, value, unit, grain) if criterion.of is not None else None
    tests = tested(draft, criterion, unit, (*path, "is"), kind)
    on_level = Name(on_level_of(name))
    draft.add(column, "criterion", unit, Computed(If(on_level, value, Missing())), path, grain=grain, title=title,
              item=name, type=kind, unrounded=unit not in ("money", "score"))  # fmt: skip
    met = And((on_level, present(Name(column)), guarded(In(value, tests) if tests else value)))
    draft.add(reached, "criterion", "switch", Computed(met), path, grain=grain,
              title=Title(title.zh + "（达到）", f"{title.en}, met"), item=name)  # fmt: skip
    scaled = kind or (unit_type(unit) if unit else None)
    edge = edge_of(tests)
    lacking = gap(Name(column), tests, scaled.scale if isinstance(scaled, NumberType) else 0)
    if lacking is not None:
        draft.add(short, "criterion", unit, Computed(lacking), path, grain=grain, type=kind, mode="up",
                  title=Title(title.zh + "（尚差）", f"{title.en}, still to go"), item=name)  # fmt: skip
    said = criterion.is_ or ""
    place = draft.ruleset.key_place(*path)
    return Criterion(key, title, unit, said, column, reached, short if lacking else "", place, edge)


def looked_at(draft: Draft, criterion: conclude.Criterion, path: Path, grain: str) -> tuple[Node, str]:
    """Return the figure that a criterion tests, and its unit: a formula, or the last valid event of a kind."""
    if criterion.of is not None:
        formula = draft.formula(criterion.of, (*path, "of"), grain)
        known = draft.columns.get((grain, formula.name)) if isinstance(formula, Name) else None
        stated = criterion.unit or (known.unit if known else "")
        unit = stated or unit_tested(unit_of(draft, formula, grain), criterion.is_ or "")
        return answer_zero(formula, "exempt"), unit
    of_kind = Compare("=", Name("kind"), Text(criterion.event or ""))
    part = inner_name("event", path[1], path[3])
    if criterion.is_ is None:
        counted = Aggregated("events", "count", None, of_kind, rows="valid")
        draft.add(part, "part", "count", counted, path, grain=grain)
        return Compare(">", Name(part), ZERO), "switch"
    number = is_test(criterion.is_)
    what = Name("number" if number else "value")
    last = Aggregated("events", "last", what, of_kind, rows="valid")
    unit = unit_of_event(criterion.is_) if number else "text"
    kind = unit_type("ratio") if number else None  # all decimals that an event's number may have
    draft.add(part, "part", unit, last, path, grain=grain, type=kind, optional=True)
    return Name(part), unit


def kind_of(draft: Draft, value: Node, unit: str, grain: str) -> Type | None:
    """Return the type of a criterion that looks at a column with more decimals than its unit; None for that of the
    unit."""
    column = draft.columns.get((grain, value.name)) if isinstance(value, Name | Exact) else None
    kind, usual = column.type if column and column.unit == unit else None, unit_type(unit) if unit else None
    if isinstance(kind, NumberType) and isinstance(usual, NumberType) and kind.scale > usual.scale:
        return replace(usual, scale=kind.scale)
    return None


def tested(draft: Draft, criterion: conclude.Criterion, unit: str, path: Path, kind: Type | None) -> tuple[Node, ...]:
    """Return the tests of a criterion, their edges figures of the policy."""
    if criterion.is_ is None:
        return ()
    if criterion.event is not None and not is_test(criterion.is_):
        return (Text(criterion.is_),)
    return tuple(draft.lifted(test, unit, path, kind) for test in draft.tests(criterion.is_, path))


def edge_of(tests: tuple[Node, ...]) -> str:
    """Return the path of the one figure that a value has to reach, or may not pass; empty where there is no single
    one."""
    match tests:
        case (Range(low=Figure(path=path), high=None) | Range(low=None, high=Figure(path=path)),):
            return path
        case _:
            return ""


def gap(value: Node, tests: tuple[Node, ...], scale: int) -> Node | None:
    """Return the gap to a threshold, at least 0, and above 0 where it is not reached. It is rounded up, and one unit
    of the last decimal more where the threshold itself does not count. None where there is no single threshold."""
    match tests:
        case (Range(low=Number() | Figure() as low, high=None, low_closed=closed),):
            lacks, reached = Arithmetic("-", low, value), Compare(">", value, low)
        case (Range(low=None, high=Number() | Figure() as high, high_closed=closed),):
            lacks, reached = Arithmetic("-", value, high), Compare("<", value, high)
        case _:
            return None
    if closed:
        return Call("max", (ZERO, lacks))
    unit = Number(Decimal(1).scaleb(-scale))
    return If(reached, ZERO, Arithmetic("+", Round(lacks, scale, "down"), unit))


def draft_courses(draft: Draft) -> tuple[Course, ...]:
    """Return the procedures with the working days that must lie between steps as figures (R7)."""
    return tuple(course_of(draft, name, procedure) for name, procedure in draft.ruleset.policy.procedures.items())


def course_of(draft: Draft, name: str, procedure: conclude.Procedure) -> Course:
    """Return one procedure."""
    stages = []
    for key, step in procedure.steps.items():
        path = ("procedures", name, "steps", key)
        least = ""
        if step.working_days is not None:
            node = draft.value(step.working_days, "days", (*path, "working_days"))
            least = node.path if isinstance(node, Figure) else ""
        title = step.title if step.title.zh or step.title.en else Title(key, key)
        stages.append(Stage(key, title, step.parts or (key,), least, draft.ruleset.key_place(*path)))
    title = procedure.title if procedure.title.zh or procedure.title.en else Title(name, name)
    return Course(name, title, procedure.event, tuple(stages), draft.ruleset.key_place("procedures", name))
