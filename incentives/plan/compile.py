"""A ruleset compiled: every section drafted as columns, then typed and ordered in stages; all faults in one go."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from incentives.faults import Fault, RefusedError
from incentives.language.infer import Scoped
from incentives.language.tree import Figure
from incentives.plan.columns import Column, Computed, Frames, Plan, Roll, Typed
from incentives.plan.compared import slips
from incentives.plan.conclusions import check_shown, draft_conclusions
from incentives.plan.conditions import check_conditions
from incentives.plan.dated import late_changes, unused_values
from incentives.plan.days import far_days
from incentives.plan.differ import differing, same
from incentives.plan.draft import Draft
from incentives.plan.earnings import earnings_of
from incentives.plan.figures import draft_figures
from incentives.plan.frame import check_subject, draft_frame
from incentives.plan.grade import draft_annual, draft_grade
from incentives.plan.halves import half_keys
from incentives.plan.items import check_items
from incentives.plan.leavers import draft_gone
from incentives.plan.metrics import draft_columns, draft_metrics
from incentives.plan.pay import draft_below_zero, draft_pay
from incentives.plan.pay.shares import draft_attendance
from incentives.plan.phases import check_phases
from incentives.plan.reach import check_reach, days_of
from incentives.plan.resolve import computed, resolve, scale_of, scope_of
from incentives.plan.rules import Rule
from incentives.plan.scores import draft_scorecards, draft_targets
from incentives.plan.signs import wrong_signs
from incentives.plan.tracking import draft_tracking
from incentives.plan.unread import grains_of, unread
from incentives.ruleset import Ruleset
from incentives.tables.periods import MONTHS

TOO_WIDE = ("too_many_digits", "too_many_digits_of")  # faults that constants without room for other values may mend


def compile_plan(ruleset: Ruleset, like: Plan | None = None) -> Plan:
    """Return the plan of a ruleset; sooner where it differs from the plan `like` in figures alone.

    Raises RefusedError with every fault found.
    """
    plan, faults = try_compile(ruleset, like)
    if plan is None:
        raise RefusedError(faults)
    return plan


def try_compile(ruleset: Ruleset, like: Plan | None = None) -> tuple[Plan | None, list[Fault]]:
    """Return the plan, or None where the ruleset has faults; and the faults, or warnings. `like` as in `compile_plan`.

    Where formulas take too many digits, its constants have no room for other values than they have.
    """
    found = compiled(ruleset, like)
    return compiled(ruleset, like, room=False) if any(f.code in TOO_WIDE for f in found[1]) else found


def compiled(ruleset: Ruleset, like: Plan | None, room: bool = True) -> tuple[Plan | None, list[Fault]]:
    """Compile as `try_compile` does, with constants typed with room for other values or without."""
    draft = Draft(ruleset, room)
    policy = ruleset.policy
    check_subject(draft)
    draft_figures(draft)
    for frame in frames_of(ruleset):
        draft_frame(draft, frame)
    draft_gone(draft)
    draft_metrics(draft)
    draft_targets(draft)
    draft_columns(draft)
    draft_scorecards(draft)
    draft_grade(draft)
    draft_annual(draft)
    draft_pay(draft)
    rules, courses = draft_conclusions(draft)
    draft_tracking(draft)
    draft_attendance(draft)
    check_shown(draft)
    roll = roll_of(draft)
    typed = resolved(draft, rules, like.typed if like else ())
    frames = typed[-1].frames
    warnings = check_items(draft, frames)
    sound = not draft.faults and not draft.echoes
    if sound:
        origins = tuple(ruleset.place(*path) for path in draft.origins)
        figures, earnings = tuple(draft.figures.values()), earnings_of(ruleset, rules)
        key = policy.subject + "_id"
        plan = Plan(policy.subject, key, policy.grain, figures, frames, roll, origins, rules, courses, earnings)
        draft.faults += wrong_signs(ruleset, plan)
        draft.faults += unused_values(ruleset, grains_of(ruleset, plan)) if policy.figures else []
        if not ruleset.document.lost and not (like and concludes_alike(like, plan)):
            check_reach(draft, frames, rules)
        if not ruleset.document.lost and not like:  # values that are tried out may leave a condition nothing
            warnings += check_conditions(draft, frames, days_of(draft))
    faults = list({(f.place, f.code): f for f in draft.faults or draft.echoes}.values())
    return (None, faults) if faults else (replace(plan, typed=typed), warnings)


def warnings_of(ruleset: Ruleset, plan: Plan) -> list[Fault]:
    """Return the warnings of a valid plan: parts that nothing reads, changes within a period, comparisons of ratios
    with numbers out of reach, and days far away."""
    return [
        *unread(ruleset, plan),
        *slips(ruleset, plan),
        *late_changes(ruleset, grains_of(ruleset, plan)),
        *far_days(ruleset, plan),
    ]


def concludes_alike(one: Plan, other: Plan) -> bool:
    """Return whether two plans draw the same conclusions from the same: what the one can reach, the other can."""
    if one.frames.keys() != other.frames.keys() or len(one.rules) != len(other.rules):
        return False
    found = [differing(one, other, frame) for frame in dict.fromkeys(rule.grain for rule in other.rules)]
    return all(frame is not None and not frame.concluded for frame in found)


def resolved(draft: Draft, rules: Sequence[Rule], known: Sequence[Typed]) -> tuple[Typed, ...]:
    """Return the frames, typed and staged. They are typed again with amounts carried on, as long as types show that
    pay may be below zero. `known` holds the results of another plan for each turn."""
    faults, echoes = len(draft.faults), len(draft.echoes)
    found = [typed_as(draft, known[:1])]
    while draft_below_zero(draft, [column for stage in found[-1].frames[draft.grain] for column in stage]):
        del draft.faults[faults:], draft.echoes[echoes:]
        found.append(typed_as(draft, known[len(found) : len(found) + 1]))
    check_phases(draft, found[-1].frames, rules)
    return tuple(found)


def typed_as(draft: Draft, known: Sequence[Typed]) -> Typed:
    """Return the columns as they are drafted by now, typed and staged: as they are known, where the draft and the
    types of its figures are the same but for places and titles."""
    drafted = dict(draft.columns)
    figures = {path: figure.type for path, figure in draft.figures.items()}
    for one in known:
        if one.figures == figures and list(one.drafted) == list(drafted):
            other = {key for key, column in drafted.items() if column != one.drafted[key]}
            if all(same(one.drafted[key], drafted[key]) for key in other):
                return Typed(drafted, figures, retold(draft, one.frames, other) if other else one.frames)
    return Typed(drafted, figures, resolve(draft))


def retold(draft: Draft, frames: Frames, other: Set[tuple[str, str]]) -> Frames:
    """Return the frames with the places and titles of the `other` columns as they are drafted, also within formulas."""
    found: Frames = {}
    wholes = {half: key for key, column in draft.columns.items() for half in half_keys(column)}
    for frame, stages in frames.items():
        scope = scope_of(draft, {c.name: c.scoped for stage in stages for c in stage})

        def own(column: Column, scope: dict[str, Scoped] = scope) -> Column:
            key = column.grain, column.name
            whole = wholes.get(key, key)
            if whole not in other:
                return column
            new = draft.columns[whole]
            if whole != key:
                return replace(column, place=new.place, title=new.title)
            if isinstance(new.how, Computed):
                again = computed(draft, new, new.how.formula, scope, scale_of(new))
                return replace(again, exact=column.exact) if again else column
            return replace(column, place=new.place, title=new.title, told=new.told)

        found[frame] = tuple(tuple(own(column) for column in stage) for stage in stages)
    return found


def roll_of(draft: Draft) -> Roll:
    """Return the terms of who is assessed, and when."""
    policy = draft.ruleset.policy
    effective = policy.effective
    return Roll(policy.assessment.does, least_time_of(draft), effective.from_, effective.to, policy.fiscal_year_starts)


def least_time_of(draft: Draft) -> str:
    """Return the path of the figure that says how much of a period must be worked, or nothing."""
    least = draft.ruleset.policy.assessment.least_time
    node = draft.value(least, "ratio", ("assessment", "least_time")) if least is not None else None
    return node.path if isinstance(node, Figure) else ""


def frames_of(ruleset: Ruleset) -> list[str]:
    """Return the grains at which a ruleset has columns, finest first; the assessment's own is always among them."""
    policy = ruleset.policy
    used = {policy.grain} | {m.grain for m in policy.metrics.values() if m.grain}
    used |= {c.grain for c in policy.columns.values() if c.grain}
    used |= {c.grain for c in policy.conclusions.values() if c.grain}
    if policy.grade and policy.grade.annual:
        used.add("year")
    return [grain for grain in MONTHS if grain in used]
