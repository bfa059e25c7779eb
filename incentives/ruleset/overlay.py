"""Overlays: a file that extends another ruleset and sets, adds or removes some of its values by their paths."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path as FilePath
from typing import Any

from incentives.faults import Fault, Place, RefusedError
from incentives.language.near import near_names
from incentives.ruleset.edits import moved, put, without
from incentives.ruleset.mended import read_form
from incentives.ruleset.model import Overlay, Policy
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.reader import scan_yaml
from incentives.ruleset.refused import optional_keys
from incentives.ruleset.scalars import written

OWN = ("ruleset", "version", "title", "why", "source", "announced_on", "effective")
MOST_LISTED = 12
MOST_NEAR = 3
THE_POLICY = {"zh": "考核办法", "en": "the policy"}
CHANGES = ("extends", "set", "add", "remove")


def read_layers(path: str | FilePath) -> Document:
    """Return the document of a ruleset file; where it extends another, that one with this one's changes, however many
    layers.

    Slips of YAML that leave data are among the document's faults. Raises RefusedError with every fault of the layers
    down to the first that cannot be used.
    """
    file, overlays, seen, told = FilePath(path), list[Document](), set[FilePath](), list[Fault]()
    while True:
        seen.add(file.resolve())
        try:
            document, base = _layer(file, seen)
        except RefusedError as error:
            raise RefusedError(_sorted((*told, *error.faults))) from None
        if base is None:
            break
        overlays.append(document)
        told += document.faults
        file = base
    for changes in reversed(overlays):
        document = apply_overlay(document, changes)
    return document


def _layer(path: FilePath, seen: Collection[FilePath]) -> tuple[Document, FilePath | None]:
    """Return one file of a ruleset, and the one that it extends, which is none of `seen`; None where it extends
    none."""
    document = scan_yaml(path)
    if not isinstance(document.data, dict) or not any(key in document.data for key in CHANGES):
        return document, None
    form, document, faults = read_form(document, Overlay)
    document = replace(document, faults=(*document.faults, *faults))
    if form is None:
        raise RefusedError(_sorted(document.faults))
    base = written(document.data["extends"])
    file, code = path.parent / base, ""
    if FilePath(base).is_absolute():
        code = "extends_absolute"
    elif file.resolve() in seen:
        code = "extends_circle"
    elif not file.is_file():
        code = "extends_absent"
    if code:
        fault = Fault(code, document.place(("extends",)), {"file": base})
        raise RefusedError(_sorted((*document.faults, fault)))
    return document, file


def apply_overlay(document: Document, changes: Document) -> Document:
    """Return the document with the changes of an overlay, which keep their own places; neither argument is changed.

    Removes first, then sets, then adds. A path that does not fit is among the document's faults, and left out.
    """
    faults: list[Fault] = []
    given: dict[str, Any] = changes.data
    result = replace(document, file=changes.file, texts={**document.texts, **changes.texts})
    for index, path in enumerate(given.get("remove", [])):
        result = _removed(result, path, changes.place(("remove", index)), faults)
    for path in given.get("set", {}):
        result = _set(result, path, changes, faults)
    for path in given.get("add", {}):
        result = _added(result, path, changes, faults)
    for key in OWN:
        if key in given:
            result = _put(result, (key,), changes, (key,))
    origins = [(kind, path) for kind in ("set", "add") for path in given.get(kind, {})]
    refused = {fault.place for fault in faults}
    lost = {tuple(o[1].split(".")): changes.at(o) for o in origins if changes.key_place(o) in refused}
    lost = {**document.lost, **changes.lost, **lost}
    return replace(result, faults=(*document.faults, *changes.faults, *_sorted(faults)), lost=lost)


def _sorted(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.place)


def _removed(document: Document, written_path: str, place: Place, faults: list[Fault]) -> Document:
    path, rest = steps(document.data, written_path)
    if rest or not path:
        faults.append(_unknown(document, path, rest, written_path, place))
        return document
    return without(document, path)


def _set(document: Document, written_path: str, changes: Document, faults: list[Fault]) -> Document:
    origin: Path = ("set", written_path)
    path, rest = steps(document.data, written_path)
    free = optional_keys(Policy, path) if rest and isinstance(document.at(path), dict) else []
    if rest in free:  # what holds without it is changed
        return _put(document, (*path, rest), changes, origin)
    if rest or not path:
        faults.append(_unknown(document, path, rest, written_path, changes.key_place(origin), free))
        return document
    old, new = document.at(path), changes.at(origin)
    if isinstance(old, dict) and "value" in old and not isinstance(new, dict):
        faults.append(Fault("overlay_value", changes.key_place(origin), {"path": written_path}))
        return document
    return _put(document, path, changes, origin)


def _added(document: Document, written_path: str, changes: Document, faults: list[Fault]) -> Document:
    origin: Path = ("add", written_path)
    place = changes.key_place(origin)
    path, rest = steps(document.data, written_path)
    if not rest:
        faults.append(Fault("overlay_exists", place, {"path": written_path}))
    elif "." in rest:
        faults.append(_unknown(document, path, rest, written_path, place))
    elif not isinstance(document.at(path), dict):
        faults.append(Fault("overlay_inside", place, {"path": ".".join(map(str, path))}))
    else:
        return _put(document, (*path, rest), changes, origin)
    return document


def steps(data: Any, written_path: str) -> tuple[Path, str]:
    """Return a path written with dots → the keys that it goes through, and the rest for which there is none.

    A key that itself has dots in it (`[90%..98%)`) is found as well.
    """
    path: list[str | int] = []
    rest = written_path
    while rest and isinstance(data, dict):
        keys = [key for key in data if rest == key or rest.startswith(f"{key}.")]
        if not keys:
            break
        key = max(keys, key=len)
        path.append(key)
        data, rest = data[key], rest[len(key) + 1 :]
    return tuple(path), rest


def _unknown(
    document: Document, path: Path, rest: str, written_path: str, place: Place, free: Sequence[str] = ()
) -> Fault:
    inside = document.at(path)
    step = rest.split(".")[0]
    known = [*inside, *(free if step == rest else ())] if isinstance(inside, dict) else []
    close = near_names(step, known, 1)
    about = {"path": written_path, "key": step, "part": ".".join(map(str, path)) or THE_POLICY}
    better = [".".join([*map(str, path), close[0], *rest.split(".")[1:]])] if close else []
    if not better or (not path and step == rest):
        better = named_elsewhere(document.data, rest, likeness(step, close[0]) if close else 0.0) or better
    if better:
        return Fault("overlay_path_close", place, {**about, "close": ", ".join(better)})
    about["known"] = listed(known or [key for key in document.data if key not in OWN])
    return Fault("overlay_path_option" if place.file.startswith("--") else "overlay_path", place, about)


def listed(names: Sequence[str]) -> str:
    """Return the first of some names."""
    names = list(dict.fromkeys(map(str, names)))
    return ", ".join(names[:MOST_LISTED]) + (" …" if len(names) > MOST_LISTED else "")


def named_elsewhere(data: Any, rest: str, beaten: float) -> list[str]:
    """Return the paths that end in the given text. For a single unknown name, return the paths of the name most like
    it, where it is more like it than `beaten`. A figure's path is that of its value."""
    named: dict[str, list[str]] = {}
    ending: list[str] = []
    for path in named_parts(data):
        value = ".".join([*path, "value"] if path[0] == "figures" and len(path) == 2 else path)
        named.setdefault(path[-1], []).append(value)
        ending += [value] if f".{'.'.join(path)}".endswith(f".{rest}") else []
    if ending or "." in rest:
        return ending[:MOST_NEAR]
    close = near_names(rest, list(named), 1, 0.75)
    return named[close[0]][:MOST_NEAR] if close and likeness(rest, close[0]) > beaten else []


def named_parts(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of all keys below the sections."""
    if isinstance(data, dict):
        for key, part in data.items():
            if path and key not in OWN:
                yield (*path, str(key))
            if len(path) or key not in OWN:
                yield from named_parts(part, (*path, str(key)))


def likeness(one: str, other: str) -> float:
    """Return the likeness of two names, from 0 to 1."""
    return SequenceMatcher(None, one, other).ratio()


def _put(document: Document, path: Path, changes: Document, origin: Path) -> Document:
    """Return the document with the value at `origin` of the changes put at `path`, with its places."""
    values, keys = moved(changes.values, origin, path), moved(changes.keys, origin, path)
    return put(document, path, changes.at(origin), values, keys)
