"""Formulas and cells, from text to tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import lark
from lark.lexer import Lexer, Token

from incentives.language import tree as t
from incentives.language.flaws import Flaw, FormulaError, nearest
from incentives.language.scan import Piece, scan, unescape
from incentives.language.types import EXACT
from incentives.language.walk import map_nodes

__all__ = ["Flaw", "FormulaError", "parse_formula", "parse_tests"]

MOST_DEPTH = 120
MOST_PLACES = 6176  # FEEL's own limit (DMN 10.3.4.5, round functions)
ROUNDINGS = {
    "round up": "up", "round down": "down", "round half up": "half_up", "round half down": "half_down",
    "decimal": "half_even",
}  # fmt: skip
# Function: fewest and most arguments. FEEL's own, then the history functions.
FUNCTIONS = {
    "min": (1, 99), "max": (1, 99), "sum": (1, 99), "abs": (1, 1), "floor": (1, 1), "ceiling": (1, 1),
    "date": (1, 1), "present": (1, 1),
    "streak": (1, 1), "count": (2, 2), "prior": (2, 3), "last_year": (1, 2), "standing": (1, 1),
} | dict.fromkeys(ROUNDINGS, (2, 2))  # fmt: skip
SIGN_NAMES = {
    "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "OVER", "=": "EQUAL", "!=": "UNEQUAL", "<": "LESS", "<=": "MOST",
    ">": "MORE", ">=": "LEAST", ",": "COMMA", "(": "LPAR", ")": "RPAR", "[": "LBRACK", "]": "RBRACK", "..": "DOTS",
}  # fmt: skip


def parse_formula(text: str) -> t.Node:
    """The tree of a formula. Raises FormulaError with offsets into `text` as it was written."""
    node: t.Node = _parse(text, "formula")
    return node


def parse_tests(text: str) -> tuple[t.Node, ...]:
    """The unary tests of a cell (`>= 90`, `[80..90)`, `"A", "B"`, `-`): each a Range, a value to equal, or a Not
    around one of the two (`!= "C"`). Raises FormulaError with offsets into `text` as it was written."""
    tests: tuple[t.Node, ...] = _parse(text, "cell")
    return tests


def _parse(text: str, start: str) -> Any:
    pieces = scan(text)
    if not pieces:
        raise FormulaError([Flaw("formula_empty", {}, 0, len(text))])
    try:
        built: Any = _parser().parse(pieces, start)
    except lark.UnexpectedToken as error:
        raise FormulaError([_unexpected(error, pieces, len(text))]) from None
    parts: tuple[t.Node, ...] = built if isinstance(built, tuple) else (built,)
    for part in parts:
        _check_depth(part)
    flaws: list[Flaw] = []
    settled = tuple(map_nodes(part, lambda node: _settle(node, flaws)) for part in parts)
    if flaws:
        raise FormulaError(flaws)
    return settled if start == "cell" else settled[0]


class Tokens(Lexer):
    """Hands the tokens of scan.py to the parser."""

    def __init__(self, lexer_conf: object) -> None: ...

    def lex(self, data: list[Piece]) -> Iterator[Token]:  # type: ignore[override]
        """The tokens of one formula."""
        for kind, text, start, end in data:
            yield Token(SIGN_NAMES.get(kind, kind), text, start_pos=start, end_pos=end)


@cache
def _parser() -> lark.Lark:
    """The LALR parser, built at its first use."""
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return lark.Lark(grammar, parser="lalr", lexer=Tokens, start=["formula", "cell"], transformer=Builder())


def _span(parts: list[Any]) -> t.Span:
    """From the first to the last of some tokens and nodes."""
    first, last = parts[0], parts[-1]
    start: int = (first.start_pos or 0) if isinstance(first, Token) else first.span[0]
    end: int = (last.end_pos or 0) if isinstance(last, Token) else last.span[1]
    return start, end


class Builder(lark.Transformer[Token, Any]):
    """One method a grammar rule, from its parts to a node. Functions are settled later, so that all flaws are found."""

    def formula(self, parts: list[Any]) -> t.Node:
        """The whole formula."""
        node: t.Node = parts[0]
        return node

    def cell(self, parts: list[Any]) -> tuple[t.Node, ...]:
        """The tests of a cell."""
        return tuple(part for part in parts if not isinstance(part, Token))

    def anything(self, parts: list[Any]) -> tuple[t.Node, ...]:
        """A lone `-` tests nothing."""
        return (t.Range(None, None, span=_span(parts)),)

    def negated_cell(self, parts: list[Any]) -> tuple[t.Node, ...]:
        """`not(...)` around a test."""
        return (t.Not(parts[2], span=_span(parts)),)

    def choose(self, parts: list[Any]) -> t.Node:
        """If, then, else."""
        return t.If(parts[1], parts[3], parts[5], span=_span(parts))

    def either(self, parts: list[Any]) -> t.Node:
        """A chain of `or`."""
        return t.Or(tuple(parts[::2]), span=_span(parts))

    def both(self, parts: list[Any]) -> t.Node:
        """A chain of `and`."""
        return t.And(tuple(parts[::2]), span=_span(parts))

    def comparison(self, parts: list[Any]) -> Token:
        """The sign of a comparison."""
        sign: Token = parts[0]
        return sign

    def compare(self, parts: list[Any]) -> t.Node:
        """A comparison of two values."""
        left, sign, right = parts
        return t.Compare(_plain(sign), left, right, span=_span(parts))

    def between(self, parts: list[Any]) -> t.Node:
        """`x between a and b`, both ends counting."""
        low, high = parts[2], parts[4]
        return t.In(parts[0], (t.Range(low, high, span=_span(parts[2:])),), span=_span(parts))

    def within(self, parts: list[Any]) -> t.Node:
        """`x in ...`."""
        tests, end = parts[2]
        return t.In(parts[0], tests, span=(_span(parts[:1])[0], end))

    def tests(self, parts: list[Any]) -> tuple[tuple[t.Node, ...], int]:
        """What stands after `in`, and where it ends."""
        return tuple(part for part in parts if not isinstance(part, Token)), _span(parts)[1]

    def half_open(self, parts: list[Any]) -> t.Node:
        """`>= 90` and its kin; `!= x` is a Not around the value."""
        sign, value = _plain(parts[0]), parts[1]
        span = _span(parts)
        if sign == "=":
            same: t.Node = replace(value, span=span)
            return same
        if sign == "!=":
            return t.Not(value, span=span)
        if sign in {"<", "<="}:
            return t.Range(None, value, high_closed=sign == "<=", span=span)
        return t.Range(value, None, low_closed=sign == ">=", span=span)

    def interval(self, parts: list[Any]) -> t.Node:
        """`[a..b)`; `]a..b[` leaves both ends out."""
        return t.Range(parts[1], parts[3], _plain(parts[0]) == "[", _plain(parts[4]) == "]", span=_span(parts))

    def arithmetic(self, parts: list[Any]) -> t.Node:
        """Two values and one of + - * /."""
        return t.Arithmetic(_plain(parts[1]), parts[0], parts[2], span=_span(parts))

    def negate(self, parts: list[Any]) -> t.Node:
        """The minus sign before a value."""
        return t.Negate(parts[1], span=_span(parts))

    def number(self, parts: list[Token]) -> t.Node:
        """A number, with or without a percent sign."""
        written = parts[0].replace("_", "")
        percent = written.endswith("%")
        value = Decimal(written.rstrip("%"))
        return t.Number(EXACT.scaleb(value, -2) if percent else value, percent, span=_span(parts))

    def string(self, parts: list[Token]) -> t.Node:
        """A string without its quotes."""
        return t.Text(unescape(parts[0]), span=_span(parts))

    def true(self, parts: list[Token]) -> t.Node:
        """`true`."""
        return t.Truth(True, span=_span(parts))

    def false(self, parts: list[Token]) -> t.Node:
        """`false`."""
        return t.Truth(False, span=_span(parts))

    def name(self, parts: list[Token]) -> t.Node:
        """A column's name, or a figure of the policy."""
        word = str(parts[0])
        return t.Figure(word, span=_span(parts)) if word.startswith("figures.") else t.Name(word, span=_span(parts))

    def bracketed(self, parts: list[Any]) -> t.Node:
        """A value in brackets, which become part of its span."""
        node: t.Node = replace(parts[1], span=_span(parts))
        return node

    def negated(self, parts: list[Any]) -> t.Node:
        """`not(...)`."""
        return t.Not(parts[2], span=_span(parts))

    def call(self, parts: list[Any]) -> t.Node:
        """A function as it was called, right or wrong."""
        args = tuple(part for part in parts if part is not None and not isinstance(part, Token))
        return t.Call(str(parts[0]), args, span=_span(parts))


def _plain(sign: Token) -> str:
    """The sign as FEEL writes it: `>=` for `≥`."""
    return next(plain for plain, name in SIGN_NAMES.items() if name == sign.type)


def _check_depth(node: t.Node) -> None:
    """Refuses a tree on which recursion would be unsafe; itself without recursion."""
    level: list[t.Node] = [node]
    for _ in range(MOST_DEPTH):
        level = [child for part in level for child in t.children(part)]
        if not level:
            return
    raise FormulaError([Flaw("too_deep", {"most": MOST_DEPTH}, *node.span)])


def _settle(node: t.Node, flaws: list[Flaw]) -> t.Node:
    """Checks a call's function and number of values; roundings and dates become nodes of their own."""
    if not isinstance(node, t.Call):
        return node
    start, end = node.span
    if node.name not in FUNCTIONS:
        known = [*FUNCTIONS, "not"]
        likely = "round half up" if node.name == "round" else nearest(node.name, known)
        code = "function_close" if likely else "function_unknown"
        about = {"function": node.name, "likely": likely, "known": ", ".join(sorted(known))}
        flaws.append(Flaw(code, about, start, start + len(node.name)))
        return node
    fewest, most = FUNCTIONS[node.name]
    if not fewest <= len(node.args) <= most:
        wanted = str(fewest) if fewest == most else f"{fewest}–{most}"
        given = {"function": node.name, "wanted": wanted, "given": len(node.args)}
        flaws.append(Flaw("function_values", given, start, end))
        return node
    if node.name in ROUNDINGS:
        return _rounding(node, flaws)
    return _day(node, flaws) if node.name == "date" else node


def _rounding(node: t.Call, flaws: list[Flaw]) -> t.Node:
    written = node.args[1]
    sign, places = (-1, written.of) if isinstance(written, t.Negate) else (1, written)
    if not isinstance(places, t.Number) or not t.is_whole(places) or places.value > MOST_PLACES:
        flaws.append(Flaw("rounding_places", {"function": node.name, "most": MOST_PLACES}, *written.span))
        return node
    return t.Round(node.args[0], sign * int(places.value), ROUNDINGS[node.name], span=node.span)


def _day(node: t.Call, flaws: list[Flaw]) -> t.Node:
    written = node.args[0]
    try:
        if isinstance(written, t.Text) and len(written.value) == 10:
            return t.Day(date.fromisoformat(written.value), span=node.span)
    except ValueError:
        pass
    flaws.append(Flaw("date_form", {}, *written.span))
    return node


def _unexpected(error: lark.UnexpectedToken, pieces: list[Piece], length: int) -> Flaw:
    """The first place at which the tokens make no formula, in the user's words."""
    token = error.token
    if token.type == "$END":
        return Flaw("formula_ends", {"after": pieces[-1].text}, pieces[-1].start, length)
    at = next(i for i, piece in enumerate(pieces) if piece.start == token.start_pos)
    piece, before = pieces[at], pieces[at - 1] if at else None
    start, end = piece.start, piece.end
    values = {"NAME", "NUMBER", "STRING", "FUNCTION", "TRUE", "FALSE", "(", "NOT"}
    signs = {"=", "!=", "<", "<=", ">", ">=", "IN", "BETWEEN"}
    if piece.kind == "[":
        return Flaw("list_alone", {}, start, end)
    if piece.kind in signs and before and before.kind not in signs:
        return Flaw("comparison_chained", {"sign": piece.text}, start, end)
    if piece.kind == "IF":
        return Flaw("if_needs_brackets", {}, start, end)
    if piece.kind in values and before and before.kind in {"NAME", "NUMBER", "STRING", ")", "TRUE", "FALSE"}:
        return Flaw("sign_missing", {"before": before.text, "after": piece.text}, before.start, end)
    return Flaw("not_expected", {"text": piece.text}, start, end)
