"""pydantic's errors → faults of the catalogue, each at the key or value that the person typed."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from incentives.faults import Fault
from incentives.ruleset.document import Document, Path
from incentives.ruleset.kinds import shown
from incentives.ruleset.model import Policy

TYPE_CODES = {
    "model_type": "not_mapping",
    "dict_type": "not_mapping",
    "model_attributes_type": "not_mapping",
    "tuple_type": "not_list",
    "list_type": "not_list",
    "bool_type": "not_true_false",
    "bool_parsing": "not_true_false",
    "int_type": "not_whole",
    "too_short": "is_empty",
}


def faults_of(error: ValidationError, document: Document, model: type[BaseModel] = Policy) -> list[Fault]:
    """Every error as faults with the place of the key or value at fault."""
    return [fault for details in error.errors(include_url=False) for fault in _faults(details, document, model)]


def _faults(details: ErrorDetails, document: Document, model: type[BaseModel]) -> Iterator[Fault]:
    loc, kind, about = details["loc"], details["type"], details.get("ctx", {})
    in_key = "[key]" in loc
    path: Path = tuple(step for step in loc if step != "[key]")
    here = document.key_place(path) if in_key else document.place(path)
    if kind == "refused":
        for code, below, blanks in about["found"]:
            full = (*path, *below)
            yield Fault(code, document.key_place(full) if in_key else document.place(full), blanks)
    elif kind == "missing":
        where = document.key_place(path[:-1]) if path[:-1] else document.place()
        yield Fault("key_missing", where, {"key": path[-1], "part": ".".join(map(str, path[:-1])) or "ruleset"})
    elif kind == "extra_forbidden":
        key = str(path[-1])
        known = keys_of(_part(model, path[:-1]) or model)
        close = get_close_matches(key, known, 1)
        code = "key_unknown_close" if close else "key_unknown"
        blanks = {"key": key, "known": ", ".join(known), "close": close[0] if close else ""}
        yield Fault(code, document.key_place(path), blanks)
    elif kind == "literal_error":
        allowed = str(about["expected"]).replace("'", "").replace(" or ", ", ")
        close = get_close_matches(shown(details["input"]), allowed.split(", "), 1)
        blanks = {"value": shown(details["input"]), "allowed": allowed, "close": close[0] if close else ""}
        yield Fault("choice_unknown_close" if close else "choice_unknown", here, blanks)
    elif kind in {"greater_than_equal", "less_than_equal"}:
        limit = about.get("ge", about.get("le"))
        yield Fault(f"whole_{kind}", document.place(path), {"limit": limit, "value": shown(details["input"])})
    else:
        code = TYPE_CODES.get(kind, "not_understood")
        yield Fault(code, document.place(path), {"value": shown(details["input"]), "key": str((*path, "ruleset")[-1])})


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a part as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _part(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The part of the model that stands at `path`."""
    found: Any = model
    for step in path:
        if isinstance(found, type) and issubclass(found, BaseModel):
            fields = {field.alias or name: field for name, field in found.model_fields.items()}
            found = fields[str(step)].annotation if step in fields else None
        elif found is not None:
            found = get_args(found)[-1]
        if isinstance(found, UnionType):
            found = next((x for x in get_args(found) if x is not type(None)), None)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None
