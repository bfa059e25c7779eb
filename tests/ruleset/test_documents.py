"""The page of the language and the JSON schema say what the model says, and the page's examples are right."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from incentives.language.parse import FUNCTIONS
from incentives.ruleset.document import PAGE, parts, updated
from incentives.ruleset.overlay import apply_overlay
from incentives.ruleset.reader import parse_yaml, read_yaml
from incentives.ruleset.refused import keys_of
from incentives.ruleset.rules import ACTIONS
from incentives.ruleset.ruleset import ruleset_of
from incentives.ruleset.schema import FILE, ruleset_schema, schema_text

TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def test_the_page_is_current() -> None:
    assert updated(TEXT) == TEXT, "run python -m incentives.ruleset.document"


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.__name__)
def test_every_key_is_on_the_page(part: type) -> None:
    block = re.search(rf"<!-- generated: {part.__name__} -->\n(.*?)<!-- end -->", TEXT, re.DOTALL)
    assert block, f"docs/ruleset.md has no section for {part.__name__}"
    for key in keys_of(part):  # type: ignore[arg-type]
        assert f"| `{key}` |" in block[1] or key in {"title", "why", "source"}


@pytest.mark.parametrize("do", ACTIONS)
def test_what_every_action_takes_is_on_the_page(do: str) -> None:
    needs, may = (", ".join(f"`{key}`" for key in keys) for keys in ACTIONS[do])
    assert f"| `{do}` | {needs} | {may} |".replace("|  |", "| |").replace("|  |", "| |") in TEXT


def test_the_parts_are_all_there() -> None:
    assert {"Policy", "Metric", "Item", "Tier", "Overlay", "Distribution"} <= {part.__name__ for part in parts()}


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "date"])
def test_every_function_is_on_the_page(name: str) -> None:
    assert f"{name}(" in TEXT


def test_the_whole_example_has_no_faults() -> None:
    (whole,) = (example for example in EXAMPLES if example.startswith("ruleset:"))
    assert ruleset_of(parse_yaml(whole, "example"))[1] == []


def test_the_overlay_example_applies() -> None:
    (overlay,) = (example for example in EXAMPLES if example.startswith("extends:"))
    base = read_yaml(Path(__file__).parents[2] / "rulesets" / "sales-2026.yaml")
    assert ruleset_of(apply_overlay(base, parse_yaml(overlay, "example")))[1] == []


def test_the_schema_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run python -m incentives.ruleset.schema"


def test_the_schema_describes_every_key() -> None:
    definitions = ruleset_schema()["$defs"]
    for part in parts():
        described = definitions[part.__name__]["properties"]
        assert set(described) == set(keys_of(part))
        assert all(entry.get("description") or "$ref" in entry for entry in described.values()), part.__name__
    assert json.loads(FILE.read_text(encoding="utf-8")) == ruleset_schema()
