"""The earning of a pay component or a change of salary: what payroll has to know besides its amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize

from incentives.faults import Place
from incentives.language.tree import Title
from incentives.plan.rules import Rule
from incentives.ruleset import Ruleset
from incentives.ruleset.rules import SALARY
from incentives.tables.periods import Period, period_on

RAISE = "raise"  # a change of salary, which is no part of the pay


@dataclass(frozen=True)
class Earning:
    """One earning of the periods of a grain: the column of its amount, its code, its kind, how it is taxed, and from
    when it counts. With `conclusion` it is a change of the salary in `column`, as far as that conclusion is decided.
    """

    column: str
    code: str
    kind: str
    tax: str
    effective: str
    title: Title
    place: Place
    grain: str
    conclusion: str = ""


def earnings_of(ruleset: Ruleset, rules: Iterable[Rule]) -> tuple[Earning, ...]:
    """Return the earnings of a policy, in its order: its components, then its changes of salary (POLICY C7)."""
    paid = tuple(
        Earning(name, normalize("NFC", c.code or name).strip(), c.kind, c.tax, c.effective,
                c.title if c.title.zh or c.title.en else Title(name, name), ruleset.place("pay", name),
                ruleset.policy.grain)
        for name, c in ruleset.policy.pay.items()
    )  # fmt: skip
    raises = tuple(
        Earning(SALARY, normalize("NFC", action.code or rule.name).strip(), RAISE, "wages",
                action.start or "next_period",
                rule.title if rule.title.zh or rule.title.en else Title(rule.name, rule.name), rule.place, rule.grain,
                rule.name)
        for rule in rules for action in [a for a in rule.actions if a.of == SALARY][:1]
    )  # fmt: skip
    return paid + raises


def effective_on(earning: Earning, period: Period, fiscal_start: int) -> date:
    """Return the day from which what a period earns counts (POLICY C7: a raise, from the first day of the next
    year)."""
    match earning.effective:
        case "period_start":
            return period.first
        case "next_period" | "next_month":
            return period.last + timedelta(days=1)
        case "next_year":
            return period_on("year", period.last, fiscal_start).last + timedelta(days=1)
        case _:
            return period.last
