"""The generated parts of docs/ruleset.md: a table of keys for each part of the language, and the units.

`python -m incentives.ruleset.document` brings the page up to date.
"""

from __future__ import annotations

import re
from inspect import getdoc
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from incentives.ruleset import conclude, model, pay, proofs, rates, references, timing
from incentives.ruleset.model import Overlay, Policy
from incentives.ruleset.parts import Part
from incentives.ruleset.units import NUMBERS, OTHERS

MODULES = (model, conclude, pay, rates, timing, proofs, references)
PAGE = Path(__file__).parents[2] / "docs" / "ruleset.md"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
KINDS = {
    "TitleText": "title",
    "Words": "text",
    "Formula": "formula",
    "Value": "value",
    "Name": "name",
    "Day": "day",
    "Whole": "whole number",
    "WebAddress": "web address",
    "bool": "true, false",
    "Sources": "name or list of names",
    "Bounds": "`[low, high]`",
    "RateKeys": "list of " + ", ".join(f"`{key}`" for key in get_args(rates.RateKey)),
    "FigureValue": "a value, or `{day: value, …}`",
    "str": "text",
    "Any": "anything",
}
EVERYWHERE = {"title", "why", "source"}


def updated(page: str) -> str:
    """Return the page with every generated block as it should be."""
    return BLOCK.sub(lambda block: f"{block[1]}{_block(block[2])}{block[3]}", page)


def parts() -> list[type[BaseModel]]:
    """Return every part of the language, the whole first."""
    found: list[type[BaseModel]] = [Policy, Overlay]
    for part in found:
        for annotation in _annotations(part).values():
            for name in re.findall(r"\w+", annotation):
                inner = _named(name)
                if isinstance(inner, type) and issubclass(inner, Part) and inner not in found:
                    found.append(inner)
    return found


def _block(name: str) -> str:
    if name == "units":
        return _units()
    part: type[BaseModel] = _named(name)
    rows = [_row(part, key, field) for key, field in part.model_fields.items() if not _shared(part, key)]
    return "\n".join([f"{getdoc(part)}", "", "| key | takes | |", "|---|---|---|", *rows]) + "\n"


def _named(name: str) -> Any:
    """Return a part of the language or a list of choices by its name; None where there is none."""
    return next((found for module in MODULES if (found := getattr(module, name, None))), None)


def _shared(part: type[BaseModel], key: str) -> bool:
    """Return whether a key means the same in every part, so that the page explains it once."""
    return key in EVERYWHERE and key not in vars(part)["__annotations__"]


def _row(part: type[BaseModel], key: str, field: FieldInfo) -> str:
    takes = _takes(_annotations(part)[key])
    meaning = (field.description or "").replace("|", "\\|")
    default = field.get_default(call_default_factory=False)
    if field.is_required():
        meaning += " **Required.**"
    elif isinstance(default, str | int) and not isinstance(default, bool) and default != "":
        meaning += f" `{default}` without it."
    return f"| `{field.alias or key}` | {takes} | {meaning} |"


def _takes(annotation: str) -> str:
    """Return the values that a key takes, in the words of the page."""
    annotation = annotation.removesuffix(" | None")
    if inner := re.fullmatch(r"dict\[(\w+), (.+)\]", annotation):
        return f"entries: {_takes(inner[1])} → {_takes(inner[2])}"
    if inner := re.fullmatch(r"tuple\[(\w+), \.\.\.\]", annotation):
        return f"list of {_takes(inner[1])}"
    known = _named(annotation)
    choices = get_args(known) or re.findall(r"['\"](\w+)['\"]", annotation)
    if annotation in KINDS:
        return KINDS[annotation]
    if choices:
        return ", ".join(f"`{choice}`" for choice in choices)
    return f"[{annotation}](#{annotation.lower()})"


def _annotations(part: type[BaseModel]) -> dict[str, str]:
    """Return the annotations of a part's keys as they are written."""
    return {key: text for base in reversed(part.__mro__) for key, text in vars(base).get("__annotations__", {}).items()}


def _units() -> str:
    rows = [f"| `{name}` | {unit.scale} | {unit.low:,} to {unit.high:,} |" for name, unit in NUMBERS.items()]
    rows += [f"| `{name}` | – | {_other(name)} |" for name in OTHERS]
    return "\n".join(["| unit | decimals | range |", "|---|---|---|", *rows]) + "\n"


def _other(name: str) -> str:
    return {"switch": "`on`, `off` (or `true`, `false`)", "text": "any text", "date": "a day"}[name]


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="")
