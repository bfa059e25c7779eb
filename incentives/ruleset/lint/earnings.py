"""Earning codes: each component of pay has one of its own, by which payroll and the table `paid` tell them apart."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import normalize

from incentives.faults import Fault
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document

SALARY = "base_salary"


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """A fault for each component whose code an earlier one has, or a conclusion that changes salaries."""
    first: dict[str, str] = {}
    for name, component in policy.pay.items():
        code = normalize("NFC", component.code or name).strip()
        other = first.setdefault(code, name)
        if other != name:
            place = document.place(("pay", name, "code")) if component.code else document.key_place(("pay", name))
            line = document.key_place(("pay", other)).line
            yield Fault("earning_code_twice", place, {"name": name, "other": other, "code": code, "line": line})
    for name, conclusion in policy.conclusions.items():
        if name in first and any(action.of == SALARY for action in conclusion.then):
            place, line = document.key_place(("conclusions", name)), document.key_place(("pay", first[name])).line
            yield Fault("earning_code_twice", place, {"name": name, "other": first[name], "code": name, "line": line})
