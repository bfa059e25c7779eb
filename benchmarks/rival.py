"""The benchmark's policy by hand: one DuckDB script, exact, for these very columns and this very data.

    python -m benchmarks.rival DATA OUT.csv

What an expert would write who knows the data and checks nothing: no figure of the policy can be changed without
reading the SQL, and nothing explains a figure. It reads the Parquet files of `generate.py`.
"""

from __future__ import annotations

import sys

import duckdb

COLUMNS = (
    "rep_id", "name", "period", "level", "track", "team", "region", "product_line", "manager_id", "base_salary",
    "status", "worked_share", "assessment", "assessment_reason", "assessment_detail", "decision_reason", "decided_by",
    "decided_on", "hired_on", "left_on", "tenure_months", "order_count", "sales", "margin", "new_customers",
    "margin_rate", "satisfaction", "collected", "collection_due", "collection_rate", "sales_target", "sales_stretch",
    "new_customers_target", "new_customers_stretch", "satisfaction_target", "satisfaction_stretch",
    "sales_attainment", "new_customers_attainment", "satisfaction_attainment", "good", "good_quarters", "factor",
    "sales_score", "new_customers_score", "satisfaction_score", "collection_rate_score", "results", "ceiling_margin",
    "total", "band_grade", "capped_grade", "computed_grade", "grade", "commission", "quarterly_bonus", "pay_total",
)  # fmt: skip

# half_up(n, d): the whole number nearest to n / d, halves away from zero; d above zero.
# units(n, s): n units of the s-th decimal as a decimal.
MACROS = """
CREATE MACRO half_up(n, d) AS CAST(sign(n) * ((2 * abs(n) + d) // (2 * d)) AS BIGINT);
CREATE MACRO cents(money) AS CAST(money * 100 AS BIGINT);
CREATE MACRO units2(n) AS CAST(CAST(n AS DECIMAL(18,0)) * CAST(0.01 AS DECIMAL(2,2)) AS DECIMAL(18,2));
CREATE MACRO units6(n) AS CAST(CAST(n AS DECIMAL(18,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS DECIMAL(18,6));
CREATE MACRO quarter_of(day) AS year(day) * 4 + (month(day) - 1) // 3;
"""

SQL = """
WITH quarters AS (
  SELECT CAST(8099 + i AS BIGINT) AS quarter, printf('%dQ%d', (8099 + i) // 4, (8099 + i) % 4 + 1) AS period,
    DATE '2024-10-01' + to_months(CAST(3 * i AS INTEGER)) AS first_day,
    CAST(DATE '2025-01-01' + to_months(CAST(3 * i AS INTEGER)) AS DATE) - 1 AS last_day
  FROM range(8) t(i)
),
days AS (
  SELECT CAST(day AS DATE) AS day, count(*) FILTER (isodow(day) <= 5) OVER (ORDER BY day) AS worked
  FROM generate_series(DATE '2024-09-30', DATE '2026-09-30', INTERVAL 1 DAY) t(day)
),
employed AS (
  SELECT r.*, q.quarter, q.period, greatest(r.hired_on, CAST(q.first_day AS DATE)) AS begins,
    least(coalesce(r.left_on, q.last_day), q.last_day) AS ends, CAST(q.first_day AS DATE) AS first_day, q.last_day
  FROM 'DATA/reps.parquet' r
  JOIN quarters q ON r.hired_on <= q.last_day AND coalesce(r.left_on, q.last_day) >= q.first_day
),
spine AS (
  SELECT e.*, z.worked - a.worked AS part, y.worked - b.worked AS whole,
    half_up((z.worked - a.worked) * 1000000, y.worked - b.worked) AS share,
    greatest(0, (year(ends + 1) - year(hired_on)) * 12 + month(ends + 1) - month(hired_on)
      - CASE WHEN day(ends + 1) < day(hired_on) THEN 1 ELSE 0 END) AS tenure_months
  FROM employed e JOIN days a ON a.day = e.begins - 1 JOIN days z ON z.day = e.ends
  JOIN days b ON b.day = e.first_day - 1 JOIN days y ON y.day = e.last_day
),
orders AS (
  SELECT rep_id, quarter_of(ordered_on) AS quarter, sum(sign(amount)) AS order_count, sum(amount) AS sales,
    sum(margin) AS margin
  FROM 'DATA/orders.parquet' GROUP BY ALL
),
first_days AS (
  SELECT customer_id, min(ordered_on) AS ordered_on FROM 'DATA/orders.parquet' WHERE amount >= 0 GROUP BY ALL
),
first_orders AS (
  SELECT arg_min(struct_pack(rep_id, amount), order_id) AS first, ordered_on
  FROM 'DATA/orders.parquet' JOIN first_days USING (customer_id, ordered_on) WHERE amount >= 0
  GROUP BY customer_id, ordered_on
),
new_customers AS (
  SELECT first.rep_id AS rep_id, quarter_of(ordered_on) AS quarter, count(*) AS new_customers
  FROM first_orders WHERE first.amount >= 10000 GROUP BY ALL
),
delivered AS (
  SELECT rep_id, period, max(value) FILTER (metric = 'satisfaction') AS satisfaction,
    max(value) FILTER (metric = 'collected') AS collected,
    max(value) FILTER (metric = 'collection_due') AS collection_due
  FROM 'DATA/snapshots.parquet' GROUP BY ALL
),
targets AS (
  SELECT subject_id AS rep_id, period,
    arg_max(base, coalesce(revised_on, DATE '1900-01-01')) FILTER (metric = 'sales') AS sales_target,
    arg_max(stretch, coalesce(revised_on, DATE '1900-01-01')) FILTER (metric = 'sales') AS sales_stretch,
    max(base) FILTER (metric = 'new_customers') AS new_customers_target
  FROM 'DATA/targets.parquet' WHERE rep_signed_on IS NOT NULL AND manager_signed_on IS NOT NULL GROUP BY ALL
),
facts AS (
  SELECT s.*, coalesce(order_count, 0) AS order_count, coalesce(cents(sales), 0) AS sales,
    coalesce(cents(margin), 0) AS margin, coalesce(new_customers, 0) AS new_customers,
    cents(satisfaction) AS satisfaction, cents(collected) AS collected, cents(collection_due) AS collection_due,
    CAST(new_customers_target AS BIGINT) AS new_customers_target,
    half_up(cents(sales_target) * part, whole) AS sales_target,
    half_up(cents(sales_stretch) * part, whole) AS sales_stretch
  FROM spine s LEFT JOIN orders USING (rep_id, quarter) LEFT JOIN new_customers USING (rep_id, quarter)
  LEFT JOIN delivered USING (rep_id, period) LEFT JOIN targets USING (rep_id, period)
),
rated AS (
  SELECT *, sales_target IS NOT NULL AND new_customers_target IS NOT NULL AS scored,
    CASE WHEN sales <> 0 THEN sign(sales) * half_up(margin * 1000000, abs(sales)) END AS margin_rate,
    CASE WHEN collection_due <> 0 THEN half_up(collected * 1000000, collection_due) END AS collection_rate,
    CASE WHEN sales_target <> 0 THEN half_up(sales * 1000000, sales_target) END AS sales_attainment,
    CASE WHEN new_customers_target <> 0 THEN half_up(new_customers * 1000000, new_customers_target) END
      AS new_customers_attainment,
    half_up(satisfaction * 1000000, 9000) AS satisfaction_attainment
  FROM facts
),
scores AS (
  SELECT *,
    CASE WHEN scored AND sales_target <> 0 THEN greatest(0, least(15000, half_up(sales * 10000, sales_target))) END
      AS sales_score,
    CASE WHEN scored AND new_customers_target <> 0
      THEN greatest(0, least(15000, half_up(new_customers * 10000, new_customers_target))) END AS new_customers_score,
    CASE WHEN scored AND satisfaction IS NOT NULL
      THEN greatest(0, least(15000, half_up(satisfaction * 10000, 9000))) END AS satisfaction_score,
    CASE WHEN NOT scored OR collection_rate IS NULL THEN NULL WHEN collected * 10 >= collection_due * 9 THEN 10000
      WHEN collected * 10 >= collection_due * 7 THEN 8000 ELSE 0 END AS collection_rate_score,
    scored AND margin_rate IS NOT NULL AND sign(sales) * margin * 100 < abs(sales) * 45 AS ceiling_margin
  FROM rated
),
weighed AS (
  SELECT *, 40 * coalesce(sales_score, 0) + 30 * coalesce(new_customers_score, 0) + 20 * coalesce(satisfaction_score, 0)
      + 10 * coalesce(collection_rate_score, 0) AS points,
    CASE WHEN sales_score IS NULL THEN 0 ELSE 40 END + CASE WHEN new_customers_score IS NULL THEN 0 ELSE 30 END
      + CASE WHEN satisfaction_score IS NULL THEN 0 ELSE 20 END
      + CASE WHEN collection_rate_score IS NULL THEN 0 ELSE 10 END AS weight
  FROM scores
),
totals AS (SELECT *, CASE WHEN weight > 0 THEN half_up(points, weight) END AS total FROM weighed),
banded AS (
  SELECT *, CASE WHEN total >= 11000 THEN 'S' WHEN total >= 9500 THEN 'A' WHEN total >= 7500 THEN 'B'
    WHEN total < 7500 THEN 'C' END AS band_grade
  FROM totals
),
graded AS (
  SELECT *, CASE WHEN ceiling_margin AND band_grade IN ('S', 'A') THEN 'B' ELSE band_grade END AS grade
  FROM banded
),
runs AS (
  SELECT *, grade IN ('S', 'A') AS good,
    max(CASE WHEN grade IN ('S', 'A') THEN NULL ELSE quarter END) OVER run AS broken,
    min(quarter) OVER run AS first_quarter
  FROM graded
  WINDOW run AS (PARTITION BY rep_id ORDER BY quarter ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
streaks AS (
  SELECT *, CASE WHEN good THEN quarter - coalesce(broken, first_quarter - 1) ELSE 0 END AS good_quarters
  FROM runs
),
factors AS (
  SELECT *, CASE WHEN lag(good_quarters, 1, 0) OVER (PARTITION BY rep_id ORDER BY quarter) >= 2 THEN 110 ELSE 100 END
    AS factor
  FROM streaks
),
paid AS (
  SELECT *,
    CASE WHEN sales >= sales_target THEN half_up(3 * greatest(0, least(sales * factor, 2000000000))
      + 4 * greatest(0, least(sales * factor, 4000000000) - 2000000000)
      + 5 * greatest(0, sales * factor - 4000000000), 10000) ELSE 0 END AS commission,
    half_up(
      CASE grade WHEN 'S' THEN 100 WHEN 'A' THEN 50 WHEN 'B' THEN 20 WHEN 'C' THEN 0 END * cents(base_salary), 100)
      AS quarterly_bonus
  FROM factors
),
shown AS (
  SELECT rep_id, name, period, quarter, level, NULL AS track, team, region, NULL AS product_line, NULL AS manager_id,
    base_salary, status, units6(share) AS worked_share,
    CASE WHEN NOT scored THEN 'unsigned' WHEN total IS NULL THEN 'missing' ELSE 'assessed' END AS assessment,
    NULL AS assessment_reason, NULL AS assessment_detail, NULL AS decision_reason, NULL AS decided_by,
    NULL AS decided_on,
    hired_on, left_on, tenure_months, order_count, units2(sales) AS sales, units2(margin) AS margin, new_customers,
    units2(satisfaction) AS satisfaction, units2(collected) AS collected, units2(collection_due) AS collection_due,
    new_customers_target, units2(sales_target) AS sales_target, units6(margin_rate) AS margin_rate,
    units6(collection_rate) AS collection_rate, units2(sales_stretch) AS sales_stretch, NULL AS new_customers_stretch,
    '90.00' AS satisfaction_target, NULL AS satisfaction_stretch, units6(sales_attainment) AS sales_attainment,
    units6(new_customers_attainment) AS new_customers_attainment,
    units6(satisfaction_attainment) AS satisfaction_attainment,
    units2(collection_rate_score) AS collection_rate_score, units2(new_customers_score) AS new_customers_score,
    units2(sales_score) AS sales_score, units2(satisfaction_score) AS satisfaction_score, ceiling_margin,
    units2(total) AS results, band_grade, units2(total) AS total, grade AS capped_grade, grade AS computed_grade, grade,
    good, units2(quarterly_bonus) AS quarterly_bonus, good_quarters,
    CASE factor WHEN 110 THEN '1.100000' ELSE '1.000000' END AS factor, units2(commission) AS commission,
    units2(commission + coalesce(quarterly_bonus, 0)) AS pay_total
  FROM paid
)
SELECT COLUMNS FROM shown ORDER BY rep_id, quarter
"""


def compute(data: str, out: str) -> None:
    """Write the policy's columns for every rep and quarter of `data` to the CSV file `out`."""
    sql = SQL.replace("DATA", data).replace("COLUMNS", ", ".join(COLUMNS))
    with duckdb.connect(":memory:") as con:
        con.execute(MACROS)
        con.execute(f"COPY ({sql}) TO '{out}' (FORMAT csv, HEADER)")


if __name__ == "__main__":
    compute(*sys.argv[1:])
