"""From a (narrowed) outcome to the report that people read: counts, distribution, remarks, control totals, rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from incentives.database import quoted
from incentives.language.types import ChoiceType
from incentives.outcome.columns import columns_of, counts_in_total, of_role, planned
from incentives.outcome.manifest import input_names, warnings_of
from incentives.outcome.outcome import Outcome
from incentives.plan import names
from incentives.plan.columns import Column
from incentives.reports.concluded import climbs_of, drawn_of
from incentives.reports.model import Bin, Control, Count, Heading, Line, Report, Row, Share
from incentives.reports.remarks import groups_of, least_periods, periods_text, reason_text
from incentives.reports.words import key_word, word

MOST_SCORES = 6
STATES = ("assessed", "exempt", "unsigned", "missing", "history")
SPINE_UNITS = {"base_salary": "money", "worked_share": "ratio"}


def report_of(
    outcome: Outcome, lang: str, team: str | None = None, with_pay: bool = True, most_rows: int = 1000
) -> Report:
    """The report of `outcome`, which `narrow` has made for the same `team` and `with_pay`.

    At most `most_rows` rows are carried (`hidden` says how many are not); counts, remarks and totals are over all rows.
    """
    policy = outcome.ruleset.policy
    scored = _scored(outcome)
    rows = _rows(outcome, [c.name for c in scored], lang, most_rows)
    counts = _counts(outcome)
    return Report(
        lang=lang,
        title=policy.title.get(lang) or policy.ruleset,
        version=policy.version,
        digest=outcome.ruleset.digest,
        currency=policy.currency or "",
        periods=outcome.periods,
        team=team or "",
        with_pay=with_pay,
        subject=outcome.plan.subject,
        key_title=key_word(outcome.plan.key, _key_title(outcome, lang), lang),
        grades=grades_of(outcome),
        scores=tuple(heading(c, lang) for c in scored),
        pay=tuple(heading(c, lang) for c in of_role(outcome, "pay")),
        figures=headings(outcome, lang),
        lines=_lines(outcome, lang),
        rows=rows,
        hidden=sum(c.employed for c in counts) - len(rows),
        counts=counts,
        groups=groups_of(outcome, lang),
        conclusions=drawn_of(outcome, lang),
        promotions=climbs_of(outcome, lang),
        warnings=tuple((str(w.place), w.text(lang)) for w in warnings_of(outcome, team, with_pay)),
        controls=_controls(outcome, lang),
        bins=_bins(outcome),
        inputs=tuple((n, i.rows, i.sha256) for n, i in zip(input_names(outcome), outcome.tables.inputs, strict=True)),
    )


def _key_title(outcome: Outcome, lang: str) -> str:
    return next((c.title.get(lang) for c in outcome.columns if c.name == outcome.plan.key), outcome.plan.key)


def heading(column: Column, lang: str) -> Heading:
    """A column's heading in `lang`; its machine name where it has no title."""
    return Heading(column.name, column.title.get(lang) or word(column.name, lang), column.unit, column.role)


def headings(outcome: Outcome, lang: str) -> tuple[Heading, ...]:
    """A heading for every column of the outcome, in order."""
    titled = {c.name: c for c in planned(outcome) if c.title.get(lang)}
    return tuple(
        heading(titled[name], lang)
        if name in titled
        else Heading(name, word(name, lang), SPINE_UNITS.get(name, "text"), "spine")
        for name in columns_of(outcome)
    )


def grades_of(outcome: Outcome) -> tuple[str, ...]:
    """The grades that the ruleset gives, best first; none where it does not grade."""
    for column in of_role(outcome, "grade"):
        if isinstance(column.type, ChoiceType):
            return column.type.values
    return ()


def shown_scores(report: Report) -> tuple[tuple[int, Heading], ...]:
    """The scores that fit a table, by their place in a row: the items, or the scorecards where there are many items."""
    items = [(i, h) for i, h in enumerate(report.scores) if h.role == "score"]
    if len(items) > MOST_SCORES:
        items = [(i, h) for i, h in enumerate(report.scores) if h.role == "scorecard"]
    return tuple(items)


def _scored(outcome: Outcome) -> tuple[Column, ...]:
    """The scores that count in the total and that anybody has."""
    columns = [c for c in of_role(outcome, "score", "scorecard") if counts_in_total(outcome, c)]
    if not columns:
        return ()
    counts = ", ".join(f"count({quoted(c.name)})" for c in columns)
    found = outcome.con.query(f"SELECT {counts} FROM {quoted(outcome.relation)}")[0]
    return tuple(c for c, n in zip(columns, found, strict=True) if n)


def _rows(outcome: Outcome, scores: list[str], lang: str, most: int) -> tuple[Row, ...]:
    names = list(columns_of(outcome))
    pay = [c.name for c in of_role(outcome, "pay")]
    key = outcome.plan.key
    listed = ", ".join(quoted(name) for name in names)
    order = f"ORDER BY {quoted(key)}, `period_no` LIMIT {most}"
    found = outcome.con.query(f"SELECT {listed} FROM {quoted(outcome.relation)} {order}")
    least = least_periods(outcome)
    rows = [dict(zip(names, values, strict=True)) for values in found]
    policy = outcome.ruleset.policy

    def told(row: dict[str, Any]) -> Row:
        few = periods_text(row, least, lang)
        return _row(row, key, scores, pay, few, reason_text(row, policy, lang) or few, lang)

    return tuple(told(row) for row in rows)


def _row(
    figures: dict[str, Any], key: str, scores: list[str], pay: list[str], few: str, reason: str, lang: str
) -> Row:  # fmt: skip
    state = figures.get("assessment") or "assessed"
    return Row(
        key=figures[key],
        name=figures.get("name") or figures[key],
        period=figures["period"],
        team=figures.get("team") or "",
        region=figures.get("region") or "",
        assessment=state,
        standing=few or word(f"short_{state}", lang),
        reason=reason,
        total=figures.get("total"),
        computed_grade=figures.get("computed_grade"),
        grade=figures.get("grade"),
        scores=tuple(figures[name] for name in scores),
        pay=tuple(figures[name] for name in pay),
        pay_total=figures.get("pay_total"),
        figures=figures,
    )


def _counts(outcome: Outcome) -> tuple[Count, ...]:
    there = set(columns_of(outcome))
    state = "`assessment`" if "assessment" in there else "'assessed'"
    grade = "`grade`" if "grade" in there else "NULL"
    sql = f"SELECT `period`, {state}, {grade}, count(*) FROM {quoted(outcome.relation)} GROUP BY ALL ORDER BY ALL"
    tally = outcome.con.query(sql)
    return tuple(
        _count(period, [t[1:] for t in tally if t[0] == period], grades_of(outcome)) for period in outcome.periods
    )


def _count(period: str, tally: list[tuple[Any, ...]], grades: tuple[str, ...]) -> Count:
    return Count(
        period=period,
        employed=sum(n for _, _, n in tally),
        states=tuple((s, sum(n for state, _, n in tally if state == s)) for s in STATES),
        grades=tuple(Share(g, sum(n for _, grade, n in tally if grade == g)) for g in grades),
        graded=tuple((s, n) for s in STATES if (n := sum(n for state, g, n in tally if state == s and g in grades))),
    )


def _controls(outcome: Outcome, lang: str) -> tuple[Control, ...]:
    columns = of_role(outcome, "pay", "pay_total")
    if not columns:
        return ()
    sums = ", ".join(f"coalesce(sum({quoted(c.name)}), 0)" for c in columns)
    totals = outcome.con.query(f"SELECT {sums} FROM {quoted(outcome.relation)}")[0]
    return tuple(
        Control(c.name, heading(c, lang).title, kind_of(outcome, c.name), Decimal(total))
        for c, total in zip(columns, totals, strict=True)
    )


def kind_of(outcome: Outcome, component: str) -> str:
    """The kind of a pay component (commission, bonus, …) as the ruleset says; empty for the total."""
    declared = outcome.ruleset.policy.pay.get(component)
    return str(declared.kind) if declared else ""


def _bins(outcome: Outcome) -> tuple[Bin, ...]:
    grades = grades_of(outcome)
    if not grades or "total" not in columns_of(outcome):
        return ()
    where = f"FROM {quoted(outcome.relation)} WHERE `total` IS NOT NULL AND `grade` IS NOT NULL"
    low, high = outcome.con.query(f"SELECT min(`total`), max(`total`) {where}")[0]
    if low is None:
        return ()
    width = 5
    while (high - low) / width > 40:
        width *= 10
    sql = f"SELECT `total` - `total` % {width}, `grade`, count(*) {where} GROUP BY ALL ORDER BY ALL"
    tally = outcome.con.query(sql)
    first, last = int(tally[0][0]), int(tally[-1][0])
    return tuple(
        Bin(Decimal(at), tuple(Share(g, sum(n for b, grade, n in tally if b == at and grade == g)) for g in grades))
        for at in range(first, last + width, width)
    )


def _lines(outcome: Outcome, lang: str) -> tuple[Line, ...]:
    there = set(columns_of(outcome))

    def beside(name: str) -> str:
        return name if name in there else ""

    return tuple(
        Line(
            title=heading(c, lang).title,
            actual=c.name,
            target=beside(names.target_of(c.name)),
            stretch=beside(names.target_of(c.name, "stretch")),
            attainment=beside(names.attainment_of(c.name)),
            score=beside(names.score_of(c.name)),
        )
        for c in of_role(outcome, "metric")
    )
