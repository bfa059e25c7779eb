"""A share of people as policies write it (`前10%`, `top 10%`, `末位5%`), read to say which form asks for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

FIRST = r"前|最高的?|最好的?|top|best|highest|first"
LAST = r"后|末位?|末尾|最后|最低的?|倒数|bottom|last|lowest|worst"
SHARE = r"(?P<{0}>\d+(?:\.\d+)?)\s*%|百分之(?P<{0}h>[零一二三四五六七八九十]{{1,3}}|\d+)"
PEOPLE = re.compile(
    rf"(?:[<>=]{{1,2}}\s*)?(?:综合)?(?:排名|排行|名次|位次|位居|位列|位于|处于|在|the\s+|ranked?\s+)*"
    rf"(?:(?P<first>{FIRST})|(?P<last>{LAST}))\s*(?:{SHARE.format('one')})"
    rf"(?:\s*(?:-|~|〜|–|—|至|到|to)\s*(?:{FIRST}|{LAST})?\s*(?:{SHARE.format('two')}))?"
    r"\s*(?:以内|之内|内|以上|的?(?:人员?|员工)?|of\s+.*|people)",
    re.IGNORECASE,
)
DIGITS = {letter: value for value, letter in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True)
class People:
    """So many of the best, or of the worst: `share` such as `10%`, and `until` where a second one follows."""

    share: str
    until: str
    last: bool


def people(text: str) -> People | None:
    """The share of people that a text means, or None where it means something else."""
    found = PEOPLE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    one, two = (found[name] or _number(found[f"{name}h"]) for name in ("one", "two"))
    return People(f"{one}%", f"{two}%" if two else "", bool(found["last"]))


def _number(words: str | None) -> str:
    """A number up to 99 in Chinese, in digits."""
    if not words or words.isdigit():
        return words or ""
    tens, ten, units = words.rpartition("十")
    value = DIGITS.get(units[-1:], 0) + (10 * DIGITS.get(tens[-1:], 1) if ten else 0)
    return str(value)
