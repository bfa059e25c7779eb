"""The amounts due, less the amounts paid, and the lines that make up the difference; the database makes all of it."""

from __future__ import annotations

from incentives.database import literal, quoted
from incentives.outcome.lacking import missing
from incentives.outcome.outcome import Outcome
from incentives.outcome.promotions import line_text
from incentives.payroll.run import SETTLEMENT, Run
from incentives.payroll.words import said
from incentives.plan.earnings import Earning, effective_on
from incentives.tables.periods import Period, parse_period

MONEY = "DECIMAL(38,2)"
ORDER = "payee, period_no, turn"


def create_lines(outcome: Outcome, run: Run, lang: str) -> None:
    """Make the tables of a run.

    `payroll_compared`: a row per payee, period and earning that is due or was paid: due (NULL: it cannot be computed)
    and paid (NULL: never). `payroll_lines`: the lines of the batch, without its id, in the order of ORDER.
    `payroll_open`: the same of earlier periods, where the run leaves them out. `payroll_missing`: who has something
    that cannot be computed.
    """
    con = outcome.con
    con.make_table("payroll_earnings", earnings_sql(outcome, lang))
    con.make_table("payroll_compared", compared_sql(outcome, run))
    now = f"period_no = {run.period.number}"
    chosen = "TRUE" if run.corrections else now
    con.make_table("payroll_lines", lines_sql(outcome, run, lang, chosen))
    con.make_table("payroll_open", lines_sql(outcome, run, lang, f"NOT ({chosen})"))
    con.make_table(
        "payroll_missing",
        "SELECT payee, name, period, period_no, turn, code, kind, "
        f"title, assessment, paid FROM payroll_compared WHERE there AND lacks AND ({chosen})",
    )


def periods_of(outcome: Outcome) -> tuple[Period, ...]:
    """The periods of an outcome."""
    found = (parse_period(text, outcome.plan.roll.fiscal_start) for text in outcome.periods)
    return tuple(period for period in found if period is not None)


def earnings_sql(outcome: Outcome, lang: str) -> str:
    """Every earning in every period: its place, code, kind, tax, title, line of the policy and effective day."""
    start = outcome.plan.roll.fiscal_start
    rows = [
        f"SELECT {turn} AS turn, {period.number} AS period_no, {literal(period.id)} AS period, "
        f"DATE '{effective_on(earning, period, start)}' AS effective_on, {texts(earning, lang)}"
        for turn, earning in enumerate(outcome.plan.earnings_of(outcome.grain))
        for period in periods_of(outcome)
    ]
    return " UNION ALL ".join(rows)


def texts(earning: Earning, lang: str) -> str:
    """Return SQL for the texts of an earning that are the same in every period."""
    said_of = {
        "code": earning.code,
        "kind": earning.kind,
        "tax": earning.tax,
        "title": earning.title.get(lang),
        "line": line_text(earning.place),
    }
    return ", ".join(f"{literal(text)} AS {name}" for name, text in said_of.items())


def compared_sql(outcome: Outcome, run: Run) -> str:
    """Due and paid side by side; somebody who has no row in a period has nothing due in it."""
    key, subject = quoted(outcome.plan.key), quoted(f"{outcome.plan.subject}s")
    earnings = enumerate(outcome.plan.earnings_of(outcome.grain))
    due = " UNION ALL ".join(due_sql(outcome, turn, earning) for turn, earning in earnings)
    only = f"WHERE coalesce(d.payee, p.payee) IN ({', '.join(map(literal, run.only))})" if run.only else ""
    return f"""
        WITH due AS ({due}),
        paid AS (
            SELECT x.{key} AS payee, e.period_no, e.turn, sum(CAST(x.amount AS {MONEY})) AS paid
            FROM paid x JOIN payroll_earnings e ON e.code = x.code AND e.period = x.period GROUP BY ALL
        )
        SELECT coalesce(d.payee, p.payee) AS payee, coalesce(d.name, s.name) AS name, e.period, e.period_no, e.turn,
            e.code, e.kind, e.tax, e.title, e.line, e.effective_on, d.payee IS NOT NULL AS there,
            coalesce(d.assessment, '') AS assessment, d.due, coalesce(d.lacks, FALSE) AS lacks, p.paid
        FROM due d FULL JOIN paid p ON p.payee = d.payee AND p.period_no = d.period_no AND p.turn = d.turn
        JOIN payroll_earnings e ON e.period_no = coalesce(d.period_no, p.period_no)
            AND e.turn = coalesce(d.turn, p.turn)
        LEFT JOIN {subject} s ON s.{key} = coalesce(d.payee, p.payee) {only}"""


def due_sql(outcome: Outcome, turn: int, earning: Earning) -> str:
    """Return SQL for the amount of an earning that each payee is due; of a change of salary, for everybody it is
    about."""
    key, column = quoted(outcome.plan.key), f"r.{quoted(earning.column)}"
    picks = f"SELECT r.{key} AS payee, r.name, r.period_no, {turn} AS turn"
    if not earning.conclusion:
        due = f"CAST({column} AS {MONEY}) AS due"
        lacks = f"{missing(outcome, earning.column, 'r.')} AS lacks"
        return f"{picks}, r.assessment, {due}, {lacks} FROM {quoted(outcome.relation)} r WHERE r.in_force"
    change = f"CAST(SUM(CAST(CAST({column} AS DECIMAL(19,2)) * c.`by` AS {MONEY})) AS {MONEY})"
    return f"""{picks}, '' AS assessment, {change} AS due, {change} IS NULL AS lacks FROM {quoted(outcome.relation)} r
        JOIN {outcome.conclusions} c ON c.{key} = r.{key} AND c.period_no = r.period_no
        WHERE r.in_force AND {changes(earning, "decided")} GROUP BY ALL"""


def changes(earning: Earning, status: str) -> str:
    """Return a condition: a row `c` of the conclusions is this change of salary, with this status."""
    whose = f"c.conclusion = {literal(earning.conclusion)} AND c.`of` = {literal(earning.column)}"
    return f"{whose} AND c.status = {literal(status)}"


def lines_sql(outcome: Outcome, run: Run, lang: str, chosen: str) -> str:
    """The differences where `chosen` holds; no line where there is none, nor where what is due cannot be computed."""
    settled = "FALSE"
    if run.status == "locked":  # once a locked period is paid, whatever else comes is a correction of it
        others = f"NOT contains(coalesce(batch, ''), {literal(SETTLEMENT)})"  # who left was settled before
        settled = f"EXISTS (SELECT 1 FROM paid WHERE period = {literal(run.period.id)} AND {others})"
    correction = f"(paid IS NOT NULL OR period_no <> {run.period.number} OR {settled})"
    return f"""
        SELECT payee, name, period, period_no, turn, {literal(run.pay_month)} AS pay_month, code, kind, tax, title,
            amount, {literal(outcome.ruleset.policy.currency)} AS currency, effective_on, line,
            CASE WHEN {correction} THEN 'correction' ELSE '{"settlement" if run.settles else "regular"}' END AS entry,
            CASE WHEN {correction} THEN {reason_sql(lang)} END AS reason,
            {literal("draft" if run.draft else "final")} AS status
        FROM (SELECT *, CAST(coalesce(due, 0) - coalesce(paid, 0) AS {MONEY}) AS amount FROM payroll_compared
              WHERE NOT (there AND due IS NULL) AND ({chosen}))
        WHERE amount <> 0 ORDER BY {ORDER}"""


def reason_sql(lang: str) -> str:
    """Why a line corrects: what was paid before, and what is due now."""
    texts = {
        "CASE WHEN paid IS NULL": "reason_unpaid",
        "WHEN NOT there": "reason_gone",
        "ELSE": "reason_changed",
    }
    paid, due = "CAST(paid AS VARCHAR)", f"CAST(CAST(coalesce(due, 0) AS {MONEY}) AS VARCHAR)"
    parts = []
    for when, code in texts.items():
        text = literal(said(code, lang, paid="\0", due="\1"))
        filled = text.replace("\0", f"' || {paid} || '").replace("\1", f"' || {due} || '")
        parts.append(f"{when} {'' if when == 'ELSE' else 'THEN '}{filled}")
    return " ".join(parts) + " END"
