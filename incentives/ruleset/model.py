"""The language of a ruleset: every key that a policy may use, with its type and meaning."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from incentives.language.types import Type
from incentives.ruleset import rules
from incentives.ruleset.conclude import Conclusion, Ladder, Procedure
from incentives.ruleset.figures import Dated, FigureValue
from incentives.ruleset.kinds import Bounds, Day, Formula, Name, Sources, Value, Whole, Words
from incentives.ruleset.parts import Grain, Part, Rounding, Sourced, Table, Unit, WithinUnit
from incentives.ruleset.pay import Component
from incentives.ruleset.proofs import Proof
from incentives.ruleset.references import Reference
from incentives.ruleset.units import constant_type, unit_type

MetricUnit = Literal["money", "ratio", "rate", "score", "count", "days", "hours", "switch"]
Missing = Literal["error", "zero", "exempt"]
Status = Literal["probation", "active", "leave", "protected", "off_post"]
Scope = Literal["rep", "team", "region", "company"]
UNSAID = {"protected": "exempt"}  # what a status does of which a policy says nothing; a day in any other counts


class Effective(Part):
    """The days on which a ruleset is in force."""

    from_: Day = Field(alias="from", description="The first day on which the ruleset is in force.")
    to: Day | None = Field(None, description="The last day; without it the ruleset has no end.")


class Figure(Sourced):
    """A named value of the policy, written `figures.<name>` in formulas."""

    unit: Unit = Field(description="What the figure measures.")
    value: FigureValue = Field(description="The value, or `{day: value, …}` where it changes on those days.")
    range: Bounds | None = Field(None, description="`[lowest, highest]` value allowed; the unit's own without it.")
    default: bool = Field(False, description="`true` where the written policy is silent and this is our choice.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        values, found = rules.figure(self.unit, self.range, self.value)
        return rules.sound(self.model_copy(update={"value": values}), found)

    @property
    def values(self) -> Dated:
        """Return pairs of a first day (None: from the start) and a value, in order of days."""
        return self.value


class Computed(Part):
    """The keys that metrics and columns share."""

    grain: Grain | None = Field(None, description="The period it is computed for; the ruleset's own without it.")
    tax: Literal["included", "excluded"] | None = Field(None, description="Whether money includes tax; never mixed.")
    range: Bounds | None = Field(None, description="`[lowest, highest]` value; what lies outside it is refused.")
    scale: Whole | None = Field(None, ge=0, le=12, description="Decimals kept; the unit's own without it.")
    rounding: Rounding = Field("half_up", description="How the result is rounded, once, at its end.")
    when_zero: Missing | None = Field(None, description="What a division by zero at the end of `formula` gives.")
    for_reports: bool = Field(False, description="Whether it is only to be listed, so that nothing else need read it.")


class Metric(Computed):
    """A figure that is measured: delivered with the data, or computed from what is."""

    unit: MetricUnit = Field(description="What it measures.")
    direction: Literal["higher", "lower"] = Field("higher", description="Which way is better.")
    in_reach: bool = Field(False, description="Whether a rep can act on it: it is told how much more it would take.")
    source: Sources | None = Field(None, description="Delivered with the data, by these sources and no others.")
    when_missing: Missing = Field("error", description="What a delivered value that is absent means.")
    valid_when: Formula | None = Field(None, description="A delivered value counts only where this holds.")
    combine: Literal["sum", "mean", "min", "max", "last"] | None = Field(
        None, description="How the values of a finer grain become one of the ruleset's grain."
    )
    formula: Formula | None = Field(None, description="Computed from other figures.")
    over: Table | None = Field(None, description="Computed over the rows of this table.")
    where: Formula | None = Field(None, description="With `over`: only the rows for which this holds.")
    rows: Literal["in_period", "so_far", "valid"] | None = Field(
        None, description="With `over`: the rows of the period, all up to its end, or those valid on its last day."
    )
    split: Literal["credits"] | None = Field(None, description="With `over: orders`: a sum shared by the credits.")
    of: Name | None = Field(None, description="Computed from this metric, over a unit or a longer period.")
    within: WithinUnit | None = Field(None, description="With `of`: over all reps of the same unit.")
    take: Words | None = Field(None, description="With `over` or `of`: what is taken of them, such as `sum amount`.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, rules.metric(self.model_fields_set, self.unit, self.take, self.over))

    @property
    def aggregate(self) -> tuple[str, str]:
        """Return `take` as (function, column): ("count distinct", "customer_id"), ("sum", "amount"), ("count", "")."""
        return rules.aggregate(self.take or "")


class Rank(Sourced):
    """A place among others, from 1 for the highest."""

    of: Name = Field(description="The figure that decides.")
    within: WithinUnit = Field("company", description="Among those of the same unit.")
    among: Formula | None = Field(None, description="Only those for whom this holds take part.")
    ties: tuple[Name, ...] = Field(
        (),
        strict=False,
        description="What decides among equals, highest first. Who is equal in these, too, shares a place.",
    )


class Column(Computed, Sourced):
    """A further named figure, computed from others; for formulas that are used more than once, or shown."""

    unit: Unit = Field(description="What it measures.")
    formula: Formula | None = Field(None, description="How it is computed.")
    rank: Rank | None = Field(None, description="Or the place that it is among others.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, rules.column(self.model_fields_set, self.unit))


class Target(Sourced):
    """The target of a metric; keyed by the metric, or by any name with `metric`."""

    metric: Name | None = Field(None, description="The metric; without it, the key.")
    scope: Scope = Field("rep", description="Whose target: the subject's own (`rep`) or that of a unit.")
    base: Formula | None = Field(None, description="The base target where the targets table leaves it empty.")
    stretch: Formula | None = Field(None, description="The stretch target where the targets table leaves it empty.")
    signed: Literal["required", "not_needed"] = Field("required", description="Whether both sides must have signed.")
    prorate: Literal["working_days"] | None = Field(None, description="Multiplied by the share of the period worked.")
    when_zero: Literal["error", "exempt", "full"] = Field("error", description="What a target of zero or less means.")
    adds_up: tuple[Scope, ...] = Field((), strict=False, description="Units, largest first, whose targets add up.")


class Assessment(Sourced):
    """The conditions of being assessed: the status of each day, and the least time worked."""

    statuses: dict[Status, Literal["assess", "pause", "exempt"]] = Field(
        default_factory=dict,
        description="What a day in each status does; without it `exempt` for `protected`, `assess` for the others.",
    )
    least_time: Value | None = Field(None, description="Exempt below this share of the period worked.")

    @property
    def does(self) -> dict[str, str]:
        """Return the effect of each status on a day, stated by the policy or by default."""
        return UNSAID | dict(self.statuses)


class Item(Sourced):
    """One line of a scorecard; keyed by the metric it scores, or by any name with `of`."""

    weight: Value = Field(description="Its share of the scorecard; all weights add up to 100 %.")
    of: Name | None = Field(None, description="The metric; without it, the key.")
    attainment: Literal["base", "stretch"] | None = Field(
        None, description="Scored as 100 × attainment of this target, at least 0."
    )
    bands: dict[str, Value] | None = Field(None, description="Scored by the test that holds: `{'>= 98%': 100, …}`.")
    score: Formula | None = Field(None, description="Scored by a formula.")
    cap: Value | None = Field(None, description="The score is at most this.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        return rules.sound(self, rules.item(self.model_fields_set))


class Scorecard(Sourced):
    """A list of weighted items that make one score."""

    items: dict[Name, Item] = Field(description="The items by name.", min_length=1)
    scale: Whole | None = Field(None, ge=0, le=6, description="Decimals of its score and of its items'; 2 without it.")


class Ceiling(Sourced):
    """A condition that caps the grade."""

    when: Formula = Field(description="Where this holds …")
    then: Name = Field(description="… the grade is at most this.")


class Distribution(Sourced):
    """Limits on how many may have the best grades."""

    when: Formula = Field("true", description="Whether it is on.")
    within: WithinUnit = Field(description="Within each of these units.")
    most: dict[Name, Value] = Field(description="The largest share of each grade.")
    ties: tuple[Name, ...] = Field(
        (),
        strict=False,
        description="What decides among equal totals, highest first. Who is equal in these, too, has one grade.",
    )


class Annual(Sourced):
    """The grade of the year."""

    take: Literal["mean"] = Field(description="How the totals of the year's periods become one.")
    at_least: Value = Field(description="The fewest assessed periods for a grade.")


class Grade(Sourced):
    """The grade, from the scores."""

    of: dict[Name, Value] = Field(description="The scorecards and their shares of the total; 100 % together.")
    bands: dict[Name, Words] = Field(min_length=1, description="The grades, best first, each with a test of totals.")
    ceilings: dict[Name, Ceiling] = Field(default_factory=dict, description="Conditions that cap the grade.")
    distribution: Distribution | None = Field(None, description="How many may have the best grades.")
    annual: Annual | None = Field(None, description="The grade of the year.")
    scale: Whole | None = Field(None, ge=0, le=6, description="Decimals of the total; 2 without it.")


class Tracking(Sourced):
    """A monthly metric followed against a target within the period."""

    of: Name = Field(description="The metric of the month.")
    against: Name = Field(description="The target column, such as `sales_target`.")


class Policy(Sourced):
    """A whole ruleset."""

    ruleset: Name = Field(description="The name of the ruleset.")
    version: Words = Field(description="Its version.")
    announced_on: Day | None = Field(None, description="The day on which it was announced.")
    effective: Effective = Field(description="When it is in force.")
    subject: Name = Field("rep", description="Who or what is assessed: rep, lead, customer, …")
    grain: Grain = Field("quarter", description="The period of the assessment.")
    fiscal_year_starts: Whole = Field(1, ge=1, le=12, description="The month in which the year starts.")
    currency: Words = Field("CNY", description="The currency of money.")
    exchange: Literal["order", "period"] = Field(
        "order", description="Orders in other currencies count at the rate of their day, or of their period's last day."
    )
    credits: Literal["whole", "overlay"] = Field(
        "whole", description="The credits of an order add up to 100 %, or (`overlay`) to that or more."
    )
    figures: dict[Name, Figure] = Field(default_factory=dict, description="The named values of the policy.")
    metrics: dict[Name, Metric] = Field(default_factory=dict, description="What is measured.")
    targets: dict[Name, Target] = Field(default_factory=dict, description="What is to be reached.")
    assessment: Assessment = Field(
        default_factory=lambda: Assessment.model_validate({}), description="Who is assessed."
    )
    scorecards: dict[Name, Scorecard] = Field(default_factory=dict, description="How it is scored.")
    columns: dict[Name, Column] = Field(default_factory=dict, description="Further named figures.")
    grade: Grade | None = Field(None, description="How scores become a grade.")
    tracking: dict[Name, Tracking] = Field(default_factory=dict, description="What is followed month by month.")
    pay: dict[Name, Component] = Field(default_factory=dict, description="What it pays.")
    conclusions: dict[Name, Conclusion] = Field(default_factory=dict, description="What follows from the figures.")
    ladders: dict[Name, Ladder] = Field(default_factory=dict, description="The levels of each career, lowest first.")
    procedures: dict[Name, Procedure] = Field(default_factory=dict, description="Steps that must follow each other.")
    proofs: dict[Name, Proof] = Field(default_factory=dict, description="What must hold for every rep there can be.")
    references: dict[Name, Reference] = Field(
        default_factory=dict, description="The clauses of the written policy that `source` names."
    )


class Overlay(Sourced):
    """A file that changes another ruleset."""

    extends: Words = Field(description="The file of the ruleset that this one changes, from this file's folder.")
    ruleset: Name | None = Field(None, description="Its own name, where it has one.")
    version: Words | None = Field(None, description="Its own version.")
    announced_on: Day | None = Field(None, description="The day on which the change was announced.")
    effective: Effective | None = Field(None, description="When the changed ruleset is in force.")
    set: dict[str, Any] = Field(default_factory=dict, description="`path.to.value: value`, for what is there already.")
    add: dict[str, Any] = Field(default_factory=dict, description="`path.to.value: value`, for what is new.")
    remove: tuple[str, ...] = Field((), strict=False, description="Paths that no longer apply.")


def metric_type(metric: Metric | Column) -> Type:
    """Return the type of a metric or column as it declares itself."""
    return unit_type(metric.unit, metric.range, metric.scale, metric.tax)


def figure_type(figure: Figure, room: bool = True) -> Type:
    """Return the type of a figure: from its unit, its range and the size of its values, with room for others or
    without."""
    return constant_type(figure.unit, (value for _, value in figure.values), figure.range, room)
