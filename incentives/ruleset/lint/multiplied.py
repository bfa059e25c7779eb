"""Rates within formulas whose percent sign was probably left out: `if new then 3 else 2%`, `amount * 2`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from incentives.faults import Fault
from incentives.language.parse import FormulaError, parse_formula
from incentives.language.tree import Arithmetic, Figure, Name, Node, Number
from incentives.language.walk import branches
from incentives.ruleset.lint.percents import RATE, borrowed, is_much, share_plain
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path

OF_ROWS = ("amount", "margin")  # the money of an order or receipt
ROWS = ("orders", "receipts")
Rates = Callable[[Node], Iterator[Number]]


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a warning for each number of a formula that is a rate without a percent sign, and much for one."""
    for name, component in policy.pay.items():
        if component.rate is not None:
            yield from told(("pay", name, "rate"), component.rate, chosen, document)
        if component.over in ROWS and component.each and not (component.tiers or component.rates):
            yield from told(("pay", name, "each"), component.each, multiplied(OF_ROWS), document)
            yield from shared(policy, ("pay", name, "each"), component.each, OF_ROWS, document)
        if component.formula and component.kind == "commission":
            yield from told(("pay", name, "formula"), component.formula, multiplied(sums(policy)), document)
            yield from shared(policy, ("pay", name, "formula"), component.formula, sums(policy), document)
        if component.pool:
            yield from told(("pay", name, "pool", "money"), component.pool.money, multiplied(sums(policy)), document)
    for part, entries in (("metrics", policy.metrics), ("columns", policy.columns)):
        for name, column in entries.items():
            if column.unit == "rate" and column.formula and column.range is None:
                yield from told((part, name, "formula"), column.formula, chosen, document)


def sums(policy: Policy) -> tuple[str, ...]:
    """Return the metrics of money, of which a commission is a share."""
    return tuple(name for name, metric in policy.metrics.items() if metric.unit == "money")


def told(path: Path, text: str, rates: Rates, document: Document) -> Iterator[Fault]:
    """Yield the warnings of one formula; another check reports a number by itself."""
    try:
        tree = parse_formula(text)
    except FormulaError:
        return
    for number in rates(tree) if not isinstance(tree, Number) else ():
        if not number.percent and is_much(RATE, number.value):
            yield share_plain(RATE, number.value, document.part(path, *number.span))


def shared(
    policy: Policy, path: Path, text: str, names: tuple[str, ...], document: Document
) -> Iterator[Fault]:  # fmt: skip
    """Yield the warning of each figure by which money is multiplied and that is much for a rate."""
    try:
        tree = parse_formula(text)
    except FormulaError:
        return
    for branch in branches(tree):
        match branch:
            case Arithmetic(op="*", left=Name(name=name), right=Figure() as figure) if name in names:
                yield from borrowed(policy, RATE, figure.path, path, document)
            case Arithmetic(op="*", left=Figure() as figure, right=Name(name=name)) if name in names:
                yield from borrowed(policy, RATE, figure.path, path, document)


def chosen(node: Node) -> Iterator[Number]:
    """Yield the numbers that can be the value of a rate."""
    yield from (branch for branch in branches(node) if isinstance(branch, Number))


def multiplied(names: tuple[str, ...]) -> Rates:
    """Return a function that finds the numbers by which one of these names is multiplied, and nothing else."""

    def found(node: Node) -> Iterator[Number]:
        for branch in branches(node):
            match branch:
                case Arithmetic(op="*", left=Name(name=name), right=Number() as number) if name in names:
                    yield number
                case Arithmetic(op="*", left=Number() as number, right=Name(name=name)) if name in names:
                    yield number

    return found
