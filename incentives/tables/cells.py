"""SQL that reads one cell: its typed value, and the code of what is wrong with it (NULL when nothing is).

The functions give the pair (value, reason). Days and decimals take the cell as it is and clean it only where they must;
all others take it `cleaned`.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from incentives.database import literal
from incentives.tables.canon import DECIMALS, EXEMPT, RULINGS, Column
from incentives.tables.expectation import Expectation
from incentives.tables.periods import LAST_YEAR

# what is no part of a cell at its ends: blanks of all widths, and what cannot be seen
UNSEEN = (0xA0, 0xAD, *range(0x2000, 0x2010), *range(0x2028, 0x2030), 0x205F, 0x2060, 0x3000, 0xFEFF)
BLANKS = literal("".join(map(chr, (32, 9, 10, 13, *UNSEEN))))
MILLION = 10**6  # the whole that a share written as a decimal is a part of, and the largest denominator of a fraction
SQL_TYPES = {
    "day": "DATE",
    "revision": "INTEGER",
    **{kind: f"DECIMAL({digits},{scale})" for kind, (digits, scale, *_) in DECIMALS.items()},
    "share": "STRUCT(part BIGINT, whole BIGINT)",
}
ERROR = "#(N/A|DIV/0!|[A-Z]+[!?])"
TRUE, FALSE = ("true", "是", "yes"), ("false", "否", "no")


@dataclass(frozen=True)
class Read:
    """The source of a canonical column: a column `ref` of the staged relation; heading and letter are SQL."""

    column: Column
    ref: str
    type: str
    shift: str
    heading: str
    letter: str


@dataclass(frozen=True)
class Cell:
    """One canonical column as SQL: the text that was written, the typed value, and the code of a fault or NULL."""

    read: Read
    value: str
    reason: str


def sql_type(column: Column) -> str:
    """Return the SQL type that a canonical column is stored with."""
    return SQL_TYPES.get(column.kind, "VARCHAR")


def cleaned(ref: str) -> str:
    """Return SQL for the text of a cell without surrounding blanks, in NFC; NULL when empty."""
    return f"CASE WHEN {plain(ref)} THEN {ref} ELSE {trimmed(ref)} END"


def is_clean(ref: str) -> str:
    """Return SQL for whether the text of a cell comes out of `cleaned` as it went in."""
    return f"CASE WHEN {plain(ref)} THEN TRUE ELSE {trimmed(ref)} IS NOT DISTINCT FROM {ref} END"


def plain(ref: str) -> str:
    """Return SQL for ASCII that neither begins nor ends with a blank, as nearly all text is: that skips the slow
    calls."""
    return f"strlen({ref}) = length({ref}) AND {ref} >= '!' AND reverse({ref}) >= '!'"


def trimmed(ref: str) -> str:
    """Return SQL for the text without surrounding blanks, in NFC; NULL when empty."""
    return f"nfc_normalize(nullif(trim({ref}, {BLANKS}), ''))"


def as_text(ref: str, source_type: str) -> str:
    """Return SQL for a cell of any type as clean text."""
    return cleaned(ref) if source_type == "VARCHAR" else f"CAST({ref} AS VARCHAR)"


def day_cell(ref: str, source_type: str, happened: bool) -> tuple[str, str]:
    """Return SQL for a date (`2026-07-03`, `2026/7/3`, `2026.7.3` or `2026年7月3日`, also with the time 00:00:00 behind
    it), and for its fault.

    A day on which something `happened` lies in a period that can be named: `9999-12-31` says that it never did.
    """
    text = as_text(ref, source_type)
    if source_type == "DATE":
        value = ref
    elif source_type.startswith("TIMESTAMP"):
        value = f"CASE WHEN {ref} = date_trunc('day', {ref}) THEN CAST({ref} AS DATE) END"
    else:
        form = r"'^(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?([ T]00:00(:00(\.0+)?)?)?$'"
        value = (
            f"CASE WHEN regexp_full_match({text}, {form}) "
            f"THEN try_cast(regexp_replace({text}, {form}, '\\1-\\2-\\3') AS DATE) END"
        )
        if source_type == "VARCHAR":
            # ten bytes are 2026-07-03, nearly always: skip the slow calls
            value = f"coalesce(CASE WHEN strlen({ref}) = 10 THEN try_cast({ref} AS DATE) END, {value})"
    reason = (
        f"CASE WHEN {value} BETWEEN DATE '1900-01-01' AND DATE '9999-12-31' OR {ref} IS NULL THEN NULL "
        f"WHEN {text} IS NOT NULL THEN 'day_unknown' END"
    )
    if happened:
        reason = f"CASE WHEN {value} > DATE '{LAST_YEAR}-12-31' THEN 'day_far' ELSE {reason} END"
    return value, reason


def or_error(ref: str, reason: str) -> str:
    """Return SQL for the reason, unless the text is an error value of a spreadsheet, such as #N/A or #SPILL!."""
    error = f"starts_with({ref}, '#') AND regexp_full_match({ref}, '{ERROR}')"
    return f"CASE WHEN {error} THEN 'cell_error' ELSE {reason} END"


def number_reason(text: str, scale: str, low: str, high: str, percent: str, shift: str) -> str:
    """Return SQL for the code why `text` is no number with at most `scale` decimals between `low` and `high`, else
    NULL.

    `percent`: SQL condition under which `12%` is allowed; `shift`: SQL of the decimals that the heading's unit moves,
    which says nothing about `12%`.
    """
    decimals = f"length(rtrim(regexp_extract({text}, '\\.([0-9]+)', 1), '0'))"
    room = f"{scale} + CASE WHEN suffix({text}, '%') THEN -2 ELSE {shift} END"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN NOT regexp_full_match({text}, '-?[0-9]{{1,18}}(\\.[0-9]+)?%?') THEN 'number_unknown' "
        f"WHEN suffix({text}, '%') AND NOT ({percent}) THEN 'number_unknown' "
        f"WHEN {decimals} > {room} THEN 'number_digits' "
        f"WHEN {exact(text, shift)} < {low} OR {exact(text, shift)} > {high} THEN 'number_range' END"
    )


def exact(text: str, shift: str) -> str:
    """Return SQL for the exact value of a checked text, with its percent sign or else the heading's unit applied
    (`12%` is 12 % below 完成率（%） too), DECIMAL(38,12)."""
    number = f"CAST(try_cast(rtrim({text}, '%') AS DECIMAL(28,10)) AS DECIMAL(32,10))"
    if shift != "0":
        powers = "WHEN 4 THEN CAST(10000 AS DECIMAL(7,2)) WHEN -2 THEN CAST(0.01 AS DECIMAL(7,2))"
        power = f"CASE CASE WHEN suffix({text}, '%') THEN 0 ELSE {shift} END {powers} ELSE CAST(1 AS DECIMAL(7,2)) END"
        number = f"CAST({number} * {power} AS DECIMAL(34,12))"
    part = f"CASE WHEN suffix({text}, '%') THEN CAST(0.01 AS DECIMAL(3,2)) ELSE CAST(1 AS DECIMAL(3,2)) END"
    return f"CAST({number} * {part} AS DECIMAL(38,12))"


def decimal_cell(kind: str, ref: str, source_type: str, shift: str) -> tuple[str, str]:
    """Return SQL for a number of a decimal kind from text or an exact SQL type, and for its fault. Digits past its
    scale are a fault, not rounded."""
    digits, scale, low, high = DECIMALS[kind]
    target = f"DECIMAL({digits},{scale})"
    if shift == "0" and ("DECIMAL" in source_type or "INT" in source_type):
        value = f"try_cast({ref} AS {target})"
        reason = (
            f"CASE WHEN {ref} IS NULL THEN NULL WHEN {value} IS NULL OR {value} NOT BETWEEN {low} AND {high} "
            f"THEN 'number_range' WHEN {value} <> {ref} THEN 'number_digits' END"
        )
        return value, reason
    text = as_text(ref, source_type)
    percent = "true" if kind == "share" else "false"
    detail = number_reason(text, str(scale), str(low), str(high), percent, shift)
    value = f"try_cast({exact(text, shift)} AS {target})"
    if source_type != "VARCHAR" or shift != "0":
        return value, detail
    # an amount that comes out as it went in is plain: skip the slow calls
    quick = f"try_cast({ref} AS {target})"
    plain = f"CAST({quick} AS VARCHAR) = {ref} AND {quick} BETWEEN {low} AND {high}"
    return f"CASE WHEN {plain} THEN {quick} ELSE {value} END", f"CASE WHEN {plain} THEN NULL ELSE {detail} END"


def share_cell(ref: str, source_type: str, shift: str) -> tuple[str, str]:
    """Return SQL for a share as part and whole, and for its fault: a decimal or percent is millionths, `1/3` is 1 of
    3, also below 比例（%）."""
    value, reason = decimal_cell("share", ref, source_type, shift)
    value = f"CASE WHEN ({value}) IS NOT NULL THEN {pair(f'CAST(({value}) * {MILLION} AS BIGINT)', str(MILLION))} END"
    if source_type != "VARCHAR":
        return value, reason
    text = f"replace(translate({ref}, '０１２３４５６７８９／⁄∕', '0123456789///'), ' ', '')"
    text = f"trim({text}, {BLANKS})"
    # in nearly all files there is no stroke: skip the slow calls
    strokes = " OR ".join(f"contains({ref}, '{stroke}')" for stroke in "/／⁄∕")
    written = f"(({strokes}) AND regexp_full_match({text}, '[0-9]{{1,18}}/[0-9]{{1,18}}'))"
    part, whole = (f"try_cast(split_part({text}, '/', {number}) AS BIGINT)" for number in (1, 2))
    wrong = f"WHEN {whole} NOT BETWEEN 1 AND {MILLION} THEN 'share_whole' WHEN {part} > {whole} THEN 'number_range'"
    return (
        f"CASE WHEN {written} THEN {pair(part, whole)} ELSE {value} END",
        f"CASE WHEN {written} THEN CASE {wrong} END ELSE {reason} END",
    )


def pair(part: str, whole: str) -> str:
    """Return SQL for a share as it is kept."""
    return f"struct_pack(part := {part}, whole := CAST({whole} AS BIGINT))"


def listed_cell(column: Column, ref: str) -> tuple[str, str]:
    """Return SQL for a value with accepted spellings, and for its fault; a closed list refuses others, an open one
    keeps them."""
    if column.kind == "named":
        return spelt(column.choices, ref), "NULL"
    value = spelt(column.choices, ref, "NULL")
    return value, f"CASE WHEN {ref} IS NOT NULL AND {value} IS NULL THEN 'value_unknown' END"


def spelt(choices: dict[str, str], ref: str, otherwise: str | None = None) -> str:
    """Return SQL for the value of a spelling, in any case of its letters; `otherwise`, or the text itself, for
    others."""
    whens = " ".join(f"WHEN lower({literal(k)}) THEN {literal(v)}" for k, v in choices.items())
    return f"CASE lower({ref}) {whens} ELSE {otherwise or ref} END" if choices else otherwise or ref


def matter_cell(ref: str, expectation: Expectation) -> tuple[str, str]:
    """Return SQL for the matter of a decision (the grade, an exemption, or a conclusion by its name or title), and
    for why it is none."""
    value, names = spelt(expectation.matters, ref), dict.fromkeys(expectation.matters.values())
    return value, f"CASE WHEN {value} NOT IN ({', '.join(map(literal, names))}) THEN 'matter_unknown' END"


def matter_grain(about: str, expectation: Expectation) -> str:
    """Return SQL for the branches that refuse a decision about a conclusion that is never drawn for the grain of
    `p`."""
    matter, grains = spelt(expectation.matters, about), dict.fromkeys(one.grain for one in expectation.conclusions)
    return "".join(
        f" WHEN p.grain <> '{grain}' AND {matter} IN "
        f"({', '.join(literal(one.name) for one in expectation.conclusions if one.grain == grain)}) "
        f"THEN 'concluded_by_{grain}'"
        for grain in grains
    )


def ruling_cell(ref: str, about: str, expectation: Expectation) -> tuple[str, str]:
    """Return SQL for the ruling of a decision and for why it is none: about `grade` a grade, about a conclusion
    whether it is approved."""
    matter = spelt(expectation.matters, about)
    drawn = ", ".join(literal(one.name) for one in expectation.conclusions) or "''"
    ruling = spelt({**{value: value for value in RULINGS.values()}, **RULINGS}, ref)
    value = f"CASE WHEN {matter} = 'grade' THEN {ref} WHEN {matter} IN ({drawn}) THEN {ruling} "
    value += f"ELSE {spelt(EXEMPT, ref)} END"
    reason = f"CASE WHEN {matter} IN ({drawn}) AND {ruling} NOT IN ('approved', 'rejected') THEN 'ruling_unknown'"
    if expectation.grades:
        grades = ", ".join(literal(grade) for grade in expectation.grades)
        reason += f" WHEN {matter} = 'grade' AND {ref} NOT IN ({grades}) THEN 'grade_unknown'"
    return value, f"{reason} END"


def plain_number(text: str, source_type: str) -> str:
    """Return SQL that is true only for a number up to 10^12 without a sign, or of an exact SQL type, with no more
    decimals than the metric `m`. It may be false for some of these."""
    if found := re.fullmatch(r"DECIMAL\(\d+,([0-6])\)", source_type):
        whole = f".{'0' * int(found[1])}".rstrip(".")
        return f"(m.scale >= {found[1]} OR suffix({text}, '{whole}'))"
    return (
        f"regexp_full_match({text}, '[0-9]{{1,12}}(\\.[0-9]{{1,6}})?') AND "
        f"(strpos({text}, '.') = 0 OR strlen({text}) - strpos({text}, '.') <= m.scale)"
    )


def metric_value(text: str, shift: str, source_type: str, units: Set[str]) -> tuple[str, str]:
    """Return the value of a metric as plain decimal text (or true/false), checked against the joined metric `m`;
    `units` are those that metrics have."""
    yes, no = (", ".join(literal(word) for word in words) for words in (TRUE, FALSE))
    percent = "m.unit IN ('ratio', 'rate')"
    number = number_reason(text, "m.scale", "m.low", "m.high", percent, shift)
    quick = (
        ""
        if shift != "0"
        else (
            f" OR (m.numeric AND {plain_number(text, source_type)} AND "
            f"try_cast({text} AS DECIMAL(18,6)) BETWEEN m.low AND m.high)"
        )
    )
    plain = f"rtrim(rtrim(CAST({exact(text, shift)} AS VARCHAR), '0'), '.')"
    converted = plain if shift != "0" else f"CASE WHEN suffix({text}, '%') THEN {plain} ELSE {text} END"
    value, reason = "CASE", f"CASE WHEN m.name IS NULL{quick} THEN NULL"
    if "switch" in units:
        value += (
            f" WHEN m.unit = 'switch' THEN CASE WHEN lower({text}) IN ({yes}) THEN 'true' "
            f"WHEN {text} IS NOT NULL THEN 'false' END"
        )
        reason += f" WHEN m.unit = 'switch' THEN CASE WHEN lower({text}) NOT IN ({yes}, {no}) THEN 'switch_unknown' END"
    if "text" in units:
        value += f" WHEN m.unit = 'text' THEN {text}"
        reason += " WHEN m.unit = 'text' THEN NULL"
    return f"{value} ELSE {converted} END" if value != "CASE" else converted, f"{reason} ELSE {number} END"
