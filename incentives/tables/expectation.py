"""The expectations of a ruleset of its data: its subject and grain, and each metric's digits, range and sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from incentives.language.types import NumberType
from incentives.ruleset.model import Metric as PolicyMetric
from incentives.ruleset.ruleset import Ruleset
from incentives.ruleset.units import unit_type
from incentives.tables.canon import MATTERS

AWAY = ("leave", "off_post")  # statuses in which nobody works, and which count as worked unless the policy says so


@dataclass(frozen=True)
class Metric:
    """One metric. `delivered`: the data brings it (it is not computed); `sources`: who may bring it, all when empty."""

    name: str
    unit: str
    scale: int
    low: Decimal
    high: Decimal
    grain: str
    sources: tuple[str, ...] = ()
    delivered: bool = True
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conclusion:
    """One conclusion that may be decided about: its name, the grain that it is drawn for, and its titles."""

    name: str
    grain: str
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expectation:
    """The properties of a ruleset that the checks of data need.

    `adds_up`: per metric the scopes, coarsest first (POLICY T2). `unsaid`: the statuses out of which somebody is scored
    though the policy says nothing of them.
    """

    subject: str = "rep"
    grain: str = "quarter"
    fiscal_start: int = 1
    metrics: tuple[Metric, ...] = ()
    grades: tuple[str, ...] = ()
    adds_up: tuple[tuple[str, tuple[str, ...]], ...] = ()
    currency: str = "CNY"
    exchange: str = "order"
    credits: str = "whole"
    conclusions: tuple[Conclusion, ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the key column: `rep_id` for the subject rep."""
        return f"{self.subject}_id"

    @property
    def table(self) -> str:
        """Return the table of the subjects: `reps` for the subject rep."""
        return f"{self.subject}s"

    @property
    def matters(self) -> dict[str, str]:
        """Return the matters that a decision may be about, by each spelling; a title that two conclusions share is
        none."""
        titles = [(title, one.name) for one in self.conclusions for title in one.titles if title]
        often = Counter(title.lower() for title, _ in titles)
        named = {title: name for title, name in titles if often[title.lower()] == 1}
        known = {name: name for name in (*dict.fromkeys(MATTERS.values()), *(one.name for one in self.conclusions))}
        return {**named, **known, **MATTERS}


def expect(ruleset: Ruleset) -> Expectation:
    """Return what this ruleset expects of the data; ranges and scales from its units, unless a metric declares its
    own."""
    policy = ruleset.policy
    targets = [
        (target.metric or name, tuple(target.adds_up)) for name, target in policy.targets.items() if target.adds_up
    ]
    return Expectation(
        subject=policy.subject,
        grain=policy.grain,
        fiscal_start=policy.fiscal_year_starts,
        metrics=tuple(metric_of(name, metric, policy.grain) for name, metric in policy.metrics.items()),
        grades=tuple(policy.grade.bands) if policy.grade else (),
        adds_up=tuple(targets),
        currency=policy.currency,
        exchange=policy.exchange,
        credits=policy.credits,
        conclusions=tuple(
            Conclusion(name, one.grain or policy.grain, (one.title.zh, one.title.en))
            for name, one in policy.conclusions.items()
        ),
        unsaid=tuple(status for status in AWAY if status not in policy.assessment.does) if policy.scorecards else (),
    )


def metric_of(name: str, metric: PolicyMetric, grain: str) -> Metric:
    """Return the limits that the data of one metric must keep to."""
    kind = unit_type(metric.unit, metric.range, metric.scale)
    low, high, scale = (
        (kind.low, kind.high, kind.scale) if isinstance(kind, NumberType) else (Decimal(0), Decimal(0), 0)
    )
    delivered = metric.formula is None and metric.over is None and metric.of is None
    titles = (metric.title.zh, metric.title.en)
    return Metric(
        name, metric.unit, scale, low, high, metric.grain or grain, tuple(metric.source or ()), delivered, titles
    )
