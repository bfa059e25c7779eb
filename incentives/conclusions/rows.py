"""Conclusions as rows for people and systems: what was concluded, why, what is to be done, and how it stands.

Table `conclusions_<frame>`, a row for each action (one without any has one row), unordered; readers go by key,
period_no, position, action_no, case_no. Columns: key, name, period, period_no, position, conclusion, status, since
(the period in which what stands began), withheld (why it is not drawn: `rejected`, or the conclusion it gave way to),
decided_by, decided_on, decision_reason, action_no, case_no, do, what_zh, what_en, of, by, points, start, pay, days,
months, who, who_name, because, told.

status: `proposed` (people have yet to decide), `decided` (by them, or by the policy alone where decided_by is empty),
`standing` (drawn in an earlier period), `rejected` (by decision), `withheld` (it gave way).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incentives.conclusions.state import approvals
from incentives.database import Database, literal, quoted
from incentives.plan.columns import Column, Plan
from incentives.plan.rules import Asked, Finding, Rule

# signs in `told`: between the parts; before, between and after the values of a finding, between name and value; before
# the name of a conclusion that comes before
PARTS, FIRST, VALUES, LAST, PAIR, AFTER = "\x1d", "\x02", "\x1e", "\x03", "\x1f", "\x0e"
NUMBERS = {"by": "DECIMAL(18,6)", "points": "DECIMAL(18,6)", "days": "DECIMAL(9,2)", "months": "DECIMAL(9,0)"}


@dataclass(frozen=True)
class Sought:
    """One action of a rule, for one of its cases where an action takes from them; its number, and the case's."""

    rule: Rule
    number: int
    action: Asked | None
    case: int
    finding: Finding | None


def create_rows(con: Database, plan: Plan, frame: str) -> str:
    """Make `conclusions_<frame>` for the periods of `frame_<frame>`, unless it is there; its name, "" without rules."""
    rules = tuple(rule for rule in plan.rules if rule.grain == frame)
    if not rules:
        return ""
    table = f"conclusions_{frame}"
    if con.kind(table):
        return table
    con.make_table(f"shown_{frame}", shown(plan, frame, rules))
    con.make_table(f"seen_{frame}", seen(plan, frame, rules))
    parts = [row_sql(plan, frame, sought) for rule in rules for sought in sought_of(rule)]
    told = f"SELECT *, {pretty('told')} AS because FROM ({' UNION ALL '.join(parts)})"
    con.make_table(table, f"{told}")
    return table


def forget_rows(con: Database, frame: str) -> None:
    """Drop the rows of an earlier run over the same connection."""
    con.execute(f"DROP TABLE IF EXISTS `conclusions_{frame}`")


def pretty(told: str) -> str:
    """Return SQL for a reason as people read it: `finding [name = value, …]; after conclusion`."""
    for sign, text in ((PARTS, "; "), (FIRST, " ["), (VALUES, ", "), (LAST, "]"), (PAIR, " = "), (AFTER, "after ")):
        told = f"REPLACE({told}, {literal(sign)}, {literal(text)})"
    return told


def shown(plan: Plan, frame: str, rules: Sequence[Rule]) -> str:
    """What was drawn with its status, and what stands, in the periods of the frame's table."""
    key = plan.key
    here = f"JOIN `frame_{frame}` r ON r.`{key}` = w.`{key}` AND r.period_no = w.period_no"
    since = f"JOIN calendar_periods p ON p.grain = '{frame}' AND p.period_no"
    proposals = ", ".join(literal(rule.name) for rule in rules if rule.proposal) or "''"
    return f"""SELECT w.`{key}`, r.name, r.period, w.period_no, w.conclusion, w.found, w.withheld,
    w.period_no AS since_no, p.period AS since,
    CASE WHEN w.withheld = 'rejected' THEN 'rejected' WHEN w.withheld <> '' THEN 'withheld'
      WHEN w.conclusion IN ({proposals}) AND d.decision IS NULL THEN 'proposed' ELSE 'decided' END AS status,
    COALESCE(d.decided_by, '') AS decided_by, d.decided_on, COALESCE(d.reason, '') AS decision_reason
  FROM `drawn_{frame}` w {here} {since} = w.period_no {approvals(plan, frame)}
  UNION ALL
  SELECT w.`{key}`, r.name, r.period, w.period_no, w.conclusion, b.found, '', w.since_no, p.period, 'standing',
    COALESCE(d.decided_by, ''), d.decided_on, COALESCE(d.reason, '')
  FROM `effect_{frame}` w {here} {since} = w.since_no
  JOIN `drawn_{frame}` b ON b.`{key}` = w.`{key}` AND b.period_no = w.since_no AND b.conclusion = w.conclusion
  LEFT JOIN `ruled_{frame}` d ON d.`{key}` = w.`{key}` AND d.period_no = w.since_no AND d.conclusion = w.conclusion
  LEFT JOIN `drawn_{frame}` n ON n.`{key}` = w.`{key}` AND n.period_no = w.period_no AND n.conclusion = w.conclusion
    AND n.withheld = ''
  WHERE w.standing AND n.`{key}` IS NULL"""


def seen(plan: Plan, frame: str, rules: Sequence[Rule]) -> str:
    """What the conclusions shown looked at: rows and columns of the frame, which is wide, read but once, in the period
    in which it was drawn, which may be none of the asked ones."""
    read = {name for rule in rules for number in range(len(rule.findings)) for _, name in reads_of(rule, number)}
    names = [c.name for c in plan.columns(frame) if c.name in read | {plan.key, "period_no"}]
    key = quoted(plan.key)
    rows = f"every_{frame}" if any(rule.stands for rule in rules) else f"frame_{frame}"
    return f"""SELECT {", ".join(f"r.{quoted(name)}" for name in names)} FROM `{rows}` r
  SEMI JOIN `shown_{frame}` w ON w.{key} = r.{key} AND w.since_no = r.period_no"""


def sought_of(rule: Rule) -> list[Sought]:
    """Each action of a rule; once a case where the cases bring along what it lacks."""
    found = []
    for number, action in enumerate(rule.actions):
        cases = [(n, f) for n, f in enumerate(rule.findings) if brings(action, f)]
        found += [Sought(rule, number, action, n, f) for n, f in cases] or [Sought(rule, number, action, -1, None)]
    return found or [Sought(rule, 0, None, -1, None)]


def brings(action: Asked, case: Finding) -> bool:
    """Return whether a case has something that an action lacks: an object, or by how much it adjusts."""
    what = (case.what.zh or case.what.en) and not (action.what.zh or action.what.en)
    return bool(what or (case.by and adjusts(action)))


def adjusts(action: Asked) -> bool:
    """Return whether an action adjusts a salary or rate without saying by how much."""
    return bool(action.of and not action.by and not action.points)


def row_sql(plan: Plan, frame: str, sought: Sought) -> str:
    """The rows of one action; those of a case where it holds, or held when what stands was drawn."""
    rule, action, key = sought.rule, sought.action, f"`{plan.key}`"
    case = f" AND SUBSTRING(w.found, {sought.case + 1}, 1) = '1'" if sought.finding else ""
    who = join = ""
    if action and action.do == "assign":
        join = f"""
  LEFT JOIN `assigned_{frame}` a ON a.{key} = w.{key} AND a.period_no = w.period_no
    AND a.conclusion = w.conclusion AND a.action = {sought.number} AND w.withheld = ''
  LEFT JOIN `{plan.subject}s` o ON o.{key} = a.who"""
        who = "COALESCE(a.who, '') AS who, COALESCE(NULLIF(o.name, ''), a.who, '') AS who_name"
    picked = fields(sought)
    figures = f" JOIN figures f ON f.grain = '{rule.grain}' AND f.period_no = w.since_no" if "f.`" in picked else ""
    return f"""SELECT w.{key}, w.name, w.period, w.period_no, {position(plan, rule)} AS position, w.conclusion,
    w.status, w.since, w.withheld, w.decided_by, w.decided_on, w.decision_reason,
    {sought.number} AS action_no, {sought.case} AS case_no, {picked}, {who or "'' AS who, '' AS who_name"},
    {told_sql(plan, rule)} AS told
  FROM `shown_{frame}` w
  JOIN `seen_{frame}` r ON r.{key} = w.{key} AND r.period_no = w.since_no{figures}{join}
  WHERE w.conclusion = {literal(rule.name)}{case}"""


def position(plan: Plan, rule: Rule) -> int:
    """The place of a rule in the ruleset."""
    return next(n for n, other in enumerate(plan.rules) if other is rule)


def fields(sought: Sought) -> str:
    """The fields of an action as columns: texts as stated, values as the policy has them in the period."""
    action, finding = sought.action, sought.finding
    own = action.what if action else None
    what = own if own and (own.zh or own.en) else finding.what if finding else None
    texts = {
        "do": action.do if action else "",
        "what_zh": what.get("zh") if what else "",
        "what_en": what.get("en") if what else "",
        "of": action.of if action else "",
        "start": action.start if action else "",
        "pay": action.pay if action else "",
    }
    values = {name: getattr(action, name) if action else "" for name in NUMBERS}
    if action and finding and adjusts(action):
        values["by"] = finding.by
    picks = [f"{literal(text)} AS `{name}`" for name, text in texts.items()]
    picks += [
        f"CAST({f'f.{quoted(values[name])}' if values[name] else 'NULL'} AS {kind}) AS `{name}`"
        for name, kind in NUMBERS.items()
    ]
    return ", ".join(picks)


def told_sql(plan: Plan, rule: Rule) -> str:
    """Why, as text: each finding that held when it was drawn with what it looked at, and the conclusions before, set
    off by signs."""
    columns = {column.name: column for column in plan.columns(rule.grain)}
    parts = [finding_text(rule, number, columns) for number in range(len(rule.findings))]
    if rule.after:
        parts.append(literal(PARTS.join(AFTER + name for name in rule.after)))
    if not parts:
        return "''"
    return f"CONCAT_WS({literal(PARTS)}, {', '.join(parts)})"


def finding_text(rule: Rule, number: int, columns: dict[str, Column]) -> str:
    """One finding that holds, NULL where it does not: what it says and the values of what it looked at."""
    said = rule.findings[number].said or ("criteria met" if rule.promotion else "")
    values = [
        f"CONCAT({literal(called + PAIR)}, {value_text(columns, name)})"
        for called, name in reads_of(rule, number)
        if name in columns
    ]
    listed = f"{literal(FIRST)}, CONCAT_WS({literal(VALUES)}, {', '.join(values)}), {literal(LAST)}" if values else "''"
    return f"CASE WHEN SUBSTRING(w.found, {number + 1}, 1) = '1' THEN CONCAT({literal(said)}, {listed}) END"


def reads_of(rule: Rule, number: int) -> tuple[tuple[str, str], ...]:
    """Return the columns that a finding looks at: (name, column); the criteria of a promotion first."""
    criteria = {c.name: c.value for c in rule.promotion.criteria} if rule.promotion else {}
    rest = {called: name for called, name in rule.findings[number].reads if called not in criteria}
    return tuple((criteria | rest).items())


def value_text(columns: dict[str, Column], name: str) -> str:
    """A figure of the row as text: exactly, `–` where it is missing."""
    column = columns[name]
    if column.unit == "switch":
        return f"CASE WHEN r.`{name}` THEN 'true' ELSE 'false' END"
    return f"COALESCE(CAST(r.`{name}` AS VARCHAR), '–')"
