"""The JSON schema of rulesets and overlays, for completion and checks in an editor.

`python -m incentives.ruleset.schema` writes schema.json beside this file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from incentives.language.tree import Title
from incentives.ruleset.model import Overlay, Policy

FILE = Path(__file__).with_name("schema.json")


def ruleset_schema() -> dict[str, Any]:
    """Return the schema of a file that is a ruleset or an overlay over one."""
    modes, definitions = models_json_schema([(Policy, "validation"), (Overlay, "validation")])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ruleset",
        "description": "A policy of sales performance review and incentives, or a change of one (`extends:`).",
        "if": {"required": ["extends"]},
        "then": modes[Overlay, "validation"],
        "else": modes[Policy, "validation"],
        "$defs": {name: entry for name, entry in definitions["$defs"].items() if name != Title.__name__},
    }


def schema_text() -> str:
    """Return the schema as the file holds it."""
    return json.dumps(ruleset_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8", newline="")
