"""Tokens built into trees, by lark. Imported at the first formula, since lark takes its time to load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import lark
from lark.lexer import Lexer, Token

from incentives.language import tree as t
from incentives.language.scan import Piece, unescape
from incentives.language.types import EXACT

SIGN_NAMES = {
    "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "OVER", "=": "EQUAL", "!=": "UNEQUAL", "<": "LESS", "<=": "MOST",
    ">": "MORE", ">=": "LEAST", ",": "COMMA", "(": "LPAR", ")": "RPAR", "[": "LBRACK", "]": "RBRACK", "..": "DOTS",
}  # fmt: skip


def build(pieces: list[Piece], start: str) -> tuple[t.Node, ...] | int:
    """The tree of a formula, or those of a cell's tests (`start`: formula, cell); where there is none, the number
    of the first token that does not fit, one past the last when more is needed."""
    try:
        trees: Any = _parser().parse(pieces, start)
    except lark.UnexpectedToken as error:
        places = [piece.start for piece in pieces]
        return len(pieces) if error.token.type == "$END" else places.index(error.token.start_pos or 0)
    found: tuple[t.Node, ...] = trees
    return found


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

    def formula(self, parts: list[Any]) -> tuple[t.Node, ...]:
        """The whole formula."""
        return tuple(parts)

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
        """Return the tests after `in`, and the place where they end."""
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
