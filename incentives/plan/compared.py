"""Comparisons of a ratio with a number without a percent sign, `attainment >= 100`, and of others with one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from incentives.faults import Fault, Place
from incentives.language.flaws import FIGURES
from incentives.language.tree import (
    Arithmetic,
    Call,
    Compare,
    Exact,
    Figure,
    In,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Range,
    Round,
    children,
)
from incentives.plan.columns import Aggregated, Column, Computed, Plan, PolicyFigure, grain_of
from incentives.plan.draft import STRIDE
from incentives.plan.sources import SOURCES, columns_of_rows
from incentives.plan.units import unit_of
from incentives.ruleset import Ruleset
from incentives.ruleset.lint import mixed, points
from incentives.ruleset.lint.percents import SHARE, SHARES, compared, is_much, share_plain

WITH_DECIMALS = ("money", "score", *SHARES)


@dataclass(frozen=True)
class Known:
    """The columns and figures of a plan by their names."""

    columns: dict[tuple[str, str], Column]
    figures: dict[str, PolicyFigure]


def slips(ruleset: Ruleset, plan: Plan) -> list[Fault]:
    """Return a warning for each comparison of a ratio, in a formula or a criterion's test, that probably lacks a
    percent sign, or of another number that has one."""
    every = Known(
        {(frame, c.name): c for frame in plan.frames for c in plan.columns(frame)},
        {figure.path: figure for figure in plan.figures},
    )
    found: dict[tuple[Place, str], Fault] = {}
    for (frame, _), column in every.columns.items():
        known = of_rows(every, column, grain_of(frame))
        for node in comparisons(column):
            if two := between(known, node, grain_of(frame)):
                place = plan.origins[two[0].span[0] // STRIDE]
                low, high = (tell(number) for number in two)
                found.setdefault((place, ""), Fault("in_two", place, {"low": low, "high": high}, warning=True))
            for of, number in pairs(node):
                place = plan.origins[number.span[0] // STRIDE]
                if is_slip(ruleset, known, of, number, grain_of(frame)):
                    found.setdefault((place, ""), share_plain(SHARE, number.value, place))
                elif number.percent and (unit := counted(known, of, grain_of(frame))):
                    found.setdefault((place, ""), points.told(tell(number), unit, place))
            for of, edge in sides(node):
                if figure := figure_of(known, edge):
                    place = plan.origins[edge.span[0] // STRIDE]
                    if fault := misfit(ruleset, known, of, figure, grain_of(frame), place):
                        found.setdefault((place, figure.path), fault)
    for rule in plan.rules:
        for criterion in rule.promotion.criteria if rule.promotion else ():
            if criterion.unit in SHARES:
                found |= {(fault.place, ""): fault for fault in compared(criterion.test, criterion.place)}
            elif criterion.unit in points.WHAT:
                found |= {
                    (fault.place, ""): fault for fault in points.signed(criterion.test, criterion.unit, criterion.place)
                }
    return list(found.values())


def of_rows(known: Known, column: Column, grain: str) -> Known:
    """Return the columns that the formulas of a column read: those of a table where it is gathered from one."""
    if not isinstance(column.how, Aggregated) or column.how.table not in SOURCES:
        return known
    rows = columns_of_rows(column.how.table)
    return Known({(grain, name): row for name, row in rows.items()}, known.figures)


def comparisons(column: Column) -> Iterator[Node]:
    """Yield the comparisons within what a column is computed from."""
    match column.how:
        case Computed(formula=formula):
            yield from within(formula)
        case Aggregated(of=of, where=where):
            for part in (of, where):
                yield from within(part) if part is not None else ()
        case _:
            pass  # has no formula


def within(node: Node) -> Iterator[Node]:
    """Yield the comparisons within a tree."""
    if isinstance(node, Compare | In):
        yield node
    for child in children(node):
        yield from within(child)


def pairs(node: Node) -> Iterator[tuple[Node, Number]]:
    """Yield each compared part with each number that it is compared with."""
    for of, edge in sides(node):
        yield from ((of, number) for number in numbers(edge))


def sides(node: Node) -> Iterator[tuple[Node, Node]]:
    """Yield each compared part with the part that it is compared with; a comparison gives both directions."""
    if isinstance(node, Compare):
        yield node.left, node.right
        yield node.right, node.left
    if isinstance(node, In):
        for test in node.tests:
            inner = test.of if isinstance(test, Not) else test
            edges = (inner.low, inner.high) if isinstance(inner, Range) else (inner,)
            yield from ((node.of, edge) for edge in edges if edge is not None)


def figure_of(known: Known, edge: Node) -> PolicyFigure | None:
    """Return the figure of the policy that an edge is, or that it is a sum, difference, least or greatest of."""
    match edge:
        case Figure(path=path) if path.startswith(FIGURES) and edge.span != (0, 0):
            return known.figures.get(path)
        case Negate(of=of) | Round(of=of):
            return figure_of(known, of)
        case Arithmetic(op="+" | "-", left=left, right=right):
            return figure_of(known, left) or figure_of(known, right)
        case Call(name="min" | "max", args=args):
            return next((figure for arg in args if (figure := figure_of(known, arg))), None)
        case _:
            return None


def misfit(
    ruleset: Ruleset, known: Known, of: Node, figure: PolicyFigure, grain: str, place: Place
) -> Fault | None:  # fmt: skip
    """Return the warning of a figure of a share that is compared with points, money or a count, or the other way
    round."""
    name, unit = figure.path.removeprefix(FIGURES), unit_of(known, of, grain)
    values = [value for _, value in figure.values if isinstance(value, Decimal)]
    if ruleset.policy.figures[name].range is not None:
        return None
    wanted = counted(known, of, grain)
    if figure.unit in SHARES and wanted and (wanted != "score" or points.in_points(ruleset.policy)):
        return mixed.in_shares(name, figure.unit, values, wanted, place)
    if figure.unit in points.WHAT and unit in SHARES and any(is_much(SHARE, abs(value)) for value in values):
        return mixed.in_plain(name, figure.unit, values, unit, place)
    return None


def between(known: Known, node: Node, grain: str) -> tuple[Number, Number] | None:
    """Return the two values of `x in (95, 110)` where x has decimals, so that what lies between was probably meant."""
    if isinstance(node, In) and len(node.tests) == 2 and unit_of(known, node.of, grain) in WITH_DECIMALS:
        two = [number for test in node.tests for number in numbers(test)]
        if len(two) == 2 and two[0].value < two[1].value:
            return two[0], two[1]
    return None


def tell(number: Number) -> str:
    """Return a number as it is written."""
    return f"{(number.value * 100).normalize():f}%" if number.percent else f"{number.value:f}"


def numbers(node: Node) -> Iterator[Number]:
    """Yield each number that is written in an edge, as a formula of the policy writes it."""
    inner = node.of if isinstance(node, Negate) else node
    if isinstance(inner, Number) and inner.span != (0, 0):
        yield inner


def counted(known: Known, of: Node, grain: str) -> str:
    """Return the unit of a name that is compared where it is no share; empty for all else, which may be computed of
    any."""
    unit = unit_of(known, of, grain) if isinstance(of, Name | Exact) else ""
    return unit if unit in points.WHAT else ""


def is_slip(ruleset: Ruleset, known: Known, of: Node, number: Number, grain: str) -> bool:
    """Return whether a number without a percent sign is much for the ratio that it is compared with."""
    if number.percent or not is_much(SHARE, Decimal(abs(number.value))):
        return False
    policy = ruleset.policy
    source = policy.metrics.get(of.name) or policy.columns.get(of.name) if isinstance(of, Name | Exact) else None
    return (source is None or source.range is None) and unit_of(known, of, grain) in SHARES
