"""A tree written as a formula again, in the plain spelling of the language."""

from __future__ import annotations

from incentives.language import tree as t

ROUNDING_NAMES = {
    "up": "round up", "down": "round down", "half_up": "round half up", "half_down": "round half down",
    "half_even": "decimal",
}  # fmt: skip
# How tightly a node binds; a part that binds less stands in brackets.
LOOSEST, OR, AND, RELATION, SUM, PRODUCT, SIGNED, ATOM = range(8)


def write(node: t.Node) -> str:
    """The formula of a tree; parsing it gives an equal tree."""
    return _write(node, LOOSEST)


def binding(node: t.Node) -> int:
    """Return the strength with which the node binds its parts, from if (loosest) to a name."""
    match node:
        case t.If() | t.Cases():
            return LOOSEST
        case t.Or():
            return OR
        case t.And():
            return AND
        case t.Compare() | t.In():
            return RELATION
        case t.Arithmetic(op=op):
            return SUM if op in "+-" else PRODUCT
        case t.Negate():
            return SIGNED
        case t.Labelled(of=of):
            return binding(of)
        case _:
            return ATOM


def _write(node: t.Node, least: int) -> str:
    written = _plain(node)
    return f"({written})" if binding(node) < least else written


def _plain(node: t.Node) -> str:
    match node:
        case t.Number(value=value, percent=percent):
            return number_text(node) if percent else f"{value:f}"
        case t.Text(value=value):
            return quoted(value)
        case t.Truth(value=value):
            return "true" if value else "false"
        case t.Day(value=value):
            return f'date("{value.isoformat()}")'
        case t.Name(name=name) | t.Figure(path=name) | t.Exact(name=name):
            return name
        case t.Negate(of=of):
            return f"-{_write(of, SIGNED)}"
        case t.Arithmetic(op=op, left=left, right=right):
            own = binding(node)
            return f"{_write(left, own)} {op} {_write(right, own + 1)}"
        case t.Compare(op=op, left=left, right=right):
            return f"{_write(left, SUM)} {op} {_write(right, SUM)}"
        case t.And(parts=parts):
            return " and ".join(_write(part, RELATION) for part in parts)
        case t.Or(parts=parts):
            return " or ".join(_write(part, AND) for part in parts)
        case t.If(when=when, then=then, otherwise=otherwise):
            return f"if {_plain(when)} then {_plain(then)} else {_plain(otherwise)}"
        case t.Cases(whens=whens, thens=thens, otherwise=otherwise):
            lines = (f"if {_plain(when)} then {_plain(then)} else " for when, then in zip(whens, thens, strict=True))
            return "".join(lines) + _plain(otherwise)
        case t.In(of=of, tests=tests):
            listed = ", ".join(write_test(test) for test in tests)
            return f"{_write(of, SUM)} in {listed if len(tests) == 1 else f'({listed})'}"
        case t.Range() | t.Not():
            return write_test(node) if isinstance(node, t.Range) else f"not({_plain(node.of)})"
        case t.Call(name=name, args=args):
            return f"{name}({', '.join(_plain(arg) for arg in args)})"
        case t.Round(of=of, scale=scale, mode=mode):
            return f"{ROUNDING_NAMES[mode]}({_plain(of)}, {scale})"
        case t.Labelled(of=of):
            return _plain(of)
        case t.Missing():
            return "missing"


def write_test(test: t.Node) -> str:
    """A unary test as it stands in a cell."""
    match test:
        case t.Range(low=None, high=None):
            return "-"
        case t.Range(low=None, high=t.Base() as high, high_closed=closed):
            return f"{'<=' if closed else '<'} {_write(high, SUM)}"
        case t.Range(low=t.Base() as low, high=None, low_closed=closed):
            return f"{'>=' if closed else '>'} {_write(low, SUM)}"
        case t.Range(low=t.Base() as low, high=t.Base() as high):
            opens, closes = "[" if test.low_closed else "(", "]" if test.high_closed else ")"
            return f"{opens}{_write(low, SUM)}..{_write(high, SUM)}{closes}"
        case t.Not(of=t.Range() as of):
            return f"not({write_test(of)})"
        case t.Not(of=of):
            return f"!= {_write(of, SUM)}"
        case _:
            return _write(test, SUM)


def number_text(node: t.Number) -> str:
    """A number as it is read: percents stay percents."""
    if not node.percent:
        return f"{node.value:f}"
    sign, digits, exponent = node.value.as_tuple()
    return f"{type(node.value)((sign, digits, int(exponent) + 2)):f}%"


def quoted(text: str) -> str:
    """A string between quotes, escaped where it must be."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(letter, letter) for letter in text) + '"'
