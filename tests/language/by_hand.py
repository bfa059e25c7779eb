"""What a formula comes to, reckoned in fractions, nothing shared with the engine; None where something is missing."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from incentives.language import tree as t


def reckon(node, row):
    """The value of a formula for one row; missing when something that it reads outside of present(...) is."""
    return None if any(row[name] is None for name in reads(node, frozenset())) else value(node, row)


def reads(node, known):
    """Names read whatever a condition decides, except where their presence is asked just before."""
    match node:
        case t.Name(name=name):
            return frozenset({name}) - known
        case t.Call(name="present"):
            return frozenset()
        case t.If(when=when):
            return reads(when, known)
        case t.And(parts=parts) | t.Or(parts=parts):
            found = frozenset()
            for part in parts:
                found |= reads(part, known)
                known |= asked(part, isinstance(node, t.And))
            return found
    return frozenset().union(*(reads(child, known) for child in t.children(node)))


def asked(node, held):
    """Names that are there if the condition held, or did not."""
    match node:
        case t.Call(name="present", args=(t.Name(name=name),)) if held:
            return frozenset({name})
        case t.Not(of=of):
            return asked(of, not held)
        case t.And(parts=parts) | t.Or(parts=parts) if held == isinstance(node, t.And):
            return frozenset().union(*(asked(part, held) for part in parts))
    return frozenset()


def value(node, row):
    """The value where everything that `reads` names is there."""
    match node:
        case t.Number(value=v):
            return Fraction(v)
        case t.Name(name=name):
            return None if row[name] is None else Fraction(row[name])
        case t.Call(name="present", args=(t.Name(name=name),)):
            return row[name] is not None
        case t.If(when=when, then=then, otherwise=otherwise):
            held = value(when, row)
            return None if held is None else reckon(then if held else otherwise, row)
        case t.And(parts=parts) | t.Or(parts=parts):
            ends = isinstance(node, t.Or)
            for part in parts:
                if (held := value(part, row)) is None or held == ends:
                    return held
            return not ends
    parts = tuple(value(child, row) for child in t.children(node) if not isinstance(child, t.Range))
    ends = tuple(
        value(end, row) for child in t.children(node) if isinstance(child, t.Range) for end in t.children(child)
    )
    return None if None in parts + ends else of_parts(node, parts, ends)


def of_parts(node, parts, ends):
    """The value of a node from those of its parts, and of the ends of its range."""
    match node:
        case t.Negate():
            return -parts[0]
        case t.Not():
            return not parts[0]
        case t.Arithmetic(op=op):
            a, b = parts
            return a + b if op == "+" else a - b if op == "-" else a * b if op == "*" else a / b
        case t.Compare(op=op):
            return compare(op, *parts)
        case t.In(tests=(t.Range() as test,)):
            low = compare(">=" if test.low_closed else ">", parts[0], ends[0])
            return low and compare("<=" if test.high_closed else "<", parts[0], ends[1])
        case t.In():
            return parts[0] in parts[1:]
        case t.Round(scale=scale, mode=mode):
            return to_places(parts[0], scale, mode)
        case t.Call(name=name):
            functions = {"min": min, "max": max, "sum": lambda *x: sum(x), "abs": abs, "floor": floor, "ceiling": ceil}
            return Fraction(functions[name](*parts))
    raise AssertionError(node)


def compare(op, a, b):
    return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


def to_places(x, scale, mode):
    """Rounding by the distance to the whole units below and above."""
    units = abs(x) * Fraction(10) ** scale
    below = floor(units)
    rest = units - below
    half = Fraction(1, 2)
    one_more = {
        "up": rest > 0,
        "down": False,
        "half_up": rest >= half,
        "half_down": rest > half,
        "half_even": rest > half or (rest == half and below % 2 == 1),
    }[mode]
    return (1 if x >= 0 else -1) * (below + one_more) / Fraction(10) ** scale
