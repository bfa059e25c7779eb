"""Formulas and cells, from text to tree."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from incentives.language import tree as t
from incentives.language.facts import MIRRORED
from incentives.language.flaws import Flaw, FormulaError, nearest
from incentives.language.scan import Piece, scan
from incentives.language.walk import map_nodes

__all__ = ["Flaw", "FormulaError", "parse_formula", "parse_tests"]

MOST_DEPTH = 120
MOST_PLACES = 6176  # FEEL's own limit (DMN 10.3.4.5, round functions)
ROUNDINGS = {
    "round up": "up", "round down": "down", "round half up": "half_up", "round half down": "half_down",
    "decimal": "half_even",
}  # fmt: skip
ENDS = {"AND", "OR", "IF", "THEN", "ELSE", ",", "IN", "BETWEEN"} | MIRRORED.keys()  # what a comparison ends at
# Function: fewest and most arguments. FEEL's own, then the history functions.
FUNCTIONS = {
    "min": (1, 99), "max": (1, 99), "sum": (1, 99), "abs": (1, 1), "floor": (1, 1), "ceiling": (1, 1),
    "date": (1, 1), "present": (1, 1),
    "streak": (1, 1), "count": (2, 2), "prior": (2, 3), "last_year": (1, 2), "standing": (1, 1), "concluded": (1, 1),
} | dict.fromkeys(ROUNDINGS, (2, 2))  # fmt: skip


def parse_formula(text: str) -> t.Node:
    """The tree of a formula. Raises FormulaError with offsets into `text` as it was written."""
    return _parse(text, "formula")[0]


def parse_tests(text: str) -> tuple[t.Node, ...]:
    """The unary tests of a cell (`>= 90`, `[80..90)`, `"A", "B"`, `-`): each a Range, a value to equal, or a Not
    around one of the two (`!= "C"`). Raises FormulaError with offsets into `text` as it was written."""
    return _parse(text, "cell")


@lru_cache(maxsize=4096)  # a policy with other figures has the same formulas
def _parse(text: str, start: str) -> tuple[t.Node, ...]:
    from incentives.language.build import build

    pieces = scan(text)
    if not pieces:
        raise FormulaError([Flaw("formula_empty", {}, 0, len(text))])
    trees = build(pieces, start)
    if isinstance(trees, int):
        raise FormulaError([_unexpected(pieces, trees, text)])
    for tree in trees:
        _check_depth(tree)
    flaws: list[Flaw] = []
    settled = tuple(map_nodes(tree, lambda node: _settle(node, flaws)) for tree in trees)
    if flaws:
        raise FormulaError(flaws)
    return settled


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


def _unexpected(pieces: list[Piece], at: int, text: str) -> Flaw:
    """Return the flaw of the first token that makes no formula."""
    if at == len(pieces):
        return Flaw("formula_ends", {"after": pieces[-1].text}, pieces[-1].start, len(text))
    piece, before = pieces[at], pieces[at - 1] if at else None
    start, end = piece.start, piece.end
    values = {"NAME", "NUMBER", "STRING", "FUNCTION", "TRUE", "FALSE", "(", "NOT"}
    signs = {"=", "!=", "<", "<=", ">", ">=", "IN", "BETWEEN"}
    if piece.kind == "[":
        return Flaw("list_alone", {}, start, end)
    if piece.kind in signs and before and before.kind not in signs:
        return _chained(pieces, at, text) or Flaw("comparison_chained", {"sign": piece.text}, start, end)
    if piece.kind == "IF":
        return Flaw("if_needs_brackets", {}, start, end)
    if piece.kind in values and before and before.kind in {"NAME", "NUMBER", "STRING", ")", "TRUE", "FALSE"}:
        return Flaw("sign_missing", {"before": before.text, "after": piece.text}, before.start, end)
    return Flaw("not_expected", {"text": piece.text}, start, end)


def _chained(pieces: list[Piece], at: int, text: str) -> Flaw | None:
    """The flaw of `95 <= x < 110`, whose second sign stands `at`, with the two comparisons to write."""
    if pieces[at].kind not in MIRRORED:
        return None
    first = max((n for n in range(at) if pieces[n].kind in MIRRORED), default=-1)
    begin, end = _part(pieces, first - 1, -1), _part(pieces, at + 1, 1)
    if not 0 <= begin < first < at - 1 < at < end:
        return None

    def between(one: int, other: int) -> str:
        return text[pieces[one].start : pieces[other].end]

    left, middle, right = between(begin, first - 1), between(first + 1, at - 1), between(at + 1, end)
    if pieces[first + 1].kind == "NUMBER" and first + 1 == at - 1:  # `x >= 95 < 110`
        write = f"{left} {pieces[first].kind} {middle} and {left} {pieces[at].kind} {right}"
    else:
        write = f"{middle} {MIRRORED[pieces[first].kind]} {left} and {middle} {pieces[at].kind} {right}"
    return Flaw("comparison_both", {"sign": pieces[at].text, "write": write}, pieces[begin].start, pieces[end].end)


def _part(pieces: list[Piece], at: int, step: int) -> int:
    """The last token of what is compared, from `at` on, forwards or backwards."""
    depth, last = 0, at
    opening, closing = ("(", ")") if step > 0 else (")", "(")
    while 0 <= at < len(pieces):
        kind = pieces[at].kind
        depth += (kind == opening) - (kind == closing)
        if depth < 0 or (depth == 0 and kind in ENDS):
            break
        last, at = at, at + step
    return last
