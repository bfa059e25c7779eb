"""The answers printed: a line for each question with what it rests on, or JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.cells import cell_len

from incentives.faults import Fault
from incentives.plan.columns import Plan
from incentives.prove.model import OPEN, PROVED, REFUTED, Verdict
from incentives.prove.words import answered, asked, figures_of, verdict_word, word

BOTH = ("zh", "en")


def text_of(plan: Plan, verdicts: Sequence[Verdict], lang: str) -> str:
    """The answers for people."""
    heads = [verdict_word(verdict, lang) for verdict in verdicts]
    width = max(map(cell_len, heads), default=0)
    lines = []
    for head, verdict in zip(heads, verdicts, strict=True):
        place = verdict.question.place
        space = " " * (width - cell_len(head) + 2)
        lines.append(f"{head}{space}{asked(plan, verdict.question, lang)}  {place.file}:{place.line}")
        if rests := answered(plan, verdict, lang):
            lines.append(" " * (width + 2) + rests)
    ended = [verdict.said for verdict in verdicts if not verdict.endless]  # no bound is nothing that was refuted
    count = {said: ended.count(said) for said in (PROVED, REFUTED, OPEN)}
    total = word("sum", lang, questions=len(verdicts), endless=len(verdicts) - len(ended), **count)
    return "\n".join([*lines, "", total, word("premise", lang)]) + "\n"


def json_text(plan: Plan, verdicts: Sequence[Verdict]) -> str:
    """The answers for other programs: question, answer and examples, figures as decimal strings."""
    found = [
        {
            "ask": verdict.question.ask, "pay": verdict.question.pay, "metric": verdict.question.metric,
            "name": verdict.question.name, "declared": verdict.question.declared, "place": str(verdict.question.place),
            "money": f"{verdict.question.money:f}" if verdict.question.money is not None else None,
            "verdict": verdict.said, "found": f"{verdict.money:f}" if verdict.money is not None else None,
            "endless": list(verdict.endless), "why": {code: list(names) for code, names in verdict.why},
            "examples": [figures_of(example) for example in verdict.examples],
            "text": {lang: f"{asked(plan, verdict.question, lang)}: {verdict_word(verdict, lang)}" for lang in BOTH},
        }
        for verdict in verdicts
    ]  # fmt: skip
    return json.dumps({"proofs": found}, ensure_ascii=False, indent=1) + "\n"


def faults_of(plan: Plan, verdicts: Sequence[Verdict]) -> list[Fault]:
    """A fault for each thing that the policy declares and that does not hold, a warning where it is not decided."""
    found = []
    for verdict in verdicts:
        question = verdict.question
        if not question.declared or verdict.said == PROVED:
            continue
        about = {
            "question": {lang: asked(plan, question, lang) for lang in BOTH},
            "shown": {lang: answered(plan, verdict, lang) for lang in BOTH},
        }
        code = "proof_refuted" if verdict.said == REFUTED else "proof_open"
        found.append(Fault(code, question.place, about, warning=verdict.said == OPEN))
    return found
