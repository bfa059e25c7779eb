"""YAML files → plain data with the place of every key and value, or the faults that stop it; for every YAML we read."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any
from unicodedata import normalize

import yaml

from incentives.faults import Fault, Place, RefusedError
from incentives.ruleset.mangled import explained, is_cut, is_range, joined, mangled, meant, warned
from incentives.ruleset.nodes import MOST_DEPTH, MalformedError, Node, compose
from incentives.ruleset.placed import Document, Path, line_starts, place_of
from incentives.ruleset.scalars import plain

MOST_BYTES = 5_000_000
MOST_REPEATED = 20_000
UNPRINTABLE = re.compile("[^\t\n\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff -~]")


def read_yaml(path: str | FilePath) -> Document:
    """Return the data and places of a YAML file.

    Raises RefusedError with every fault: the file cannot be read, is not YAML, has keys twice, or holds formulas that
    YAML has mangled.
    """
    return _sound(scan_yaml(path))


def parse_yaml(text: str, file: str) -> Document:
    """Return the data and places of YAML text; `file` is what places call it. Raises RefusedError with every fault."""
    return _sound(_scan(text, file))


def scan_yaml(path: str | FilePath) -> Document:
    """Return the document as `read_yaml` does, but raise only where there is no data. Keys given twice and mangled
    formulas are then among the document's faults, and the data holds what was probably meant."""
    text, faults = read_text(path)
    if faults:
        raise RefusedError(faults)
    return _scan(text, str(path))


def _sound(document: Document) -> Document:
    if any(not fault.warning for fault in document.faults):
        raise RefusedError(document.faults)
    return document


def _scan(text: str, file: str) -> Document:
    starts = line_starts(text)
    try:
        root = compose(text)
        if root is None:
            raise RefusedError([Fault("yaml_empty", Place(file))])
        builder = _Builder(text, file, starts)
        data = builder.data(root, (), 1)
    except MalformedError as error:
        raise RefusedError([_fault(error, file, starts)]) from None
    except yaml.YAMLError as error:
        raise RefusedError([_fault(explained(error, text), file, starts)]) from None
    faults = tuple(sorted(builder.faults, key=lambda fault: fault.place))
    return Document(file, data, {file: text}, builder.values, builder.keys, faults)


def read_text(path: str | FilePath) -> tuple[str, list[Fault]]:
    r"""Return the text of a UTF-8 file, line ends made `\n`, byte order mark dropped; or the fault that stops it."""
    file, place = FilePath(path), Place(str(path))
    try:
        found = file.stat()
        if stat.S_ISDIR(found.st_mode):
            return "", [Fault("file_is_folder", place)]
        if not stat.S_ISREG(found.st_mode):
            return "", [Fault("file_irregular", place)]
        if found.st_size > MOST_BYTES:
            return "", [Fault("file_large", place, {"most": MOST_BYTES // 1_000_000})]
        raw = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return "", [Fault("file_absent", place)]
    except PermissionError:
        return "", [Fault("file_locked", place)]
    except (OSError, ValueError) as error:
        return "", [Fault("file_unreadable", place, {"reason": getattr(error, "strerror", None) or str(error)})]
    return _decoded(raw, place)


def _decoded(raw: bytes, place: Place) -> tuple[str, list[Fault]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return "", [Fault("file_not_utf8", Place(place.file, line))]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if bad := UNPRINTABLE.search(text):
        spot = place_of(place.file, line_starts(text), *bad.span())
        return "", [Fault("file_control", spot, {"sign": f"U+{ord(bad[0]):04X}"})]
    return text, []


def _fault(error: MalformedError, file: str, starts: list[int], warning: bool = False) -> Fault:
    place = place_of(file, starts, error.start, max(error.end, error.start + 1))
    return Fault(error.code, place, dict(error.about), warning)


class _Builder:
    """Gathers data, places and faults in one walk over the nodes; the depth is bounded, so recursion is safe."""

    def __init__(self, text: str, file: str, starts: list[int]) -> None:
        self.text, self.file, self.starts = text, file, starts
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.faults: list[Fault] = []
        self.seen: set[int] = set()
        self.repeated = 0

    def data(self, node: Node, path: Path, depth: int) -> Any:
        """Return the data of `node`, its places noted under `path`."""
        self.values[path] = self.place(node)
        if is_cut(node, self.text) or is_range(node):
            self.note(node)
            return meant(node, self.text)
        if node.kind == "scalar":
            return node.value if node.style else plain(node.value)
        if depth > MOST_DEPTH:
            raise MalformedError("yaml_deep", node.start, node.start + 1, most=str(MOST_DEPTH))
        self.note(node)
        if node.kind == "sequence":
            return [self.data(part, (*path, index), depth + 1) for index, part in enumerate(node.parts)]
        return dict(self.entries(node, path, depth))

    def entries(self, node: Node, path: Path, depth: int) -> Iterator[tuple[str, Any]]:
        """Yield the entries of a mapping; a key that comes twice is a fault and its first value stays."""
        first: dict[str, Node] = {}
        for key, value in joined(node, self.text):
            if key.kind != "scalar" or (key.value == "<<" and not key.style):
                code = "yaml_merge" if key.kind == "scalar" else "yaml_key"
                self.faults.append(Fault(code, self.place(key)))
                continue
            name = normalize("NFC", key.value)
            if name in first:
                line = self.place(first[name]).line
                self.faults.append(Fault("yaml_twice", self.place(key), {"key": name, "line": line}))
                continue
            first[name] = key
            self.keys[(*path, name)] = self.place(key)
            yield name, self.data(value, (*path, name), depth + 1)

    def note(self, node: Node) -> None:
        """Note the faults of the formulas directly in `node` that YAML changed; count what aliases repeat."""
        if id(node) in self.seen:
            self.repeated += len(node.parts) + 1
            if self.repeated > MOST_REPEATED:
                raise MalformedError("yaml_bomb", node.start, node.start + 1, most=str(MOST_REPEATED))
            return
        self.seen.add(id(node))
        self.faults += [_fault(error, self.file, self.starts) for error in mangled(node, self.text)]
        self.faults += [_fault(error, self.file, self.starts, True) for error in warned(node, self.text)]

    def place(self, node: Node) -> Place:
        """Return the place of `node`."""
        return place_of(self.file, self.starts, node.start, max(node.end, node.start + 1))
