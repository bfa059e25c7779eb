"""Metrics and further columns: delivered, by formula, gathered from a table, or rolled up (M1-M15)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from .changes import counted, distinct, is_about_notes, look_at, standing
from .formula import parse
from .lines import Line, within
from .trade import split
from .value import holds, rounded, value_of
from .world import DataError, Define, Row, World, figure, finished

DAYS = {"order": "ordered_on", "receipt": "paid_on", "event": "happened_on"}


def define_metrics(world: World) -> dict[tuple[str, str], Define]:
    """A column a metric at its grain, and at the assessment's where its months are combined."""
    found: dict[tuple[str, str], Define] = {}
    for name, about in world.policy.get("metrics", {}).items():
        grain = about.get("grain", world.grain)
        found[grain, name] = partial(metric, name=name, about=about)
        if grain != world.grain and "combine" in about:
            found[world.grain, name] = partial(combined, of=name, about=about, grain=grain, take=about["combine"])
    for name, about in world.policy.get("columns", {}).items():
        compute = partial(ranked, about=about["rank"]) if "rank" in about else partial(by_formula, about=about)
        found[about.get("grain", world.grain), name] = compute
    return found


def metric(world: World, row: Row, name: str, about: dict[str, Any]) -> Any:
    """The value of a metric at its own grain."""
    if "formula" in about:
        return by_formula(world, row, about)
    if "over" in about:
        found = gathered(world, row, about)
        return finished(found, about)
    if "within" in about:
        values = [world.value(r, about["of"]) for r in world.others(row, about["within"])]
        return finished(taken(about["take"], values), about)
    if "of" in about:
        grain = world.policy["metrics"][about["of"]].get("grain", world.grain)
        return combined(world, row, about["of"], about, grain, about["take"])
    return delivered(world, row, name, about)


def by_formula(world: World, row: Row, about: dict[str, Any]) -> Any:
    """A formula, rounded where that is declared; `when_zero` answers for the divisor of a division."""
    tree = parse(about["formula"])
    if about.get("when_zero") and tree[:2] == ("reckon", "/"):
        divisor, dividend = world.tree(row, tree[3]), world.tree(row, tree[2])
        if divisor is None or dividend is None:
            return None
        if divisor == 0:
            if about["when_zero"] == "error":
                raise DataError(f"{row}: {about['formula']} divides by zero")
            return Fraction(0) if about["when_zero"] == "zero" else None
    return finished(world.tree(row, tree), about)


def delivered(world: World, row: Row, name: str, about: dict[str, Any]) -> Any:
    """A value of the snapshots, where it is valid; an absent one is what the policy says."""
    text = world.snapshots.get((row.key, row.period.name, name), "")
    if text == "":
        return Fraction(0) if about.get("when_missing") == "zero" else None
    if "valid_when" in about and not world.holds(row, about["valid_when"]):
        return None
    return text in ("true", "on") if about["unit"] == "switch" else Fraction(text)


def chosen(world: World, row: Row, about: dict[str, Any]) -> list[Line]:
    """The lines of `over` in the row's period for which `where` holds."""
    if about["over"] == "postings":
        lines = stretches(world, row)
        return [line for line in lines if "where" not in about or holds(parse(about["where"]), seen(world, row, line))]
    first = row.period.first if about.get("rows", "in_period") == "in_period" else date.min
    table = "raw orders" if about["over"] == "orders" else about["over"]
    lines = within(world.lines[table].get(row.key, []), table, first, row.period.last)
    if about.get("rows") == "valid":
        lines = [line for line in lines if line["until_on"] is None or line["until_on"] >= row.period.last]
    dated = DAYS.get(about.get("rate_on", "period"))
    return [
        line for line in lines if "where" not in about or holds(parse(about["where"]), seen(world, row, line, dated))
    ]


def stretches(world: World, row: Row) -> list[Line]:
    """The postings of a period, each with its working days and its share of them."""
    found: list[Line] = []
    whole = world.people.working_days(row.period.first, row.period.last)
    for first, last, posting in world.people.stretches(row.key, row.period):
        days = world.people.working_days(first, last)
        share = Fraction(days, whole)
        salary = posting.about["base_salary"]
        found.append({
            **posting.about, "begins_on": first, "ends_on": last, "days": Fraction(days), "share": share,
            "base_salary": Fraction(salary) if salary else None,
        })  # fmt: skip
    return found


def seen(world: World, row: Row, line: Line, dated: str | None = None) -> Any:
    """How a formula over a table's lines finds its names: the line's columns and the policy's figures, which are those
    of the period's first day or, `dated`, of the day in that column.
    """

    def look(name: str) -> Any:
        if not name.startswith("figures."):
            return line.get(name)
        if dated:
            return figure(world.policy, name.removeprefix("figures."), line[dated])
        return world.value(row, name)

    return look


def gathered(world: World, row: Row, about: dict[str, Any]) -> Any:
    """`take` over the lines: count, count distinct x, sum x, min x, max x, last x."""
    if about["take"].startswith("run "):
        return run(world, row, about)
    function, _, of = about["take"].replace("count distinct", "count_distinct").partition(" ")
    if about.get("split") == "credits":
        return credited(world, row, about, of)
    if about["over"] == "orders" and not is_about_notes(about):
        return of_orders(world, row, about, function, of)
    lines = chosen(world, row, about)
    if not of:
        return Fraction(len(lines))
    values = [value_of(parse(of), seen(world, row, line)) for line in lines]
    if function == "count_distinct":
        return Fraction(len({v for v in values if v is not None}))
    return taken(function, values, Fraction(0))


def credited(world: World, row: Row, about: dict[str, Any], of: str) -> Fraction:
    """What the subject has of every order of the period: all of its own, or its share by credit."""
    found = Fraction(0)
    for owner in (Row(key, row.period, row.frame) for key in world.lines["orders"]):
        for line, sign in counted(world, owner, about):
            amount = rounded(value_of(parse(of), seen(world, row, line)) or Fraction(0), 2)
            shares = world.credits.get(line["order_id"]) or {owner.key: Fraction(1)}
            found += sign * split(amount, shares).get(row.key, Fraction(0))
    return found


def of_orders(world: World, row: Row, about: dict[str, Any], function: str, of: str) -> Any:
    """`take` over orders: what is put on less what credit notes take off; extremes of what is left of them."""
    if function == "count_distinct":
        if "first_ever" in about.get("where", ""):
            return Fraction(sum(sign for line, sign in counted(world, row, about) if line[of] is not None))
        return Fraction(distinct(world, row, about, of))
    if function in ("count", "sum"):
        found = Fraction(0)
        for line, sign in counted(world, row, about):
            value = value_of(parse(of), look_at(world, row, line, about)) if of else Fraction(1)
            found += sign * (value or Fraction(0))
        return found
    lines = standing(world, row, about, row.period.last)
    return taken(function, [value_of(parse(of), look_at(world, row, line, about)) for line in lines])


def run(world: World, row: Row, about: dict[str, Any]) -> Fraction:
    """The most lines in a row at the end, a customer's each, for which a condition holds; the last in the period."""
    tree, longest = parse(about["take"].removeprefix("run ")), 0
    lines = chosen(world, row, about | {"rows": "so_far"})
    for customer in {line["customer_id"] for line in lines}:
        own = [line for line in lines if line["customer_id"] == customer]
        own.sort(key=lambda line: (line["happened_on"], line["value"] is None, line["value"]))
        length = 0
        for line in own:
            length = length + 1 if holds(tree, seen(world, row, line)) else 0
        longest = max(longest, length if own[-1]["happened_on"] >= row.period.first else 0)
    return Fraction(longest)


def ranked(world: World, row: Row, about: dict[str, Any]) -> Fraction | None:
    """The place from 1 among those of the unit who take part; equals share one unless ties or the id decide."""
    rows = [r for r in world.others(row, about.get("within", "company")) if world.value(r, about["of"]) is not None]
    rows = [r for r in rows if "among" not in about or world.holds(r, about["among"])]
    if row not in rows:
        return None
    ties = [name for name in about.get("ties", []) if name != "rep_id"]
    order = {r: tuple(rank_key(world.value(r, name)) for name in (about["of"], *ties)) for r in rows}
    if "rep_id" not in about.get("ties", []):
        return Fraction(1 + sum(order[r] < order[row] for r in rows))
    return Fraction(1 + sum((order[r], r.key) < (order[row], row.key) for r in rows))


def takes_part(world: World, row: Row, of: str) -> bool:
    """Whether somebody takes part in a ranking, or in what is none."""
    rank = world.policy.get("columns", {}).get(of, {}).get("rank", {})
    return "among" not in rank or world.holds(row, rank["among"])


def rank_key(value: Any) -> tuple[bool, Any]:
    """What sorts the highest first and what is missing last."""
    return (value is None, -(value or 0))


def combined(world: World, row: Row, of: str, about: dict[str, Any], grain: str, take: str) -> Any:
    """A finer column over the row's period, in order of time; the subject's absent periods do not count."""
    parts = [Row(row.key, period, grain) for period in row.period.parts(grain)]
    return finished(taken(take, [world.value(part, of) for part in parts if part in world.present]), about)


def taken(function: str, values: list[Any], nothing: Any = None) -> Any:
    """`function` of the values that are there; of none, a sum over lines is zero and all else is missing."""
    there = [value for value in values if value is not None]
    if not there:
        return nothing if function == "sum" else None
    if function == "mean":
        return sum(there, Fraction(0)) / len(there)
    if function == "last":
        return there[-1]
    return sum(there, Fraction(0)) if function == "sum" else min(there) if function == "min" else max(there)
