"""Proofs about every rep there can be, without any data: proved, refuted by an example, or not decided."""

from __future__ import annotations

import importlib.util

from incentives.faults import Fault, Place, RefusedError
from incentives.plan.columns import Plan
from incentives.prove.model import Question, Verdict
from incentives.prove.printed import faults_of, json_text, text_of
from incentives.prove.questions import asked, declared, settings_of
from incentives.ruleset import Ruleset

__all__ = ["Verdict", "faults_of", "has_solver", "json_text", "prove", "prove_declared", "text_of", "unproved"]

SOLVER = "z3"


def prove_declared(ruleset: Ruleset, plan: Plan) -> list[Verdict]:
    """The answers to what the policy says of itself. Raises RefusedError where the solver is not installed."""
    return _decided(ruleset, plan, declared(ruleset, plan))


def prove(ruleset: Ruleset, plan: Plan) -> list[Verdict]:
    """The answers to all that is asked: what the policy says of itself first, then what is asked of every one.

    Raises RefusedError where the solver is not installed.
    """
    return _decided(ruleset, plan, [*declared(ruleset, plan), *asked(ruleset, settings_of(plan)[0])])


def has_solver() -> bool:
    """Return whether the solver is installed: it is what the extra `prove` installs."""
    return importlib.util.find_spec(SOLVER) is not None


def unproved(ruleset: Ruleset) -> Fault:
    """The warning that what a policy declares of itself was not looked at, for want of the solver."""
    return Fault("proofs_unasked", ruleset.place("proofs"), warning=True)


def _decided(ruleset: Ruleset, plan: Plan, questions: list[Question]) -> list[Verdict]:
    if not has_solver():
        raise RefusedError([Fault("prove_no_solver", Place(""))])
    from incentives.prove.decide import Policy, decided

    return decided(Policy(ruleset, plan, settings_of(plan)), questions)
