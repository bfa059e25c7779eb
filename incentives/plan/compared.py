"""Comparisons of a ratio with a number without a percent sign, `attainment >= 100`, and of others with one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from incentives.faults import Fault, Place
from incentives.language.tree import Compare, Exact, In, Name, Negate, Node, Number, Range, children
from incentives.plan.columns import Aggregated, Column, Computed, Plan, PolicyFigure, grain_of
from incentives.plan.draft import STRIDE
from incentives.plan.units import unit_of
from incentives.ruleset import Ruleset
from incentives.ruleset.lint import points
from incentives.ruleset.lint.percents import SHARE, SHARES, compared, is_much, share_plain

WITH_DECIMALS = ("money", "score", *SHARES)


@dataclass(frozen=True)
class Known:
    """The columns and figures of a plan by their names."""

    columns: dict[tuple[str, str], Column]
    figures: dict[str, PolicyFigure]


def slips(ruleset: Ruleset, plan: Plan) -> list[Fault]:
    """A warning for each comparison of a ratio, in a formula or a criterion's test, that is probably such a slip."""
    known = Known(
        {(frame, c.name): c for frame in plan.frames for c in plan.columns(frame)},
        {figure.path: figure for figure in plan.figures},
    )
    found: dict[Place, Fault] = {}
    for (frame, _), column in known.columns.items():
        for node in comparisons(column):
            if two := between(known, node, grain_of(frame)):
                place = plan.origins[two[0].span[0] // STRIDE]
                low, high = (tell(number) for number in two)
                found.setdefault(place, Fault("in_two", place, {"low": low, "high": high}, warning=True))
            for of, number in pairs(node):
                place = plan.origins[number.span[0] // STRIDE]
                if is_slip(ruleset, known, of, number, grain_of(frame)):
                    found.setdefault(place, share_plain(SHARE, number.value, place))
                elif number.percent and (unit := counted(known, of, grain_of(frame))):
                    found.setdefault(place, points.told(tell(number), unit, place))
    for rule in plan.rules:
        for criterion in rule.promotion.criteria if rule.promotion else ():
            if criterion.unit in SHARES:
                found |= {fault.place: fault for fault in compared(criterion.test, criterion.place)}
            elif criterion.unit in points.WHAT:
                found |= {
                    fault.place: fault for fault in points.signed(criterion.test, criterion.unit, criterion.place)
                }
    return list(found.values())


def comparisons(column: Column) -> Iterator[Node]:
    """The comparisons within what a column is computed from."""
    match column.how:
        case Computed(formula=formula):
            yield from within(formula)
        case Aggregated(of=of, where=where):
            for part in (of, where):
                yield from within(part) if part is not None else ()
        case _:
            pass  # has no formula


def within(node: Node) -> Iterator[Node]:
    """The comparisons within a tree."""
    if isinstance(node, Compare | In):
        yield node
    for child in children(node):
        yield from within(child)


def pairs(node: Node) -> Iterator[tuple[Node, Number]]:
    """What a comparison compares with which numbers."""
    if isinstance(node, Compare):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            yield from ((one, number) for number in numbers(other))
    if isinstance(node, In):
        edges = [
            edge for test in node.tests for edge in ((test.low, test.high) if isinstance(test, Range) else (test,))
        ]
        yield from ((node.of, number) for edge in edges if edge is not None for number in numbers(edge))


def between(known: Known, node: Node, grain: str) -> tuple[Number, Number] | None:
    """The two values of `x in (95, 110)` where x has decimals, so that what lies between was probably meant."""
    if isinstance(node, In) and len(node.tests) == 2 and unit_of(known, node.of, grain) in WITH_DECIMALS:
        two = [number for test in node.tests for number in numbers(test)]
        if len(two) == 2 and two[0].value < two[1].value:
            return two[0], two[1]
    return None


def tell(number: Number) -> str:
    """A number as it is written."""
    return f"{(number.value * 100).normalize():f}%" if number.percent else f"{number.value:f}"


def numbers(node: Node) -> Iterator[Number]:
    """A number as it is written in a formula of the policy."""
    inner = node.of if isinstance(node, Negate) else node
    if isinstance(inner, Number) and inner.span != (0, 0):
        yield inner


def counted(known: Known, of: Node, grain: str) -> str:
    """The unit of a name that is compared where it is no share; empty for all else, which may be computed of any."""
    unit = unit_of(known, of, grain) if isinstance(of, Name | Exact) else ""
    return unit if unit in points.WHAT else ""


def is_slip(ruleset: Ruleset, known: Known, of: Node, number: Number, grain: str) -> bool:
    """Whether a number without a percent sign is much for the ratio that it is compared with."""
    if number.percent or not is_much(SHARE, Decimal(abs(number.value))):
        return False
    policy = ruleset.policy
    source = policy.metrics.get(of.name) or policy.columns.get(of.name) if isinstance(of, Name | Exact) else None
    return (source is None or source.range is None) and unit_of(known, of, grain) in SHARES
