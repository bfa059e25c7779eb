"""What holds for every rep there can be, decided without any data: proved, refuted by an example, or not decided."""

from __future__ import annotations

from incentives.plan.columns import Plan
from incentives.prove.decide import Policy, decided
from incentives.prove.model import Verdict
from incentives.prove.printed import faults_of, json_text, text_of
from incentives.prove.questions import asked, declared, settings_of
from incentives.ruleset import Ruleset

__all__ = ["Verdict", "faults_of", "json_text", "prove", "prove_declared", "text_of"]


def prove_declared(ruleset: Ruleset, plan: Plan) -> list[Verdict]:
    """The answers to what the policy says of itself."""
    return decided(Policy(ruleset, plan, settings_of(plan)), declared(ruleset, plan))


def prove(ruleset: Ruleset, plan: Plan) -> list[Verdict]:
    """The answers to all that is asked: what the policy says of itself first, then what is asked of every one."""
    settings = settings_of(plan)
    questions = [*declared(ruleset, plan), *asked(ruleset, settings[0])]
    return decided(Policy(ruleset, plan, settings), questions)
