"""Numbers as people write them, `100万`, `1,000,000` or `￥500`, read to say how they are written here."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from incentives.language.types import EXACT

POWERS = {"十": 1, "百": 2, "千": 3, "k": 3, "万": 4, "w": 4, "十万": 5, "百万": 6, "m": 6, "千万": 7, "亿": 8}
WRITTEN = re.compile(
    r"[¥$]?\s*(?P<sign>[-+]?)\s*(?P<number>\d[\d_,]*(?:\.\d+)?)\s*(?P<power>十万|百万|千万|[十百千万亿kwm])?"
    r"\s*(?:元|块|人民币|rmb|cny|分|点|个|天|小时|件|单|家|人|points?|pts?)?"
)
SHARE = re.compile(r"百分之\s*(?P<number>\d+(?:\.\d+)?)|(?P<points>\d+(?:\.\d+)?)\s*个?百分点")
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|[\d_]+(?:\.\d+)?")


def numeral(text: str) -> str:
    """A number as a policy writes it, where a text means one that is written otherwise; empty for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if share := SHARE.fullmatch(plain):
        return f"{share['number'] or share['points']}%"
    found = WRITTEN.fullmatch(plain)
    if found is None or len(plain) > 40 or not THOUSANDS.fullmatch(found["number"]):
        return ""
    digits = found["number"].replace(",", "").replace("_", "")
    value = EXACT.scaleb(Decimal(digits), POWERS.get(found["power"] or "", 0))
    return f"{'-' if found['sign'] == '-' else ''}{value:f}"
