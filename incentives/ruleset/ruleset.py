"""A ruleset file → its policy with the place of every value, or all the faults that stop it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath

from incentives.faults import Fault, Place, RefusedError
from incentives.ruleset.lint import lint
from incentives.ruleset.mended import follows, read_form
from incentives.ruleset.model import Policy
from incentives.ruleset.overlay import read_layers
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.references import Citation, citations, cited_by, paths_by_place


@dataclass(frozen=True)
class Ruleset:
    """A policy that can be used. `digest` is the sha256 of all files that it was read from."""

    policy: Policy
    file: str
    digest: str
    document: Document
    warnings: tuple[Fault, ...] = ()

    def __repr__(self) -> str:
        return f"<Ruleset {self.policy.ruleset} {self.policy.version} of {self.file}>"

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the text of every file that was read, by file."""
        return self.document.texts

    @cached_property
    def _citations(self) -> dict[Path, Citation]:
        return citations(self.policy, self.policy.references)

    @cached_property
    def _paths(self) -> dict[Place, Path]:
        return paths_by_place(self.document)

    def citation(self, path: Path) -> Citation | None:
        """Return the `source` of the part at `path` or of the nearest part around it, with its reference."""
        return cited_by(self._citations, path)

    def citation_at(self, place: Place) -> Citation | None:
        """Return the `source` of the part that begins at `place`, as `citation`."""
        return self.citation(self._paths.get(place, ()))

    def place(self, *path: str | int) -> Place:
        """Return the place of the value at `path`, such as `place("grade", "bands", "S")`, or of its nearest parent."""
        return self.document.place(path)

    def key_place(self, *path: str | int) -> Place:
        """Return the place of the key that ends `path`."""
        return self.document.key_place(path)

    def part(self, path: tuple[str | int, ...], start: int, end: int) -> Place:
        """Return the place of the characters `start` to `end` of the formula at `path`."""
        return self.document.part(path, start, end)


def load_ruleset(path: str | FilePath) -> Ruleset:
    """Return the ruleset in the file `path`, with what it extends. Raises RefusedError with every fault."""
    ruleset, faults = read_ruleset(path)
    if ruleset is None or any(not fault.warning for fault in faults):
        raise RefusedError(faults)
    return ruleset


def read_ruleset(path: str | FilePath) -> tuple[Ruleset | None, list[Fault]]:
    """Return the ruleset in the file `path`, and all faults and warnings in the order of the file.

    Without a ruleset (None) where there is nothing to read. Else it comes along, without its faulty parts, so that the
    plan can find the faults of the formulas in the same run.
    """
    try:
        document = read_layers(path)
    except RefusedError as error:
        return None, list(error.faults)
    return ruleset_of(document)


def ruleset_of(document: Document) -> tuple[Ruleset | None, list[Fault]]:
    """Return the ruleset that a document holds, and all its faults and warnings, as `read_ruleset`."""
    if not isinstance(document.data, dict):
        return None, [Fault("ruleset_form", document.place())]
    policy, document, faults = read_form(document, Policy)
    if policy is None:
        return None, _sorted(faults, document)
    found = [fault for fault in lint(policy, document) if not follows(fault, document)]
    faults = _sorted([*faults, *found], document)
    warnings = tuple(fault for fault in faults if fault.warning)
    return Ruleset(policy, document.file, _digest(document), document, warnings), faults


def _sorted(faults: list[Fault], document: Document) -> list[Fault]:
    return sorted([*faults, *document.faults], key=lambda fault: fault.place)


def _digest(document: Document) -> str:
    digest = hashlib.sha256()
    for text in document.texts.values():
        data = text.encode()
        digest.update(f"{len(data)}\n".encode() + data)
    return digest.hexdigest()
