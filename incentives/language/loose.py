"""A range as people write it outside the language (`95-110`, `95以上`), read to say how to write it here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from incentives.language.types import EXACT


@dataclass(frozen=True)
class End:
    """One end of a range: how a formula writes it, its number where it is one, and whether it counts itself; None
    where the words leave that open, and then `usual` is what they mostly mean."""

    text: str
    value: Decimal | None
    closed: bool | None
    usual: bool = True


@dataclass(frozen=True)
class Loose:
    """A range as it was meant; an end that is None is open."""

    low: End | None
    high: End | None

    @property
    def is_empty(self) -> bool:
        """Return whether no number lies between the two ends."""
        low, high = self.low, self.high
        if low is None or high is None or low.value is None or high.value is None:
            return False
        one = low.closed is not False and high.closed is not False
        return low.value > high.value or (low.value == high.value and not one)


# Words → one letter each; the first that fits counts. Chinese as it is written in policies, English likewise.
WORDS = [
    ("o", r"[-+]?∞|[-+]?inf\b|[-+]?infinity\b|[正负]?无穷大?|不限|无上限|无下限|上不封顶"),
    ("g", r">=|=>|≥|≧|⩾|不低于|不少于|不小于|不早于|至少|最少|最低|大于或?等于|高于或?等于|达到"
          r"|at least|no less than|not less than|greater than or equal to|minimum|min\b\.?|from at least"),
    ("l", r"<=|=<|≤|≦|⩽|不高于|不超过|不大于|不多于|至多|最多|最高|小于或?等于|低于或?等于"
          r"|at most|no more than|not more than|less than or equal to|maximum|max\b\.?|up to"),
    ("G", r">|高于|大于|超过|超出|多于|more than|greater than|higher than|above|over\b|exceeding|exceeds"),
    ("L", r"<|低于|小于|少于|不足|不到|未满|不满|未达到?|less than|lower than|fewer than|below|under\b"),
    ("U", r"及其?以上|或以上|含以上|及更高|or more|and more|or above|and above|or higher|and higher|or better|and up"
          r"|and over|or over|\+"),
    ("D", r"及其?以下|或以下|含以下|以内|及更低|or less|and less|or below|and below|or lower|and lower|or under"
          r"|and under|or fewer"),
    ("u", r"以上"),
    ("d", r"以下"),
    ("x", r"不含|不包括|不包含|不含本数|exclusive|excluded"),
    ("i", r"含本数|包括|包含|含|inclusive|included"),
    ("t", r"前|top\b"),
    ("s", r"-{1,2}>|→|⇒|➔|➜|-{1,2}|–|—{1,2}|−|~|〜|∼|至|到|与|\.{2,3}|‥|…|to\b|until\b|till\b|through\b|thru\b"),
    ("a", r"且|并且|同时|&&?|and\b|but\b|和"),
    ("c", r"[,、;]"),
    ("f", r"介于|在|从|between\b|from\b"),
    ("", r"之间|区间|部分|的|第|分|名|位|元|个月|个|件|家|天|次|月|年|周|小时|倍|笔|单|者|均|都"
         r"|points?\b|pts?\b|places?\b"),
    ("(", r"[(]"), (")", r"[)]"), ("[", r"[\[【]"), ("]", r"[\]】]"),
]  # fmt: skip
NUMBER = r"(?P<n>\d[\d_]*(?:\.\d+)?)\s*(?P<unit>%|万|亿|千|百分点)?"
FIGURE = r"(?P<figure>figures\.\w+?)(?=$|\W|及|或|以|至|到|分|含|且|并|之)"
TOKEN = re.compile(
    rf"\s*(?:{NUMBER}|{FIGURE}|" + "|".join(f"(?P<w{at}>{words})" for at, (_, words) in enumerate(WORDS))
    + r"|(?P<name>[^\W\d]+))"
)  # fmt: skip
TIMES = {"万": 4, "亿": 8, "千": 3, "%": -2, "百分点": -2}
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
NAMED_AGAIN = re.compile(r"\((不?含|不?包括|不?包含)\s*[\d.%]+\s*[万亿千分元天次个家件名位]?\)")
INFINITE = re.compile(r"-\s*(?:∞|inf)")
SHORT = 60

PAIR = re.compile(r"(?P<open>[\[(]?)f?n(?P<one>[ix]?)[sac][fw]?(?P<sign>[lL]?)n(?P<two>[ix]?)(?P<shut>[\])]?)")
HALF = r"w?{0}[gGlL]n[ix]?|w?n[ix]?[uUdD][ix]?"
ONE = re.compile(HALF.format(""))
BOTH = re.compile(f"(?P<one>{HALF.format('')})[acs]?(?P<two>{HALF.format('')})")
CHAIN = re.compile(r"n(?P<one>[gGlL])w?(?P<two>[gGlL])n")
PLAIN = re.compile(r"[-+]?[\d_.]+[%％]?|figures\.\w+")
PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")
OPEN = re.compile(r"(?P<open>[\[(]?)(?:f?n(?P<low>[ix]?)[sc]?o|o[sc]n(?P<high>[ix]?))(?P<shut>[\])]?)")
ENDLESS = re.compile(r"(?P<low>n[ix]?s)|sn[ix]?")  # `90~`, `~60`
REVERSED = re.compile(r"n[gGlL]w")
TOP = re.compile(r"tn")


def loose(text: str) -> Loose | None:
    """The range that a text means, or None where it is none that people write."""
    if len(text) > SHORT:
        return None
    letters, numbers = _tokens(text)
    if letters is None or not 1 <= len(numbers) <= 2:
        return None
    if found := PAIR.fullmatch(letters):
        return _pair(found, numbers)
    if ONE.fullmatch(letters):
        return _half(letters, numbers[0])
    if found := BOTH.fullmatch(letters):
        one, two = _half(found["one"], numbers[0]), _half(found["two"], numbers[1])
        if one.low and two.high and not one.high:
            return Loose(one.low, two.high)
        return Loose(two.low, one.high) if one.high and two.low else None
    if found := CHAIN.fullmatch(letters):
        return _chain(found["one"], found["two"], numbers)
    if REVERSED.fullmatch(letters):  # 110 <= x
        return _half({"g": "l", "l": "g", "G": "L", "L": "G"}[letters[1]] + "n", numbers[0])
    if letters == "n" and not PLAIN.fullmatch(text.strip()):  # 第1名
        return Loose(replaced(numbers[0], True), replaced(numbers[0], True))
    if found := OPEN.fullmatch(letters):
        return _open(found, numbers[0])
    if found := ENDLESS.fullmatch(letters):
        end = replaced(numbers[0], None if "x" not in letters else False)
        return Loose(end, None) if found["low"] else Loose(None, end)
    if TOP.fullmatch(letters) and not numbers[0].text.endswith("%"):  # the first tenth is no range of places
        return Loose(End("1", Decimal(1), True), replaced(numbers[0], True))
    return None


def replaced(end: End, closed: bool | None, usual: bool = True) -> End:
    """An end that counts itself, or does not."""
    return End(end.text, end.value, closed, usual)


def _tokens(text: str) -> tuple[str | None, list[End]]:
    """The text as a letter a word (`n` a number, `w` a name), and its numbers; None for what no range has in it."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain[:1] not in "[(【":
        plain = THOUSANDS.sub("", plain)
    plain = NAMED_AGAIN.sub(r"\1", plain)
    letters, numbers, at = "", list[End](), 0
    while at < len(plain):
        signed = plain[at] == "-" and letters[-1:] not in ("n", "i", "x", ")") and not INFINITE.match(plain, at)
        if plain.startswith("--", at) and numbers and (numbers[-1].value or 0) < 0:  # `-10--5`: a dash and a sign
            letters, at = letters + "s", at + 1
            continue
        found = TOKEN.match(plain, at + signed)
        if found is None or (signed and found["n"] is None):
            return None, []
        at = found.end()
        if found["n"] or found["figure"]:
            numbers.append(_number(found, signed))
        letters += _letter(found)
    letters = re.sub(r"\(([ix])\)", r"\1", letters)
    return letters.replace("iu", "U").replace("id", "D").replace("xu", "ux").replace("xd", "dx"), _alike(numbers)


def _letter(found: re.Match[str]) -> str:
    if found["n"] or found["figure"]:
        return "n"
    return next((letter for at, (letter, _) in enumerate(WORDS) if found[f"w{at}"]), "w")


def _number(found: re.Match[str], signed: bool) -> End:
    if found["figure"]:
        return End(found["figure"], None, None)
    written, unit = found["n"].replace("_", ""), found["unit"] or ""
    value = EXACT.scaleb(Decimal(written), TIMES.get(unit, 0))
    text = f"{written}%" if TIMES.get(unit) == -2 else written if not unit else f"{value:,f}".replace(",", "_")
    return End(f"-{text}", -value, None) if signed else End(text, value, None)


def _alike(numbers: list[End]) -> list[End]:
    """`5-10%` is from 5 % on."""
    if len(numbers) == 2 and numbers[1].text.endswith("%") and PLAIN_NUMBER.fullmatch(numbers[0].text):
        first = numbers[0]
        if not first.value:
            return numbers
        return [End(f"{first.text}%", EXACT.scaleb(first.value or Decimal(0), -2), None), numbers[1]]
    return numbers


def _pair(found: re.Match[str], numbers: list[End]) -> Loose:
    """Two numbers and what stands between them; brackets say which ends count, unless they only stand around."""
    told = {"[": True, "]": True, "(": False, ")": False, "i": True, "x": False, "l": True, "L": False}
    around = found["open"] == "(" and found["shut"] == ")" and "s" in found[0]
    low = told.get(found["one"] or ("" if around else found["open"]))
    high = told.get(found["two"] or found["sign"] or ("" if around else found["shut"]))
    return Loose(replaced(numbers[0], low), replaced(numbers[1], high, usual=False))


def _open(found: re.Match[str], number: End) -> Loose:
    """A number and infinity, whose bracket says nothing."""
    told = {"[": True, "]": True, "(": False, ")": False, "i": True, "x": False}
    if found["low"] is not None:
        return Loose(replaced(number, told.get(found["low"] or found["open"])), None)
    return Loose(None, replaced(number, told.get(found["high"] or found["shut"])))


def _half(letters: str, number: End) -> Loose:
    """A number and the side of it that is meant."""
    side = next(letter for letter in letters if letter in "gGlLuUdD")
    closed = {"g": True, "l": True, "G": False, "L": False, "U": True, "D": True}.get(side)
    closed = True if "i" in letters else False if "x" in letters else closed
    end = replaced(number, closed)
    return Loose(end, None) if side in "gGuU" else Loose(None, end)


def _chain(one: str, two: str, numbers: list[End]) -> Loose | None:
    """`95 <= x < 110`, or the other way round."""
    if one.lower() != two.lower():
        return None
    first, second = replaced(numbers[0], one in "gl"), replaced(numbers[1], two in "gl")
    return Loose(first, second) if one in "lL" else Loose(second, first)
