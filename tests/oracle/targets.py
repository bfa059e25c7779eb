"""Targets and attainments: the last row that both sides signed, else the policy's formula (T1-T5)."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from .value import rounded
from .world import SCALES, DataError, Define, Row, World

SIDES = {"base": "target", "stretch": "stretch"}


def define_targets(world: World) -> dict[tuple[str, str], Define]:
    """`<metric>_target`, `_stretch` and `_attainment` a declared target."""
    found: dict[tuple[str, str], Define] = {}
    for name, about in world.policy.get("targets", {}).items():
        for side, suffix in SIDES.items():
            found[world.grain, f"{name}_{suffix}"] = partial(target, name=name, about=about, side=side)
        found[world.grain, f"{name}_attainment"] = partial(attainment, name=name)
    return found


def target(world: World, row: Row, name: str, about: dict[str, Any], side: str) -> Any:
    """The figure of the row that counts, or by formula where that leaves it empty; by the days worked where asked."""
    scope = about.get("scope", "rep")
    subject = row.key if scope == "rep" else "" if scope == "company" else world.value(row, scope)
    needed = about.get("signed") != "not_needed"
    found = counting_row(world, (scope, row.period.name, about.get("metric", name)), subject, needed)
    value = Fraction(found[side]) if found and found.get(side) else None
    if value is None and side in about and (found or not needed):
        value = world.formula(row, about[side])
    if value is None:
        return None
    if about.get("prorate") == "working_days":
        value *= world.value(row, "worked_share")
    metric = world.policy["metrics"][name]
    return rounded(value, int(metric.get("scale", SCALES[metric["unit"]])), metric.get("rounding", "half_up"))


def counting_row(world: World, about: tuple[str, str, str], subject: str, needed: bool) -> dict[str, str] | None:
    """The last row of (scope, period, metric) signed by both sides: latest `revised_on`, an empty one first.

    Where no signature is needed and no row has both, the last row counts.
    """
    rows = [r for r in world.data.get("targets", []) if (r["scope"], r["period"], r["metric"]) == about]
    own = [r for r in rows if r["scope"] == "company" or r["subject_id"] == subject]
    signed = [r for r in own if r["rep_signed_on"] and r["manager_signed_on"]]
    return max(signed or ([] if needed else own), key=lambda r: r.get("revised_on", ""), default=None)


def reached(world: World, row: Row, name: str, side: str) -> Any:
    """Actual ÷ target, exactly; 2 less that where lower is better; a target of zero or less as `when_zero` says."""
    actual, aim = world.value(row, name), world.value(row, f"{name}_{SIDES[side]}")
    if actual is None or aim is None:
        return None
    lower = world.policy["metrics"][name].get("direction") == "lower"
    if aim <= 0:
        answer = world.policy["targets"][name].get("when_zero", "error")
        if answer == "error":
            raise DataError(f"{row}: the target of {name} is not above zero")
        return Fraction(actual <= aim if lower else actual >= aim) if answer == "full" else None
    return 2 - actual / aim if lower else actual / aim


def attainment(world: World, row: Row, name: str) -> Any:
    """Attainment of the base target, exactly."""
    return reached(world, row, name, "base")
