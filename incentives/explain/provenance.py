"""The origin of a value that no formula made: the posting, a delivered figure, a signed target, a decision."""

from __future__ import annotations

from typing import Any

from incentives.explain.case import Case
from incentives.explain.model import Fact, Line
from incentives.explain.other_rows import across_of
from incentives.explain.shares import share_of, worked
from incentives.explain.source_rows import gathered
from incentives.explain.status import decision_text
from incentives.explain.titles import shown_as
from incentives.explain.vested import vested
from incentives.explain.words import coded, joined, word
from incentives.outcome.figures_text import plain
from incentives.plan.columns import Aggregated, Column, Delivered, Given, Targeted, Vested


def origin_of(case: Case, column: Column) -> Line:
    """The sentence and rows of a column that is no formula; its title, value and place are left to the caller."""
    match column.how:
        case Given():
            return given(case, column)
        case Delivered():
            return delivered(case, column.how)
        case Targeted():
            return targeted(case, column, column.how)
        case Aggregated():
            return gathered(case, column, column.how)
        case Vested():
            return vested(case, column, column.how)
        case _:
            return across_of(case, column)


def given(case: Case, column: Column) -> Line:
    """A value that stands with the row: of the posting, the history or a decision."""
    if column.name == "worked_share":
        return worked(case)
    if share := share_of(case, column):
        return share
    if column.name == "decided_grade":
        return Line("", sentence=decision_text(case), kind="input")
    if column.name in ("history_total", "history_grade"):
        return Line("", sentence=word("from_history", case.lang, period=case.period), kind="input")
    if column.name == "elapsed":
        return Line("", sentence=word("elapsed", case.lang), kind="input")
    posting = column.role == "posting" and case.outcome.plan.subject == "rep"
    return Line("", sentence=word("from_posting", case.lang) if posting else "", kind="input")


def delivered(case: Case, how: Delivered) -> Line:
    """A value of the snapshots: which source delivered it, as of when; or that none did."""
    found = case.once(("snapshots",), lambda: snapshots(case)).get(how.metric)
    if found is None or found[0] is None:
        said = word("not_delivered_zero" if how.zero else "not_delivered", case.lang)
        return Line("", sentence=said, kind="input")
    _, source, as_of = found
    parts = [word("source", case.lang, source=plain(coded("source", source, case.lang))) if source else ""]
    parts.append(word("as_of", case.lang, day=as_of.isoformat()) if as_of else "")
    return Line("", sentence=joined(parts, case.lang) or word("delivered", case.lang), kind="input")


def snapshots(case: Case) -> dict[str, tuple[Any, ...]]:
    """Return the delivered value, source and day of each metric of this row."""
    key = case.outcome.plan.key
    sql = f"SELECT metric, value, source, as_of FROM snapshots WHERE `{key}` = ? AND period = ?"
    return {row[0]: row[1:] for row in case.rows(sql, case.key, case.period)}


def revisions(case: Case, scope: str) -> list[tuple[Any, ...]]:
    """All revisions of the targets of this row's subject, or of the unit that it belongs to, newest first."""
    subject = {"rep": case.key, "company": "company"}.get(scope) or case.values[scope]
    return case.rows(
        "SELECT metric, base, stretch, revision, rep_signed_on, manager_signed_on, revised_on, reason, counts "
        "FROM targets WHERE scope = ? AND subject_id = ? AND period = ? ORDER BY revision DESC",
        scope,
        subject,
        case.period,
    )


def targeted(case: Case, column: Column, how: Targeted) -> Line:
    """The revision of a target that counts, who signed it and when; the others stay visible (POLICY T3, T4)."""
    found = case.once(("targets", how.scope), lambda: revisions(case, how.scope))
    value = 2 if how.side == "stretch" else 1
    rows = [(row[3], row[value], *row[4:]) for row in found if row[0] == how.metric]
    current = [row for row in rows if row[-1]]
    if not current:
        return Line("", sentence=word("no_target", case.lang), kind="input")
    sentence = revision_text(case, current[0], how.signed)
    if how.scope in case.columns:
        sentence = joined([plain(str(case.values[how.scope])), sentence], case.lang)
    others = tuple(
        Line(
            title=word("revision_older", case.lang, n=row[0]),
            value=row[1],
            shown=shown_as(case, column, row[1]),
            sentence=revision_text(case, row, how.signed, numbered=False),
            kind="row",
        )
        for row in rows
        if not row[-1]
    )
    empty = current[0][1] is None and how.side != "signed"
    facts = (Fact(word("target_left_open", case.lang), None),) if empty else ()
    return Line("", sentence=sentence, kind="input", children=others, facts=facts)


def revision_text(case: Case, row: tuple[Any, ...], signed: bool, numbered: bool = True) -> str:
    """One revision of a target: its number, day and reason, and the two signatures."""
    number, _, by_rep, by_manager, revised, reason, _ = row
    parts = [word("revision", case.lang, n=number)] if numbered and (revised or number > 1) else []
    if revised:
        parts.append(word("revised_on", case.lang, day=revised.isoformat()))
    if reason:
        parts.append(plain(reason))
    if signed or by_rep or by_manager:
        for who, day in (("rep", by_rep), ("manager", by_manager)):
            said = word(f"signed_{who}", case.lang, day=day.isoformat()) if day else word(f"unsigned_{who}", case.lang)
            parts.append(said)
    return joined(parts, case.lang)
