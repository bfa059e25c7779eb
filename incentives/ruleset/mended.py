"""A document without its faulty parts, so that the rest is checked in the same run, and no fault is reported twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from incentives.faults import Fault
from incentives.ruleset.edits import put, renamed, without
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.refused import choices_of, faults_at, part_of, path_of, unknown_key, unknown_keys

Form = TypeVar("Form", bound=BaseModel)

# for what must be there; the last of all days brings every figure to its last value
STAND_INS: Mapping[str, Any] = {
    "ruleset": "unnamed", "version": "0", "effective": {"from": date.max}, "weight": Decimal(0), "rate": Decimal(0),
    "at_least": Decimal(0), "unit": "money", "kind": "bonus", "by": "slice", "within": "team", "rates.by": "level",
}  # fmt: skip
# what is found in a list as a whole, so not where one of its entries is left out
WHOLE = re.compile(r"weights_|shares_|bands_|grade_unreachable|tiers?_|by_grade_lacks|most_of_worst")
UNKNOWN = re.compile(r"unknown|absent|close|no_such")
SECTIONS = frozenset(name for name, field in Policy.model_fields.items() if field.default_factory)


def read_form(document: Document, form: type[Form]) -> tuple[Form | None, Document, list[Fault]]:
    """Return the form read from the document, the document that was read, and every fault of its form.

    Unknown keys are taken for those probably meant; faulty parts are left out (`lost` of the document names them). The
    form is None where nothing can replace a faulty part.
    """
    faults: list[Fault] = []
    while True:
        try:
            return form.model_validate(document.data), document, faults
        except ValidationError as error:
            if unknown := unknown_keys(error, document, form):
                for path, close in unknown.items():
                    faults.append(unknown_key(document, path, close, form))
                    document = renamed(document, path, close) if close else _lose(document, path)
                continue
            lost = document.lost
            for details in error.errors(include_url=False):
                if not any(_within(path_of(details), each) or _within(each, path_of(details)) for each in lost):
                    faults += faults_at(details, document, form)
            mended = _mended(document, error, form)
            if mended.data == document.data:
                return None, document, faults
            document = mended


def follows(fault: Fault, document: Document) -> bool:
    """Return whether a fault only results from parts that were left out of the document."""
    if not document.lost:
        return False
    words = _words(document.lost)
    told = " ".join(str(blank) for key, blank in fault.about.items() if key not in {"known", "close"})
    if any(re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", told) for word in words):
        return True
    if UNKNOWN.search(fault.code) and any(
        path[0] in SECTIONS and len(path) == 1 and not isinstance(value, dict) for path, value in document.lost.items()
    ):
        return True
    here = [path for path, place in (*document.values.items(), *document.keys.items()) if place == fault.place]
    if any(_within(lost, path) for lost in document.lost for path in here):
        return True
    return bool(WHOLE.match(fault.code)) and any(
        lost[:2] == path[:2] or words & set(path) or (fault.code == "grade_unreachable" and lost[0] == "scorecards")
        for lost in document.lost for path in here
    )  # fmt: skip


def _words(lost: Mapping[Path, Any]) -> set[str]:
    """Return every name that what was left out may have given to something."""
    found = {str(path[-1]) for path in lost} | ({"total"} if ("grade",) in lost else set())
    for value in lost.values():
        found.update(_texts(value))
    return {word for word in found if word}


def _texts(value: Any) -> Iterator[str]:
    """Yield the keys of a value, and of a list its texts too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for part in value:
            yield from [part] if isinstance(part, str) else _texts(part)


def _within(path: Path, outer: Path) -> bool:
    return path[: len(outer)] == outer


def _mended(document: Document, error: ValidationError, form: type[BaseModel]) -> Document:
    """Return the document without the parts at fault, or with something sound in their place."""
    for details in error.errors(include_url=False):
        found = details.get("ctx", {}).get("found", [("", (), {})])
        for _, below, _ in found:
            document = _without_fault(document, details, below, form)
    return document


def _without_fault(document: Document, details: ErrorDetails, below: Path, form: type[BaseModel]) -> Document:
    path: Path = tuple(takewhile(lambda step: isinstance(step, str), path_of(details)))
    if details["type"] == "missing":
        key = next((key for key in (".".join(map(str, path[-2:])), str(path[-1])) if key in STAND_INS), "")
        tried = bool(key) and path in document.lost and document.lost[path] == STAND_INS[key]
        if key and not tried and (len(path) > 1 or form is Policy):
            return _stand_in(document, path, STAND_INS[key])
        return _lose(document, path[:-1])
    if details["type"] == "literal_error":
        field = part_of(form, path[:-1]).model_fields.get(str(path[-1]))
        allowed, close = choices_of(details)
        if field is not None and (close or field.get_default(call_default_factory=True) is None or field.is_required()):
            return _stand_in(document, path, close or STAND_INS.get(str(path[-1]), allowed[0]), bool(close))
    inner = (*path, *below)
    return _lose(document, inner if _is_there(document, inner) else path)


def _stand_in(document: Document, path: Path, value: Any, meant: bool = False) -> Document:
    """Return a value in the place of a missing or wrong one; unless it was probably meant, its part counts as lost."""
    if not isinstance(document.at(path[:-1]), dict):
        return document
    changed = put(document, path, value, {}, {})
    changed = replace(changed, values=document.values, keys=document.keys)
    return changed if meant else replace(changed, lost={**document.lost, path[:2]: {}, path: {}})


def _lose(document: Document, path: Path) -> Document:
    """Return the document without the value at `path`, and note the loss."""
    if not path or not _is_there(document, path):
        return document
    lost = {**document.lost, path: document.at(path)}
    return replace(without(document, path), lost=lost)


def _is_there(document: Document, path: Path) -> bool:
    above = document.at(path[:-1])
    return bool(path) and isinstance(above, dict) and path[-1] in above
