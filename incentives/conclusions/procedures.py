"""Procedures: whether the dated steps of somebody's promotion came in their order, none skipped and none early (R7).

A procedure begins anew with each event of its first step. It is looked at in every period that has one of its events,
as it stands at the period's end. A step of several parts is done on the day of its last part.
"""

from __future__ import annotations

from collections.abc import Sequence

from incentives.database import Database, literal, quoted
from incentives.faults import Fault
from incentives.plan.columns import Plan
from incentives.plan.rules import Course, Stage
from incentives.tables.periods import period_number_sql

CODES = {"skipped": "procedure_skipped", "early": "procedure_early", "too_soon": "procedure_too_soon"}


def create_procedures(con: Database, plan: Plan, asked: Sequence[int]) -> None:
    """Make `procedures` for the numbered periods of the assessment: a row a rep, period, beginning and step, in order.

    Columns: key, name, period_no, period, course, turn (which beginning), step_no, step, began, done (days; NULL while
    it is not), lacks (parts, comma apart), since (working days from the step before to this one, its own day not
    counted), least (those that the policy asks for), state: done, open, skipped (a later step was taken), early (before
    the step before it was done), too_soon.
    """
    con.make_table("procedures", procedures_sql(plan, asked))


def procedures_sql(plan: Plan, asked: Sequence[int]) -> str:
    """The SELECT of all procedures: events → their turn → each step of the turns that are at work in a period."""
    key, grain = f"`{plan.key}`", plan.grain
    walk = f"PARTITION BY {key}, period_no, course, turn ORDER BY step_no"
    return f"""WITH steps AS (SELECT * FROM (VALUES {", ".join(step_rows(plan))})
    AS v(course, kind, step_no, step, event, starts)),
  taken AS (
    SELECT e.{key}, s.course, e.value, e.happened_on,
      {period_number_sql(grain, "e.happened_on", plan.roll.fiscal_start)} AS period_no,
      SUM(s.starts) OVER (PARTITION BY e.{key}, s.course ORDER BY e.happened_on
        RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS turn
    FROM events e JOIN steps s ON s.kind = e.kind AND s.event = e.value
  ),
  at_work AS (
    SELECT DISTINCT p.{key}, p.name, p.period_no, p.period, p.period_end, t.course, t.turn
    FROM taken t JOIN `spine_{grain}` p ON p.{key} = t.{key} AND p.period_no = t.period_no
    WHERE p.in_force AND p.period_no IN ({", ".join(map(str, asked)) or "NULL"})
  ),
  dated AS (
    SELECT w.{key}, w.name, w.period_no, w.period, w.course, w.turn, s.step_no, s.step, MIN(t.happened_on) AS began,
      CASE WHEN COUNT(DISTINCT s.event) = COUNT(DISTINCT t.value) THEN MAX(t.happened_on) END AS done,
      COALESCE(STRING_AGG(CASE WHEN t.value IS NULL THEN s.event END, ', ' ORDER BY s.event), '') AS lacks
    FROM at_work w JOIN steps s ON s.course = w.course
    LEFT JOIN taken t ON t.{key} = w.{key} AND t.course = w.course AND t.turn = w.turn AND t.value = s.event
      AND t.happened_on <= w.period_end
    GROUP BY w.{key}, w.name, w.period_no, w.period, w.course, w.turn, s.step_no, s.step
  ),
  ordered AS (
    SELECT *, MAX(done) OVER ({walk} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
      COUNT(began) OVER ({walk} ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) > 0 AS later
    FROM dated
  ),
  counted AS (
    SELECT o.*, z.worked_before - a.worked_before AS since, {least_sql(plan)} AS least
    FROM ordered o JOIN figures f ON f.grain = '{grain}' AND f.period_no = o.period_no
    LEFT JOIN days a ON a.day = o.before LEFT JOIN days z ON z.day = o.began
  )
SELECT {key}, name, period_no, period, course, turn, step_no, step, began, done, lacks, since, least,
  CASE WHEN done IS NULL AND later THEN 'skipped' WHEN began IS NULL THEN 'open' WHEN began < before THEN 'early'
    WHEN since < least THEN 'too_soon' WHEN done IS NULL THEN 'open' ELSE 'done' END AS state
FROM counted ORDER BY {key}, period_no, course, turn, step_no"""


def step_rows(plan: Plan) -> list[str]:
    """The events of every step as rows of SQL values; the first event of a procedure starts it anew."""
    return [
        f"({literal(course.name)}, {literal(course.event)}, {n}, {literal(stage.name)}, {literal(event)}, "
        f"{1 if n == part == 0 else 0})"
        for course in plan.courses
        for n, stage in enumerate(course.stages)
        for part, event in enumerate(stage.events)
    ]


def least_sql(plan: Plan) -> str:
    """The working days that must lie between a step and the one before."""
    cases = [
        f"WHEN o.course = {literal(course.name)} AND o.step = {literal(stage.name)} THEN f.{quoted(stage.working_days)}"
        for course in plan.courses
        for stage in course.stages
        if stage.working_days
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"


def procedure_remarks(con: Database, plan: Plan) -> list[Fault]:
    """A warning for each step that was skipped, taken before its turn or too soon, at the line of the policy."""
    states = ", ".join(map(literal, CODES))
    rows = con.query(
        f"SELECT `{plan.key}`, name, period, course, step, state, began, lacks, since, least FROM procedures "
        f"WHERE state IN ({states}) ORDER BY 1, period_no, course, turn, step_no"
    )
    return [remark(plan, *row) for row in rows]


def remark(plan: Plan, key: str, name: str, period: str, course: str, step: str, state: str, *told: object) -> Fault:
    """One step out of order, as a warning."""
    of, stage = stage_of(plan, course, step)
    began, lacks, since, least = told
    about = {
        "key": key, "name": name, "period": period, "procedure": {"zh": of.title.get("zh"), "en": of.title.get("en")},
        "step": {"zh": stage.title.get("zh"), "en": stage.title.get("en")},
        "day": str(began or ""), "lacks": lacks, "since": since, "least": f"{least:f}".rstrip("0").rstrip("."),
    }  # fmt: skip
    return Fault(CODES[state], stage.place, about, warning=True)


def stage_of(plan: Plan, course: str, step: str) -> tuple[Course, Stage]:
    """A procedure and one of its steps by their names."""
    of = next(c for c in plan.courses if c.name == course)
    return of, next(s for s in of.stages if s.name == step)
