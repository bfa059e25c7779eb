"""Working days: Monday to Friday, less the holidays of the calendar, plus its make-up days (调休)."""

from __future__ import annotations

from datetime import date, timedelta

from incentives.database import Database

# Without any data there is nothing to span; one year is enough for an empty table to have its columns.
SPAN = """
WITH seen AS (
    SELECT first, last FROM load.spans UNION ALL SELECT min(day), max(day) FROM calendar
)
SELECT coalesce(min(first), DATE '2000-01-01') - INTERVAL 1 YEAR AS first,
       coalesce(max(last), DATE '2000-12-31') + INTERVAL 1 YEAR AS last FROM seen
"""
A_YEAR = timedelta(days=366)


def reach_days(con: Database, first: date, last: date) -> None:
    """Let `days` reach at least from a year before `first` to a year after `last`."""
    there, until = con.query("SELECT min(day), max(day) FROM days")[0]
    low, high = min(there, first - A_YEAR), max(until, last + A_YEAR)
    if (low, high) != (there, until):
        make_days(con, f"SELECT DATE '{low}' AS first, DATE '{high}' AS last")


def make_days(con: Database, span: str = SPAN) -> None:
    """Make `days` (day, working, worked_before) over the span of the data's periods and a year on either side.

    `worked_before` counts the working days before this one, so that those from a to b are
    worked_before(b) − worked_before(a), plus 1 where b is a working day.
    """
    con.make_table(
        "days",
        f"""WITH span AS ({span}),
        each_day AS (SELECT CAST(unnest(generate_series(first, last, INTERVAL 1 DAY)) AS DATE) AS day FROM span),
        marked AS (
            SELECT d.day, coalesce(c.kind = 'make_up', isodow(d.day) <= 5) AS working
            FROM each_day d LEFT JOIN calendar c ON c.day = d.day)
        SELECT day, working, CAST(coalesce(sum(CAST(working AS INTEGER)) OVER (
            ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS INTEGER) AS worked_before
        FROM marked ORDER BY day""",
        shared=True,
    )
