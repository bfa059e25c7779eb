"""The conditions that keep a row from a better grade or a promotion where no single metric is enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from incentives.database import literal, quoted
from incentives.explain.model import Line
from incentives.explain.words import word
from incentives.language.types import ChoiceType
from incentives.outcome.figures_text import plain, value_text
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column
from incentives.plan.rules import Promotion

STEPS = ("band_grade", "capped_grade", "distributed_grade", "decided_grade")
BESIDE = ("total", "assessment", "level", "decided_by", "decided_on")


def grade_obstacles(outcome: Outcome, rep: str, period: str, target: str, lang: str) -> tuple[Line, ...]:
    """Each thing that keeps the row's grade below the target, or below the next better grade without one: a record, a
    total that is too low, ceilings that hold, the distribution, a decision."""
    columns = {column.name: column for column in outcome.columns}
    kind = columns["grade"].type if "grade" in columns else None
    grades = kind.values if isinstance(kind, ChoiceType) else ()
    ceilings = [column for column in outcome.columns if column.role == "ceiling"]
    row = values_of(outcome, [*STEPS, *BESIDE, "grade", *(column.name for column in ceilings)], rep, period)
    if row.get("grade") not in grades:
        return ()
    wanted = grades.index(target) if target else grades.index(row["grade"]) - 1
    if not 0 <= wanted < grades.index(row["grade"]):
        return ()
    return tuple(standing_in_the_way(row, columns, ceilings, grades, wanted, lang))


def standing_in_the_way(
    row: Mapping[str, Any], columns: Mapping[str, Column], ceilings: Sequence[Column], grades: Sequence[str],
    wanted: int, lang: str,
) -> Iterator[Line]:  # fmt: skip
    """The obstacles in the order in which a grade comes about."""

    def below(grade: str | None) -> bool:
        return grade in grades and grades.index(grade) > wanted

    if row.get("assessment") == "history":
        yield remark(word("reach_on_record", lang, grade=row["grade"]), columns.get("grade"))
        return
    band, before, after = (row.get(name) for name in STEPS[:3])
    if below(band):
        total = value_text(row.get("total"), "score", lang)
        yield remark(word("reach_total", lang, total=total, grade=band), columns.get("band_grade"))
    for column in ceilings:
        if row.get(column.name) and below(column.item):
            title = column.title.get(lang) or column.name
            yield remark(word("reach_ceiling", lang, title=plain(title), grade=column.item), column)
    if below(after) and not below(before or band):
        yield remark(
            word("reach_distribution", lang, before=before or band, after=after), columns.get("distributed_grade")
        )
    if below(decided := row.get("decided_grade")):
        by = " ".join(plain(str(row[name])) for name in ("decided_by", "decided_on") if row.get(name))
        about = {"grade": decided, "by": by or word("somebody", lang)}
        yield remark(word("reach_decision", lang, **about), columns.get("grade"))


def promotion_obstacles(
    outcome: Outcome, promotion: Promotion, rep: str, period: str, lang: str
) -> tuple[Line, ...]:  # fmt: skip
    """Return what keeps the row from a promotion: the wrong level, and each criterion that is not met."""
    row = values_of(outcome, ["level", *(one.met for one in promotion.criteria)], rep, period)
    found = []
    if promotion.from_level and row.get("level") != promotion.from_level:
        about = {"level": plain(str(row.get("level") or "–")), "from_level": promotion.from_level}
        found.append(Line(word("reach_level", lang, **about), kind="remark"))
    for one in promotion.criteria:
        if not row.get(one.met):
            title = f"{one.title.get(lang) or one.name} {one.test}".strip()
            found.append(Line(word("reach_criterion", lang, title=title), kind="remark", place=one.place))
    return tuple(found)


def values_of(outcome: Outcome, names: Sequence[str], rep: str, period: str) -> dict[str, Any]:
    """Those of the columns that the outcome has, for one row."""
    there = outcome.con.columns(quoted(outcome.relation))
    known = [name for name in dict.fromkeys(names) if name in there]
    where = f"{quoted(outcome.plan.key)} = {literal(rep)} AND period = {literal(period)}"
    rows = outcome.rows(known, where) if known else []
    return dict(zip(known, rows[0], strict=True)) if rows else {}


def remark(text: str, column: Column | None) -> Line:
    """One obstacle, at the line of the policy that makes it."""
    return Line(text, kind="remark", place=column.place if column else None)
