"""What a ruleset expects of the data: its subject and grain, and each metric's digits, range and sources."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from incentives.language.types import NumberType
from incentives.ruleset.model import Metric as PolicyMetric
from incentives.ruleset.ruleset import Ruleset
from incentives.ruleset.units import unit_type


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
class Expectation:
    """All that the checks need to know of a ruleset. `adds_up`: per metric the scopes, coarsest first (POLICY T2)."""

    subject: str = "rep"
    grain: str = "quarter"
    fiscal_start: int = 1
    metrics: tuple[Metric, ...] = ()
    grades: tuple[str, ...] = ()
    adds_up: tuple[tuple[str, tuple[str, ...]], ...] = ()
    currency: str = "CNY"
    conclusions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key column: `rep_id` for the subject rep."""
        return f"{self.subject}_id"

    @property
    def table(self) -> str:
        """The table of the subjects: `reps` for the subject rep."""
        return f"{self.subject}s"


def expect(ruleset: Ruleset) -> Expectation:
    """What this ruleset expects of the data; ranges and scales from its units, unless a metric declares its own."""
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
        conclusions=tuple(getattr(policy, "conclusions", ())),
    )


def metric_of(name: str, metric: PolicyMetric, grain: str) -> Metric:
    """What the data must keep to for one metric."""
    kind = unit_type(metric.unit, metric.range, metric.scale)
    low, high, scale = (
        (kind.low, kind.high, kind.scale) if isinstance(kind, NumberType) else (Decimal(0), Decimal(0), 0)
    )
    delivered = metric.formula is None and metric.over is None and metric.of is None
    titles = (metric.title.zh, metric.title.en)
    return Metric(
        name, metric.unit, scale, low, high, metric.grain or grain, tuple(metric.source or ()), delivered, titles
    )
