"""A formula's text cut into tokens; whatever is wrong letter by letter is found here, all of it at once."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from incentives.language.flaws import Flaw, FormulaError
from incentives.language.numerals import numeral
from incentives.language.types import MOST_DIGITS

MOST_LETTERS = 20_000
MOST_BRACKETS = 60

KEYWORDS = ("and", "or", "not", "if", "then", "else", "between", "in", "true", "false")
REFUSED_WORDS = ("null", "for", "some", "every", "function", "return", "satisfies", "instance")

# Sign by sign, so that every offset stays that of the user's text.
SIGNS = str.maketrans("（）［］，、．＋－−–＊×／÷＜＞＝！％＆｜：；＾", "()[],,.+---**//<>=!%&|:;^")
SPACED_FUNCTION = re.compile(r"round(?:\s+half)?\s+(?:up|down)(?=\s*\()")
NUMBER = re.compile(r"(?:[0-9][0-9_]*(?:\.[0-9][0-9_]*)?|\.[0-9][0-9_]*)%?")
WELL_FORMED = re.compile(r"(?:0|[1-9][0-9]*(?:_[0-9]+)*)?(?:\.[0-9]+(?:_[0-9]+)*)?%?")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"|[“”](?:[^“”\\]|\\.)*[“”]|＂(?:[^＂\\]|\\.)*＂', re.DOTALL)
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
SIGN = re.compile(r"\.\.|‥|>=|<=|!=|[≥≤≠<>=()\[\],+\-*/]")
OPERATORS = {"≥": ">=", "≤": "<=", "≠": "!=", "‥": ".."}
# What other languages write, and what FEEL writes instead.
FOREIGN = {
    "==": "=", "=>": ">=", "=<": "<=", "<>": "!=", "&&": "and", "||": "or", "!": "not( )", "&": "and", "|": "or"
}  # fmt: skip
FOREIGN_SIGN = re.compile("|".join(re.escape(sign) for sign in FOREIGN))
QUOTED = re.compile(r"'[^']*'|‘[^’]*’|`[^`]*`|「[^」]*」")
PARTS, PART = re.compile(r"(\d+)\s*$"), re.compile(r"\s*(\d+)")  # `1:3`
PAIRS = {")": "([]", "]": "(["}


class Piece(NamedTuple):
    """A token: `kind` is NUMBER, STRING, NAME, FUNCTION, a keyword or a sign; the offsets are the user's."""

    kind: str
    text: str
    start: int
    end: int


def scan(text: str) -> list[Piece]:
    """The tokens of a formula, signs made plain. Raises FormulaError with everything that is wrong letter by letter."""
    if len(text) > MOST_LETTERS:
        raise FormulaError([Flaw("formula_too_long", {"letters": len(text), "most": MOST_LETTERS}, 0, MOST_LETTERS)])
    plain = text.translate(SIGNS)
    pieces: list[Piece] = []
    flaws: list[Flaw] = []
    at = 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        found = _next(text, plain, at)
        if isinstance(found, Flaw):
            flaws.append(found)
            at = max(found.end, at + 1)
        else:
            pieces.append(found)
            at = found.end
    flaws += [flaw for piece in pieces for flaw in _inside(piece)]
    flaws += _brackets(pieces)
    if flaws:
        raise FormulaError(flaws)
    return pieces


def _next(text: str, plain: str, at: int) -> Piece | Flaw:
    """The token that starts at `at`, or what stands there instead."""
    if found := SPACED_FUNCTION.match(plain, at):
        return Piece("FUNCTION", " ".join(found[0].split()), at, found.end())
    if _starts_name(plain[at]):
        return _word(plain, at)
    if found := NUMBER.match(plain, at):
        return _number(plain, at, found.end())
    if found := STRING.match(text, at):
        if stray := NO_TEXT.search(found[0]):
            return Flaw("strange_letter", {"letter": "", "code": f"U+{ord(stray[0]):04X}"}, at, found.end())
        return Piece("STRING", text[at + 1 : found.end() - 1], at, found.end())
    if found := FOREIGN_SIGN.match(plain, at):
        if not plain.startswith("!=", at):
            return Flaw("foreign_sign", {"sign": text[at : found.end()], "instead": FOREIGN[found[0]]}, at, found.end())
    elif plain.startswith("**", at) or plain[at] == "^":
        return Flaw("no_power", {}, at, at + 2 - (plain[at] == "^"))
    if found := SIGN.match(plain, at):
        return Piece(OPERATORS.get(found[0], found[0]), found[0], at, found.end())
    return _stray(text, plain, at)


def _starts_name(letter: str) -> bool:
    return letter.isalpha() or letter == "_"


def _word(plain: str, at: int) -> Piece | Flaw:
    """A keyword, a name (with its dots) or the name of a function, told by the bracket behind it."""
    end = at + 1
    while end < len(plain) and (
        plain[end].isalnum()
        or plain[end] == "_"
        or unicodedata.category(plain[end])[0] == "M"
        or (plain[end] == "." and end + 1 < len(plain) and _starts_name(plain[end + 1]))
    ):
        end += 1
    word = unicodedata.normalize("NFC", plain[at:end])
    if strange := [c for c in word if c.isnumeric() and not c.isalpha() and not c.isascii()]:
        return Flaw("strange_digit", {"digit": strange[0]}, at, end)
    if word in KEYWORDS:
        return Piece(word.upper(), word, at, end)
    if word in REFUSED_WORDS:
        return Flaw("no_null" if word == "null" else "word_not_supported", {"word": word}, at, end)
    if word.lower() in KEYWORDS:
        return Flaw("keyword_case", {"word": word, "instead": word.lower()}, at, end)
    called = plain[end:].lstrip().startswith("(")
    return Piece("FUNCTION" if called else "NAME", word, at, end)


def _number(plain: str, at: int, end: int) -> Piece | Flaw:
    """A number with its percent sign; `1e6`, `10万` and `1,000` (its last part has zeros in front) are told apart."""
    written = plain[at:end]
    after = plain[end : end + 1]
    if _starts_name(after):
        while end < len(plain) and (plain[end].isalnum() or plain[end] == "_"):
            end += 1
        glued = plain[at:end]
        if write := numeral(glued):
            return Flaw("number_unit", {"number": glued, "write": write}, at, end)
        return Flaw("number_glued", {"number": glued}, at, end)
    if sum(c.isdigit() for c in written) > MOST_DIGITS:
        return Flaw("number_long", {"most": MOST_DIGITS}, at, end)
    if not WELL_FORMED.fullmatch(written):
        return Flaw("number_form", {"number": written}, at, end)
    return Piece("NUMBER", written, at, end)


def _stray(text: str, plain: str, at: int) -> Flaw:
    """Return the flaw of a letter that begins no token."""
    letter = text[at]
    if letter in '"“”＂':
        return Flaw("string_open", {}, at, len(text))
    if found := QUOTED.match(text, at):
        return Flaw("wrong_quotes", {"text": found[0][1:-1]}, at, found.end())
    if plain[at] == "%":
        return Flaw("percent_alone", {}, at, at + 1)
    if letter.isnumeric():
        return Flaw("strange_digit", {"digit": letter}, at, at + 1)
    if plain[at] == ":" and (found := PARTS.search(plain[:at])) and (after := PART.match(plain, at + 1)):
        one, other = int(found[1]), int(after[1])
        both = f"{one}/{one + other}, {other}/{one + other}"
        about = {"text": f"{one}:{other}", "write": f"{one}/{other}", "both": both}
        return Flaw("parts_colon", about, found.start(1), after.end())
    code = f"U+{ord(letter):04X}"
    return Flaw("strange_letter", {"letter": letter if letter.isprintable() else code, "code": code}, at, at + 1)


def _inside(piece: Piece) -> list[Flaw]:
    """Escapes in a string that mean nothing."""
    if piece.kind != "STRING":
        return []
    return [
        Flaw("bad_escape", {"escape": found[0]}, piece.start + 1 + found.start(), piece.start + 1 + found.end())
        for found in ESCAPE.finditer(piece.text)
        if not _is_escape(found[1])
    ]


def _is_escape(word: str) -> bool:
    """Return whether FEEL knows `word` behind a backslash; half of a surrogate pair is no letter, nor is zero."""
    if len(word) == 1:
        return word in "\"“”＂'\\nrt"
    code = int(word[1:], 16)
    return 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF


def _brackets(pieces: list[Piece]) -> list[Flaw]:
    """Brackets that do not match. A range may be written `]1..2[`, so square ones only have to balance with others."""
    opened: list[Piece] = []
    for index, piece in enumerate(pieces):
        if piece.kind == "(" or (piece.kind in "[]" and _opens(pieces, index)):
            opened.append(piece)
            if len(opened) > MOST_BRACKETS:
                return [Flaw("too_deep", {"most": MOST_BRACKETS}, piece.start, piece.end)]
        elif piece.kind in {")", "]", "["}:
            if not opened and piece.kind == "[":
                break
            if not opened:
                return [Flaw("bracket_unopened", {"bracket": piece.text}, piece.start, piece.end)]
            opened.pop()
    return [Flaw("bracket_open", {"bracket": piece.text}, piece.start, piece.end) for piece in opened]


def _opens(pieces: list[Piece], index: int) -> bool:
    """Return whether a square bracket opens: nothing that ends a value stands before it, or it is the last of its
    kind."""
    before = pieces[index - 1].kind if index else "("
    return before not in {"NUMBER", "STRING", "NAME", ")", "TRUE", "FALSE"} and not (
        pieces[index].kind == "]" and before in {"]", "["}
    )


def unescape(text: str) -> str:
    """The string that `text` stands for between its quotes (FEEL grammar rule 64)."""
    plain = {"n": "\n", "r": "\r", "t": "\t"}

    def letter(found: re.Match[str]) -> str:
        word = found[1]
        return chr(int(word[1:], 16)) if len(word) > 1 else plain.get(word, word)

    return ESCAPE.sub(letter, text)
