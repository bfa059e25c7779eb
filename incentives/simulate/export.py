"""A simulation for other programs: one JSON object, or a CSV with every row before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from incentives.database import literal, quoted
from incentives.faults import Place
from incentives.language.tree import Title
from incentives.outcome.spreadsheet import guarded
from incentives.scratch import scratch_folder
from incentives.simulate.model import Comparison

LEFT_OUT = ("con", "relation", "remarks")


def json_text(comparisons: Sequence[Comparison]) -> str:
    """`{"simulations": [...]}`: everything that a `Comparison` says, figures as decimal strings."""
    return json.dumps({"simulations": [whole(one) for one in comparisons]}, ensure_ascii=False, indent=1) + "\n"


def study_json(name: str, found: Any) -> str:
    """`{<name>: {...}}`: everything that a study found, figures as decimal strings."""
    return json.dumps({name: plain(found)}, ensure_ascii=False, indent=1) + "\n"


def whole(comparison: Comparison) -> dict[str, Any]:
    """One comparison with its sum."""
    return {**plain(comparison), "cost": plain(comparison.total)}


def plain(value: Any) -> Any:
    """A value of the model as JSON has it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Title):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Place):
        return str(value)
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if f.name not in LEFT_OUT}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    return value


def csv_bytes(comparisons: Sequence[Comparison]) -> bytes:
    """Every row of every change before and after, with a BOM for Excel; text that would run is guarded."""
    parts = [rows_sql(comparison, turn) for turn, comparison in enumerate(comparisons)]
    with scratch_folder() as folder:
        found: list[bytes] = []
        for comparison, sql in zip(comparisons, parts, strict=True):
            file = folder / "rows.csv"
            comparison.con.copy_out(sql, file, header=not found)
            found.append(file.read_bytes())
    return b"\xef\xbb\xbf" + b"".join(found)


def rows_sql(comparison: Comparison, turn: int) -> str:
    """The SELECT of a comparison's rows with the title of its change, in order."""
    con = comparison.con
    columns = con.columns(comparison.relation)
    key = next(iter(columns))
    texts = {name for name, kind in columns.items() if kind == "VARCHAR"}
    listed = ", ".join(
        f"{guarded(quoted(name))} AS {quoted(name)}" if name in texts else quoted(name)
        for name in columns
        if name != "period_no"
    )
    title = comparison.title.zh or comparison.title.en or str(turn + 1)
    return (
        f"SELECT {guarded(literal(title))} AS change, {listed} FROM {comparison.relation} "
        f"ORDER BY {quoted(key)}, period_no"
    )
