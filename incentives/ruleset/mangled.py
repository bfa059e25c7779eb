"""Faults of formulas that YAML changed because they were not quoted, and YAML's syntax errors in the user's words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from incentives.language.numerals import numeral
from incentives.ruleset.nodes import MalformedError, Node

# what follows a key or a dash and cannot start a YAML value, or starts one that is not meant
FORMULA_START = re.compile(r"""(?:(?:^|[\s,{])[^\s:,{][^:]*:|-)\s+(?P<value>
      [>|]\s*[=\d.(\w]\S*.*      # >= 90
    | [\[\]][^\]]*\.\.[^,]*      # [80..90)
    | [\[(][\d._%％\s]+[,，][\d._%％\s]+[\])]   # [80,90)
    | [%`@].*
    | ["'][^"']*["']\s*[^\s,}\]#].*   # "S" = grade
    | \(?[^"'\[{|>\s][^,]*\s(?:in|=|!=)\s*[\["(].*  # grade in ["S"] within braces
    )""", re.VERBOSE)  # fmt: skip
WIDE_COLON = re.compile(r"""[^:#"']*：""")
WIDE = {
    "，": ", ", "；": ", ", "：": ": ", "｛": "{", "｝": "}", "［": "[", "］": "]", "【": "[", "】": "]",
    **dict.fromkeys("‘’“”＇＂", "'"),
}  # fmt: skip
# what stands in quotes, or a full-width sign where YAML needs the plain one: at the edge of a value or beside a key
WIDE_SIGN = re.compile(r"""'[^']*'(?!\w) | "[^"]*"
    | (?P<sign>
      (?<=['"\]}\d%％])\s*[，；]              # '>= 95'，
      | [，；](?=\s*[^\W\d]\w*\s*[:：])       # ，B: …
      | (?<=[:：\s,{])[｛［【‘“＇＂]              # : ｛
      | ：(?=\s*['"\[{｛［【>=<\d‘“])           # A：'…
      | [｝］】’”＇＂](?=\s*(?:[,}\]，｝］】]|$))    # ｝,
    )""", re.VERBOSE)  # fmt: skip
UNFINISHED = re.compile(r"(?:[-+*/=<>,(]|\b(?:and|or|then|else|if|in|between|not))\s*$")
COMMENT = re.compile(r"[ \t]+#")
OPERATOR = re.compile(r"\s(?:[-+*/<>]|[<>!]?=|and|or)\s")
PROBLEMS = {
    "found unexpected end of stream": "yaml_open_quote",
    "did not find expected ',' or '}'": "yaml_open_brace",
    "did not find expected ',' or ']'": "yaml_open_bracket",
    "mapping values are not allowed in this context": "yaml_colon",
    "could not find expected ':'": "yaml_no_colon",
    "did not find expected '-' indicator": "yaml_indent",
    "did not find expected key": "yaml_indent",
}


def explained(error: yaml.YAMLError, text: str) -> MalformedError:
    """Return a YAML error in the words of the person who typed: which formula to quote, or what is not closed."""
    problem, mark = getattr(error, "problem", None) or "", getattr(error, "problem_mark", None)
    if mark is None:
        return MalformedError("yaml_syntax", 0, 1)
    at = min(mark.index, len(text))
    opening = getattr(error, "context_mark", None)
    for offset in (at, opening.index if opening else at):
        start, line = _line(text, offset)
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return MalformedError("yaml_tab", start, start + 1)
        if sign := wide_sign(line):
            about = {"sign": sign[0], "write": WIDE[sign[0]]}
            return MalformedError("yaml_wide", start + sign.start(), start + sign.end(), **about)
        if found := FORMULA_START.search(line):
            first = found.start("value")
            written = _within(found["value"]) if "{" in line[:first] else found["value"]
            return MalformedError("yaml_quote", start + first, start + first + len(written), formula=_short(written))
        before, above = _line(text, max(start - 1, 0))
        for begins, typed in ((start, line), (before, above)):
            if wide := WIDE_COLON.match(typed):
                return MalformedError("yaml_wide_colon", begins + wide.end() - 1, begins + wide.end())
    code = PROBLEMS.get(problem, "yaml_syntax")
    if code in {"yaml_open_quote", "yaml_open_brace", "yaml_open_bracket"} and opening:
        return MalformedError(code, opening.index, opening.index + 1)
    return MalformedError(code, at, at + 1)


def wide_sign(line: str) -> re.Match[str] | None:
    """Return the first full-width sign of a line that stands where YAML needs a plain one; found as its group."""
    text = line.partition(" #")[0]
    for found in WIDE_SIGN.finditer(text):
        if found["sign"]:
            at = found.end("sign") - 1
            return re.compile(".").match(text, at)
    return None


def mangled(node: Node, text: str) -> Iterator[MalformedError]:
    """Yield an error for each direct value of a collection that YAML read as something else than was written."""
    if is_range(node):
        yield MalformedError("yaml_quote", node.start, node.end, formula=_short(text[node.start : node.end]))
    as_read = {id(part) for part in node.parts}
    for _, value in joined(node, text) if node.kind == "mapping" else (("", part) for part in node.parts):
        if value.kind != "scalar":
            continue
        if value.style in {"|", ">"}:
            header = text[value.start : value.end].split("\n", 1)[0]
            if any(c.isdigit() for c in header.split("#")[0]):
                yield MalformedError("yaml_quote", value.start, value.start + len(header), formula=_short(header))
        elif is_cut(value, text):
            formula = _short(value.value)
            yield MalformedError("yaml_cut_comment", value.start, _line_end(text, value.end), formula=formula)
        elif id(value) not in as_read and (write := numeral(value.value)):
            yield MalformedError("number_meant", value.start, value.end, value=_short(value.value), write=write)
        elif id(value) not in as_read:
            yield MalformedError("yaml_cut_comma", value.start, value.end, formula=_short(value.value))


def is_range(node: Node) -> bool:
    """Return whether a node is `[80..90]` without quotes, which YAML takes for a list of one text."""
    only = node.parts[0] if node.kind == "sequence" and node.style == "flow" and len(node.parts) == 1 else None
    return only is not None and only.kind == "scalar" and not only.style and ".." in only.value


def is_cut(value: Node, text: str) -> bool:
    """Return whether ` #` ended an unquoted formula before it was finished."""
    return value.kind == "scalar" and not value.style and _comment(value, text) and _unfinished(value.value)


def meant(node: Node, text: str) -> str:
    """Return the text that the person wrote where YAML read less, or something else."""
    end = node.end if is_range(node) else _line_end(text, node.end)
    return text[node.start : end].rstrip()


def warned(node: Node, text: str) -> Iterator[MalformedError]:
    """Yield a warning for each comment behind an unquoted formula: YAML drops it, and it may have been part of the
    formula."""
    for value in node.parts[1::2] if node.kind == "mapping" else node.parts:
        if value.kind != "scalar" or value.style or not _comment(value, text):
            continue
        if OPERATOR.search(value.value) and not _unfinished(value.value):
            yield MalformedError("yaml_comment", value.end, _line_end(text, value.end))


def joined(node: Node, text: str) -> Iterator[tuple[Node, Node]]:
    """Yield the keys and values of a mapping; text that a comma cut in two within braces is one value again.

    Its rest had become a key without a value.
    """
    pairs: list[tuple[Node, Node, int]] = []
    for key, value in zip(node.parts[::2], node.parts[1::2], strict=True):
        rest = node.style == "flow" and not key.style and not value.style and value.start == value.end == key.end
        if rest and pairs and pairs[-1][1].kind == "scalar" and not pairs[-1][1].style:
            pairs[-1] = (*pairs[-1][:2], key.end)
        else:
            pairs.append((key, value, value.end))
    for key, value, end in pairs:
        yield key, value if end == value.end else Node("scalar", value.start, end, text[value.start : end])


def _unfinished(formula: str) -> bool:
    return bool(formula.count("(") > formula.count(")") or formula.count('"') % 2 or UNFINISHED.search(formula))


def _within(written: str) -> str:
    """Return the value alone where it stands within braces: up to the next key or the closing brace."""
    return re.split(r",\s*[^\s:,]+:\s|\s*}", written, maxsplit=1)[0]


def _comment(value: Node, text: str) -> bool:
    return COMMENT.match(text, value.end) is not None


def _line(text: str, at: int) -> tuple[int, str]:
    start = text.rfind("\n", 0, at) + 1
    return start, text[start : _line_end(text, start)]


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _short(formula: str) -> str:
    formula = formula.strip()
    return formula if len(formula) <= 40 else formula[:39] + "…"
