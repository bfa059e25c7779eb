"""The value of a formula's tree in exact fractions, with nothing (None) where something that it uses is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

from .formula import Tree

Value = Fraction | str | bool | date | None
Look = Callable[[str], Any]
Past = Callable[[str, tuple[Tree, ...]], Any]

MODES = {"round half up": "half_up", "round half down": "half_down", "round up": "up", "round down": "down"}
MODES["decimal"] = "half_even"
PAST = ("prior", "last_year", "streak", "count", "standing", "concluded")


def rounded(value: Fraction, scale: int, mode: str = "half_up") -> Fraction:
    """`value` with `scale` decimals; half_up goes away from zero, as for up."""
    size = abs(value) * 10**scale
    whole, rest = floor(size), size - floor(size)
    half = Fraction(1, 2)
    more = {
        "half_up": rest >= half,
        "half_down": rest > half,
        "half_even": rest > half or (rest == half and whole % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[mode]
    result = Fraction(whole + more, 10**scale)
    return -result if value < 0 else result


def is_past(tree: Tree) -> bool:
    """Whether a call looks at other periods; `sum` does where its second and last argument is a written number."""
    if tree[0] != "call":
        return False
    name, arguments = tree[1], tree[2]
    return name in PAST or (name == "sum" and len(arguments) == 2 and arguments[1][0] == "value")


class AbsentError(Exception):
    """Something that had to be read is missing."""


def needs(tree: Tree, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names without which the formula has no value: all that it uses, but for those that `present` guards.

    Of an `if` it is the condition that is needed at once; its branches are read only when taken.
    """
    kind = tree[0]
    if kind == "name":
        return frozenset({tree[1]}) - known
    if kind == "if":
        return needs(tree[1], known)
    if kind in ("and", "or"):
        _, left, right = tree
        return needs(left, known) | needs(right, known | sure(left, kind == "and"))
    if kind == "call" and tree[1] == "present":
        return frozenset()
    if is_past(tree):
        return frozenset()
    parts = [part for part in tree[1:] if isinstance(part, tuple)]
    nested = [part for part in parts if part and isinstance(part[0], tuple)]
    flat = [part for part in parts if part and not isinstance(part[0], tuple)]
    return frozenset().union(
        *(needs(p, known) for p in flat), *(needs(p, known) for several in nested for p in several)
    )


def sure(tree: Tree, outcome: bool) -> frozenset[str]:
    """The names that are certainly present when the condition turned out so."""
    kind = tree[0]
    if kind == "not":
        return sure(tree[1], not outcome)
    if kind in ("and", "or"):
        left, right = sure(tree[1], outcome), sure(tree[2], outcome)
        return left | right if (kind == "and") == outcome else left & right
    if kind == "call" and tree[1] == "present" and outcome:
        return frozenset({tree[2][0][1]})
    return frozenset()


def value_of(tree: Tree, look: Look, past: Past | None = None) -> Any:
    """The value of a formula, missing (None) when a name that it needs is."""
    try:
        return taken(tree, look, past)
    except AbsentError:
        return None


def taken(tree: Tree, look: Look, past: Past | None) -> Any:
    """The value of a formula or of a branch that was taken; AbsentError where a name that it needs is missing."""
    if any(look(name) is None for name in sorted(needs(tree))):
        raise AbsentError
    return reckoned(tree, look, past)


def holds(tree: Tree, look: Look, past: Past | None = None) -> bool:
    """Whether a condition holds; a missing one does not."""
    return value_of(tree, look, past) is True


def reckoned(tree: Tree, look: Look, past: Past | None) -> Any:
    """The value of a tree whose needed names are all there."""

    def of(part: Tree) -> Any:
        return reckoned(part, look, past)

    match tree:
        case ("value", value):
            return value
        case ("name", name):
            return look(name)
        case ("minus", inner):
            return -of(inner)
        case ("not", inner):
            return not of(inner)
        case ("and", left, right):
            return of(left) and of(right)
        case ("or", left, right):
            return of(left) or of(right)
        case ("if", when, then, otherwise):
            return taken(then if of(when) else otherwise, look, past)
        case ("compare", sign, left, right):
            return compared(sign, of(left), of(right))
        case ("reckon", sign, left, right):
            return arithmetic(sign, of(left), of(right))
        case ("in", inner, tests):
            return any(passes(of(inner), test, of) for test in tests)
        case ("call", name, arguments):
            value = past(name, arguments) if past and is_past(tree) else called(name, arguments, of, look)
            if value is None:
                raise AbsentError
            return value
    raise ValueError(tree)


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """`left sign right`, a division in full."""
    if sign == "/":
        return Fraction(left) / right
    return left + right if sign == "+" else left - right if sign == "-" else left * right


def compared(sign: str, left: Any, right: Any) -> bool:
    """`left sign right`."""
    if sign in ("=", "!="):
        return bool((left == right) == (sign == "="))
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign])


def passes(value: Any, test: Tree, of: Callable[[Tree], Any]) -> bool:
    """Whether a value passes a unary test."""
    if test[0] == "test":
        return compared(test[1], value, of(test[2]))
    _, low, high, low_closed, high_closed = test
    above = compared(">=" if low_closed else ">", value, of(low))
    return above and compared("<=" if high_closed else "<", value, of(high))


def called(name: str, arguments: tuple[Tree, ...], of: Callable[[Tree], Any], look: Look) -> Any:
    """A function of this period's values."""
    if name == "present":
        return look(arguments[0][1]) is not None
    values = [of(argument) for argument in arguments]
    if name in MODES:
        return rounded(values[0], int(values[1]), MODES[name])
    if name == "date":
        return date.fromisoformat(values[0])
    simple: dict[str, Callable[[], Any]] = {
        "min": lambda: min(values),
        "max": lambda: max(values),
        "sum": lambda: sum(values, Fraction(0)),
        "abs": lambda: abs(values[0]),
        "floor": lambda: Fraction(floor(values[0])),
        "ceiling": lambda: Fraction(ceil(values[0])),
    }
    return simple[name]()
