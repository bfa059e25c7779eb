"""Warnings for rows of the data that no rule of the policy uses, though somebody would believe that they count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incentives.database import literal, quoted
from incentives.engine.gathering import lacking
from incentives.execution.checks.eventkinds import kinds_read, may_read, stages_read
from incentives.execution.checks.latenotes import components_told
from incentives.faults import Fault
from incentives.language.tree import Title
from incentives.language.walk import names_in
from incentives.plan.columns import Aggregated, Column, Plan, Targeted, Vested, grain_of
from incentives.plan.names import is_each, names_of, step_of
from incentives.plan.pay.vesting import collects
from incentives.plan.sources import DATED_BY, SOURCES
from incentives.ruleset import Ruleset
from incentives.tables import Tables
from incentives.tables.periods import Period, period_number_sql, year_begins_sql

MOST_NAMED = 5
MOST_KINDS = 10
NO_TITLE = Title()


def unread(ruleset: Ruleset, plan: Plan, tables: Tables, wanted: Sequence[Period]) -> list[Fault]:
    """Return a warning for each sort of row that counts nowhere, or not as it seems to; the first rows are named."""
    columns = [column for frame in plan.frames for column in plan.columns(frame)]
    found = [*events(plan, tables, columns), *targets(ruleset, tables, columns)]
    if plan.subject == "rep":
        found += [*receipts(plan, tables, columns), *orders(tables, columns), *late_notes(ruleset, plan, tables)]
    if ruleset.policy.grade is None:
        rows = f"SELECT row, {quoted(plan.key)} || ' ' || period AS what FROM load.decisions WHERE about = 'grade'"
        found += told(tables, "decisions", "decision_ungraded", rows)
    return [*found, *unsummed(plan, tables, wanted), *idle(plan, tables)]


def told(tables: Tables, table: str, code: str, rows: str, **about: object) -> list[Fault]:
    """Return a warning that names the first of these rows: SQL for `row`, their number in the file or NULL, and
    `what`."""
    sql = f"SELECT row, what, count(*) OVER () FROM ({rows}) ORDER BY row, what LIMIT {MOST_NAMED}"
    found = tables.con.query(sql)
    if not found:
        return []
    number, first = found[0][2], found[0][0]
    names = [str(what) for _, what, _ in found]
    more = " …" if number > len(names) else ""
    named = {"zh": "、".join(names) + more, "en": ", ".join(names) + more}
    return [Fault(code, tables.spot(table, first), {"n": number, "what": named, **about}, warning=True)]


def aggregated(columns: list[Column], *over: str) -> list[Aggregated]:
    """Return the aggregates of columns over these tables."""
    return [column.how for column in columns if isinstance(column.how, Aggregated) and column.how.table in over]


def events(plan: Plan, tables: Tables, columns: list[Column]) -> Iterator[Fault]:
    """Yield a warning for events of a kind that nothing reads, where the policy reads events at all."""
    read, stages = aggregated(columns, "events"), stages_read(plan)
    if not read and not stages:
        return
    known = sorted(kinds_read(read) | {kind for kind, _ in stages})
    pairs = tables.con.query("SELECT DISTINCT kind, coalesce(value, '') FROM events ORDER BY ALL")
    strange = [pair for pair in pairs if pair not in stages and not any(may_read(how, pair[0]) for how in read)]
    kinds = dict.fromkeys(kind for kind, _ in strange)
    for kind in list(kinds)[:MOST_KINDS]:
        values = [literal(value) for one, value in strange if one == kind]
        rows = (
            f"SELECT row, {quoted(plan.key)} || ' ' || CAST(happened_on AS VARCHAR) AS what FROM load.events "
            f"WHERE kind = {literal(kind)} AND coalesce(value, '') IN ({', '.join(values)})"
        )
        yield from told(tables, "events", "events_unread", rows, kind=kind, known=", ".join(known))
    if len(kinds) > MOST_KINDS:
        listed = ", ".join(literal(kind) for kind in list(kinds)[MOST_KINDS:])
        more = f"SELECT min(row) AS row, kind AS what FROM load.events WHERE kind IN ({listed}) GROUP BY kind"
        yield from told(tables, "events", "events_unread_more", more)


def targets(ruleset: Ruleset, tables: Tables, columns: list[Column]) -> Iterator[Fault]:
    """Yield a warning for targets of a metric, or of a sort of unit, that nothing is measured against."""
    policy = ruleset.policy
    used = {(c.how.metric, c.how.scope) for c in columns if isinstance(c.how, Targeted)}
    used |= {(t.metric or name, scope) for name, t in policy.targets.items() for scope in (*t.adds_up, "rep")}
    pairs = tables.con.query("SELECT DISTINCT metric, scope FROM targets ORDER BY ALL")
    for metric, scope in (pair for pair in pairs if pair not in used):
        title = policy.metrics[metric].title if metric in policy.metrics else Title()
        rows = (
            "SELECT row, coalesce(subject_id, '') || ' ' || period AS what FROM load.targets "
            f"WHERE metric = {literal(metric)} AND coalesce(scope, 'rep') = {literal(scope)}"
        )
        called = {"zh": title.zh or metric, "en": title.en or metric}
        yield from told(tables, "targets", "targets_unread", rows, title=called, scope=SCOPES.get(scope, scope))


SCOPES = {
    "rep": {"zh": "个人", "en": "rep"}, "team": {"zh": "团队", "en": "team"},
    "region": {"zh": "区域", "en": "region"}, "company": {"zh": "公司", "en": "company"},
}  # fmt: skip


def receipts(plan: Plan, tables: Tables, columns: list[Column]) -> Iterator[Fault]:
    """Yield a warning for receipts after their rep has left, beyond the order's amount, or booked twice, where
    receipts are read."""
    terms = [column.how.terms for column in columns if isinstance(column.how, Vested)]
    gathered, timed = aggregated(columns, "receipts"), [one for one in terms if collects(one)]
    if not gathered and not timed:
        return
    if gathered or any(one.on_leaving != "as_collected" for one in timed):
        paid, left = (period_number_sql(plan.grain, day, plan.roll.fiscal_start) for day in ("r.paid_on", "p.left_on"))
        what = "r.order_id || ' ' || CAST(r.paid_on AS VARCHAR) || ' (' || o.rep_id || ')'"
        late = f"""SELECT NULL AS row, {what} AS what FROM receipts r JOIN orders o ON o.order_id = r.order_id
            JOIN (SELECT rep_id, left_on FROM reps WHERE left_on IS NOT NULL) p ON p.rep_id = o.rep_id
            WHERE {paid} > {left}"""
        yield from told(tables, "receipts", "receipts_after_left", late)
    over = """SELECT NULL AS row, order_id || ' (' || CAST(paid AS VARCHAR) || ' / ' || CAST(amount AS VARCHAR) || ')'
        AS what FROM (SELECT order_id, sum(amount) AS paid FROM receipts GROUP BY order_id) JOIN orders USING (order_id)
        WHERE paid NOT BETWEEN least(amount, 0) AND greatest(amount, 0)"""
    yield from told(tables, "receipts", "receipts_over", over)
    given = tables.given("receipts")
    (twice,) = tables.con.query(f"SELECT count(*) <> count(DISTINCT hash(order_id, paid_on, amount)) FROM {given}")[0]
    if twice:
        rows = f"""SELECT NULL AS row, order_id || ' ' || CAST(paid_on AS VARCHAR) || ' ' || CAST(amount AS VARCHAR)
            || ' × ' || CAST(count(*) AS VARCHAR) AS what FROM {given} WHERE amount <> 0
            GROUP BY order_id, paid_on, amount HAVING count(*) > 1"""
        yield from told(tables, "receipts", "receipts_twice", rows)


def orders(tables: Tables, columns: list[Column]) -> Iterator[Fault]:
    """Yield a warning for credits that no rule splits, and for returns that no rule reads, where orders or receipts
    are read."""
    read = aggregated(columns, "orders", "receipts")
    if not read:
        return
    if not any(how.split for how in read):
        rows = """SELECT NULL AS row, c.order_id AS what FROM credits c JOIN orders o ON o.order_id = c.order_id
            WHERE c.rep_id <> o.rep_id OR c.share.part <> c.share.whole GROUP BY c.order_id"""
        yield from told(tables, "credits", "credits_unsplit", rows)
    looks = {name for how in read for part in (how.where, how.of) if part is not None for name in names_in(part)}
    taken = any(isinstance(column.how, Vested) and column.how.terms.within for column in columns)
    if aggregated(columns, "orders") and not taken and looks.isdisjoint({"returned", "returned_on"}):
        rows = "SELECT NULL AS row, order_id AS what FROM orders WHERE returned_on IS NOT NULL"
        yield from told(tables, "orders", "returns_unread", rows)


def late_notes(ruleset: Ruleset, plan: Plan, tables: Tables) -> Iterator[Fault]:
    """Credit notes of orders of an earlier period, or year, that some component does not undo as if the order had been
    smaller."""
    number = {row: period_number_sql(plan.grain, f"{row}.ordered_on", plan.roll.fiscal_start) for row in ("n", "o")}
    year = {row: year_begins_sql(plan.grain, number[row], plan.roll.fiscal_start) for row in number}
    for code, names in components_told(ruleset, plan).items():
        if not names:
            continue
        turn = year if code == "reversal_year" else number
        rows = f"""SELECT NULL AS row, n.order_id || ' (' || o.order_id || ')' AS what
            FROM orders n JOIN orders o ON o.order_id = n.reverses WHERE {turn["n"]} > {turn["o"]}"""
        titles = [titled(plan, plan.grain, name) for name in names]
        called = {"zh": "、".join(one["zh"] for one in titles), "en": ", ".join(one["en"] for one in titles)}
        yield from told(tables, "orders", code, rows, title=called)


def titled(plan: Plan, frame: str, name: str) -> dict[str, str]:
    """Return the title of a column by language, or its name."""
    title = next((column.title for column in plan.columns(frame) if column.name == name), NO_TITLE)
    return {"zh": title.zh or title.en or name, "en": title.en or title.zh or name}


def unsummed(plan: Plan, tables: Tables, wanted: Sequence[Period]) -> Iterator[Fault]:
    """Yield a warning for rows of the asked periods that a sum counts but that lack the amount. They add nothing to
    a metric, and leave a component of pay missing."""
    for frame in plan.frames if wanted else ():
        grain = grain_of(frame)
        for column in plan.columns(frame):
            how = column.how
            if not isinstance(how, Aggregated) or how.of is None or how.take != "sum" or how.rows != "in_period":
                continue
            lacks = sorted(names_in(how.of) & {name for name, (_, optional) in SOURCES[how.table].items() if optional})
            if not lacks or step_of(column.name) in ("rows_lack", "late"):
                continue
            day = DATED_BY[how.table]
            what = "order_id" if how.table == "orders" else f"{quoted(plan.key)} || ' ' || CAST({day} AS VARCHAR)"
            rows = f"""SELECT NULL AS row, {what} AS what FROM ({lacking(plan, grain, column)}) x
                JOIN calendar_periods p ON p.grain = '{grain}' AND p.period_no = x.period_no
                WHERE p.first_day >= DATE '{wanted[0].first}' AND p.last_day <= DATE '{wanted[-1].last}'"""
            of = (*names_of(column.name), column.name)[0]  # the amounts of a component, row by row
            title = next((c.title for c in plan.columns(frame) if c.name == of), column.title)
            called = {"zh": title.zh or title.en or of, "en": title.en or title.zh or of}
            code = "rows_unpaid" if is_each(column.name) else "rows_unsummed"
            yield from told(tables, how.table, code, rows, title=called, lacks=", ".join(lacks))


def idle(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """Yield a warning for rates of a currency that no order has, postings outside employment, and make-up days on
    working days."""
    rates = """SELECT NULL AS row, upper(currency) AS what FROM rates
        WHERE upper(currency) NOT IN (SELECT upper(currency) FROM orders WHERE currency IS NOT NULL) GROUP BY ALL"""
    yield from told(tables, "rates", "rates_unused", rates)
    table = f"{plan.subject}s"
    posted = f"""SELECT p.row, p.{quoted(plan.key)} || ' ' || CAST(p.valid_from AS VARCHAR) AS what
        FROM load.postings p JOIN {quoted(table)} s USING ({quoted(plan.key)})
        WHERE p.valid_from > s.left_on OR p.valid_to < s.hired_on"""
    yield from told(tables, "postings", "postings_outside", posted)
    made_up = "SELECT row, CAST(day AS VARCHAR) AS what FROM load.calendar WHERE kind = 'make_up' AND isodow(day) <= 5"
    yield from told(tables, "calendar", "make_up_idle", made_up)
