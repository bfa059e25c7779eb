"""What payroll has to know of a pay component beside its figure: the earning that it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize

from incentives.faults import Place
from incentives.language.tree import Title
from incentives.ruleset import Ruleset
from incentives.tables.periods import Period, period_on

RAISE = "raise"  # a change of salary, which is no part of what is paid


@dataclass(frozen=True)
class Earning:
    """One earning: the column of its amount, its code, its kind, how it is taxed, and from when it counts."""

    column: str
    code: str
    kind: str
    tax: str
    effective: str
    title: Title
    place: Place


def earnings_of(ruleset: Ruleset) -> tuple[Earning, ...]:
    """The earnings of a policy, in its order."""
    return tuple(
        Earning(name, normalize("NFC", c.code or name).strip(), c.kind, c.tax, c.effective,
                c.title if c.title.zh or c.title.en else Title(name, name), ruleset.place("pay", name))
        for name, c in ruleset.policy.pay.items()
    )  # fmt: skip


def effective_on(earning: Earning, period: Period, fiscal_start: int) -> date:
    """The day from which what a period earns counts (POLICY C7: a raise, from the first day of the next year)."""
    match earning.effective:
        case "period_start":
            return period.first
        case "next_period":
            return period.last + timedelta(days=1)
        case "next_year":
            return period_on("year", period.last, fiscal_start).last + timedelta(days=1)
    return period.last
