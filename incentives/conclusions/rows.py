"""Conclusions as rows for people and systems: what was concluded, why, what is to be done, and how it stands.

Table `conclusions_<frame>`, a row for each action (one without any has one row), in the order of key, period and
ruleset: key, name, period, period_no, position, conclusion, status, since (the period in which what stands began),
withheld (why it is not drawn: `rejected`, or the conclusion it gave way to), decided_by, decided_on, decision_reason,
action_no, case_no, do, what_zh, what_en, of, by, points, start, pay, days, months, who, who_name, because, told.

status: `proposed` (people have yet to decide), `decided` (by them, or by the policy alone where decided_by is empty),
`standing` (drawn in an earlier period), `rejected` (by decision), `withheld` (it gave way).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from incentives.conclusions.state import approvals
from incentives.plan.columns import Column, Plan
from incentives.plan.rules import Asked, Finding, Rule
from incentives.sql import literal, quoted

PARTS, VALUES, PAIR = "\x1d", "\x1e", "\x1f"  # between findings, between the values of one, between name and value
NUMBERS = {"by": "DECIMAL(18,6)", "points": "DECIMAL(18,6)", "days": "DECIMAL(9,2)", "months": "DECIMAL(9,0)"}


@dataclass(frozen=True)
class Sought:
    """One action of a rule, for one of its cases where an action takes from them; its number, and the case's."""

    rule: Rule
    number: int
    action: Asked | None
    case: int
    finding: Finding | None


def create_rows(
    con: duckdb.DuckDBPyConnection, plan: Plan, frame: str, rows: str, rules: tuple[Rule, ...], asked: list[int] | None
) -> None:  # fmt: skip
    """Make `conclusions_<frame>` for the numbered periods, or all where None."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE `shown_{frame}` AS {shown(plan, frame, rules, asked)}")
    looked = {name for rule in rules for name in looked_at(plan, rule)}
    picks = "".join(f", r.`{name}`" for name in sorted(looked - {plan.key, "name", "period", "period_no"}))
    key = f"`{plan.key}`"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE `concluded_{frame}` AS SELECT r.{key}, r.name, r.period, r.period_no{picks} "
        f"FROM {rows} r SEMI JOIN `shown_{frame}` w ON w.{key} = r.{key} AND w.period_no = r.period_no"
    )
    parts = [row_sql(plan, frame, sought) for rule in rules for sought in sought_of(rule)]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE `conclusions_{frame}` AS SELECT * FROM ({' UNION ALL '.join(parts)}) "
        f"ORDER BY `{plan.key}`, period_no, position, action_no, case_no"
    )


def shown(plan: Plan, frame: str, rules: Sequence[Rule], asked: list[int] | None) -> str:
    """What was drawn in the asked periods with its status, and what stands in them."""
    key = plan.key
    within = f" AND w.period_no IN ({', '.join(map(str, asked))})" if asked is not None else ""
    proposals = ", ".join(literal(rule.name) for rule in rules if rule.proposal) or "''"
    return f"""SELECT w.`{key}`, w.period_no, w.conclusion, w.found, w.withheld, w.period_no AS since_no,
    CASE WHEN w.withheld = 'rejected' THEN 'rejected' WHEN w.withheld <> '' THEN 'withheld'
      WHEN w.conclusion IN ({proposals}) AND d.decision IS NULL THEN 'proposed' ELSE 'decided' END AS status,
    COALESCE(d.decided_by, '') AS decided_by, d.decided_on, COALESCE(d.reason, '') AS decision_reason
  FROM `drawn_{frame}` w {approvals(plan, frame)} WHERE TRUE{within}
  UNION ALL
  SELECT w.`{key}`, w.period_no, w.conclusion, '', '', w.since_no, 'standing', COALESCE(d.decided_by, ''),
    d.decided_on, COALESCE(d.reason, '')
  FROM `effect_{frame}` w
  LEFT JOIN `ruled_{frame}` d ON d.`{key}` = w.`{key}` AND d.period_no = w.since_no AND d.conclusion = w.conclusion
  LEFT JOIN `drawn_{frame}` n ON n.`{key}` = w.`{key}` AND n.period_no = w.period_no AND n.conclusion = w.conclusion
    AND n.withheld = ''
  WHERE w.standing AND n.`{key}` IS NULL{within}"""


def sought_of(rule: Rule) -> list[Sought]:
    """Each action of a rule; once a case where the cases bring along what it lacks."""
    found = []
    for number, action in enumerate(rule.actions):
        cases = [
            (n, f) for n, f in enumerate(rule.findings)
            if (f.what.zh or f.what.en or f.by) and not (action.what.zh or action.what.en or action.by)
        ]  # fmt: skip
        found += [Sought(rule, number, action, n, f) for n, f in cases] or [Sought(rule, number, action, -1, None)]
    return found or [Sought(rule, 0, None, -1, None)]


def row_sql(plan: Plan, frame: str, sought: Sought) -> str:
    """The rows of one action; those of a case where it holds, or where the conclusion stands from before."""
    rule, action, key = sought.rule, sought.action, f"`{plan.key}`"
    case = f" AND (w.status = 'standing' OR SUBSTRING(w.found, {sought.case + 1}, 1) = '1')" if sought.finding else ""
    who = join = ""
    if action and action.do == "assign":
        join = f"""
  LEFT JOIN `assigned_{frame}` a ON a.{key} = w.{key} AND a.period_no = w.period_no
    AND a.conclusion = w.conclusion AND a.action = {sought.number} AND w.withheld = ''
  LEFT JOIN `{plan.subject}s` o ON o.{key} = a.who"""
        who = "COALESCE(a.who, '') AS who, COALESCE(o.name, '') AS who_name"
    return f"""SELECT w.{key}, r.name, r.period, w.period_no, {position(plan, rule)} AS position, w.conclusion,
    w.status, p.period AS since, w.withheld, w.decided_by, w.decided_on, w.decision_reason,
    {sought.number} AS action_no, {sought.case} AS case_no, {fields(sought)}, {who or "'' AS who, '' AS who_name"},
    {because(plan, rule, pretty=True)} AS because, {because(plan, rule, pretty=False)} AS told
  FROM `shown_{frame}` w
  JOIN `concluded_{frame}` r ON r.{key} = w.{key} AND r.period_no = w.period_no
  JOIN calendar_periods p ON p.grain = '{rule.grain}' AND p.period_no = w.since_no
  JOIN figures f ON f.grain = '{rule.grain}' AND f.period_no = w.since_no{join}
  WHERE w.conclusion = {literal(rule.name)}{case}"""


def position(plan: Plan, rule: Rule) -> int:
    """The place of a rule in the ruleset."""
    return next(n for n, other in enumerate(plan.rules) if other is rule)


def fields(sought: Sought) -> str:
    """The fields of an action as columns: texts as stated, values as the policy has them in the period."""
    action, finding = sought.action, sought.finding
    what = (finding and (finding.what.zh or finding.what.en) and finding.what) or (action.what if action else None)
    texts = {
        "do": action.do if action else "",
        "what_zh": what.get("zh") if what else "",
        "what_en": what.get("en") if what else "",
        "of": action.of if action else "",
        "start": action.start if action else "",
        "pay": action.pay if action else "",
    }
    values = {name: getattr(action, name) if action else "" for name in NUMBERS}
    values["by"] = values["by"] or (finding.by if finding else "")
    picks = [f"{literal(text)} AS `{name}`" for name, text in texts.items()]
    picks += [
        f"CAST({f'f.{quoted(values[name])}' if values[name] else 'NULL'} AS {kind}) AS `{name}`"
        for name, kind in NUMBERS.items()
    ]
    return ", ".join(picks)


def because(plan: Plan, rule: Rule, *, pretty: bool) -> str:
    """Why, as text: each finding that holds with what it looked at, and the conclusions before.

    `pretty` is for people; otherwise parts and values are set off by signs that no text has.
    """
    columns = {column.name: column for column in plan.columns(rule.grain)}
    parts = [finding_text(rule, number, columns, pretty) for number in range(len(rule.findings))]
    between = "; " if pretty else PARTS
    if rule.after:
        parts.append(literal(between.join(f"after {name}" if pretty else f"{PAIR}{name}" for name in rule.after)))
    if not parts:
        return "''"
    joined = f"CONCAT_WS({literal(between)}, {', '.join(parts)})"
    return f"CASE WHEN w.status = 'standing' THEN '' ELSE {joined} END"


def finding_text(rule: Rule, number: int, columns: dict[str, Column], pretty: bool) -> str:
    """One finding that holds, NULL where it does not: what it says and the values of what it looked at."""
    finding, reads = rule.findings[number], reads_of(rule, number)
    pair, between = (" = ", ", ") if pretty else (PAIR, VALUES)
    values = [f"CONCAT({literal(said + pair)}, {value_text(columns, name)})" for said, name in reads if name in columns]
    listed = f"CONCAT_WS({literal(between)}, {', '.join(values)})" if values else "''"
    said = finding.said or ("criteria met" if rule.promotion else "")
    if pretty:
        told = f"CONCAT({literal(said)}, ' [', {listed}, ']')" if values else literal(said)
    else:
        told = f"CONCAT({literal(said + VALUES)}, {listed})"
    return f"CASE WHEN SUBSTRING(w.found, {number + 1}, 1) = '1' THEN {told} END"


def reads_of(rule: Rule, number: int) -> tuple[tuple[str, str], ...]:
    """What a finding looks at: (name, column); the criteria of a promotion first."""
    criteria = rule.promotion.criteria if rule.promotion else ()
    return (*((c.name, c.value) for c in criteria), *rule.findings[number].reads)


def looked_at(plan: Plan, rule: Rule) -> set[str]:
    """The columns that the findings of a rule look at."""
    known = {column.name for column in plan.columns(rule.grain)}
    return {column for number in range(len(rule.findings)) for _, column in reads_of(rule, number)} & known


def value_text(columns: dict[str, Column], name: str) -> str:
    """A figure of the row as text: exactly, `–` where it is missing."""
    column = columns[name]
    if column.unit == "switch":
        return f"CASE WHEN r.`{name}` THEN 'true' ELSE 'false' END"
    return f"COALESCE(CAST(r.`{name}` AS VARCHAR), '–')"
