"""Conclusions as true/false columns: a finding for each condition, and the data that drawing conclusions needs.

A finding holds only in rows within the effective range that are not exempt (POLICY P: protected statuses neither
trigger nor count), unless its conclusion is for those, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from incentives.language.tree import And, Figure, Name, Node, Not, Or, Title, Truth
from incentives.language.types import NumberType
from incentives.language.walk import names_in
from incentives.language.write import write
from incentives.plan import names
from incentives.plan.columns import Computed
from incentives.plan.draft import Draft, Path, guarded
from incentives.plan.leavers import not_gone
from incentives.plan.names import OPEN, inner_name, is_inner, on_level_of
from incentives.plan.promotion import draft_courses, draft_promotion
from incentives.plan.rules import Asked, Course, Finding, Promotion, Rule, Standing
from incentives.ruleset.conclude import Action, Case, Conclusion
from incentives.ruleset.lint.references import unknown

UNITS = {"by": "ratio", "points": "rate", "days": "days", "months": "count", "most": "count"}
CHANGE = NumberType(Decimal(-1), Decimal(1000), 6)  # of a salary or rate: at most all of it is taken away


def draft_conclusions(draft: Draft) -> tuple[tuple[Rule, ...], tuple[Course, ...]]:
    """Add the columns of all conclusions; return their rules and procedures, in the order of the ruleset."""
    conclusions = draft.ruleset.policy.conclusions
    for grain in dict.fromkeys(c.grain or draft.grain for c in conclusions.values()):
        counts = And((Name("in_force"), Or((Name("locked"), Not(Name("exempted"))))))
        draft.add(OPEN, "part", "switch", Computed(counts), ("conclusions",), grain=grain,
                  title=Title("适用且未免评", "In force and not exempt"))  # fmt: skip
    rules = tuple(rule_of(draft, name, conclusion) for name, conclusion in conclusions.items())
    return rules, draft_courses(draft)


def check_shown(draft: Draft) -> None:
    """Report names to be shown, or to decide among equals, that are no columns, once all columns are drafted."""
    policy = draft.ruleset.policy
    for name, column in policy.columns.items():
        if column.rank is not None:
            path: Path = ("columns", name, "rank", "ties")
            check_known(draft, column.rank.ties, column.grain or draft.grain, path, "tie_unknown")
    if policy.grade is not None and policy.grade.distribution is not None:
        path = ("grade", "distribution", "ties")
        check_known(draft, policy.grade.distribution.ties, draft.grain, path, "tie_unknown")
    for name, conclusion in draft.ruleset.policy.conclusions.items():
        grain = conclusion.grain or draft.grain
        check_known(draft, conclusion.shows, grain, ("conclusions", name, "shows"), "shows_unknown")


def check_known(draft: Draft, names: Sequence[str], grain: str, path: Path, code: str) -> None:
    """Report each name in the list at `path` that no column of a grain has."""
    known = [column for frame, column in draft.columns if frame == grain and not is_inner(column)]
    for number, name in enumerate(names):
        if name not in known:
            draft.faults.append(unknown(code, name, known, draft.ruleset.place(*path, number)))


def rule_of(draft: Draft, name: str, conclusion: Conclusion) -> Rule:
    """Return the rule of one conclusion; its columns are added to the draft, its values become figures."""
    path, grain = ("conclusions", name), conclusion.grain or draft.grain
    promotion = draft_promotion(draft, name, conclusion, grain) if conclusion.ladder else None
    title = conclusion.title if conclusion.title.zh or conclusion.title.en else Title(name, name)
    return Rule(
        name,
        title,
        grain,
        draft.ruleset.key_place(*path),
        findings_of(draft, name, conclusion, promotion, title),
        conclusion.after,
        conclusion.over,
        conclusion.excludes,
        tuple(asked(draft, a, (*path, "then", n), grain) for n, a in enumerate(conclusion.then)),
        conclusion.is_proposal,
        standing(draft, name, conclusion),
        conclusion.shows,
        promotion,
        conclusion.source,
    )


def findings_of(
    draft: Draft, name: str, conclusion: Conclusion, promotion: Promotion | None, title: Title
) -> tuple[Finding, ...]:
    """Return the findings of a conclusion, each a column: one of its condition or criteria, or one of each case."""
    path: Path = ("conclusions", name)
    cases = [
        (names.finding_of(name, key), case.when, case, (*path, "any_of", key))
        for key, case in conclusion.any_of.items()
    ]
    found = [finding_of(draft, name, conclusion, title, *case) for case in cases]
    if conclusion.when is not None or promotion:
        met = [Name(on_level_of(name)), *(Name(c.met) for c in promotion.criteria)] if promotion else []
        found.append(
            finding_of(draft, name, conclusion, title, names.finding_of(name), conclusion.when, None, path, met)
        )
    return tuple(found)


def finding_of(
    draft: Draft, name: str, conclusion: Conclusion, title: Title, column: str, when: str | None, case: Case | None,
    path: Path, met: Sequence[Node] = (),
) -> Finding:  # fmt: skip
    """Return one finding: its column, which holds where the row is open to conclusions, `when` holds and criteria
    are met."""
    here, grain = (*path, "when"), conclusion.grain or ""
    formula = draft.formula(when, here, grain) if when is not None else Truth(value=True)
    parts = [Name("in_force" if conclusion.even_exempt else OPEN), *met]
    parts += not_gone(draft, grain)
    parts += [guarded(formula)] if when is not None else []
    said = Title(title.zh + "（依据）", f"{title.en} (finding)")
    how = Computed(And(tuple(parts)))
    draft.add(column, "finding", "switch", how, here, grain=grain, title=said, item=name)
    by = figure(draft, case.by, "by", (*path, "by")) if case else ""
    what = case.what if case else Title()
    reads, place = reads_of(draft, formula, conclusion), draft.ruleset.place(*here)
    return Finding(column, when or "", reads, place, what, by)


def reads_of(draft: Draft, formula: Node, conclusion: Conclusion) -> tuple[tuple[str, str], ...]:
    """Return the columns that a finding reads, and those shown with it: (name in the policy, column)."""
    grain = conclusion.grain or draft.grain
    found = {}
    for name in sorted(n for n in names_in(formula) if "." not in n):
        column = draft.columns.get((grain, name))
        told = column.told if column else None
        if not is_inner(name) or told is not None:
            found[name] = write(told) if told is not None else name
    return tuple((said, name) for name, said in (found | {name: name for name in conclusion.shows}).items())


def asked(draft: Draft, action: Action, path: Path, grain: str) -> Asked:
    """Return an action with its values as figures of the policy, and whoever may be chosen as a column."""
    values = {key: figure(draft, getattr(action, key), key, (*path, key)) for key in UNITS}
    among = ""
    if action.among is not None:
        among = inner_name("among", len(draft.columns))
        holds = guarded(draft.formula(action.among, (*path, "among"), grain))
        draft.add(among, "part", "switch", Computed(And((Name("in_force"), holds))), (*path, "among"), grain=grain)
    start = (action.from_ or "next_period") if action.of else ""
    return Asked(
        action.do, action.what, draft.ruleset.place(*path), action.of or "", start=start,
        code=action.code or "", pay=action.pay or "", among=among, same=action.same, **values,
    )  # fmt: skip


def figure(draft: Draft, value: Decimal | str | None, key: str, path: Path) -> str:
    """Return the path of the figure that holds a value, or nothing where none is stated."""
    if value is None:
        return ""
    node = draft.value(value, UNITS[key], path, CHANGE if key in ("by", "points") else None)
    return node.path if isinstance(node, Figure) else ""


def standing(draft: Draft, name: str, conclusion: Conclusion) -> Standing | None:
    """Return how long a conclusion stands, None where it does not; its end condition becomes a column."""
    stands = conclusion.stands
    if stands is None:
        return None
    until, grain = "", conclusion.grain or draft.grain
    if stands.until is not None:
        until, path = inner_name("until", name), ("conclusions", name, "stands", "until")
        ends = guarded(draft.formula(stands.until, path, grain))
        draft.add(until, "part", "switch", Computed(And((Name("in_force"), ends))), path, grain=grain)
    start = stands.from_ or ("decided" if conclusion.is_proposal else "proposed")
    return Standing(until, stands.for_ or 0, start == "decided" and conclusion.is_proposal)
