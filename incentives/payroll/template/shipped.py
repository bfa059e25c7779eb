"""The templates that ship, and a template read from its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from incentives.faults import Fault, RefusedError
from incentives.payroll.template.model import Template
from incentives.ruleset.mended import read_form
from incentives.ruleset.placed import Document
from incentives.ruleset.reader import scan_yaml

FOLDER = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True)
class Form:
    """A template, and where each part of it stands."""

    template: Template
    document: Document


def shipped() -> dict[str, Path]:
    """The templates that ship, by name."""
    return {file.stem: file for file in sorted(FOLDER.glob("*.yaml"))}


def load_template(path: Path) -> Form:
    """The template in a file. Raises RefusedError with every fault of it."""
    document = scan_yaml(path)
    if not isinstance(document.data, dict):
        raise RefusedError([*document.faults, Fault("template_form", document.place())])
    template, read, faults = read_form(document, Template)
    faults = sorted([*(f for f in document.faults if not f.warning), *faults], key=lambda fault: fault.place)
    if faults or template is None:
        raise RefusedError(faults)
    return Form(template, read)
