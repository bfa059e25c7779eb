"""From the total to the decided grade, the state of the assessment, and the year's grade (A4, A5, A7-A10)."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import floor
from typing import Any

from .formula import parse_tests
from .leavers import is_gone
from .scores import is_unsigned, mean
from .value import passes
from .world import Define, Row, World


def define_grades(world: World) -> dict[tuple[str, str], Define]:
    """The state of the assessment, the grades of the period and those of the year."""
    found: dict[str, Define] = {
        "assessment": assessment,
        "assessment_reason": assessment_reason,
        "assessment_detail": assessment_detail,
        "~standing": standing,
        "total": total,
        "band_grade": lambda w, r: band(w, r, w.value(r, "computed_total")),
        "computed_grade": lambda w, r: w.value(r, last_step(w)),
        "grade": lambda w, r: decided(w, r) or on_record(w, r, "grade", w.value(r, "computed_grade")),
    }
    grade = world.policy["grade"]
    for name, about in grade.get("ceilings", {}).items():
        found[f"ceiling_{name}"] = partial(ceiling, when=about["when"])
    if grade.get("ceilings"):
        found["capped_grade"] = capped
    if "distribution" in grade:
        found["distributed_grade"] = distributed
    yearly: dict[str, Define] = {}
    if "annual" in grade and world.grain != "year":
        yearly = {
            "quarters": quarters,
            "total": annual_total,
            "computed_grade": lambda w, r: band(w, r, w.value(r, "total")),
        }
        yearly["assessment"] = lambda w, r: "missing" if w.value(r, "total") is None else "assessed"
        yearly |= {"assessment_reason": assessment_reason, "assessment_detail": assessment_detail}
        yearly["grade"] = lambda w, r: decided(w, r) or recorded(w, r, "grade") or w.value(r, "computed_grade")
    return {(world.grain, n): f for n, f in found.items()} | {("year", n): f for n, f in yearly.items()}


# ---- how the row stands ----


def decision(world: World, row: Row, about: str) -> dict[str, str] | None:
    """What the committee decided about a matter."""
    return world.people.decisions.get((row.key, row.period.name, about))


def assessment_reason(world: World, row: Row) -> str:
    """Why a row is not assessed, as a code; `""` where only its targets or scores can be in the way."""
    if (row.key, row.period.name) in world.people.history:
        return "locked"
    return exemption(world, row) if world.in_force(row) else "outside"


def is_expected(world: World, row: Row) -> bool:
    """Whether a row is expected to have figures: of who is exempt, what is missing counts as nothing."""
    return world.in_force(row) and not exemption(world, row)


def exemption(world: World, row: Row) -> str:
    """Why a row is exempt, as a code, whatever history has of it."""
    if is_gone(world, row):
        return "left"
    exempt = decision(world, row, "exempt")
    if exempt and exempt["decision"] == "exempt":
        return "decision"
    if world.people.exempt_statuses(row.key, row.period):
        return "status"
    least = world.policy.get("assessment", {}).get("least_time")
    return "least_time" if least and world.value(row, "worked_share") < world.given(row, least) else ""


def assessment_detail(world: World, row: Row) -> str:
    """What the reason refers to: the words of the decision, or the status that exempts."""
    reason = world.value(row, "assessment_reason")
    if reason == "decision":
        return world.people.decisions[row.key, row.period.name, "exempt"]["reason"]
    return max(world.people.exempt_statuses(row.key, row.period)) if reason == "status" else ""


def standing(world: World, row: Row) -> str:
    """history, exempt, unsigned, or `scored` for the rest."""
    reason = world.value(row, "assessment_reason")
    if reason:
        return "history" if reason in ("outside", "locked") else "exempt"
    return "unsigned" if is_unsigned(world, row) else "scored"


def assessment(world: World, row: Row) -> str:
    """history, exempt, unsigned, missing (no item could be scored) or assessed (A9, T4)."""
    state = str(world.value(row, "~standing"))
    if state != "scored":
        return state
    return "missing" if world.value(row, "computed_total") is None else "assessed"


# ---- total and grade ----


def on_record(world: World, row: Row, column: str, otherwise: Any) -> Any:
    """What the history table holds for a history row, else what was computed."""
    if world.value(row, "assessment") != "history":
        return otherwise
    text = world.people.history.get((row.key, row.period.name), {}).get(column, "")
    if not text:
        return None
    return Fraction(text) if column == "total" else text


def total(world: World, row: Row) -> Any:
    """The total on record, else the computed one."""
    return on_record(world, row, "total", world.value(row, "computed_total"))


def band(world: World, row: Row, points: Any) -> Any:
    """The grade whose band holds a total (A4)."""
    if points is None:
        return None
    for grade, test in world.policy["grade"]["bands"].items():
        if any(passes(points, one, lambda tree: world.tree(row, tree)) for one in parse_tests(test)):
            return grade
    return None


def ceiling(world: World, row: Row, when: str) -> bool:
    """Whether a red line is touched; of scored rows alone."""
    return world.value(row, "~standing") == "scored" and world.holds(row, when)


def capped(world: World, row: Row) -> Any:
    """The worst of the band's grade and the ceilings that hold (A5)."""
    grade = world.value(row, "band_grade")
    if grade is None:
        return None
    rules = world.policy["grade"]["ceilings"].items()
    held = [about["then"] for name, about in rules if world.value(row, f"ceiling_{name}")]
    return max([grade, *held], key=list(world.policy["grade"]["bands"]).index)


def distributed(world: World, row: Row) -> Any:
    """The grade after the forced distribution, where it is on (A7)."""
    rule = world.policy["grade"]["distribution"]
    before = "capped_grade" if world.policy["grade"].get("ceilings") else "band_grade"
    if world.value(row, before) is None or not world.holds(row, rule.get("when", "true")):
        return world.value(row, before)
    rows = [r for r in world.others(row, rule["within"]) if world.value(r, "assessment") == "assessed"]
    grades = {r.key: world.value(r, before) for r in rows}
    names = list(world.policy["grade"]["bands"])
    for grade in names[:-1]:
        if grade not in rule["most"]:
            continue
        quota = floor(len(rows) * world.given(row, rule["most"][grade]))
        holders = sorted((r for r in rows if grades[r.key] == grade), key=partial(standing_order, world, rule))
        order = {one.key: standing_order(world, rule, one) for one in holders}
        while 0 < quota < len(holders) and order[holders[quota - 1].key] == order[holders[quota].key]:
            quota -= 1  # who cannot be told apart from one beyond the quota is beyond it, too
        for one in holders[quota:]:
            grades[one.key] = names[names.index(grade) + 1]
    return grades[row.key]


def standing_order(world: World, rule: dict[str, Any], row: Row) -> tuple[Any, ...]:
    """Highest total first, then the declared ties (what is missing last), then the key where it is declared."""
    ties = rule.get("ties", ())
    figures = [world.value(row, name) for name in ("computed_total", *(tie for tie in ties if tie != "rep_id"))]
    return (*((figure is None, -(figure or 0)) for figure in figures), row.key if "rep_id" in ties else "")


def last_step(world: World) -> str:
    """The last of the grades that are computed one after the other."""
    grade = world.policy["grade"]
    return "distributed_grade" if "distribution" in grade else "capped_grade" if grade.get("ceilings") else "band_grade"


def decided(world: World, row: Row) -> Any:
    """The grade that the committee decided (A8)."""
    found = decision(world, row, "grade")
    return found["decision"] if found else None


# ---- the year ----


def recorded(world: World, row: Row, column: str) -> str:
    """What the history table says of the year itself."""
    return world.people.history.get((row.key, row.period.name), {}).get(column, "")


def totals(world: World, row: Row) -> list[Fraction]:
    """The totals of the year's periods that have one."""
    parts = [Row(row.key, period, world.grain) for period in row.period.parts(world.grain)]
    found = [world.value(part, "total") for part in parts if part in world.present]
    return [one for one in found if one is not None]


def quarters(world: World, row: Row) -> Fraction:
    """How many periods of the year count."""
    return Fraction(len(totals(world, row)))


def annual_total(world: World, row: Row) -> Any:
    """The mean of the totals, 2 decimals, where there are enough of them (A10)."""
    if on_record := recorded(world, row, "total"):
        return Fraction(on_record)
    found = totals(world, row)
    enough = len(found) >= world.given(row, world.policy["grade"]["annual"]["at_least"])
    return mean((Fraction(1), one) for one in found) if enough else None
