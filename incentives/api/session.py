"""A policy compiled once and its data kept: assessed, explained, changed and paid without reading anything again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, overload

from incentives.api.arguments import (
    Data,
    Periods,
    data_given,
    lang_given,
    named,
    outcome_given,
    path_given,
    period_of_outcome,
    periods_given,
    ruleset_given,
    tables_given,
    text_given,
    texts_given,
)
from incentives.execution import session as execution
from incentives.faults import Fault, Place, RefusedError, language
from incentives.lookup import (
    column_asked,
    in_force,
    month_asked,
    one_period_asked,
    payees_asked,
    person_asked,
)
from incentives.outcome.concluded import Concluded, concluded_of
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.ruleset import Ruleset, load_ruleset
from incentives.tables import Tables

if TYPE_CHECKING:
    from incentives.api.arguments import Edit
    from incentives.explain import Explanation
    from incentives.payroll import Batch
    from incentives.simulate import Comparison


class Session(execution.Session):
    """A ruleset, its plan and the tables of one company. The last few outcomes are kept, and none changes another.

    It is for one thread at a time.
    """

    def __init__(self, ruleset: Ruleset, tables: Tables, plan: Plan | None = None) -> None:
        """Start from what is loaded; `plan` is the ruleset's own, where it is compiled already."""
        super().__init__(ruleset_given(ruleset), tables_given(tables), plan)

    @classmethod
    def open(cls, ruleset: str | PathLike[str], data: Data) -> Session:
        """Read the policy, and compile it while the data is read: a path, or a dict of tables as `load_data` takes it.

        Raises RefusedError with every fault; those of the policy before those of the data.
        """
        rules, given = load_ruleset(path_given(ruleset, "ruleset")), data_given(data)
        return cls(rules, *execution.loaded(rules, given))

    def assess(self, periods: Periods = None, only: Sequence[str] = ()) -> Outcome:
        """As `incentives.assess`, over this policy and data."""
        ids = periods_given(periods, self.tables, self.plan)
        with named("periods"):
            return self.outcome(ids, tuple(only))

    def conclude(self, periods: Periods = None) -> list[Concluded]:
        """As `incentives.conclude`, of these periods."""
        return concluded(self.assess(periods))

    def explain(
        self, rep: str, period: str | None = None, column: str | None = None, *,
        reach: str | None = None, lang: str | None = None,
    ) -> Explanation:  # fmt: skip
        """As `incentives.explain`; without a period in the latest one of the data."""
        return explained(self.assess(period), rep, None, column, reach, lang)

    @overload
    def simulate(  # type: ignore[overload-overlap]  # a text is one change, not several
        self, changes: Edit, periods: Periods = None
    ) -> Comparison: ...

    @overload
    def simulate(self, changes: Sequence[Edit], periods: Periods = None) -> list[Comparison]: ...

    def simulate(self, changes: Edit | Sequence[Edit], periods: Periods = None) -> Comparison | list[Comparison]:
        """As `incentives.simulate`, over this policy and data."""
        from incentives.api.edits import changes_given
        from incentives.simulate import odd_of
        from incentives.simulate import simulate as simulated

        tried, several = changes_given(changes)
        ids = periods_given(periods, self.tables, self.plan)
        with named("periods"):
            in_force(self.plan, ids)
        found = simulated(self, tried, ids)
        odd = [odd_of(self.ruleset, self.plan, [change]) for change in tried]
        told = [replace(one, remarks=tuple(faults)) for one, faults in zip(found, odd, strict=True)]
        return told if several else told[0]

    def payroll(
        self, period: str, *, draft: bool = False, corrections: bool = False, reps: Sequence[str] = (),
        settle: Sequence[str] = (), pay_month: str | None = None, lang: str | None = None,
    ) -> Batch:  # fmt: skip
        """As `incentives.payroll`, over this policy and data."""
        from incentives.payroll import batch_of, paid_before, run_for

        text_given(period, "period", '"2026Q3"')
        only = texts_given(reps, "reps", '["R017"]')
        settled = texts_given(settle, "settle", '["R017"]')
        if only and settled:
            raise RefusedError([Fault("argument_together", Place("settle"), {"first": "reps", "second": "settle"})])
        with named("pay_month"):
            month = month_asked(None if pay_month is None else text_given(pay_month, "pay_month", '"2026-10"'))
        with named("period"):
            asked = one_period_asked(period, self.tables, self.plan)
        with named("settle" if settled else "reps"):
            payees = payees_asked(only or settled, self.tables, self.plan)
        ids = (*paid_before(self.tables, self.plan, asked), asked.id)
        outcome = self.outcome(ids, settled)
        run = run_for(
            outcome, pay_month=month, only=payees, settles=bool(settled), corrections=corrections, draft=draft
        )
        return batch_of(outcome, run, language(lang_given(lang) or ""))


def concluded(outcome: Outcome) -> list[Concluded]:
    """Return the conclusions, as `incentives.conclude` does."""
    turn = {period: number for number, period in enumerate(outcome_given(outcome).periods)}
    return sorted(concluded_of(outcome), key=lambda one: (one.key, turn[one.period]))


def explained(
    outcome: Outcome, rep: str, period: str | None, column: str | None, reach: str | None, lang: str | None
) -> Explanation:
    """Return the explanation, as `incentives.explain` does."""
    from incentives.explain import Explanation, explanation_of, reached_of

    outcome = outcome_given(outcome)
    spoken = language(lang_given(lang) or "")
    id_ = period_of_outcome(period, outcome)
    with named("rep"):
        key = person_asked(text_given(rep, "rep", '"R017"'), outcome)
    if column is not None and reach is not None:
        raise RefusedError([Fault("argument_together", Place("reach"), {"first": "column", "second": "reach"})])
    if reach is not None:
        with named("reach", "--reach"):
            target = text_given(reach, "reach", '"next"')
            root = reached_of(outcome, key, id_, "" if target == "next" else target, spoken)
        return Explanation(key, id_, "", spoken, root)
    with named("column"):
        figure = None if column is None else column_asked(text_given(column, "column", '"grade"'), outcome)
    return Explanation(key, id_, figure or "", spoken, explanation_of(outcome, key, id_, figure, spoken))
