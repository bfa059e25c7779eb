"""A change of policy: read from a small file or from `PATH=VALUE`, applied to a copy, never to the ruleset's files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from incentives.faults import Fault, Place, RefusedError
from incentives.language.tree import Title
from incentives.ruleset import Ruleset
from incentives.ruleset.edits import without
from incentives.ruleset.mended import read_form
from incentives.ruleset.overlay import apply_overlay
from incentives.ruleset.parts import Sourced
from incentives.ruleset.placed import Document
from incentives.ruleset.placed import Path as Path_
from incentives.ruleset.proofs import Proof
from incentives.ruleset.reader import parse_yaml, scan_yaml
from incentives.ruleset.ruleset import ruleset_of
from incentives.simulate.levers import path_named
from incentives.simulate.rebalance import rebalanced

SIGN = re.compile(r"(?<![<>!])=")  # between path and value; a band may be called `>= 98%`
EDITS = ("set", "add", "remove")


class ChangeForm(Sourced):
    """A file that says what to try."""

    set: dict[str, Any] = Field(default_factory=dict, description="`path.to.value: value`, for what is there already.")
    add: dict[str, Any] = Field(default_factory=dict, description="`path.to.value: value`, for what is new.")
    remove: tuple[str, ...] = Field((), strict=False, description="Paths that no longer apply.")
    rebalance: Literal["proportional"] | None = Field(
        None, description="What a changed weight leaves is shared by the other weights as they were."
    )


@dataclass(frozen=True)
class Change:
    """A change to try: a title and the document of its edits."""

    title: Title
    document: Document
    rebalance: bool = False


def change_of(file: Path | None, figures: Sequence[str] = (), option: str = "--set") -> Change:
    """The change in `file`, with `figures` (`PATH=VALUE`) set besides, which faults place at the `option`.

    Raises RefusedError with every fault.
    """
    document = scanned(file) if file is not None else Document(option, {}, {}, {}, {})
    form, document, faults = read_form(document, ChangeForm)
    faults = [*faults, *document.faults]
    for text in figures:
        document = _with(document, text, option, faults)
    if form is None or any(not fault.warning for fault in faults):
        raise RefusedError(sorted(faults, key=lambda fault: fault.place))
    named = form.title.zh or form.title.en
    title = form.title if named else Title(*[file.stem if file else "; ".join(figures)] * 2)
    return Change(title, document, form.rebalance is not None)


def scanned(file: Path) -> Document:
    """The document of a file with a change. Raises RefusedError, also where it holds none."""
    try:
        document = scan_yaml(file)
    except RefusedError as refused:
        codes = {"yaml_empty": "change_empty"}
        raise RefusedError([replace(f, code=codes.get(f.code, f.code)) for f in refused.faults]) from None
    if not isinstance(document.data, dict):
        raise RefusedError([Fault("change_empty", document.place())])
    return document


def changes_of(files: Sequence[Path], figures: Sequence[str]) -> list[Change]:
    """A change for each file, each with the `figures` (`PATH=VALUE`) as well; without files these alone. Changes of the
    same title have their file's name with it."""
    changes = [change_of(file, figures) for file in files] or [change_of(None, figures)]
    titles = [change.title for change in changes]
    return [
        replace(change, title=Title(*(f"{change.title.get(lang)} ({file.stem})" for lang in ("zh", "en"))))
        if titles.count(change.title) > 1 else change
        for change, file in zip(changes, files or (Path(),), strict=True)
    ]  # fmt: skip


def _with(document: Document, text: str, option: str, faults: list[Fault]) -> Document:
    """The edits with one more, written `PATH=VALUE`."""
    path, value = [*SIGN.split(text, 1), ""][:2]
    if not path.strip() or not value.strip():
        faults.append(Fault("set_form", Place(option), {"text": text}))
        return document
    path = path.strip()
    try:
        given = parse_yaml(value.strip(), f"{option} {path}").data
    except RefusedError:  # a formula such as `>= 90`, whose quotes the shell has taken
        given = value.strip()
    return _setting(document, path, given, option)


def setting(values: Mapping[str, Any], option: str, rebalance: bool = False) -> Change:
    """The change that sets each path to its value; faults are placed at the `option` of the command line."""
    document = Document(option, {}, {}, {}, {})
    for path, value in values.items():
        document = _setting(document, path, value, option)
    return Change(Title(), document, rebalance)


def _setting(document: Document, path: str, value: Any, option: str) -> Document:
    at, place = ("set", path), Place(f"{option} {path}")
    data = {**document.data, "set": {**document.data.get("set", {}), path: value}}
    return replace(document, data=data, values={**document.values, at: place}, keys={**document.keys, at: place})


def changed_ruleset(ruleset: Ruleset, change: Change) -> Ruleset:
    """The ruleset with the change in it; the argument stays as it is. Raises RefusedError with every fault.

    Paths are checked as those of an overlay are: a path that is not there is told with the nearest one. What is set may
    be named by its title. What the policy declares of something that is removed (`proofs`) goes with it.
    """
    named = by_path(ruleset, change.document)
    edits = {key: part for key, part in named.data.items() if key in EDITS}
    document = apply_overlay(ruleset.document, replace(named, data=edits))
    gone = {step for path in edits.get("remove", ()) for step in (path, last_of(path))}
    document = without_lapsed(document, ruleset.policy.proofs, gone)
    if change.rebalance:
        document = rebalanced(ruleset.document, document)
    changed, faults = ruleset_of(document)
    if changed is None or any(not fault.warning for fault in faults):
        tried = {"weights_sum": "weights_sum_tried"}  # whose mend is another than where a policy is written
        raise RefusedError([replace(fault, code=tried.get(fault.code, fault.code)) for fault in faults])
    return changed


def by_path(ruleset: Ruleset, document: Document) -> Document:
    """The edits with paths in the place of titles. Raises RefusedError with every title that names nothing, or two."""
    given: dict[str, Any] = document.data.get("set", {}) if isinstance(document.data, dict) else {}
    paths: dict[str, str] = {}
    faults: list[Fault] = []
    for asked in given:
        try:
            paths[asked] = path_named(ruleset, asked, document.key_place(("set", asked)))
        except RefusedError as refused:
            faults += refused.faults
    meant = list(paths.values())
    twice = [asked for n, (asked, path) in enumerate(paths.items()) if path in meant[:n]]
    faults += [Fault("axis_twice", document.key_place(("set", asked)), {"path": paths[asked]}) for asked in twice]
    if faults:
        raise RefusedError(faults)

    def moved(places: Mapping[Path_, Place]) -> dict[Path_, Place]:
        return {
            ("set", paths.get(str(path[1]), str(path[1])), *path[2:])
            if path[:1] == ("set",) and len(path) > 1
            else path: at
            for path, at in places.items()
        }

    data = {**document.data, "set": {paths[asked]: value for asked, value in given.items()}} if given else document.data
    return replace(document, data=data, values=moved(document.values), keys=moved(document.keys))


def without_lapsed(document: Document, proofs: Mapping[str, Proof], gone: Set[str]) -> Document:
    """The policy without the proofs about what is gone."""
    for name, proof in proofs.items():
        declared = document.data.get("proofs")
        about = {proof.pay, proof.metric, str(proof.money), *proof.names}
        if gone & about and isinstance(declared, dict) and name in declared:
            document = without(document, ("proofs", name))
    return document


def last_of(path: str) -> str:
    """The name at the end of a path."""
    return path.rpartition(".")[2]
