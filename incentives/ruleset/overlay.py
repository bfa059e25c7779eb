"""Overlays: a file that extends another ruleset and changes some of its values."""

from __future__ import annotations

from pathlib import Path

from incentives.ruleset.document import Document
from incentives.ruleset.reader import read_yaml


def read_layers(path: str | Path) -> Document:
    """The document of a ruleset. Raises RefusedError."""
    return read_yaml(path)
