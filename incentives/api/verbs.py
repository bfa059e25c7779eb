"""README's commands as calls: from a ruleset and data to outcomes, explanations, simulations and payroll."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from incentives.api.arguments import Data, Periods, data_given, named, outcome_given, ruleset_given, text_given
from incentives.api.session import Session, concluded, explained
from incentives.lookup import team_asked
from incentives.outcome.concluded import Concluded
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.ruleset import Ruleset
from incentives.tables import Tables
from incentives.tables import load_data as loaded

if TYPE_CHECKING:
    from incentives.api.arguments import Edit
    from incentives.explain import Explanation
    from incentives.payroll import Batch
    from incentives.simulate import Comparison


def load_data(data: Data, ruleset: Ruleset) -> Tables:
    """The tables of a company, each cell checked and frozen at the digits that the ruleset's units allow.

    `data`: the path of a folder, a workbook or a data.yaml; or a dict of table name → pandas or Polars frame, Arrow
    table, or list of {column: value}, with the names and headings that files have (docs/data.md). Values are text,
    int, Decimal, date, bool or missing; a float is refused, for it need not be what was written. Raises RefusedError
    with every fault of the run, each with its file or table, row and column; nothing is dropped.
    """
    return loaded(data_given(data), ruleset_given(ruleset))


def assess(
    ruleset: Ruleset, tables: Tables, periods: Periods = None, plan: Plan | None = None, only: Sequence[str] = ()
) -> Outcome:  # fmt: skip
    """Totals, grades, pay and conclusions: a row a subject and period of those asked for, every figure exact.

    `periods`: "2026Q3", "2026Q1..2026Q3" or several of them, of one kind; the latest of the data for None. All periods
    of the data are computed, for history reads them. `plan`: the ruleset's own, where it is compiled already. `only`:
    the subjects whose lacking data refuses the run. Money has 2 decimals, scores 2 or their scale; quotients are shown
    with 6 and used exactly (docs/exactness.md). `outcome.remarks` are warnings. Raises RefusedError for a policy that
    cannot be compiled, what is no period, and rows that lack what the policy requires; NotThereError for a period that
    neither policy nor data reaches.
    """
    return Session(ruleset, tables, plan).assess(periods, only)


def conclude(outcome: Outcome) -> list[Concluded]:
    """Return the conclusions: each about somebody, with its status, actions and reasons.

    By key, period and the order of the policy; `rule.place` is the line of the policy. Shares and points of actions are
    ratios (0.1 is 10 %). An empty list where the policy concludes nothing.
    """
    return concluded(outcome)


def explain(
    outcome: Outcome, rep: str, period: str | None = None, column: str | None = None, *,
    reach: str | None = None, lang: str | None = None,
) -> Explanation:  # fmt: skip
    """Return the explanation of one subject's figures, down to the lines of the policy; `print(…)` tells it as text.

    `rep`: the key of the row (R017). `period`: one of the outcome's, its only one for None. `column`: one figure or
    conclusion, by name or title; without it grade, total, pay and conclusions. `reach`: what it would take instead, for
    a grade, a promotion, or "next". `lang`: zh or en, else that of INCENTIVES_LANG, else Chinese. Raises NotThereError
    for an unknown rep or column, with the nearest; RefusedError where the rep has no row in that period.
    """
    return explained(outcome, rep, period, column, reach, lang)


@overload
def simulate(  # type: ignore[overload-overlap]  # a text is one change, not several
    ruleset: Ruleset, tables: Tables, changes: Edit, periods: Periods = None
) -> Comparison: ...


@overload
def simulate(
    ruleset: Ruleset, tables: Tables, changes: Sequence[Edit], periods: Periods = None
) -> list[Comparison]: ...  # fmt: skip


def simulate(
    ruleset: Ruleset, tables: Tables, changes: Edit | Sequence[Edit], periods: Periods = None
) -> Comparison | list[Comparison]:  # fmt: skip
    """The policy beside a changed one over the same data: cost, grades, who moves and by which line.

    `changes`: {"figures.score_cap.value": 120}, "figures.score_cap.value=120", or the path of a file with a change; of
    a list of them each by itself. Values are int, Decimal or text as the policy writes it ("45%"); a float is refused.
    `periods` as in `assess`. Costs are money, exact; `comparison.total.difference` is what the change adds. Neither the
    ruleset nor the tables change. Raises RefusedError for a path that is not there and a policy that does not hold.
    """
    return Session(ruleset, tables).simulate(changes, periods)


def payroll(
    ruleset: Ruleset, tables: Tables, period: str, *, draft: bool = False, corrections: bool = False,
    reps: Sequence[str] = (), settle: Sequence[str] = (), pay_month: str | None = None, lang: str | None = None,
) -> Batch:  # fmt: skip
    """A payroll batch for one period: what is due less what the table `paid` has, in money to the cent.

    `draft`: also of a period that is not approved. `corrections`: add what earlier periods differ by. `reps`: these
    alone, off-cycle. `settle`: the final settlement of who left. `pay_month`: "2026-10", else the month after the
    period. `batch.lines()` are the lines, `batch.shares()` the sums by code, `write_files(batch, folder)` its files.
    Raises RefusedError where nothing may be paid, NotThereError for an unknown period or rep.
    """
    session = Session(ruleset, tables)
    return session.payroll(
        period, draft=draft, corrections=corrections, reps=reps, settle=settle, pay_month=pay_month, lang=lang
    )


def narrow(outcome: Outcome, team: str | None = None, with_pay: bool = True) -> Outcome:
    """The outcome as it may be handed on: the rows of one team, or no pay and nothing that tells of it.

    Raises NotThereError for an unknown team.
    """
    from incentives.reports.narrow import narrow as narrowed

    outcome = outcome_given(outcome)
    with named("team"):
        known = None if team is None else team_asked(text_given(team, "team", '"深圳组"'), outcome)
    return narrowed(outcome, known, with_pay)
