"""The types of what a policy declares."""

from __future__ import annotations

from incentives.language.types import Type
from incentives.ruleset.model import Computed
from incentives.ruleset.units import unit_type


def metric_type(declared: Computed) -> Type:
    """The type of a metric or column: its unit's, with the range, scale and tax that it declares."""
    return unit_type(declared.unit, declared.range, declared.scale, declared.tax)  # type: ignore[attr-defined]
