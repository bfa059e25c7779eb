"""The language of pay: components, the tiers that they run through, what raises, multiplies and bounds them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from incentives.ruleset import people, rules
from incentives.ruleset.carry import carrying
from incentives.ruleset.draws import Draw, TakesBack, drawing
from incentives.ruleset.kinds import Formula, Name, Problems, Value, Whole, Words
from incentives.ruleset.parts import Rounding, Sourced, Table
from incentives.ruleset.people import ByRank, Leavers, Override, Pool, Prorate
from incentives.ruleset.rates import Rates, fits
from incentives.ruleset.timing import Timing

Kind = Literal[
    "commission", "bonus", "award", "allowance", "raise", "deduction", "draw", "correction", "thirteenth_month"
]  # fmt: skip
Tax = Literal["wages", "annual_bonus", "equity", "in_kind"]
CountsFrom = Literal["period_start", "period_end", "next_period", "next_year"]


class Tier(Sourced):
    """One tier: up to `to`, at `rate` or for fixed `money`."""

    to: Value | None = Field(None, description="Its upper edge; the last tier has none.")
    rate: Value | None = Field(None, description="The rate paid in it …")
    money: Value | None = Field(None, description="… or the fixed money that it pays.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, rules.tier(self.model_fields_set))


class Tiers(Sourced):
    """Rates that grow or shrink with the base."""

    by: Literal["slice", "whole", "interpolated"] = Field(
        description="`slice`: each part at its tier's rate; `whole`: all at one; `interpolated`: all at a rate that "
        "moves evenly from one edge's to the next one's."
    )
    edge: Literal["lower", "upper"] = Field("upper", description="The tier of an amount exactly on an edge.")
    quota: Formula | None = Field(None, description="The edges are shares of this, such as `120%` of the quota.")
    basis: Literal["period", "year_to_date"] = Field(
        "period", description="`year_to_date`: the year's base so far, less what was paid for it before."
    )
    rows: dict[Name, Tier] = Field(description="The tiers by name, lowest first.", min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        fixed = [name for name, row in self.rows.items() if row.money is not None]
        return rules.sound(self, rules.tiers(self.by, fixed))


class Extra(Sourced):
    """An amount added, or a factor, where a condition holds."""

    when: Formula = Field(description="Where this holds …")
    then: Value = Field(description="… this is added to every rate, or multiplies what is paid.")


class Component(Sourced):
    """One component of pay."""

    kind: Kind = Field(description="What kind of pay it is, for payroll.")
    code: Words | None = Field(None, description="Its earning code for payroll; the key without it.")
    tax: Tax = Field("wages", description="How it is taxed.")
    effective: CountsFrom = Field("period_end", description="For payroll: the day from which it counts.")
    base: Formula | None = Field(None, description="What `tiers`, `rate`, `rates` or `by_grade` apply to.")
    only_when: Formula | None = Field(None, description="Zero where this does not hold.")
    tiers: Tiers | None = Field(None, description="`base`, or with `over` what `each` row counts, through tiers.")
    rate: Formula | None = Field(None, description="`base` × this rate, such as on-target earnings ÷ quota.")
    rates: Rates | None = Field(None, description="`base`, or with `over: orders` `each`, × the rate that fits.")
    by_grade: dict[Name, Value] | None = Field(None, description="`base` × the share of the grade.")
    formula: Formula | None = Field(None, description="Computed by a formula.")
    over: Table | None = Field(None, description="Paid per row of this table.")
    where: Formula | None = Field(None, description="With `over`: only the rows for which this holds.")
    each: Formula | None = Field(None, description="With `over`: what each row pays, or counts in its tiers.")
    cap_each: Formula | None = Field(None, description="With `over`: a row pays at most this, before it is split.")
    floor_each: Formula | None = Field(None, description="With `over`: a row pays at least this, before it is split.")
    rate_on: Literal["period", "order", "receipt", "event"] = Field(
        "period",
        description="With `over`: by the figures in force on the period's first day, or on that of the order, receipt "
        "or event.",
    )
    split: Literal["credits"] | None = Field(None, description="With `over: orders`: shared by the order's credits.")
    override: Override | None = Field(None, description="A share of what those below bring in.")
    pool: Pool | None = Field(None, description="A share of a sum of money, by points.")
    by_rank: ByRank | None = Field(None, description="Paid by a place among others.")
    draw: Draw | None = Field(None, description="With `kind: draw`: an advance on what is earned, and its balance.")
    takes_back: TakesBack | None = Field(
        None, description="With `kind: deduction`: what other components would take off, within limits."
    )
    add_rate: dict[Name, Extra] = Field(default_factory=dict, description="Added to the rate of every tier.")
    factor: dict[Name, Extra] = Field(default_factory=dict, description="Multipliers of what it comes to.")
    cap: Formula | None = Field(None, description="It pays at most this; with `year_to_date` in the year.")
    floor: Formula | None = Field(None, description="It pays at least this; with `year_to_date` in the year.")
    prorate: Prorate | None = Field(None, description="× the share of the period employed, counted in these.")
    leavers: Leavers | None = Field(None, description="What is paid to who leaves before the period's last day.")
    cap_year: Formula | None = Field(None, description="It pays at most this in a year.")
    floor_year: Formula | None = Field(
        None, description="What it paid in a year is topped up to this in the last period; with `prorate` to its share."
    )
    excess: Literal["lost", "carried"] = Field("lost", description="What becomes of what is above `cap` or `cap_year`.")
    below_zero: Literal["carried", "paid", "lost"] | None = Field(
        None, description="What becomes of what is below zero; `carried` without it, `paid` of a deduction or draw."
    )
    pay_from: Formula | None = Field(None, description="Less than this is added to what the next period pays.")
    timing: Timing | None = Field(None, description="When what was earned is paid, held, or taken back.")
    rounding: Rounding = Field("half_up", description="How it is rounded, once, at its end.")
    decimals: Whole = Field(2, ge=0, le=2, description="The decimals that it is rounded to.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        found = rules.pay(self.model_fields_set, self.over)
        found = found or fits(self.rates, self.over) + self._tiers_of_rows() + rules.rate_on(self.rate_on, self.over)
        to_date = self.tiers is not None and self.tiers.basis == "year_to_date"
        found += people.problems(self.model_fields_set, self.leavers, to_date)
        found += carrying(self.model_fields_set, to_date)
        found += drawing(self.model_fields_set, self.kind)
        return rules.sound(self, found)

    def _tiers_of_rows(self) -> Problems:
        """Return the problems of tiers that each row runs through: these take no quota and no year-to-date basis."""
        given = self.tiers.model_fields_set if self.tiers and self.over else set()
        return [("tiers_of_rows", ("tiers", key), {"key": key}) for key in ("quota", "basis") if key in given]
