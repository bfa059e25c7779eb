"""Texts in Chinese and English: catalogues in YAML, of which an entry is read when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ENTRY = re.compile(r'^(?=["\w])', re.MULTILINE)  # what begins at the edge of a page


class Catalogue(Mapping[str, Any]):
    """The entries of YAML files by their key. To read all of them takes longer than the few that a command needs."""

    def __init__(self, files: Iterable[Path]) -> None:
        pieces = (piece for file in files for piece in ENTRY.split(file.read_text(encoding="utf-8")))
        self._written = {piece.partition(":")[0].strip('"'): piece for piece in pieces if ENTRY.match(piece)}
        self._read: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._read:
            self._read |= yaml.load(self._written[key], yaml.CSafeLoader)
        return self._read[key]

    def __contains__(self, key: object) -> bool:
        return key in self._written

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)
