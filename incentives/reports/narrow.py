"""An outcome narrowed to what may be handed on: one team's rows, and no pay where there shall be none.

Renderers read only the narrowed outcome, so what is not in it cannot leak from any of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256

from incentives.conclusions.rows import FIRST, LAST, PAIR, VALUES, pretty
from incentives.database import literal, quoted
from incentives.outcome.columns import columns_of
from incentives.outcome.concluded import rules_of
from incentives.outcome.lacking import accrued_of
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Column, Plan
from incentives.plan.graph import names_read, resting_on
from incentives.plan.kinds import kind_of
from incentives.plan.names import on_level_of

OF_PAY = ("do", "what_zh", "what_en", "of", "by", "points", "start", "pay", "days", "months")


def narrow(outcome: Outcome, team: str | None = None, with_pay: bool = True) -> Outcome:
    """The same outcome over a view with the columns and rows that may be seen.

    Without pay there is no base salary, no pay and nothing computed from them, nor concluded from them, and of actions
    that change pay only that they are there. With a team there are only its rows, and no figure that adds up pay over
    others; of somebody of another team who is assigned there is the name.
    """
    pay = paid_columns(outcome)
    if not with_pay:
        dropped = pay
    elif team is not None:
        dropped = _shared(outcome, pay)
    else:
        dropped = frozenset()
    columns = [name for name in columns_of(outcome) if name not in dropped]
    levels = [
        on_level_of(rule.name) for rule in rules_of(outcome) if rule.promotion and on_level_of(rule.name) not in dropped
    ]
    own = [name for name in accrued_of(outcome.plan, outcome.grain, columns) if name not in dropped]
    listed = ", ".join(quoted(name) for name in [*columns, *levels, *own, "period_no"])
    rows = "TRUE" if team is None else f"`team` = {literal(team)}"
    name = sha256(f"{outcome.relation}|{team!r}|{with_pay}".encode()).hexdigest()[:16]
    view = f"narrowed_{name}"
    outcome.con.make_view(view, f"SELECT {listed} FROM {quoted(outcome.relation)} WHERE {rows}")
    kept = tuple(tuple(c for c in stage if c.name not in dropped) for stage in outcome.plan.frames[outcome.grain])
    plan = replace(outcome.plan, frames=outcome.plan.frames | {outcome.grain: kept})
    handed_on = ""
    if (team is not None or not with_pay) and outcome.conclusions:
        handed_on = f"concluded_{name}"
        sql = _handed_on(outcome, view, dropped, with_pay)
        outcome.con.make_view(handed_on, sql)
    return replace(outcome, plan=plan, relation=view, handed_on=handed_on)


def _handed_on(outcome: Outcome, view: str, dropped: frozenset[str], with_pay: bool) -> str:
    """The conclusions about the rows of `view`, without those that follow from dropped columns, and their values."""
    key = quoted(outcome.plan.key)
    hidden = [rule.name for rule in rules_of(outcome) if _drawn_from(outcome.plan, rule.name) & dropped]
    names = ", ".join(literal(name) for name in hidden)
    open_to_all = f"c.conclusion NOT IN ({names}) AND c.withheld NOT IN ({names})" if hidden else "TRUE"
    told = "c.told"
    for called in _called(outcome, dropped):
        value = f"([{FIRST}{VALUES}]){re.escape(called)}{PAIR}[^{VALUES}{LAST}]*{VALUES}?"
        told = f"regexp_replace({told}, {literal(value)}, '\\1', 'g')"
    for signs, sign in ((VALUES + LAST, LAST), (FIRST + LAST, "")):
        told = f"REPLACE({told}, {literal(signs)}, {literal(sign)})"
    same = f"SELECT s.{key} FROM {view} s WHERE s.period_no = c.period_no"
    seen = {"who": f"CASE WHEN c.who IN ({same}) THEN c.who ELSE '' END", "told": told, "because": pretty(told)}
    if not with_pay:
        for name in OF_PAY:
            seen[name] = f"CASE WHEN c.`of` = '' AND c.pay = '' THEN c.{quoted(name)} END"
    picks = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in seen.items())
    return (
        f"SELECT c.* REPLACE ({picks}) FROM {quoted(outcome.conclusions)} c "
        f"SEMI JOIN {view} r ON r.{key} = c.{key} AND r.period_no = c.period_no "
        f"WHERE {open_to_all}"
    )


def _called(outcome: Outcome, dropped: frozenset[str]) -> list[str]:
    """Return the titles of dropped columns where conclusions show the figures that they looked at."""
    rules = rules_of(outcome)
    reads = [read for rule in rules for finding in rule.findings for read in finding.reads]
    reads += [(c.name, c.value) for rule in rules if rule.promotion for c in rule.promotion.criteria]
    return sorted({called for called, column in reads if column in dropped})


def _drawn_from(plan: Plan, name: str) -> set[str]:
    """The columns from which a conclusion follows, also by way of those before it."""
    rule = next((rule for rule in plan.rules if rule.name == name), None)
    if rule is None:
        return set()
    until = {rule.stands.until} if rule.stands and rule.stands.until else set()
    return {f.column for f in rule.findings}.union(until, *(_drawn_from(plan, before) for before in rule.after))


def paid_columns(outcome: Outcome) -> frozenset[str]:
    """The names of the columns that are pay, or from which pay could be read: whatever is computed from them."""
    columns = [c for frame in outcome.plan.frames for c in outcome.plan.columns(frame)]
    start = {"base_salary"} | {c.name for c in columns if c.role in {"pay", "pay_total", "balance"}}
    return _closure(outcome.plan, start, columns)


def _shared(outcome: Outcome, pay: frozenset[str]) -> frozenset[str]:
    columns = [c for frame in outcome.plan.frames for c in outcome.plan.columns(frame)]
    start = {c.name for c in columns if _over_others(c) and pay & _read_by(outcome.plan, c)}
    return _closure(outcome.plan, start, columns)


def _over_others(column: Column) -> bool:
    return kind_of(column.how).others(column.how)


def _closure(plan: Plan, start: set[str], columns: list[Column]) -> frozenset[str]:
    needs: dict[str, set[str]] = {}
    for column in columns:  # a name may be that of columns of several frames
        needs.setdefault(column.name, set()).update(_read_by(plan, column))
    return frozenset(start | resting_on(needs, start))


def _read_by(plan: Plan, column: Column) -> set[str]:
    """All that tells of a column: what it is computed from in any period, and what its conclusions follow from."""
    drawn = (_drawn_from(plan, name) for name in kind_of(column.how).conclusions(column.how))
    return names_read(column).union(*drawn)
