"""pydantic's errors → faults of the catalogue, each at the key or value that the person typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from incentives.faults import Fault, Place, catalogue
from incentives.language.near import near_names
from incentives.ruleset.conclude import Action
from incentives.ruleset.kinds import shown
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.rules import ACTIONS

TYPE_CODES = {
    "model_type": "not_mapping",
    "dict_type": "not_mapping",
    "model_attributes_type": "not_mapping",
    "tuple_type": "not_list",
    "list_type": "not_list",
    "bool_type": "not_true_false",
    "int_type": "not_whole",
    "string_type": "not_text",
    "too_short": "is_empty",
}


COMMON = ("title", "why", "source", "grain")  # keys of many parts
# faults of a key rather than of its value
OF_KEYS = frozenset({
    "key_without", "add_rate_beside", "key_needs", "several_forms", "tax_of_other", "range_of_words", "title_language",
    "not_day_key",
    "metric_without_form", "item_without_form", "pay_without_form", "of_orders_only", "rates_key_stray",
    "split_of_others", "timing_without_form", "column_without_form", "tier_without_form", "criterion_without_form",
    "conclusion_without_form",
    "action_needs", "action_takes",
})  # fmt: skip


def faults_of(error: ValidationError, document: Document, model: type[BaseModel] = Policy) -> list[Fault]:
    """Return every error as faults with the place of the key or value at fault."""
    unknown = unknown_keys(error, document, model)
    faults = [unknown_key(document, path, close, model) for path, close in unknown.items()]
    told = (faults_at(details, document, model) for details in error.errors(include_url=False))
    return faults + [fault for each in told for fault in each]


def unknown_keys(error: ValidationError, document: Document, model: type[BaseModel] = Policy) -> dict[Path, str]:
    """Return the paths of keys that the language does not have, each with the free key that was probably meant, or
    ""."""
    found: dict[Path, str] = {}
    for details in error.errors(include_url=False):
        if details["type"] == "extra_forbidden":
            *above, key = details["loc"]
            taken = {close for path, close in found.items() if path[:-1] == tuple(above)}
            taken |= document.at(tuple(above)).keys()
            free = [known for known in keys_at(document, tuple(above), model) if known not in taken]
            found[*above, key] = next(iter(near_names(str(key), free, 1)), "")
    return found


def unknown_key(document: Document, path: Path, close: str, model: type[BaseModel] = Policy) -> Fault:
    """Return the fault of a key that the language does not have."""
    known = ", ".join(keys_at(document, path[:-1], model))
    about = {"key": str(path[-1]), "known": known, "close": close}
    return Fault("key_unknown_close" if close else "key_unknown", document.key_place(path), about)


def path_of(details: ErrorDetails) -> Path:
    """Return the path of the value that an error is about, or of the entry whose key it is about."""
    return tuple(step for step in details["loc"] if step != "[key]")


def choices_of(details: ErrorDetails) -> tuple[list[str], str]:
    """Return the choices of a value that is none of them, and the one that was probably meant, or ""."""
    allowed = str(details.get("ctx", {})["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    return allowed, next(iter(near_names(shown(details["input"]), allowed, 1)), "")


def choices_at(model: type[BaseModel], path: Path) -> list[str]:
    """Return the words that the value at `path` may be; empty where it may be anything else."""
    fields = {field.alias or name: field for name, field in part_of(model, path[:-1]).model_fields.items()}
    field = fields.get(str(path[-1]))
    words = [] if field is None else [value for part in alternatives(field.annotation) for value in get_args(part)]
    return words if field is not None and all(isinstance(word, str) for word in words) else []


def told_choices(path: Path, words: Iterable[str]) -> dict[str, str]:
    """Return the words that may be chosen at `path`, each with its meaning (`slice（超额累进）`), by language."""
    meanings = [(word, meaning_of(path, word)) for word in words]
    zh = "、".join(f"{word}（{means['zh']}）" if means else word for word, means in meanings)
    en = ", ".join(f"{word} ({means['en']})" if says_more(word, means) else word for word, means in meanings)
    return {"zh": zh, "en": en}


def meaning_of(path: Path, word: str) -> dict[str, str]:
    """Return the meaning of a word in the nearest key around it of which the catalogue has one, or by itself; {} for
    none."""
    keys = [str(step) for step in reversed(path) if isinstance(step, str)]
    codes = [f"choice_{name}_{word}" for key in keys[:3] for name in (key, key.removesuffix("s"))] + [f"choice_{word}"]
    return next((catalogue()[code] for code in codes if code in catalogue()), {})


def says_more(word: str, means: Mapping[str, str]) -> bool:
    """Return whether the English meaning of a word says more than the word."""
    return bool(means) and means["en"] != word.replace("_", " ")


def alternatives(kind: Any) -> list[Any]:
    """Return the types that a value may have, each by itself; only those of a few words where it may be anything
    else."""
    parts = list(get_args(kind)) if isinstance(kind, UnionType) else [kind]
    return parts if all(get_origin(part) is Literal for part in parts) else []


def faults_at(details: ErrorDetails, document: Document, model: type[BaseModel] = Policy) -> Iterator[Fault]:
    """Yield the faults of one error; none for an unknown key, which `unknown_keys` reports."""
    kind, about, path = details["type"], details.get("ctx", {}), path_of(details)
    in_key = "[key]" in details["loc"]
    here = document.key_place(path) if in_key else document.place(path)
    value = shown(details["input"])
    blanks: dict[str, Any]
    if kind == "refused":
        for code, below, blanks in about["found"]:
            full = (*path, *below)
            if code == "not_value" and (figure := figure_named(document, full)):
                code, blanks = "not_value_figure", {**blanks, "write": figure}
            at_key = in_key or code in OF_KEYS
            yield Fault(code, document.key_place(full) if at_key else document.place(full), blanks)
    elif kind == "missing":
        where = document.key_place(path[:-1]) if path[:-1] else document.place()
        blanks = {"key": path[-1], "part": ".".join(map(str, path[:-1])) or document.file}
        words = choices_at(model, path)
        blanks["allowed"] = told_choices(path, words)
        yield Fault("key_missing_choice" if words else "key_missing", where, blanks)
    elif kind == "literal_error":
        allowed, close = choices_of(details)
        blanks = {"value": value, "allowed": told_choices(path, allowed), "close": close}
        yield Fault("choice_unknown_close" if close else "choice_unknown", here, blanks)
    elif kind in {"greater_than_equal", "less_than_equal"}:
        limit = about.get("ge", about.get("le"))
        yield Fault(f"whole_{kind}", here, {"limit": limit, "value": value})
    elif kind == "too_short" and about["min_length"] > 1:
        yield Fault("too_few", here, {"key": path[-1], "least": about["min_length"]})
    elif kind != "extra_forbidden":
        yield wrong_form(TYPE_CODES.get(kind, "not_understood"), here, path, value, model)


def figure_named(document: Document, path: Path) -> str:
    """Return the figure of the policy that a value names without `figures.`, as it is to be written; empty for none."""
    figures, value = document.at(("figures",)), document.at(path)
    known = [str(name) for name in figures] if isinstance(figures, dict) else []
    close = near_names(value, known, 1, 0.75) if isinstance(value, str) else []
    return f"figures.{close[0]}" if close else ""


def wrong_form(code: str, here: Place, path: Path, value: str, model: type[BaseModel]) -> Fault:
    """Return the fault of a value of another form than its key takes; of an entry of a list, which has no key, by
    its number and with the form to write."""
    key = str(path[-1]) if path else "ruleset"
    form = form_of(model, path)
    if code == "not_mapping" and path and isinstance(path[-1], int):
        whole = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        blanks: dict[str, Any] = {"value": value, "key": whole, "number": path[-1] + 1}
        if form_at(model, path) is Action:
            allowed = told_choices(("do",), ACTIONS)
            return Fault("not_action", here, {**blanks, "allowed": allowed})
        return Fault("not_entry", here, {**blanks, "form": form})
    if code == "not_list" and form_at(model, (*path, 0)) is Action and value[:1] not in ("{", "'"):
        allowed = told_choices(("do",), ACTIONS)
        return Fault("not_action", here, {"value": value, "key": key, "number": 1, "allowed": allowed})
    if code == "not_list" and form_at(model, (*path, 0)) is not None:
        return Fault("not_list_of", here, {"key": key, "form": form_of(model, (*path, 0))})
    if code == "not_mapping" and form_at(model, path) is not None:
        return Fault("not_part", here, {"key": key, "form": form})
    return Fault(code, here, {"value": value, "key": key})


def form_of(model: type[BaseModel], path: Path) -> str:
    """Return the form in which the part at `path` is written: the keys that it must have, else the first optional
    one of its own."""
    part = form_at(model, path)
    fields = part.model_fields.items() if part is not None else ()
    needed = [field.alias or name for name, field in fields if field.is_required()]
    keys = needed or [field.alias or name for name, field in fields if name not in COMMON][:1]
    return "{" + ", ".join(f"{key}: …" for key in keys) + "}"


def keys_at(document: Document, path: Path, model: type[BaseModel]) -> list[str]:
    """Return the keys of the part at `path` as they are written; for an action, those that it takes."""
    part, data = part_of(model, path), document.at(path)
    if part is Action and data.get("do") in ACTIONS:
        needs, may = ACTIONS[data["do"]]
        return ["do", *needs, *may]
    return keys_of(part)


def keys_of(model: type[BaseModel]) -> list[str]:
    """Return the keys of a part as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def optional_keys(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that the part at `path` may have and need not; none where it is no part of the language."""
    part = form_at(model, path)
    fields = part.model_fields.items() if part is not None else ()
    return [field.alias or name for name, field in fields if not field.is_required()]


def part_of(model: type[BaseModel], path: Path) -> type[BaseModel]:
    """Return the part of the language that stands at `path`; the whole where there is none."""
    found = form_at(model, path)
    return model if found is None else found


def form_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """Return the part of the language that stands at `path`; None where there is none."""
    found: Any = model
    for step in path:
        if isinstance(found, type) and issubclass(found, BaseModel):
            fields = {field.alias or name: field for name, field in found.model_fields.items()}
            found = fields[str(step)].annotation if step in fields else None
        elif found is not None:
            found = [part for part in get_args(found) if part is not Ellipsis][-1:]
            found = found[0] if found else None
        if isinstance(found, UnionType):
            found = next((x for x in get_args(found) if x is not type(None)), None)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None
