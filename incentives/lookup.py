"""Lookups of what a user named in what the data has: periods, teams, people, columns; the nearest name is offered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from incentives.database import quoted
from incentives.engine.periods import data_periods, is_within, latest_period
from incentives.faults import Fault, Place, RefusedError
from incentives.language.near import near_names
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.plan.names import is_inner
from incentives.tables import Tables
from incentives.tables.periods import CALLED, Period, parse_period, period_range


class NotThereError(RefusedError):
    """Raised when somebody asks for what is not there; `fault` says what and offers the nearest."""

    def __init__(self, code: str, asked: str, known: Iterable[str], meant: Iterable[str] = (), **about: object) -> None:
        names = sorted(set(known))
        near = list(meant)[:12] or near_names(asked, names, 1, 0.5)
        there = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
        super().__init__([Fault(code, Place(""), {"asked": asked, "near": ", ".join(near) or there or "–", **about})])

    @property
    def fault(self) -> Fault:
        """Return the fault that names what is not there."""
        return self.faults[0]


def periods_asked(text: str | None, tables: Tables, plan: Plan) -> tuple[str, ...]:
    """The ids of the periods `2026Q3` or `2026Q1..2026Q3`; without a text the latest period of the data.

    A period within the time of the policy is believed, whatever the data has of it. Raises NotThereError for one that
    cannot be read, and for one outside that time which the data does not reach.
    """
    known = data_periods(tables, plan)
    if text is None:
        latest = latest_period(tables, plan)
        if latest is None:
            raise NotThereError("no_period", "–", ())
        return (latest,)
    periods = period_range(text, plan.roll.fiscal_start)
    ids = [period.id for period in known]
    if periods is None:
        raise NotThereError("unreadable_period", text, ids)
    strange = [p for p in periods if not is_within(plan, p)]
    outside = [p for p in strange if not known or p.last < known[0].first or p.first > known[-1].last]
    if outside:
        span = "..".join(dict.fromkeys([*ids[:1], *ids[-1:]]))
        raise NotThereError("unknown_period", outside[0].id, ids, [span] if span else [], effective=effective(plan))
    return tuple(period.id for period in periods)


def period_named(text: str, plan: Plan) -> Period:
    """Return the one period that a text names, whether or not any data has it. Raises NotThereError."""
    period = parse_period(text, plan.roll.fiscal_start)
    if period is None:
        raise NotThereError("unreadable_period", text, ["2026Q3", "2026-07", "2026"])
    return period


def in_force(plan: Plan, periods: Sequence[str]) -> None:
    """Raise NotThereError where the policy is in force in none of the periods: it pays nothing there."""
    found = [period for id_ in periods if (period := parse_period(id_, plan.roll.fiscal_start))]
    start, end = plan.roll.first_day, plan.roll.last_day
    if not any(start <= period.first and (end is None or period.first <= end) for period in found):
        raise NotThereError("simulate_idle", ", ".join(periods), (), start=start)


def effective(plan: Plan) -> str:
    """The days from and to which the policy is in force, as they are asked for."""
    last = plan.roll.last_day
    return f"{plan.roll.first_day}..{last or ''}"


def one_period_asked(text: str, tables: Tables, plan: Plan) -> Period:
    """The one period that `text` names, of a grain in which the policy pays. Raises NotThereError."""
    periods = periods_asked(text, tables, plan)
    period = parse_period(periods[0], plan.roll.fiscal_start)
    if len(periods) > 1 or period is None:
        raise NotThereError("payroll_one_period", text, ())
    if period.grain != plan.grain and not plan.earnings_of(period.grain):
        raise NotThereError("payroll_grain", text, (), own=CALLED[plan.grain])
    return period


def month_asked(text: str | None) -> str:
    """The id of the month that `text` names; nothing without a text. Raises NotThereError."""
    period = parse_period(text) if text is not None else None
    if text is not None and (period is None or period.grain != "month"):
        raise NotThereError("pay_month_unreadable", text, ["2026-10"])
    return period.id if period else ""


def payees_asked(keys: Sequence[str], tables: Tables, plan: Plan) -> tuple[str, ...]:
    """The keys, where all of them are known, whether they are still employed or not. Raises NotThereError."""
    found = tables.con.query(f"SELECT {quoted(plan.key)}, name FROM {quoted(plan.subject + 's')}")
    known = [key for key, _ in found]
    return tuple(_known("unknown_rep", key, known, sorted(f"{k} {n}" for k, n in found if n == key)) for key in keys)


def template_asked(name: str, shipped: Mapping[str, Path]) -> Path:
    """The file of a template: one that ships, by its name, or one of one's own, by its path. Raises NotThereError."""
    if name in shipped:
        return shipped[name]
    if Path(name).suffix in (".yaml", ".yml"):
        return Path(name)
    raise NotThereError("unknown_template", name, shipped, near_names(name, shipped) or sorted(shipped))


def team_asked(team: str, outcome: Outcome) -> str:
    """`team`, where the outcome has it. Raises NotThereError."""
    if "team" not in outcome.con.columns(f"`{outcome.relation}`"):
        raise NotThereError("no_teams", team, ())
    teams = outcome.con.query(f"SELECT DISTINCT `team` FROM `{outcome.relation}` WHERE `team` IS NOT NULL")
    known = [name for (name,) in teams if name]
    return _known("unknown_team" if known else "no_teams", team, known)


def person_asked(key: str, outcome: Outcome) -> str:
    """The key of a row's subject, where the outcome has it. Raises NotThereError, offering who has that name."""
    found = outcome.con.query(f"SELECT DISTINCT `{outcome.plan.key}`, `name` FROM `{outcome.relation}`")
    namesakes = sorted(f"{known} {name}" for known, name in found if name == key)
    return _known("unknown_rep", key, [known for known, _ in found], namesakes)


def column_asked(column: str, outcome: Outcome) -> str:
    """A column of the plan for the outcome's grain, or a conclusion of it, by its name or its title in either language.

    A title that a step towards a figure, or a criterion on it, shares with it means the figure.
    Raises NotThereError, offering the columns whose titles hold what was asked.
    """
    columns = [c for c in outcome.plan.columns(outcome.grain) if not is_inner(c.name)]
    titled = {c.name: [t for t in (c.title.zh, c.title.en) if t] for c in columns}
    beside = {c.name for c in columns if c.role in ("part", "criterion")}
    for rule in outcome.plan.rules:
        if rule.grain == outcome.grain:
            titled.setdefault(rule.name, [t for t in (rule.title.zh, rule.title.en) if t])
    named = [name for name, titles in titled.items() if column in titles]
    named = [name for name in named if name not in beside] or named
    if column not in titled and len(named) == 1:
        return named[0]
    close = [
        f"{name} ({title})" for name, titles in titled.items() for title in titles if column.lower() in title.lower()
    ]
    if not close:  # the names that are like it go before the titles that are
        spelled = {title: name for name, titles in titled.items() for title in titles}
        like = near_names(column, [*titled, *spelled], 3, 0.5)
        told: dict[str, str] = {}
        for one in like:
            told.setdefault(spelled.get(one, one), f"{spelled[one]} ({one})" if one in spelled else one)
        close = list(told.values())
    return _known("unknown_column", column, list(titled), close)


def _known(code: str, asked: str, known: list[str], meant: Iterable[str] = ()) -> str:
    if asked not in known:
        raise NotThereError(code, asked, known, meant)
    return asked
