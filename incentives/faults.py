"""What is wrong, where, and how to mend it: the one form in which every part of the engine reports errors.

A fault carries a code and its parameters; the words stand in `messages/*.yaml`, in Chinese and English.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from incentives.texts import Catalogue

MESSAGES = Path(__file__).parent / "messages"
JOINS = {"zh": "、", "en": ", "}
MOST_SHOWN = 20  # faults in the text of an error
EMPTY = {"zh": "（空）", "en": "(empty)"}  # in the place of a name or a value that has no letters
# blanks that hold a word of a closed list, and the key of a policy that it is a value of
WORDS = {"unit": "unit", "kind": "kind", "wanted": "kind", "grain": "grain", "own": "grain", "do": "do", "ask": "ask"}
NESTED = re.compile("““([^“”]*)””")  # a name that has quotes of its own, within quotes
ALONE = r"(?:(?<=[\s\"“'`（(\[])|^)\{{{name}\}}(?=[\s\"”'`）)\],，.。:：;；?？!]|$)"  # a blank in quotes or by itself


@dataclass(frozen=True, order=True)
class Place:
    """A spot in a file the user wrote: line and column (from 1) of a text file, or sheet and cell of a workbook."""

    file: str
    line: int = 0
    column: int = 0
    end_column: int = 0
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if self.sheet or self.cell:
            return f"{self.file}[{self.sheet}!{self.cell}]" if self.cell else f"{self.file}[{self.sheet}]"
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Group:
    """Faults of one kind that one stands for: how many, the first lines, rows or cells, the values most met and how
    often, and how many different values there are."""

    number: int
    places: tuple[str, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    kinds: int = 0

    def text(self, lang: str) -> str:
        """That there are so many, in `lang`."""
        words = catalogue()
        parts = [filled(str(words["group_number"][lang]), {"number": f"{self.number:,}"})]
        if self.places:
            places = JOINS[lang].join(self.places) + (" …" if self.number > len(self.places) else "")
            code = "group_lines" if self.places[0].isdigit() else "group_cells"
            parts.append(filled(str(words[code][lang]), {"places": places}))
        if self.values:
            met = JOINS[lang].join(
                filled(str(words["group_value"][lang]), {"value": v, "n": f"{n:,}"}) for v, n in self.values
            )
            met += " …" if self.kinds > len(self.values) else ""
            code = "group_values" if self.kinds > 1 else "group_value_only"
            parts.append(filled(str(words[code][lang]), {"kinds": f"{self.kinds:,}", "values": met}))
        return filled(str(words["group_of"][lang]), {"what": "".join(parts)})


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `code` names an entry of the message catalogue, `about` fills its blanks.

    A blank that reads differently in each language is `{zh: …, en: …}`.
    """

    code: str
    place: Place
    about: dict[str, Any] = field(default_factory=dict)
    warning: bool = False
    group: Group | None = None

    def text(self, lang: str = "zh") -> str:
        """The message in `lang` (zh or en), blanks filled."""
        text = self._filled(str(catalogue()[self.code][lang]), lang)
        return text + self.group.text(lang) if self.group else text

    def mend(self, lang: str = "zh") -> str:
        """What to do about it in `lang`; empty when the message says it all."""
        return self._filled(str(catalogue()[self.code].get("mend", {}).get(lang, "")), lang)

    def _filled(self, text: str, lang: str) -> str:
        blanks = {name: in_language(value, lang) for name, value in self.about.items()}
        if lang == "zh":
            blanks |= {name: meant for name in WORDS if (meant := with_meaning(name, blanks.get(name), text))}
        for name, value in blanks.items():
            if value is None or (isinstance(value, str) and not value.strip()):
                text = re.sub(ALONE.format(name=name), EMPTY[lang], text)
        return NESTED.sub(r"“‘\1’”", filled(text, blanks))


def with_meaning(name: str, value: Any, text: str) -> str:
    """A word of a closed list with its meaning, `quarter（季度）`; empty for anything else, and where the text shows it
    as it is to be written, `grain: {grain}`."""
    if not isinstance(value, str) or f": {{{name}}}" in text:
        return ""
    codes = (f"choice_{WORDS[name]}_{value}", f"choice_{value}")
    meaning = next((catalogue()[code]["zh"] for code in codes if code in catalogue()), "")
    return f"{value}（{meaning}）" if meaning and meaning != value else ""


def in_language(value: Any, lang: str) -> Any:
    """What fills a blank in `lang`: of what reads differently in each language the other one where it has none."""
    if isinstance(value, dict):
        return value.get(lang) or next((text for text in value.values() if text), "")
    return value


class RefusedError(Exception):
    """Raised when a ruleset, data or an argument cannot be used; carries every fault found, in order.

    Its text speaks the language that INCENTIVES_LANG asks for, and both where that is not set.
    """

    def __init__(self, faults: list[Fault] | tuple[Fault, ...]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        asked = os.environ.get("INCENTIVES_LANG", "")
        langs = (asked,) if asked in JOINS else tuple(reversed(JOINS))
        more = len(self.faults) - MOST_SHOWN
        return "\n".join(
            [*(_spoken(f, langs) for f in self.faults[:MOST_SHOWN]), *([f"… +{more}"] if more > 0 else [])]
        )


def language(asked: str = "") -> Literal["zh", "en"]:
    """The language to speak: the one that is `asked` for, else what INCENTIVES_LANG says, else Chinese."""
    return "en" if (asked or os.environ.get("INCENTIVES_LANG", "")) == "en" else "zh"


def _spoken(fault: Fault, langs: Sequence[str]) -> str:
    """Place, message and mend of a fault in these languages."""
    said = f"{fault.place}: " if str(fault.place) else ""
    said += " · ".join(fault.text(lang) for lang in langs)
    mends = [mend for lang in langs if (mend := fault.mend(lang))]
    return "\n  = ".join([said, " · ".join(mends)]) if mends else said


class _Plural(Formatter):
    """`{n:row is|rows are}`: the number, and the words for one or for many."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return f"{value} {one if value == 1 else many}" if bar else str(super().format_field(value, format_spec))


def filled(text: str, blanks: dict[str, Any]) -> str:
    """`text` with its blanks filled; `{n:row|rows}` gives the number with the word that goes with it."""
    return _Plural().vformat(text, (), blanks)


@cache
def catalogue() -> Catalogue:
    """All message texts by code: `{zh, en, mend: {zh, en}}`."""
    return Catalogue(sorted(MESSAGES.glob("*.yaml")))
