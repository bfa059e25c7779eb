"""Checks of a batch: `paid` rows that cannot be held against it, and a second one-off annual bonus."""

from __future__ import annotations

from incentives.database import literal, quoted
from incentives.faults import Fault, Place
from incentives.language.near import near_names
from incentives.language.tree import Title
from incentives.outcome.outcome import Outcome
from incentives.payroll.lines import MONEY, changes, periods_of
from incentives.payroll.run import MOST_NAMED, Run, pay_month_of
from incentives.tables.periods import parse_period

PAID = Place("paid")


def check_paid(outcome: Outcome) -> list[Fault]:
    """Rows of `paid` that no line can be held against.

    In the periods of the outcome a fault where the code is one of the policy's but for its case, or the period has
    another grain; in whatever period a warning where the policy has no such code, for then something else was paid.
    """
    rows = outcome.con.query(
        "SELECT period, code, count(*), CAST(sum(amount) AS VARCHAR) FROM paid GROUP BY ALL ORDER BY ALL"
    )
    known = [earning.code for earning in outcome.plan.earnings_of(outcome.grain)]
    elsewhere = {e.code for e in outcome.plan.earnings if e.grain != outcome.grain}
    folded = {code.casefold(): code for code in known}
    faults = []
    for text, code, number, total in rows:
        period = parse_period(text, outcome.plan.roll.fiscal_start)
        here = period and any(p.first <= period.last and period.first <= p.last for p in periods_of(outcome))
        if period is None or (not here and code in {*known, *elsewhere}):
            continue
        about = {"period": text, "code": code, "rows": number, "amount": total}
        if code in elsewhere and period.grain != outcome.grain:
            continue
        if code in known:
            if period.grain != outcome.grain:
                faults.append(Fault("paid_grain", PAID, about | {"own": outcome.periods[-1]}))
        elif own := folded.get(code.lstrip("'").casefold()):  # a spreadsheet's guard may stand before it
            faults.append(Fault("paid_code_case", PAID, about | {"own": own}))
        else:
            near = next(iter(near_names(code, known, 1)), "")
            about |= {"close": near, "known": ", ".join(known)}
            faults.append(Fault("paid_code_close" if near else "paid_code_unknown", PAID, about, warning=True))
    return faults


def check_open(outcome: Outcome, run: Run) -> list[Fault]:
    """A warning for each change of salary that is proposed in the run's period and that nobody has decided about."""
    faults = []
    for earning in outcome.plan.earnings_of(outcome.grain):
        if earning.conclusion:
            rows = outcome.con.query(
                f"SELECT c.{quoted(outcome.plan.key)} FROM {outcome.conclusions} c "
                f"WHERE {changes(earning, 'proposed')} AND c.period_no = {run.period.number} GROUP BY 1 ORDER BY 1"
            )
            about = {"period": run.period.id, "code": earning.code, "title": spoken_title(earning.title)}
            if rows:
                who = ", ".join(key for (key,) in rows[:MOST_NAMED]) + (" …" if len(rows) > MOST_NAMED else "")
                faults.append(Fault("raise_open", earning.place, about | {"n": len(rows), "who": who}, warning=True))
    return faults


def spoken_title(title: Title) -> dict[str, str]:
    """A title in both languages."""
    return {"zh": title.get("zh"), "en": title.get("en")}


def check_annual(outcome: Outcome, run: Run) -> list[Fault]:
    """A fault for everybody to whom the batch gives a second one-off annual bonus in one calendar year.

    The year is that of the month in which it is paid; for what was paid before, the month after its period. A bonus is
    one period and code, whatever the number of lines; one that was taken back in full does not count.
    """
    annual = [earning for earning in outcome.plan.earnings if earning.tax == "annual_bonus"]
    if not annual:
        return []
    place = {earning.code: earning.place for earning in annual}
    rows = outcome.con.query(annual_sql(outcome, run, [earning.code for earning in annual]))
    faults = []
    for key, name, year, first_period, first_code, first_amount, batch, period, code, amount in rows[:MOST_NAMED]:
        about = {"key": key, "name": name, "year": year, "amount": amount, "period": period, "code": code}
        about |= {"first_period": first_period, "first_code": first_code, "first_amount": first_amount}
        known = {"zh": f"已发，批次 {batch}" if batch else "已发", "en": f"paid in batch {batch}" if batch else "paid"}
        if batch is None:
            known = dict.fromkeys(("zh", "en"), f"{place[first_code].file}:{place[first_code].line}")
        faults.append(Fault("annual_bonus_twice", place[code], about | {"first": known}))
    if len(rows) > MOST_NAMED:
        faults.append(Fault("annual_bonus_more", Place(outcome.ruleset.file), {"more": len(rows) - MOST_NAMED}))
    return faults


def annual_sql(outcome: Outcome, run: Run, codes: list[str]) -> str:
    """Pairs of one-off annual bonuses of one payee and year, the second of which has a line in the batch."""
    listed = ", ".join(map(literal, codes))
    key = quoted(outcome.plan.key)
    texts = [text for (text,) in outcome.con.query("SELECT DISTINCT period FROM paid ORDER BY 1")]
    parsed = {text: parse_period(text, outcome.plan.roll.fiscal_start) for text in texts}
    years = ", ".join(f"({literal(t)}, {pay_month_of(p)[:4]}, {p.number})" for t, p in parsed.items() if p)
    return f"""
        WITH years(period, year, number) AS (VALUES {years or "('', 0, 0)"}),
        before AS (
            SELECT x.{key} AS payee, x.period, x.code, y.year, y.number, sum(CAST(x.amount AS {MONEY})) AS amount,
                coalesce(max(x.batch), '') AS batch
            FROM paid x JOIN years y ON y.period = x.period WHERE x.code IN ({listed}) GROUP BY ALL
        ),
        now AS (SELECT * FROM payroll_lines WHERE code IN ({listed})),
        bonuses AS (
            SELECT coalesce(b.payee, n.payee) AS payee, coalesce(b.period, n.period) AS period,
                coalesce(b.code, n.code) AS code, coalesce(b.year, {run.pay_month[:4]}) AS year,
                coalesce(b.number, n.period_no) AS number, coalesce(n.turn, -1) AS turn,
                coalesce(b.amount, 0) + coalesce(n.amount, 0) AS amount, b.batch, n.name, n.payee IS NOT NULL AS fresh
            FROM before b FULL JOIN now n ON n.payee = b.payee AND n.period = b.period AND n.code = b.code
        )
        SELECT s.payee, s.name, s.year, f.period, f.code, CAST(f.amount AS VARCHAR), f.batch, s.period, s.code,
            CAST(s.amount AS VARCHAR)
        FROM bonuses s JOIN bonuses f ON f.payee = s.payee AND f.year = s.year AND f.amount <> 0
            AND (f.fresh, f.number, f.turn, f.code) < (s.fresh, s.number, s.turn, s.code)
        WHERE s.fresh AND s.amount <> 0 ORDER BY s.payee, s.year, s.number, s.turn, f.number, f.turn, f.code"""
