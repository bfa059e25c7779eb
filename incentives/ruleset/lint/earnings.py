"""Earning codes: each component of pay has one of its own, by which payroll and the table `paid` tell them apart."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import normalize

from incentives.faults import Fault
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document
from incentives.ruleset.rules import SALARY

Path = tuple[str | int, ...]


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault for each component or change of salary whose code an earlier one has."""
    first: dict[str, Path] = {}
    for path, stated in earnings(policy):
        name = str(path[1])
        code = normalize("NFC", stated or name).strip()
        other = first.setdefault(code, path[:2])
        if other != path[:2]:
            place = document.place((*path, "code")) if stated else document.key_place(path[:2])
            about = {"name": name, "other": other[1], "code": code, "line": document.key_place(other).line}
            yield Fault("earning_code_twice", place, about)


def earnings(policy: Policy) -> Iterator[tuple[Path, str | None]]:
    """Yield the path of each component and each change of salary, and the code that it states."""
    for name, component in policy.pay.items():
        yield ("pay", name), component.code
    for name, conclusion in policy.conclusions.items():
        for at, action in [pair for pair in enumerate(conclusion.then) if pair[1].of == SALARY][:1]:
            yield ("conclusions", name, "then", at), action.code
