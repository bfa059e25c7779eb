"""One payroll run: what was asked for, the periods that it is held against, and whether it may be made at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from incentives.database import literal, quoted
from incentives.engine.periods import NAMING, data_periods
from incentives.faults import Fault, Place, RefusedError
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.tables import Tables
from incentives.tables.periods import Period, parse_period, period_on

FINAL = ("approved", "locked")
MOST_NAMED = 12
SETTLEMENT = "-SETTLE-"  # in the id of a batch that is a final settlement


@dataclass(frozen=True)
class Run:
    """The terms of a batch: the period, the month in which it is paid, and the options.

    `only`: the payees of an off-cycle batch, none of them for a regular one; with `settles` it is their final
    settlement. `status` is what the table `periods` calls the period, or nothing.
    """

    period: Period
    pay_month: str
    only: tuple[str, ...] = ()
    settles: bool = False
    corrections: bool = False
    draft: bool = False
    status: str = ""


def run_for(
    outcome: Outcome,
    *,
    pay_month: str = "",
    only: Sequence[str] = (),
    settles: bool = False,
    corrections: bool = False,
    draft: bool = False,
) -> Run:
    """The run for the last period of `outcome`. Without a month it is paid in the one after the period.

    Raises RefusedError where the policy pays nothing in such a period, where the period is not approved and this is
    neither a draft nor a final settlement, or where somebody is settled who is still there after the period.
    """
    plan, period = outcome.plan, parse_period(outcome.periods[-1], outcome.plan.roll.fiscal_start)
    assert period is not None
    faults = []
    place = Place(outcome.ruleset.file)
    first, last = plan.roll.first_day, plan.roll.last_day
    if not plan.earnings_of(period.grain):
        faults.append(Fault("payroll_nothing", place))
    elif period.first < first or (last is not None and period.first > last):
        faults.append(Fault("payroll_outside", place, {"period": period.id, "from": first, "to": last or "…"}))
    status = status_of(outcome.tables, period)
    if settles:
        faults += staying(outcome, period, only)
    elif status not in FINAL and not draft:
        code = "payroll_not_approved" if status else "payroll_not_listed"
        faults.append(Fault(code, Place("periods"), {"period": period.id, "status": spoken(status)}))
    if faults:
        raise RefusedError(faults)
    return Run(period, pay_month or pay_month_of(period), tuple(sorted(set(only))), settles, corrections, draft, status)


def staying(outcome: Outcome, period: Period, only: Sequence[str]) -> list[Fault]:
    """A fault for each of these payees who has no last day, or one after the period."""
    key, subject = quoted(outcome.plan.key), quoted(f"{outcome.plan.subject}s")
    last = "left_on" if outcome.plan.subject == "rep" else "CAST(NULL AS DATE)"
    rows = outcome.con.query(
        f"SELECT {key}, coalesce(name, ''), {last} AS last FROM {subject} "
        f"WHERE {key} = ANY(?) AND (last IS NULL OR last > ?) ORDER BY 1",
        [list(only), period.last],
    )
    return [
        Fault("settle_later" if day else "settle_stays", Place(f"{outcome.plan.subject}s"),
              {"key": who, "name": name, "day": day, "period": period.id})
        for who, name, day in rows
    ]  # fmt: skip


def pay_month_of(period: Period) -> str:
    """The month in which a period is paid unless somebody says otherwise: the one after it."""
    return period_on("month", period.last + timedelta(days=1)).id


def status_of(tables: Tables, period: Period) -> str:
    """Return the status of a period in the table `periods`; empty where it does not name the period."""
    found = tables.con.query("SELECT status FROM periods WHERE period = ?", [period.id])
    return str(found[0][0]) if found else ""


def spoken(status: str) -> dict[str, str]:
    """The status of a period as the table calls it, in both languages."""
    return {"zh": {"draft": "草稿", "published": "已公示"}.get(status, status), "en": status}


def paid_before(tables: Tables, plan: Plan, period: Period) -> tuple[str, ...]:
    """The earlier periods in which something was paid, that this policy computes and the data reaches."""
    start, roll = plan.roll.fiscal_start, plan.roll
    reached = {p.id for p in data_periods(tables, plan, NAMING)}
    codes = ", ".join(literal(e.code) for e in plan.earnings_of(period.grain)) or "''"
    rows = tables.con.query(f"SELECT DISTINCT period FROM paid WHERE code IN ({codes})")
    found = sorted(p for (text,) in rows if (p := parse_period(text, start)) and p.grain == period.grain)
    return tuple(
        p.id for p in found
        if p.number < period.number and p.id in reached and p.first >= roll.first_day
        and (roll.last_day is None or p.first <= roll.last_day)
    )  # fmt: skip
