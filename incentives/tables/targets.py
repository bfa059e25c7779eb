"""Targets: the choice among several dated revisions, their signatures, and whether parts add up (POLICY T2, T3, T4)."""

from __future__ import annotations

from decimal import Decimal

from incentives.database import Database
from incentives.faults import Fault
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation
from incentives.tables.naming import MOST_NAMED, metric_called


def make_targets(con: Database) -> None:
    """Make `targets` of `load.targets`, with revision (1 = first), signed (both dates) and counts.

    The last signed row counts; where none is signed the last row does, and says so by `signed`. Nearly every target
    has but one row, which need not be ranked.
    """
    con.execute("DROP VIEW targets")
    signed = """SELECT * REPLACE (coalesce(scope, 'rep') AS scope, coalesce(subject_id, 'company') AS subject_id),
            rep_signed_on IS NOT NULL AND manager_signed_on IS NOT NULL AS signed"""
    make_several(con)
    con.execute(
        f"""CREATE TABLE load.revisions AS
        SELECT row,
            CAST(row_number() OVER (same ORDER BY revised_on NULLS FIRST, row) AS INTEGER) AS revision,
            row_number() OVER (same ORDER BY signed DESC, revised_on DESC NULLS LAST, row DESC) = 1 AS counts
        FROM ({signed} FROM load.several)
        WINDOW same AS (PARTITION BY scope, subject_id, period, metric)"""
    )
    con.execute(
        f"""CREATE VIEW load.ranked AS
        SELECT t.*, coalesce(r.revision, 1) AS revision, coalesce(r.counts, true) AS counts
        FROM ({signed} FROM load.targets) t LEFT JOIN load.revisions r ON r.row = t.row"""
    )
    con.make_view(
        "targets",
        "SELECT scope, subject_id, period, metric, base, stretch, rep_signed_on, "
        "manager_signed_on, revised_on, reason, revision, signed, counts FROM load.ranked",
        shared=True,
    )


def make_several(con: Database) -> None:
    """Make `load.several`: the rows of targets that have more than one."""
    target = "hash(coalesce(scope, 'rep'), coalesce(subject_id, 'company'), period, metric)"
    again = f"SELECT {target} FROM load.targets GROUP BY ALL HAVING count(*) > 1"
    con.execute(f"CREATE TABLE IF NOT EXISTS load.several AS FROM load.targets WHERE {target} IN ({again})")


def twice_revised(con: Database) -> bool:
    """Return whether some targets seem to have two rows of one day."""
    make_several(con)
    keys = "scope, subject_id, period, metric, revised_on"
    return bool(con.query(f"SELECT count(*) <> count(DISTINCT hash({keys})) FROM load.several")[0][0])


def check_signatures(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return warnings for targets that only one side signed, and for those revised after their period was over."""
    half = con.query(
        "SELECT row, subject_id, metric, t.period, rep_signed_on IS NULL FROM load.ranked t "
        "WHERE (rep_signed_on IS NULL) <> (manager_signed_on IS NULL) ORDER BY row"
    )
    late = con.query(
        "SELECT row, subject_id, metric, t.period, CAST(revised_on AS VARCHAR), CAST(p.last AS VARCHAR) "
        "FROM load.ranked t JOIN load.known_periods p ON p.spelling = t.period WHERE revised_on > p.last ORDER BY row"
    )
    called = metrics_called(expectation)
    faults = []
    for row, subject, metric, period, by_rep in half[:MOST_NAMED]:
        code = "target_unsigned_rep" if by_rep else "target_unsigned_manager"
        about = {"subject": subject_called(subject), "metric": called[metric], "period": period}
        faults.append(Fault(code, delivery.spot(row), about, warning=True))
    for row, subject, metric, period, day, last in late[:MOST_NAMED]:
        about = {"subject": subject_called(subject), "metric": called[metric], "period": period}
        about |= {"day": day, "last": last}
        faults.append(Fault("target_late", delivery.spot(row), about, warning=True))
    for code, rows in (("targets_unsigned_more", half), ("targets_late_more", late)):
        if len(rows) > MOST_NAMED:
            faults.append(Fault(code, delivery.place, {"number": len(rows) - MOST_NAMED}, warning=True))
    return faults


def check_sums(con: Database, delivery: Delivery, expectation: Expectation) -> list[Fault]:
    """Return a fault for each whole whose parts do not add up, for the metrics that the policy declares `adds_up` for.

    A unit belongs to the next coarser declared unit that its reps are posted to on the period's last day; a part
    whose figure is left to the policy's formula leaves its whole unchecked. Where somebody with a target is posted
    nowhere then, that is the fault, and what does not add up in that period for want of it is not told.
    """
    called = metrics_called(expectation)
    faults = []
    nowhere: dict[tuple[str, str], int] = {}
    for metric, scopes in expectation.adds_up:
        lost = con.query(unposted_sql(scopes, expectation.key), [metric])
        without = {period for _, _, period in lost}
        for side in ("base", "stretch"):
            rows = con.query(sums_sql(side, scopes, expectation.key), [metric])
            for row, subject, period, whole, parts in rows:
                if period in without:
                    nowhere |= {(who, at): row for row, who, at in reversed(lost) if at == period}
                    continue
                about = {
                    "metric": called[metric], "subject": subject_called(subject), "period": period,
                    "whole": shown(whole), "parts": shown(parts), "difference": shown(parts - whole),
                }  # fmt: skip
                faults.append(Fault(f"target_sum_{side}", delivery.spot(row), about))
    causes = sorted((row, who, period) for (who, period), row in nowhere.items())
    return [
        Fault("target_unposted", delivery.spot(row), {"key": who, "period": period}) for row, who, period in causes
    ] + faults


def unposted_sql(scopes: tuple[str, ...], key: str) -> str:
    """Return SQL for the targets of reps who belong to none of the units on the period's last day: row, key, period."""
    units = [f"o.{scope}" for scope in scopes if scope in {"team", "region"}]
    placed = f"coalesce({', '.join(units)}) IS NOT NULL" if units else "TRUE"
    return f"""
        SELECT t.row, t.subject_id, t.period FROM load.ranked t
        JOIN (SELECT DISTINCT id, last FROM load.known_periods) p ON p.id = t.period
        WHERE t.counts AND t.scope = 'rep' AND t.metric = ? AND NOT EXISTS (
            SELECT 1 FROM postings o
            WHERE o.{key} = t.subject_id AND p.last BETWEEN o.valid_from AND o.valid_to AND {placed})
        ORDER BY t.row"""


def metrics_called(expectation: Expectation) -> dict[str, dict[str, str]]:
    """Return the name of each metric in messages, by its own name."""
    return {metric.name: metric_called(metric) for metric in expectation.metrics}


def subject_called(subject: str) -> str | dict[str, str]:
    """Return the name of the subject of a target in messages; the company has no name in the data."""
    return {"zh": "全公司", "en": "the company"} if subject == "company" else subject


def shown(number: Decimal) -> str:
    """Return a sum without the zeros behind its last decimal."""
    return f"{number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize():,f}"


def sums_sql(side: str, scopes: tuple[str, ...], key: str) -> str:
    """Return SQL for the wholes whose parts differ: row, subject, period, whole, sum of the parts."""
    unit = {"company": "'company'", "region": "o.region", "team": "o.team", "rep": f"o.{key}"}
    links = []
    for level, scope in enumerate(scopes[1:], 1):
        above = list(reversed(scopes[:level]))
        whens = " ".join(f"WHEN {unit[s]} IS NOT NULL THEN '{s}'" for s in above)
        owner = " ".join(f"WHEN {unit[s]} IS NOT NULL THEN {unit[s]}" for s in above)
        links.append(
            f"SELECT p.id AS period, '{scope}' AS scope, {unit[scope]} AS subject, "
            f"CASE {whens} END AS whole_scope, CASE {owner} END AS whole "
            "FROM postings o JOIN days_of p ON p.last BETWEEN o.valid_from AND o.valid_to "
            f"WHERE {unit[scope]} IS NOT NULL"
        )
    return f"""
        WITH figures AS (
            SELECT row, scope, CASE scope WHEN 'company' THEN 'company' ELSE subject_id END AS subject, period,
                   CAST({side} AS DECIMAL(38,6)) AS figure
            FROM load.ranked WHERE counts AND metric = ?),
        days_of AS (SELECT DISTINCT id, last FROM load.known_periods WHERE id IN (SELECT period FROM figures)),
        links AS (
            SELECT period, scope, subject, whole_scope, min(whole) AS whole FROM ({" UNION ".join(links)})
            GROUP BY period, scope, subject, whole_scope),
        parts AS (
            SELECT l.period, l.whole_scope AS scope, l.whole AS subject, sum(f.figure) AS figure,
                   count(*) = count(f.figure) AS complete
            FROM links l JOIN figures f ON f.period = l.period AND f.scope = l.scope AND f.subject = l.subject
            GROUP BY l.period, l.whole_scope, l.whole)
        SELECT w.row, w.subject, w.period, w.figure, p.figure
        FROM figures w JOIN parts p ON p.period = w.period AND p.scope = w.scope AND p.subject = w.subject
        WHERE p.complete AND w.figure <> p.figure
        ORDER BY w.row LIMIT {MOST_NAMED}"""
