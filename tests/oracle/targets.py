"""Targets and attainments: the last row that both sides signed, else the policy's formula (T1-T5)."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from .value import rounded
from .world import DataError, Define, Row, World, finished

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
    signed = counting_row(world, scope, subject, row.period.name, about.get("metric", name))
    value = Fraction(signed[side]) if signed and signed.get(side) else None
    if value is None and side in about and (signed or about.get("signed") == "not_needed"):
        value = world.formula(row, about[side])
    if value is None:
        return None
    if about.get("prorate") == "working_days":
        value *= world.value(row, "worked_share")
    return finished(value, world.policy["metrics"][name])


def counting_row(world: World, scope: str, subject: str, period: str, metric: str) -> dict[str, str] | None:
    """The last row signed by both sides: latest `revised_on`, an empty one first, then the order of the file."""
    rows = [
        row
        for row in world.data.get("targets", [])
        if (row["scope"], row["period"], row["metric"]) == (scope, period, metric)
        and (scope == "company" or row["subject_id"] == subject)
        and row["rep_signed_on"]
        and row["manager_signed_on"]
    ]
    return max(rows, key=lambda row: row.get("revised_on", ""), default=None) if rows else None


def reached(world: World, row: Row, name: str, side: str) -> Any:
    """Actual ÷ target, exactly; 2 less that where lower is better; a target of zero as `when_zero` says."""
    actual, aim = world.value(row, name), world.value(row, f"{name}_{SIDES[side]}")
    if actual is None or aim is None:
        return None
    if aim == 0:
        answer = world.policy["targets"][name].get("when_zero", "error")
        if answer == "error":
            raise DataError(f"{row}: the target of {name} is zero")
        return Fraction(1) if answer == "full" else None
    lower = world.policy["metrics"][name].get("direction") == "lower"
    return 2 - actual / aim if lower else actual / aim


def attainment(world: World, row: Row, name: str) -> Any:
    """Attainment of the base target, 6 decimals."""
    ratio = reached(world, row, name, "base")
    return None if ratio is None else rounded(ratio, 6)
