"""The rows to be computed: every subject in every period, with its posting and its standing in the assessment."""

from __future__ import annotations

from incentives.database import Database, literal, quoted
from incentives.engine.division import decimal, divide_sql
from incentives.engine.leavers import keeps_leavers, with_leavers
from incentives.engine.shares import ALL, made_columns, share_columns, summed_columns, ways_of, whole_months
from incentives.engine.source import AROUND, GAP, SEQ, SKIPPED
from incentives.engine.years import year_columns, year_join
from incentives.plan.columns import TRACKING, Plan, grain_of
from incentives.plan.leavers import GONE
from incentives.plan.pay.shares import of_whole, there
from incentives.plan.tracking import ELAPSED
from incentives.tables.canon import POSTING_TEXTS


def create_spine(con: Database, plan: Plan, frame: str) -> None:
    """Make the table `spine_<frame>`: the given columns of the plan, and what history functions walk along.

    SEQ counts the periods without the exempted ones; GAP is true where the period before it has no row.
    """
    if plan.kept:
        con.make_view(f"spine_{frame}", f"SELECT * FROM `{plan.kept}`")
        return
    grain = grain_of(frame)
    attending = posted(plan, grain) if plan.subject == "rep" else snapped(plan, grain)
    if plan.subject == "rep" and keeps_leavers(plan, grain):
        attending += ",\n" + with_leavers(plan, grain)
    con.make_table(f"spine_{grain}", f"\n{attending},\n{standing(plan, grain)}")
    if frame == TRACKING:
        con.make_table(f"spine_{TRACKING}", f"\n{tracked(plan)}")


def posted(plan: Plan, grain: str) -> str:
    """Return the CTE `attending` for reps: attributes on the last day employed, and the share of working days worked
    (A9, T5)."""
    key = f"`{plan.key}`"
    idle = listed(plan, "pause", "exempt")
    attributes = ", ".join(f"COALESCE(o.`{a}`, '') AS `{a}`" for a in POSTING_TEXTS)
    return f"""WITH several AS (SELECT {key} FROM postings GROUP BY {key} HAVING COUNT(*) > 1),
stretch AS NOT MATERIALIZED (
  SELECT r.{key}, COALESCE(r.name, '') AS name, r.hired_on, r.left_on, p.period_no, p.period, p.first_day, p.last_day,
    {attributes}, o.base_salary,
    GREATEST(o.valid_from, p.first_day, COALESCE(r.hired_on, p.first_day)) AS begins,
    LEAST(o.valid_to, p.last_day, COALESCE(r.left_on, p.last_day)) AS ends,
    m.{key} IS NOT NULL AS several
  FROM postings o LEFT JOIN several m ON m.{key} = o.{key}
  JOIN `{plan.subject}s` r ON r.{key} = o.{key}
  JOIN calendar_periods p ON p.grain = '{grain}' AND o.valid_from <= p.last_day AND o.valid_to >= p.first_day
),
counted AS NOT MATERIALIZED (
  SELECT s.*, {working_days("a", "z")} AS days
  FROM stretch s JOIN days a ON a.day = s.begins JOIN days z ON z.day = s.ends
  WHERE s.begins <= s.ends
),
whole AS (
  SELECT p.period_no, {working_days("a", "z")} AS days
  FROM calendar_periods p JOIN days a ON a.day = p.first_day JOIN days z ON z.day = p.last_day
  WHERE p.grain = '{grain}'
),
summed AS (
  {summed(plan, grain, True)}
  UNION ALL
  {summed(plan, grain, False)}
),
attending AS (
  SELECT s.*, {share("s.worked", "w.days")} AS worked_share{made_columns(plan, grain)}
  FROM summed s JOIN whole w ON w.period_no = s.period_no{whole_months(plan, grain, idle)}
  WHERE s.turn = 1
)"""


def summed(plan: Plan, grain: str, several: bool) -> str:
    """Return the SELECT of the sums over the stretches of a period, the last one first. It is of subjects with
    `several` postings, or of all others, whose single stretch needs no order."""
    key = f"`{plan.key}`"
    each = f"PARTITION BY {key}, period_no ORDER BY ends DESC"  # one order for all, which is sorted once

    def over(aggregate: str, sql: str) -> str:
        return f"{aggregate}({sql}) OVER ({each} {ALL})" if several else sql

    worked = f"CASE WHEN status IN ({listed(plan, 'pause', 'exempt')}) THEN 0 ELSE days END"
    exempting = f"CASE WHEN status IN ({listed(plan, 'exempt')}) THEN status ELSE '' END"
    turn = f"ROW_NUMBER() OVER ({each})" if several else "1"
    shares = summed_columns(plan, grain, listed(plan, "pause", "exempt"), over)
    return (
        f"SELECT *, {turn} AS turn, {over('SUM', worked)} AS worked, {over('MAX', exempting)} AS exempting{shares} "
        f"FROM counted WHERE {'' if several else 'NOT '}several"
    )


def snapped(plan: Plan, grain: str) -> str:
    """Return the CTE `attending` for other subjects: a row for every period in which one has a snapshot; all of it
    counts."""
    key = f"`{plan.key}`"
    shares = "".join(f", 1 AS `{name(way)}`" for way in ways_of(plan, grain) for name in (there, of_whole))
    empty = ", ".join(f"'' AS `{a}`" for a in POSTING_TEXTS)
    return f"""WITH attending AS (
  SELECT DISTINCT s.{key}, COALESCE(r.name, '') AS name, CAST(NULL AS DATE) AS hired_on, CAST(NULL AS DATE) AS left_on,
    p.period_no, p.period, p.first_day, p.last_day, {empty}, CAST(NULL AS DECIMAL(14,2)) AS base_salary,
    '' AS exempting, CAST(1 AS DECIMAL(7,6)) AS worked_share{shares}
  FROM snapshots s
  LEFT JOIN `{plan.subject}s` r ON r.{key} = s.{key}
  JOIN calendar_periods q ON q.period = s.period
  JOIN calendar_periods p ON p.grain = '{grain}' AND p.first_day <= q.last_day AND p.last_day >= q.last_day
)"""


def standing(plan: Plan, grain: str) -> str:
    """Return the SQL of the rest of the spine: what history and decisions say of each row, and whether it is
    exempted (A8, A9)."""
    key = f"`{plan.key}`"
    roll = plan.roll
    ends = f" AND p.first_day <= DATE '{roll.last_day}'" if roll.last_day else ""
    least = "FALSE"
    if roll.least_time:
        part, whole = (f"CAST(p.`{name('working_days')}` AS {decimal(9, 0)})" for name in (there, of_whole))
        least = f"{part} < f.{quoted(roll.least_time)} * {whole}"
    attributes = ", ".join(f"p.`{a}`" for a in POSTING_TEXTS)
    rows, gone = "attending", "FALSE"
    if plan.subject == "rep" and keeps_leavers(plan, grain):
        rows, gone = "everybody", "COALESCE(p.left_on < p.first_day, FALSE)"
    return f"""judged AS (
  SELECT p.{key}, p.name, p.period, p.period_no, {attributes}, p.base_salary, p.hired_on, p.left_on, p.worked_share,
    p.first_day AS period_start, p.last_day AS period_end, {tenure("p")} AS tenure_months,
    p.first_day >= DATE '{roll.first_day}'{ends} AS in_force,
    h.{key} IS NOT NULL AS recorded, h.total AS history_total, h.grade AS history_grade,
    g.decision AS decided_grade,
    COALESCE(g.reason, x.reason, '') AS decision_reason, COALESCE(g.decided_by, x.decided_by, '') AS decided_by,
    COALESCE(g.decided_on, x.decided_on) AS decided_on,
    x.{key} IS NOT NULL AS excused, p.exempting, {least} AS too_short,
    {gone} AS `{GONE}`{share_columns(plan, grain, "p")}{year_columns(plan, grain, working_days("a", "z"))}
  FROM {rows} p{year_join(plan, grain)}
  JOIN figures f ON f.grain = '{grain}' AND f.period_no = p.period_no
  LEFT JOIN history h ON h.{key} = p.{key} AND h.period = p.period
  LEFT JOIN decisions g ON g.{key} = p.{key} AND g.period = p.period AND g.about = 'grade'
  LEFT JOIN decisions x ON x.{key} = p.{key} AND x.period = p.period AND x.about = 'exempt' AND x.decision = 'exempt'
),
settled AS (
  SELECT *, recorded OR NOT in_force AS locked, excused OR exempting <> '' OR too_short OR `{GONE}` AS exempted,
    CASE WHEN recorded THEN 'locked' WHEN NOT in_force THEN 'outside' WHEN `{GONE}` THEN 'left'
      WHEN excused THEN 'decision'
      WHEN exempting <> '' THEN 'status' WHEN too_short THEN 'least_time' ELSE '' END AS assessment_reason,
    CASE WHEN recorded OR NOT in_force OR `{GONE}` THEN '' WHEN excused THEN decision_reason
      ELSE exempting END AS assessment_detail,
    (excused OR exempting <> '' OR too_short OR `{GONE}`) AND NOT (recorded OR NOT in_force) AS skipped
  FROM judged
),
{numbered(key)}"""


def numbered(key: str) -> str:
    """Return the settled rows with SEQ and GAP: only the periods of those who skip or lack one are numbered by
    windows. What led to the standing of a row stays behind."""
    rest = f"s.* EXCLUDE (recorded, excused, exempting, too_short, skipped), s.skipped AS `{SKIPPED}`"
    return f"""spanned AS (
  SELECT {key}, MIN(period_no) AS first_no,
    BOOL_OR(skipped) OR COUNT(*) <= MAX(period_no) - MIN(period_no) AS uneven
  FROM settled GROUP BY {key}
),
numbered AS (
  SELECT {key}, period_no, skipped, CAST(period_no - SUM(CASE WHEN skipped THEN 1 ELSE 0 END)
      OVER (PARTITION BY {key} ORDER BY period_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
      + CASE WHEN skipped THEN 1 ELSE 0 END AS INTEGER) AS seq
  FROM settled WHERE {key} IN (SELECT {key} FROM spanned WHERE uneven)
),
walked AS (
  SELECT *, seq - 1 <> COALESCE(LAG(seq) OVER (PARTITION BY {key}, skipped ORDER BY period_no), -1) AS gap
  FROM numbered
)
SELECT {rest}, s.period_no AS `{SEQ}`, s.period_no = e.first_no AS `{GAP}`
FROM settled s JOIN spanned e ON e.{key} = s.{key} WHERE NOT e.uneven
UNION ALL
SELECT {rest}, w.seq AS `{SEQ}`, w.gap AS `{GAP}`
FROM settled s JOIN walked w ON w.{key} = s.{key} AND w.period_no = s.period_no"""


def tracked(plan: Plan) -> str:
    """Return the SELECT of the months with the period around them, and the share of its working days elapsed by
    their end (A12)."""
    gone, all_of = working_days("a", "z"), working_days("a", "y")
    return f"""SELECT s.*, q.around_no AS `{AROUND}`, {share(gone, all_of)} AS elapsed,
  CASE WHEN {all_of} = 0 THEN 1 ELSE {gone} END AS `{ELAPSED[0]}`, GREATEST({all_of}, 1) AS `{ELAPSED[1]}`
FROM spine_month s
JOIN calendar_periods q ON q.grain = 'month' AND q.period_no = s.period_no
JOIN calendar_periods p ON p.grain = '{plan.grain}' AND p.period_no = q.around_no
JOIN days a ON a.day = p.first_day JOIN days z ON z.day = q.last_day JOIN days y ON y.day = p.last_day"""


def tenure(row: str) -> str:
    """Return the whole months in SQL from the day of hiring to the end of the period or the day of leaving."""
    last = f"(LEAST({row}.last_day, COALESCE({row}.left_on, {row}.last_day)) + INTERVAL 1 DAY)"
    hired = f"{row}.hired_on"
    years = f"EXTRACT(YEAR FROM {last}) - EXTRACT(YEAR FROM {hired})"
    months = f"EXTRACT(MONTH FROM {last}) - EXTRACT(MONTH FROM {hired})"
    begun = f"CASE WHEN EXTRACT(DAY FROM {last}) < EXTRACT(DAY FROM {hired}) THEN 1 ELSE 0 END"
    whole = f"({years}) * 12 + {months} - {begun}"
    return f"CASE WHEN {row}.hired_on IS NOT NULL THEN GREATEST(0, CAST({whole} AS INTEGER)) END"


def working_days(first: str, last: str) -> str:
    """Return the working days in SQL from one row of `days` to another, both counted."""
    return f"({last}.worked_before + CASE WHEN {last}.working THEN 1 ELSE 0 END - {first}.worked_before)"


def share(part: str, whole: str) -> str:
    """Return one number of days divided by another in SQL, with 6 decimals; 1 where there are none."""
    kind = decimal(7, 6)
    return f"CASE WHEN {whole} = 0 THEN CAST(1 AS {kind}) ELSE CAST({divide_sql(part, whole, 6)} AS {kind}) END"


def listed(plan: Plan, *does: str) -> str:
    """Return the statuses of the policy that do this to a day, as SQL texts; none of them as a text that no status
    is."""
    known = [status for status, what in plan.roll.statuses.items() if what in does]
    return ", ".join(literal(status) for status in sorted(known)) or "'-'"
