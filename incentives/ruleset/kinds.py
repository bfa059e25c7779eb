"""The kinds of values in a ruleset: names, titles, formulas, values of the policy, each read from YAML's plain data."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from incentives.language.numerals import numeral
from incentives.language.scan import KEYWORDS
from incentives.language.tree import Title
from incentives.language.types import EXACT
from incentives.ruleset.scalars import plain, written

NAME = re.compile(r"[^\W\d]\w*")
FIGURE = re.compile(r"figures\.(\S+)")
PLAIN = re.compile(r"[-+]?[0-9_.]*\s?[%％]?")
QUOTED = re.compile(
    r"\s*[‘“「『](?P<inside>[^‘’“”「」『』]*[<>=≥≤+*/][^‘’“”「」『』]*)[’”」』]\s*"
)  # with a formula inside
PERCENT = re.compile(r"([-+]?[0-9_]*\.?[0-9]*)\s?[%％]")
WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
RESERVED = frozenset({
    "and", "or", "not", "if", "then", "else", "in", "between", "true", "false", "null", "date", "figures",
    "for", "some", "every", "return", "satisfies", "function",
})  # fmt: skip
LONGEST_NAME = 60
PLAIN_SIGNS = {"：": ": ", "，": ", ", "；": ", ", "｛": "{", "｝": "}", "［": "[", "］": "]", "【": "[", "】": "]"}
WIDE_IN_NAME = re.compile(f"[{''.join(map(re.escape, PLAIN_SIGNS))}]")
WIDE_NAME = re.compile(r"[‘“「『［【《（](?P<inside>[^\W\d]\w*)[’”」』］】》）]")
FORMS = ("VARIATION SELECTOR", "COMBINING GRAPHEME JOINER", "MONGOLIAN FREE VARIATION SELECTOR")

Data = Any  # what the YAML reader hands over
Problems = list[tuple[str, tuple[str, ...], dict[str, object]]]


def refusal(code: str, *at: str, **about: object) -> PydanticCustomError:
    """Return a catalogue fault as an error to raise through pydantic; `at` leads from the value in hand to the one
    at fault."""
    return refusals([(code, at, about)])


def refusals(found: Problems) -> PydanticCustomError:
    """Return several faults as one error to raise through pydantic; each is (code, path below the value in hand,
    blanks)."""
    return PydanticCustomError("refused", "refused", {"found": found})


def is_name(text: str) -> bool:
    """Return whether a text has the form of a name: letters with their marks, `0` to `9`, `_`, and no digit in
    front."""
    marked = "".join("m" if is_mark(letter) else letter for letter in text[1:])
    strange = any(c.isnumeric() and not c.isalpha() and not c.isascii() for c in text)
    return bool(NAME.fullmatch(text[:1] + marked)) and not strange


def is_mark(letter: str) -> bool:
    """Return whether a sign belongs to the letter before it, as a vowel of Hindi or Thai does. Signs that only
    choose a form of the letter do not, for they cannot be seen."""
    return unicodedata.category(letter)[0] == "M" and not unicodedata.name(letter, "").startswith(FORMS)


def name(text: str) -> str:
    """Return a name: a letter or _, then letters, digits, _, in any script; not a word of the formula language."""
    text = unicodedata.normalize("NFC", text)
    if not is_name(text):
        if found := WIDE_NAME.fullmatch(text):
            write = f"[{found['inside']}]" if text[0] in "［【" else found["inside"]
            raise refusal("name_wide", name=text, signs=text[0] + text[-1], write=write)
        if sign := WIDE_IN_NAME.search(text):
            raise refusal("name_sign", name=text, sign=sign[0], write=PLAIN_SIGNS[sign[0]])
        raise refusal("name_form", name=text)
    if text in RESERVED or text.lower() in KEYWORDS:
        raise refusal("name_reserved", name=text, instead=f"{text}_own")
    if len(text) > LONGEST_NAME:
        raise refusal("name_long", name=text[:20] + "…", most=LONGEST_NAME)
    return text


def title(data: Data) -> Title:
    """Return a title: text that serves both languages, or `{zh: …, en: …}`."""
    if isinstance(data, Title):
        return data
    if isinstance(data, dict):
        problems: Problems = [("title_language", (key,), {"key": key}) for key in data if key not in {"zh", "en"}]
        problems += [("not_text", (k,), {}) for k, v in data.items() if k in {"zh", "en"} and not isinstance(v, str)]
        if problems or not data:
            raise refusals(problems or [("title_form", (), {})])
        return Title(data.get("zh", ""), data.get("en", ""))
    if data is None or isinstance(data, list):
        raise refusal("title_form")
    return Title(written(data), written(data))


def text(data: Data) -> str:
    """Return a text; a number, day or truth value counts as it is written. Raises the fault of any other value."""
    if isinstance(data, list) and len(data) == 2 and all(isinstance(part, Decimal | str) for part in data):
        low, high = map(written, data)
        if low[:1].isdigit() and high[:1].isdigit():  # `[95, 110]`, which YAML takes for a list
            raise refusal("text_list", value=f"[{low}, {high}]", write=f"[{low}..{high}]")
    if data is None or isinstance(data, dict | list) or data == "":
        raise refusal("not_text")
    return written(data)


def formula(data: Data) -> str:
    """Return a formula as text; a bare number, `40%` or true/false is one already. Parsed and typed by the plan."""
    if data is None or isinstance(data, dict | list) or not written(data).strip():
        raise refusal("not_formula")
    if isinstance(data, str) and meant(data) and not PLAIN.fullmatch(data.strip()):
        raise numeral_meant(data)
    if inside := in_wide_quotes(data):
        raise refusal("quotes_wide", value=shown(data), write=f"'{inside}'")
    return f'date("{data.isoformat()}")' if isinstance(data, date) else written(data)


def in_wide_quotes(data: Data) -> str:
    """Return the formula between Chinese quotes that enclose the whole text; empty for anything else."""
    found = QUOTED.fullmatch(data) if isinstance(data, str) else None
    return found["inside"].strip() if found else ""


def number(data: Data) -> Decimal:
    """Return a number, exactly: `0.4`, `40%` and `40％` alike."""
    if isinstance(data, Decimal):
        return data
    if isinstance(data, str):
        found = PERCENT.fullmatch(data.strip())
        value = plain(found[1]) if found else None
        if isinstance(value, Decimal):
            return EXACT.scaleb(value, -2)
    raise refusal("not_number", value=shown(data)) if not meant(data) else numeral_meant(data)


def meant(data: Data) -> str:
    """Return the number that a text means, as it is written here; empty where it means none."""
    return numeral(data) if isinstance(data, str) else ""


def numeral_meant(data: Data) -> PydanticCustomError:
    """Return the fault of a number in another notation, with its right form."""
    return refusal("number_meant", value=shown(data), write=meant(data))


def value(data: Data) -> Decimal | str:
    """Return a number or percent, or `figures.x`, which names a figure of this ruleset."""
    if isinstance(data, str) and (found := FIGURE.fullmatch(data.strip())) and is_name(found[1]):
        return data.strip()
    try:
        return number(data)
    except PydanticCustomError:
        raise (numeral_meant(data) if meant(data) else refusal("not_value", value=shown(data))) from None


def truth(data: Data) -> bool:
    """Return true or false from `on`/`off` or `true`/`false`. Raises the fault of any other value."""
    if isinstance(data, bool):
        return data
    if data in {"on", "off"}:
        return cast(str, data) == "on"
    raise refusal("not_switch", value=shown(data))


def day(data: Data) -> date:
    """Return a day, `2026-01-31`."""
    if isinstance(data, date):
        return data
    if isinstance(data, str) and isinstance(found := plain(data), date):
        return found
    raise refusal("not_day", value=shown(data))


def sources(data: Data) -> tuple[str, ...]:
    """Return one source or a list of them."""
    return tuple(name(text(part)) for part in (data if isinstance(data, list) else [data]))


def web_address(data: Data) -> str:
    """Return an address that begins with `https://` or `http://`."""
    address = text(data)
    if not WEB_ADDRESS.fullmatch(address):
        raise refusal("not_web_address", value=shown(address))
    return address


def bounds(data: Data) -> tuple[Decimal, Decimal]:
    """Return the two numbers of `[low, high]`. Raises the fault of another form or order."""
    if not isinstance(data, list) or len(data) != 2:
        raise refusal("range_form")
    low, high = number(data[0]), number(data[1])
    if low > high:
        raise refusal("range_order")
    return low, high


def shown(data: Data) -> str:
    """Return a value short enough for a message."""
    if isinstance(data, dict):
        return "{…}"
    if isinstance(data, list):
        return "[…]"
    words = written(data)
    if not words.strip():
        return f"'{words}'"
    return words if len(words) <= 40 else words[:39] + "…"


_TITLE_SCHEMA = {
    "anyOf": [
        {"type": ["string", "number"]},
        {"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
         "additionalProperties": False},
    ]
}  # fmt: skip
_PERCENT_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[-+]?[0-9_]*\.?[0-9]*\s?[%％]?$"}]}
_VALUE_SCHEMA = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^([-+]?[0-9_]*\.?[0-9]*\s?[%％]?|figures\..+)$"}]
}
_DAY_SCHEMA = {"type": "string", "format": "date"}

Name = Annotated[str, PlainValidator(lambda data: name(text(data))), WithJsonSchema({"type": "string"})]
TitleText = Annotated[Title, PlainValidator(title), WithJsonSchema(_TITLE_SCHEMA)]
Words = Annotated[str, PlainValidator(text), WithJsonSchema({"type": ["string", "number"]})]
WebAddress = Annotated[str, PlainValidator(web_address), WithJsonSchema({"type": "string", "format": "uri"})]
Formula = Annotated[str, PlainValidator(formula), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Value = Annotated[Decimal | str, PlainValidator(value), WithJsonSchema(_VALUE_SCHEMA)]
Day = Annotated[date, PlainValidator(day), PlainSerializer(str), WithJsonSchema(_DAY_SCHEMA)]
Sources = Annotated[
    tuple[str, ...],
    PlainValidator(sources),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Bounds = Annotated[
    tuple[Decimal, Decimal],
    PlainValidator(bounds),
    WithJsonSchema({"type": "array", "items": _PERCENT_SCHEMA, "minItems": 2, "maxItems": 2}),
]
Whole = Annotated[
    int,
    BeforeValidator(lambda data: int(data) if isinstance(data, Decimal) and data == int(data) else data),
]
