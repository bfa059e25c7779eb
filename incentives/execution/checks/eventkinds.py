"""The kinds of events that a policy reads, as far as its conditions show without any data."""

from __future__ import annotations

from collections.abc import Iterable

from incentives.language.tree import And, Compare, In, Name, Node, Not, Or, Text, children
from incentives.plan.columns import Aggregated, Plan

KIND = Name("kind")


def stages_read(plan: Plan) -> set[tuple[str, str]]:
    """Return the kind and value of each event that is a step of a procedure."""
    return {(course.event, event) for course in plan.courses for stage in course.stages for event in stage.events}


def kinds_read(read: Iterable[Aggregated]) -> set[str]:
    """Return the kinds that conditions name."""
    return {text for how in read for part in (how.where, how.of) if part is not None for text in named(part)}


def named(node: Node) -> set[str]:
    """Return the texts that a formula compares the kind of an event with."""
    if isinstance(node, Compare) and KIND in (node.left, node.right):
        return {side.value for side in (node.left, node.right) if isinstance(side, Text)}
    if isinstance(node, In) and node.of == KIND:
        return {test.value for test in node.tests if isinstance(test, Text)}
    return set().union(*(named(child) for child in children(node)))


def may_read(how: Aggregated, kind: str) -> bool:
    """Return whether any event of a kind may count: its condition can hold for some values of the event's other
    columns."""
    return how.where is None or holds(how.where, kind) is not False


def holds(node: Node, kind: str) -> bool | None:
    """Return whether a condition holds for an event of a kind; None where that depends on more than the kind."""
    match node:
        case And(parts=parts):
            found = [holds(part, kind) for part in parts]
            return False if False in found else None if None in found else True
        case Or(parts=parts):
            found = [holds(part, kind) for part in parts]
            return True if True in found else None if None in found else False
        case Not(of=of):
            inner = holds(of, kind)
            return None if inner is None else not inner
        case Compare(op=op, left=left, right=right) if KIND in (left, right) and op in ("=", "!="):
            other = right if left == KIND else left
            return (other.value == kind) == (op == "=") if isinstance(other, Text) else None
        case In(of=of, tests=tests) if of == KIND:
            return fits_any(tests, kind)
    return None


def fits_any(tests: Iterable[Node], kind: str) -> bool | None:
    """Return whether any of the tests of an `in` fits a kind."""
    found = [fits(test, kind) for test in tests]
    return True if True in found else None if None in found else False


def fits(test: Node, kind: str) -> bool | None:
    """Return whether one test fits a kind."""
    if isinstance(test, Not):
        inner = fits(test.of, kind)
        return None if inner is None else not inner
    return test.value == kind if isinstance(test, Text) else None
