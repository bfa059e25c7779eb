"""Formulas read by hand: text → tokens → a tree of tuples, after DESIGN's subset of FEEL (a Pratt parser)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

Tree = tuple[Any, ...]

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:[0-9][0-9_]*(?:\.(?!\.)[0-9]+)?|\.[0-9]+)\s?%?)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<sign><=|>=|!=|\.\.|[-+*/=<>()\[\],])
    )""",
    re.VERBOSE,
)
TYPOGRAPHIC = dict(zip("（）［］，％＋－＊／＝＜＞“”×÷", '()[],%+-*/=<>""*/', strict=True))
TYPOGRAPHIC |= {"≥": ">=", "≤": "<=", "≠": "!=", "　": " "}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

LEVEL = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3, "between": 3}
LEVEL |= {"+": 4, "-": 4, "*": 5, "/": 5}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass
class Reader:
    """The tokens of one formula and how far they are read."""

    tokens: list[tuple[str, str]]
    at: int = 0

    def peek(self) -> str:
        """The next token's text; empty at the end. Text literals never look like a sign, as they keep their quotes."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> tuple[str, str]:
        """The next token; it has to be `wanted` where that is given."""
        kind, text = self.tokens[self.at]
        if wanted and text != wanted:
            raise SyntaxError(f"expected {wanted}, found {text}")
        self.at += 1
        return kind, text

    def accept(self, wanted: str) -> bool:
        """Take the next token if it is `wanted`."""
        if self.peek() != wanted:
            return False
        self.at += 1
        return True


def tokens(text: str) -> list[tuple[str, str]]:
    """(kind, text) of each token; typographic signs count as the plain ones outside strings."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', unicodedata.normalize("NFC", text))
    plain = ["".join(TYPOGRAPHIC.get(c, c) for c in part) if n % 2 == 0 else part for n, part in enumerate(parts)]
    rest = "".join(plain).strip()
    found, at = [], 0
    while at < len(rest):
        match = TOKEN.match(rest, at)
        if not match:
            raise SyntaxError(f"cannot read {rest[at:]!r}")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


@cache
def parse(text: str) -> Tree:
    """The tree of a formula."""
    reader = Reader(tokens(text))
    tree = expression(reader, 0)
    if reader.peek():
        raise SyntaxError(f"left over: {reader.peek()}")
    return tree


@cache
def parse_tests(text: str) -> tuple[Tree, ...]:
    """The unary tests of a cell: `>= 90`, `[80..90)`, `"A", "B"`."""
    reader = Reader(tokens(text))
    found = [unary_test(reader)]
    while reader.accept(","):
        found.append(unary_test(reader))
    if reader.peek():
        raise SyntaxError(f"left over: {reader.peek()}")
    return tuple(found)


def expression(reader: Reader, level: int) -> Tree:
    """An expression whose operators bind tighter than `level`."""
    left = prefix(reader)
    while LEVEL.get(reader.peek(), 0) > level:
        operator = reader.take()[1]
        if operator == "between":
            low = expression(reader, LEVEL["between"])
            reader.take("and")
            left = ("in", left, (("range", low, expression(reader, LEVEL["between"]), True, True),))
        elif operator == "in":
            left = ("in", left, members(reader))
        else:
            right = expression(reader, LEVEL[operator])
            kind = operator if operator in ("and", "or") else "compare" if operator in COMPARISONS else "reckon"
            left = (kind, left, right) if kind == operator else (kind, operator, left, right)
    return left


def members(reader: Reader) -> tuple[Tree, ...]:
    """What follows `in`: a list in brackets, a range, or one test."""
    if whole := ranged(reader):
        return (whole,)
    if not reader.accept("("):
        return (unary_test(reader),)
    found = [unary_test(reader)]
    while reader.accept(","):
        found.append(unary_test(reader))
    reader.take(")")
    return tuple(found)


def unary_test(reader: Reader) -> Tree:
    """A range, a comparison with one side left out, or a value to equal."""
    sign = reader.peek()
    if sign in ("<", "<=", ">", ">=", "!=", "="):
        reader.take()
        return ("test", sign, expression(reader, LEVEL["="]))
    return ranged(reader) or ("test", "=", expression(reader, LEVEL["="]))


def ranged(reader: Reader) -> Tree | None:
    """A range such as `[80..90)`; None, with nothing read, where what follows is not one."""
    start, sign = reader.at, reader.peek()
    if sign not in ("[", "(", "]"):
        return None
    reader.take()
    if reader.peek() not in COMPARISONS:
        low = expression(reader, LEVEL["="])
        if reader.accept(".."):
            high = expression(reader, LEVEL["="])
            return ("range", low, high, sign == "[", reader.take()[1] == "]")
    reader.at = start
    return None


def prefix(reader: Reader) -> Tree:
    """An operand: a literal, a name, a call, an `if`, something in brackets or with a minus before it."""
    kind, text = reader.take()
    if kind == "number":
        digits = text.rstrip("% ").replace("_", "")
        return ("value", Fraction(digits) / (100 if text.endswith("%") else 1))
    if kind == "text":
        return ("value", re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), text[1:-1]))
    if text == "-":
        return ("minus", expression(reader, LEVEL["*"]))
    if text == "(":
        inner = expression(reader, 0)
        reader.take(")")
        return inner
    if kind != "word":
        raise SyntaxError(f"unexpected {text}")
    return worded(reader, text)


def worded(reader: Reader, word: str) -> Tree:
    """What begins with a word."""
    if word in ("true", "false"):
        return ("value", word == "true")
    if word == "if":
        when = expression(reader, 0)
        reader.take("then")
        then = expression(reader, 0)
        reader.take("else")
        return ("if", when, then, expression(reader, 0))
    while word.split()[0] == "round" and reader.peek() in ("up", "down", "half"):
        word = f"{word} {reader.take()[1]}"
    if not reader.accept("("):
        return ("name", word)
    arguments = [expression(reader, 0)]
    while reader.accept(","):
        arguments.append(expression(reader, 0))
    reader.take(")")
    if word == "not":
        return ("not", arguments[0])
    return ("call", word, tuple(arguments))
