"""Changes to a document that keep data and places together; each gives a new document and leaves the old one alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from incentives.faults import Place
from incentives.ruleset.placed import Document, Path


def put(
    document: Document, path: Path, value: Any, values: Mapping[Path, Place], keys: Mapping[Path, Place]
) -> Document:
    """Return the document with `value` at `path`; `values` and `keys` are the places of the new parts by full path."""
    kept, kept_keys = _outside(document.values, path), _outside(document.keys, path)
    data = _changed(document.data, path, lambda parent: {**parent, path[-1]: value})
    return replace(document, data=data, values={**kept, **values}, keys={**kept_keys, **keys})


def without(document: Document, path: Path) -> Document:
    """Return the document without the key at `path`."""
    data = _changed(document.data, path, lambda parent: {k: v for k, v in parent.items() if k != path[-1]})
    return replace(document, data=data, values=_outside(document.values, path), keys=_outside(document.keys, path))


def renamed(document: Document, path: Path, name: str) -> Document:
    """Return the document with the key at `path` renamed to `name`."""
    new: Path = (*path[:-1], name)
    values, keys = moved(document.values, path, new), moved(document.keys, path, new)
    return put(without(document, path), new, document.at(path), values, keys)


def moved(places: Mapping[Path, Place], origin: Path, path: Path) -> dict[Path, Place]:
    """Return the places at and below `origin`, renamed as if they stood at `path`."""
    depth = len(origin)
    return {(*path, *at[depth:]): place for at, place in places.items() if at[:depth] == origin}


def _outside(places: Mapping[Path, Place], path: Path) -> dict[Path, Place]:
    return {at: place for at, place in places.items() if at[: len(path)] != path}


def _changed(data: Any, path: Path, change: Any) -> Any:
    """Return the data with the parent of `path` changed; what lies beside it is shared with the old data."""
    if len(path) == 1:
        return change(data)
    step, *rest = path
    inner = _changed(data[step], tuple(rest), change)
    if isinstance(data, dict):
        return {**data, step: inner}
    return [inner if index == step else part for index, part in enumerate(data)]
