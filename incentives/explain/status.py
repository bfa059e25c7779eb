"""The status of a row in the assessment: assessed or not, and why (POLICY A8, A9, T4)."""

from __future__ import annotations

from datetime import date

from incentives.explain.case import Case
from incentives.explain.substitution import UNSIGNED, applied, ordered_names
from incentives.explain.words import coded, joined, word
from incentives.outcome.figures_text import plain
from incentives.outcome.statuses import status_text
from incentives.plan.columns import Computed

STATE = "assessment"
# the reason of a state that comes without one
REASONS = {"unsigned": "target", "missing": "scores"}
BESIDE_STATE = (STATE, UNSIGNED, "worked_share")


def reason_of(case: Case) -> str:
    """The code of the reason why a row is not assessed; empty where it is."""
    given = case.values.get("assessment_reason", "")
    return given or REASONS.get(case.values.get(STATE, ""), "")


def reason_text(case: Case) -> str:
    """Why a row is not assessed, in words; empty where it is."""
    reason = reason_of(case)
    if not reason:
        return ""
    parts = [coded("reason", reason, case.lang)]
    if reason == "status":
        status = plain(case.values["assessment_detail"] or "")
        said = status in case.outcome.ruleset.policy.assessment.statuses
        parts += [status_text(status, case.lang), "" if said else word("status_unsaid", case.lang)]
    elif reason == "decision":
        parts.append(decision_text(case))
    return joined(parts, case.lang)


def reason_names(case: Case) -> tuple[str, ...]:
    """The columns and figures that show why a row is not assessed."""
    reason = reason_of(case)
    if reason == "status":
        return ("worked_share",)
    if reason == "least_time":
        least = case.outcome.plan.roll.least_time
        return ("worked_share", least) if least else ("worked_share",)
    if reason == "target":
        how = case.columns[UNSIGNED].how
        assert isinstance(how, Computed)
        facts = applied(case, UNSIGNED, how.formula).facts
        return tuple(dict.fromkeys(name for fact in facts for name in ordered_names(fact.node)))
    return ()


def decision_text(case: Case) -> str:
    """Return a text with the person, the day and the reason of a decision (POLICY A8)."""
    values = case.values
    who, when = values["decided_by"], values["decided_on"]
    by = word("decided_by", case.lang, who=plain(who) if who else word("somebody", case.lang))
    day = when.isoformat() if isinstance(when, date) else ""
    reason = values["decision_reason"]
    return joined([by, day, word("because", case.lang, reason=plain(reason)) if reason else ""], case.lang)
