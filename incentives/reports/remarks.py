"""Remarks about rows: not assessed and why, capped by which ceiling, decided by the committee."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from incentives.database import literal, quoted
from incentives.outcome.columns import columns_of, of_role
from incentives.outcome.figures_text import value_text
from incentives.outcome.lacking import lacking
from incentives.outcome.outcome import Outcome
from incentives.outcome.statuses import status_text
from incentives.plan.names import inner_name
from incentives.reports.model import Group, Person
from incentives.reports.words import word
from incentives.ruleset.lint.stated import number_on
from incentives.ruleset.model import Policy
from incentives.tables.periods import parse_period

MOST_PEOPLE = 200
DECISION = ("decision_reason", "decided_by", "decided_on")
Note = Callable[[dict[str, Any]], str]

LACKS = inner_name("lacks")


def groups_of(outcome: Outcome, lang: str) -> tuple[Group, ...]:
    """The remarks of an outcome, empty groups left out; each names at most 200 of its people."""
    groups = [_red_lined(outcome, lang), _decided(outcome, lang), _unpaid(outcome, lang)]
    if "assessment" in columns_of(outcome):
        groups += [_not_assessed(outcome, state, lang) for state in ("unsigned", "exempt", "missing", "history")]
    return tuple(group for group in groups if group is not None and group.count)


def least_periods(outcome: Outcome) -> dict[str, int]:
    """For each asked year the fewest of its periods that must count for a grade (POLICY A10); empty for other rows."""
    policy = outcome.ruleset.policy
    if outcome.grain != "year" or policy.grade is None or policy.grade.annual is None:
        return {}
    periods = [parse_period(text, policy.fiscal_year_starts) for text in outcome.periods]
    least = {p.id: number_on(policy, policy.grade.annual.at_least, p.first) for p in periods if p}
    return {period: int(number) for period, number in least.items() if number is not None}


def periods_text(row: dict[str, Any], least: dict[str, int], lang: str) -> str:
    """Return a text where too few periods count for the year's grade; empty where that is not the reason."""
    enough, counted = least.get(row["period"]), row.get("quarters")
    if enough is None or counted is None or row.get("total") is not None:
        return ""
    return word("few_periods", lang, n=int(counted), least=enough)


def reason_text(row: dict[str, Any], policy: Policy, lang: str) -> str:
    """Why somebody was not assessed: the words for the reason, then its detail."""
    code, detail = row.get("assessment_reason"), row.get("assessment_detail")
    said = word(f"reason_{code}", lang) if code else ""
    if code == "status":
        detail = status_text(detail, lang) + (
            "" if detail in policy.assessment.statuses else word("status_unsaid", lang)
        )
    return ("：" if lang == "zh" else ": ").join(part for part in (said, detail) if part)


def _not_assessed(outcome: Outcome, state: str, lang: str) -> Group:
    least = least_periods(outcome)

    def note(row: dict[str, Any]) -> str:
        result = _recorded(row, lang) if state == "history" else ""
        said = [
            reason_text(row, outcome.ruleset.policy, lang),
            periods_text(row, least, lang),
            _decided_by(row, lang) if row["assessment_reason"] == "decision" else "",
            result,
        ]
        return _joined(said, lang)

    return _group(outcome, state, f"`assessment` = '{state}'", note, lang)


def _recorded(row: dict[str, Any], lang: str) -> str:
    """The total and grade on record, as far as there are any."""
    total = value_text(row["total"], "score", lang) if row["total"] is not None else ""
    return f"{total} {row['grade'] or ''}".strip()


def _red_lined(outcome: Outcome, lang: str) -> Group | None:
    ceilings = [c for c in outcome.columns if c.role == "ceiling"]
    if not ceilings:
        return None

    def note(row: dict[str, Any]) -> str:
        held = [c.title.get(lang) or c.name for c in ceilings if row[c.name]]
        return _joined([*held, _change(row["band_grade"], row["capped_grade"], lang)], lang)

    where = " OR ".join(f"coalesce({quoted(c.name)}, FALSE)" for c in ceilings)
    return _group(outcome, "red_lined", where, note, lang)


def _decided(outcome: Outcome, lang: str) -> Group | None:
    if not {*DECISION, "grade", "computed_grade", "assessment"} <= set(columns_of(outcome)):
        return None

    def note(row: dict[str, Any]) -> str:
        return _joined([_change(row["computed_grade"], row["grade"], lang), _decision(row, lang)], lang)

    told = " OR ".join(f"coalesce(CAST(`{name}` AS VARCHAR), '') <> ''" for name in DECISION)
    changed = f"{told} OR `grade` <> `computed_grade`"
    return _group(outcome, "decided", f"`assessment` <> 'exempt' AND ({changed})", note, lang)


def _unpaid(outcome: Outcome, lang: str) -> Group | None:
    """Return the rows that lack a component of pay as a group: something it needs is not in the data."""
    pay = {c.name: c for c in of_role(outcome, "pay")}
    lacks = {name: sql for name, sql in lacking(outcome).items() if name in pay}
    if not lacks or "assessment" not in columns_of(outcome):
        return None
    listed = ", ".join(f"CASE WHEN {sql} THEN {literal(name)} END" for name, sql in lacks.items())

    def note(row: dict[str, Any]) -> str:
        return _joined([pay[name].title.get(lang) or name for name in row[LACKS]], lang)

    more = {LACKS: f"list_filter([{listed}], lambda name: name IS NOT NULL)"}
    return _group(outcome, "unpaid", " OR ".join(lacks.values()), note, lang, more)


def _change(before: str | None, after: str | None, lang: str) -> str:
    return f"{before or '–'} → {after or '–'}" if before != after else word("no_change", lang)


def _decision(row: dict[str, Any], lang: str) -> str:
    return _joined([row["decision_reason"], _decided_by(row, lang)], lang)


def _decided_by(row: dict[str, Any], lang: str) -> str:
    """Return the person and the day of a decision; the reason of an exemption is its detail already."""
    return _joined([row["decided_by"], value_text(row["decided_on"], "date", lang) if row["decided_on"] else ""], lang)


def _joined(parts: Sequence[str | None], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(part for part in parts if part)


def _group(
    outcome: Outcome, code: str, where: str, note: Note, lang: str, more: Mapping[str, str] | None = None
) -> Group:  # fmt: skip
    """The rows for which `where` holds; `more` is what a note reads besides the columns, as SQL by name."""
    names = columns_of(outcome)
    source = f"FROM {quoted(outcome.relation)} WHERE {where}"
    count = outcome.con.query(f"SELECT count(*) {source}")[0][0]
    order = f"ORDER BY {quoted(outcome.plan.key)}, `period_no` LIMIT {MOST_PEOPLE}"
    listed = ", ".join([*map(quoted, names), *(more or {}).values()])
    names = (*names, *(more or {}))
    found = outcome.con.query(f"SELECT {listed} {source} {order}") if count else []
    absent: dict[str, Any] = dict.fromkeys(_NEEDED)
    rows = [absent | dict(zip(names, values, strict=True)) for values in found]
    people = tuple(Person(row[outcome.plan.key], row.get("name") or "", row["period"], note(row)) for row in rows)
    return Group(code, word(code, lang), count, people)


_NEEDED = (
    "assessment_reason", "assessment_detail", "decision_reason", "decided_by", "decided_on",
    "band_grade", "capped_grade", "computed_grade", "grade", "total",
)  # fmt: skip
