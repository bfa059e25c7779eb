"""The conclusions in effect in each period: drawn and, where need be, decided in it, or standing.

A conclusion that `stands` holds in the periods after the one that it was drawn in, up to and with the one that ends it.
One that has to be decided first stands from the period of the decision's day on.
"""

from __future__ import annotations

from incentives.database import Database, literal
from incentives.engine.layers import Rows
from incentives.plan.columns import Plan, grain_of
from incentives.plan.rules import Rule
from incentives.tables.periods import period_number_sql

EFFECT = "period_no INTEGER, conclusion VARCHAR, standing BOOLEAN, since_no INTEGER"


def create_ruled(con: Database, plan: Plan, frame: str, rules: tuple[Rule, ...]) -> None:
    """Make `ruled_<frame>`: what was decided about each conclusion, from the decisions table."""
    names = ", ".join(literal(rule.name) for rule in rules)
    con.make_table(
        f"ruled_{frame}",
        f"SELECT d.`{plan.key}`, p.period_no, d.about AS conclusion, "
        "d.decision, COALESCE(d.reason, '') AS reason, COALESCE(d.decided_by, '') AS decided_by, d.decided_on, "
        f"{period_number_sql(grain_of(frame), 'd.decided_on', plan.roll.fiscal_start)} AS decided_no "
        f"FROM decisions d JOIN calendar_periods p ON p.grain = '{grain_of(frame)}' AND p.period = d.period "
        f"WHERE d.about IN ({names})",
    )


def create_effect(con: Database, plan: Plan, frame: str) -> None:
    """Make `effect_<frame>` with nothing in effect: key, period_no, conclusion, standing, since_no."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE `effect_{frame}` (`{plan.key}` VARCHAR, {EFFECT})")


def update_effect(
    con: Database, plan: Plan, frame: str, rows: Rows, rules: tuple[Rule, ...]
) -> bool:  # fmt: skip
    """As `make_effect`, of rules that columns read; whether it changed."""
    con.execute(f"ALTER TABLE `effect_{frame}` RENAME TO `effect_before`")
    make_effect(con, plan, frame, rows, rules, rules)
    same = "SELECT * FROM `effect_before`", f"SELECT * FROM `effect_{frame}`"
    differs = f"SELECT 1 FROM (({same[0]} EXCEPT {same[1]}) UNION ALL ({same[1]} EXCEPT {same[0]})) LIMIT 1"
    changed = bool(con.query(differs))
    con.execute("DROP TABLE `effect_before`")
    return changed


def make_effect(
    con: Database, plan: Plan, frame: str, rows: Rows, rules: tuple[Rule, ...], read: tuple[Rule, ...]
) -> None:  # fmt: skip
    """Make `effect_<frame>` anew out of `drawn_<frame>`: of all rules what stands, of those that columns `read` also
    what takes effect in its own period. `rows` have the columns that end what stands."""
    parts = [in_effect(plan, frame, read), *(stood(plan, frame, rows, rule) for rule in rules if rule.stands)]
    con.make_table(f"effect_{frame}", " UNION ALL ".join(parts))


def in_effect(plan: Plan, frame: str, rules: tuple[Rule, ...]) -> str:
    """What takes effect in its own period: what is no proposal, and proposals that were approved."""
    proposals = ", ".join(literal(rule.name) for rule in rules if rule.proposal) or "''"
    names = ", ".join(literal(rule.name) for rule in rules) or "''"
    return f"""SELECT w.`{plan.key}`, w.period_no, w.conclusion, FALSE AS standing, w.period_no AS since_no
  FROM `drawn_{frame}` w {approvals(plan, frame)}
  WHERE w.withheld = '' AND w.conclusion IN ({names})
    AND (w.conclusion NOT IN ({proposals}) OR d.decision = 'approved')"""


def approvals(plan: Plan, frame: str) -> str:
    """The join of what was drawn, `w`, on what was decided about it, `d`."""
    return (
        f"LEFT JOIN `ruled_{frame}` d ON d.`{plan.key}` = w.`{plan.key}` AND d.period_no = w.period_no "
        "AND d.conclusion = w.conclusion"
    )


def stood(plan: Plan, frame: str, rows: Rows, rule: Rule) -> str:
    """The later periods in which a conclusion stands, each with the period since which it does."""
    key, stands = f"`{plan.key}`", rule.stands
    assert stands is not None
    begins = "w.period_no"
    decided = ""
    if stands.once_decided:
        begins = "GREATEST(w.period_no, d.decided_no - 1)"
        decided = " AND d.decision = 'approved' AND d.decided_on IS NOT NULL"
    most = f"s.after_no + {stands.periods}" if stands.periods else "r.period_no"
    starts = f"""SELECT w.{key}, w.period_no AS since_no, {begins} AS after_no
    FROM `drawn_{frame}` w {approvals(plan, frame)}
    WHERE w.withheld = '' AND w.conclusion = {literal(rule.name)}{decided}"""
    lasting = rows([stands.until] if stands.until else [])
    ends = f"""SELECT s.{key}, s.after_no, MIN(r.period_no) AS end_no FROM ({starts}) s
    JOIN {lasting} r ON r.{key} = s.{key} AND r.period_no > s.after_no AND r.`{stands.until}` GROUP BY 1, 2"""
    join, end = "", "r.period_no"
    if stands.until:
        join = f"LEFT JOIN ({ends}) e ON e.{key} = s.{key} AND e.after_no = s.after_no"
        end = "COALESCE(e.end_no, r.period_no)"
    return f"""SELECT s.{key}, r.period_no, {literal(rule.name)}, TRUE, MAX(s.since_no)
  FROM ({starts}) s JOIN {lasting} r ON r.{key} = s.{key} AND r.period_no > s.after_no {join}
  WHERE r.period_no <= {most} AND r.period_no <= {end} GROUP BY 1, 2"""
