"""Every message of the tables is used, is in both languages, and leaves the same blanks in both."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

PACKAGE = Path(__file__).parents[2] / "incentives"
MESSAGES = yaml.safe_load((PACKAGE / "messages" / "tables.yaml").read_text(encoding="utf-8"))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((PACKAGE / "tables").rglob("*.py")))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", MESSAGES)
def test_message(code: str) -> None:
    message = MESSAGES[code]
    stem = re.sub(r"_(close|base|stretch)$", "", code)
    assert f'"{code}"' in CODE or f"'{code}'" in CODE or stem in CODE
    assert blanks(message["zh"]) == blanks(message["en"])
    mend = message.get("mend", {"zh": "", "en": ""})
    assert bool(mend["zh"]) == bool(mend["en"])


def test_every_fault_has_its_message() -> None:
    codes = set(re.findall(r'Fault\(\s*"(\w+)"', CODE)) | set(re.findall(r"(?:THEN|ELSE) '(\w+_\w+)'", CODE))
    assert codes - MESSAGES.keys() == {"make_up"} & codes
    assert len(codes) > 40
