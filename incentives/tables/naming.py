"""Faults of cells in the user's words: the row, the column, the text of the cell, and what was expected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from incentives.faults import Fault
from incentives.language.near import near_names
from incentives.tables.canon import DECIMALS, RULINGS, SOURCES, Column, Table, spoken, subject_aliases
from incentives.tables.cells import ERROR
from incentives.tables.delivery import Delivery
from incentives.tables.expectation import Expectation, Metric

MOST_NAMED = 50
LONGEST = 60
# letters and marks that show nothing, and those that only choose a form of the letter before them
UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef"
PLAIN, PARTED = r"[0-9]+(\.[0-9]+)?", r"[0-9]{1,3}([,，][0-9]{3})+(\.[0-9]+)?"
# 1/3 as spreadsheets make a date of it
PARTS = r"[1-9]\d{0,3}(\s*[:：]\s*[1-9]\d{0,3})+"  # 1:3
QUOTES = "“”‘’「」『』\"'＂＇`"
AS_DAY = (
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([ T][0-9:.]+)?|\d{1,2}月\d{1,2}日|\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{1,2}"
)
DECORATED = rf"-?([¥￥$]\s*{PLAIN}元?|{PLAIN}元|[¥￥$]?\s*{PARTED}元?)"
TOTALS = ("合计", "总计", "小计", "Total", "total")
GRAINS = {
    "month": "2026-07 / 2026年7月", "quarter": "2026Q3 / 2026年三季度", "half": "2026H2 / 2026年下半年",
    "year": "2026 / 2026年",
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """One bad cell: its row and text, the fault's code, the decimals that its heading's unit moves, and what else the
    row says."""

    row: int
    value: str
    code: str
    heading: str
    letter: str
    shift: str
    key: str
    metric: str
    name: str


def visible(text: str) -> str:
    """Return a text with its invisible characters spelt out: `R001<U+200B>`."""
    if all(map(is_seen, text)) and text == text.strip():
        return text
    return "".join(sign if is_seen(sign) or sign in "\n\u3000" else f"<U+{ord(sign):04X}>" for sign in text)


def is_seen(sign: str) -> bool:
    """Return whether a character shows anything, or is a plain blank."""
    return sign.isprintable() and not re.fullmatch(f"[{UNSEEN}]", sign)


def clipped(text: str) -> str:
    """Return a value short enough to show, with its invisible characters spelt out."""
    text = visible(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…（{len(text)}）"


def cell_fault(delivery: Delivery, column: Column, expectation: Expectation, spot: Spot) -> Fault:
    """Return the fault of one cell."""
    metric = next((m for m in expectation.metrics if m.name == spot.metric), None)
    scale, low, high = bounds(column, metric, spot)
    close, choices = nearest(column, expectation, spot)
    drawn = spot.code.removeprefix("concluded_by_")
    called = metric_called(metric) if metric else spot.metric
    about: dict[str, object] = {
        "heading": spot.heading, "value": clipped(spot.value), "key": spot.key or "-", "metric": called,
        "what": called if spot.metric and delivery.table == "snapshots" else delivery.table, "name": spot.name,
        "subject": subjects_called(expectation), "scale": scale, "low": low, "high": high,
        "close": close, "choices": choices,
        "sources": spoken(metric.sources, SOURCES) if metric else "",
        "form": GRAINS.get(drawn) or GRAINS[
            metric.grain if metric and delivery.table == "snapshots" else expectation.grain
        ],
    }  # fmt: skip
    code = refined(spot, close)
    if column.kind == "share":
        code = refined_share(spot, code)
        about["write"] = parts_of(spot.value) if code == "share_parts" else ""
    bare = spot.value.strip(QUOTES)
    if code == "source_refused" and metric and bare != spot.value and bare in metric.sources:
        code, about["write"] = "source_quoted", bare
    return Fault(code, delivery.spot(spot.row, spot.letter), about)


def parts_of(text: str) -> str:
    """Return each part of `1:3` as a fraction of the whole."""
    parts = [int(part) for part in re.split(r"\s*[:：]\s*", text)]
    return ", ".join(f"{part}/{sum(parts)}" for part in parts)


def bounds(column: Column, metric: Metric | None, spot: Spot) -> tuple[int, str, str]:
    """Return the decimals and range that a cell may have, as it is written: below 万元 four decimals more, in % two
    fewer."""
    sign = "%" if spot.value.endswith("%") else ""
    moved = -2 if sign else int(spot.shift)
    if column.kind in DECIMALS:
        _, scale, least, most = DECIMALS[column.kind]
        low, high = Decimal(least), Decimal(most)
    elif metric:
        scale, low, high = metric.scale, metric.low, metric.high
    else:
        return 0, "", ""

    def written(end: Decimal) -> str:
        return f"{end.scaleb(-moved).normalize():,f}{sign}"

    return max(scale + moved, 0), written(low), written(high)


def metric_called(metric: Metric) -> dict[str, str]:
    """Return the name of a metric in messages: in Chinese its title, in English its name."""
    return {"zh": next((title for title in metric.titles if title), metric.name), "en": metric.name}


def subjects_called(expectation: Expectation) -> dict[str, str]:
    """Return the name of the table of the subjects in messages, by language."""
    return {"zh": subject_aliases(expectation.subject)[0], "en": expectation.table}


def nearest(column: Column, expectation: Expectation, spot: Spot) -> tuple[str, dict[str, str]]:
    """Return the allowed value nearest to the written one, and all of them, where the list is closed."""
    allowed = {
        "metric": [m.name for m in expectation.metrics if m.delivered or spot.code != "metric_not_known"],
        "grade": list(expectation.grades),
        "choice": list(dict.fromkeys(column.choices.values())),
        "ruling": list(dict.fromkeys(RULINGS.values())) if spot.code == "ruling_unknown" else list(expectation.grades),
    }.get(column.kind, list(expectation.grades) if spot.code == "grade_unknown" else [])
    if column.kind == "matter":
        allowed = list(expectation.matters)
    close = near_names(spot.value.lower(), allowed, 1, 0.6)
    return close[0] if close else "", spoken(allowed, column.choices)


def refined(spot: Spot, close: str) -> str:
    """Return a more specific code where the text shows the intended value."""
    if re.fullmatch(ERROR, spot.value):
        return "cell_error"
    if spot.code == "number_unknown":
        if re.fullmatch(DECORATED, spot.value):
            return "number_thousands"
        if re.fullmatch(r"-?\d+(\.\d+)?[eE][+-]?\d+", spot.value):
            return "number_scientific"
        if re.fullmatch(rf"-?{PLAIN}%", spot.value):
            return "number_percent"
        if re.fullmatch(r"-?\d{19,}(\.\d+)?%?", spot.value):
            return "cell_too_long"
    if spot.code.startswith("concluded_by_"):
        return "period_of_conclusion"
    if spot.code == "subject_unknown" and spot.value in TOTALS:
        return "row_of_totals"
    if spot.code in ("metric_not_known", "matter_unknown") and close:
        return f"{spot.code}_close"
    return spot.code


def refined_share(spot: Spot, code: str) -> str:
    """Return a more specific code for a share that was a fraction until a spreadsheet made a date or a decimal of
    it."""
    if code == "number_unknown" and re.fullmatch(AS_DAY, spot.value):
        return "share_day"
    if code == "number_unknown" and re.fullmatch(PARTS, spot.value):
        return "share_parts"
    if code == "number_unknown" and re.search("[/／⁄∕½⅓-⅞分]", spot.value):
        return "share_unknown"
    return "share_digits" if code == "number_digits" else code


def more_fault(delivery: Delivery, heading: str, number: int) -> Fault:
    """Return the fault that counts the faults of one column that are not named."""
    return Fault("cells_more", delivery.place, {"heading": heading, "number": number})


def duplicate_fault(delivery: Delivery, table: Table, rows: list[int], values: list[object]) -> Fault:
    """Return the fault of rows that share what must be unique, placed at the second."""
    about = {
        "what": ", ".join("-" if v is None else str(v) for v in values), "columns": columns_called(table),
        "first": delivery.seen(rows[0]),
        "others": ", ".join(str(delivery.seen(row)) for row in rows[1:6]), "number": len(rows),
    }  # fmt: skip
    return Fault("row_twice", delivery.spot(rows[1]), about)


def columns_called(table: Table) -> dict[str, str]:
    """Return the names of the columns that make a row unique, by language."""
    columns = [column for name in table.unique for column in table.columns if column.name == name]
    return {
        "zh": "、".join((*column.aliases, column.head)[0] for column in columns),
        "en": ", ".join(column.name for column in columns),
    }
