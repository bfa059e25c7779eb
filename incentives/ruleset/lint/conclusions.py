"""Conclusions as a whole: what they name is there and fits, adjustments say by how much, and nothing is a circle."""

from __future__ import annotations

from collections.abc import Iterator

from incentives.faults import Fault
from incentives.ruleset.conclude import Action, Conclusion
from incentives.ruleset.lint.references import unknown
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.settled import links, settle

RESERVED = ("rejected", "grade", "exempt")  # why one is withheld, and what else decisions are about
KINDS = {"award": "award", "allow": "allowance"}  # the kind of component that each action pays


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield the faults of conclusions: unknown names outside formulas, wrong adjustments, and circles."""
    for name, conclusion in policy.conclusions.items():
        if name in RESERVED:
            about = {"name": name, "reserved": ", ".join(RESERVED)}
            yield Fault("conclusion_reserved", document.key_place(("conclusions", name)), about)
        yield from _others(policy, name, conclusion, document)
        yield from _promotion(policy, name, conclusion, document)
        for number, action in enumerate(conclusion.then):
            here: Path = ("conclusions", name, "then", number)
            yield from _pay(policy, conclusion, action, here, document)
            if action.of is not None:
                yield from _adjustment(policy, name, action, here, document)
    yield from _circles(policy, document)


def _others(policy: Policy, name: str, conclusion: Conclusion, document: Document) -> Iterator[Fault]:
    """Yield a fault for each conclusion named by another that is unknown, is itself, or has another grain."""
    own = conclusion.grain or policy.grain
    for key in ("after", "over", "excludes"):
        for number, other in enumerate(getattr(conclusion, key)):
            place = document.place(("conclusions", name, key, number))
            known = policy.conclusions.get(other)
            if other == name:
                yield Fault("conclusion_itself", place, {"name": name, "key": key})
            elif known is None:
                yield unknown("conclusion_unknown", other, (c for c in policy.conclusions if c != name), place)
            elif (known.grain or policy.grain) != own:
                about = {"name": other, "own": known.grain or policy.grain, "grain": own}
                yield Fault("conclusion_grain", place, about)


def _promotion(policy: Policy, name: str, conclusion: Conclusion, document: Document) -> Iterator[Fault]:
    """Yield the faults of a promotion: an unknown ladder or procedure, or a level that has none above it."""
    here: Path = ("conclusions", name)
    ladder, level = policy.ladders.get(conclusion.ladder or ""), conclusion.from_level
    if conclusion.ladder and ladder is None:
        yield unknown("ladder_unknown", conclusion.ladder, policy.ladders, document.place((*here, "ladder")))
    if ladder and level is not None:
        place = document.place((*here, "from_level"))
        if level not in ladder.levels:
            yield unknown("level_unknown", level, ladder.levels, place)
        elif level == ladder.levels[-1]:
            yield Fault("level_top", place, {"name": level, "ladder": conclusion.ladder})
    if conclusion.procedure and conclusion.procedure not in policy.procedures:
        place = document.place((*here, "procedure"))
        yield unknown("procedure_unknown", conclusion.procedure, policy.procedures, place)


def _pay(
    policy: Policy, conclusion: Conclusion, action: Action, here: Path, document: Document
) -> Iterator[Fault]:  # fmt: skip
    """Yield a fault where an award or allowance pays a component that is unknown, of another kind, or of another
    grain."""
    if action.pay is None or action.do not in KINDS:
        return
    place, kind = document.place((*here, "pay")), KINDS[action.do]
    component = policy.pay.get(action.pay)
    if component is None:
        known = [name for name, each in policy.pay.items() if each.kind == kind]
        yield unknown("pay_unknown", action.pay, known, place)
    elif component.kind != kind:
        yield Fault("pay_kind", place, {"name": action.pay, "kind": component.kind, "do": action.do, "wanted": kind})
    elif (conclusion.grain or policy.grain) != policy.grain:
        yield Fault("pay_grain", place, {"name": action.pay, "own": policy.grain, "grain": conclusion.grain})


def _adjustment(policy: Policy, name: str, action: Action, here: Path, document: Document) -> Iterator[Fault]:
    """Yield the faults of an adjustment: it changes a salary or a rate, and states an amount, itself or in each
    case."""
    of = action.of or ""
    rates = [
        n for part in (policy.metrics, policy.columns, policy.figures) for n, x in part.items() if x.unit == "rate"
    ]
    known = ["base_salary", *policy.pay, *rates]
    if of not in known:
        yield unknown("adjusts_unknown", of, known, document.place((*here, "of")))
    if action.by is not None or action.points is not None:
        return
    cases = policy.conclusions[name].any_of
    lacking = [case for case, each in cases.items() if each.by is None]
    if len(lacking) == len(cases):
        yield Fault("adjusts_by_nothing", document.place((*here, "of")), {"name": of})
    for case in lacking if len(lacking) < len(cases) else ():
        yield Fault("case_by_nothing", document.key_place(("conclusions", name, "any_of", case)), {"name": of})


def _circles(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault for each circle of conclusions that wait for each other, through `after` and `over` together."""
    after = {name: [n for n in each.after if n != name] for name, each in policy.conclusions.items()}
    over = {name: [n for n in each.over if n != name] for name, each in policy.conclusions.items()}
    for circle in settle(links(after, over))[1]:
        about = {"circle": " → ".join([*circle, circle[0]])}
        yield Fault("conclusions_circle", document.key_place(("conclusions", circle[0])), about)
