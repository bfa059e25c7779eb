"""What the tests of the tables share: the shipped policy and an easy way to write a data set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from incentives.ruleset import Ruleset, load_ruleset

ROOT = Path(__file__).parents[2]
REPS = "rep_id,name,hired_on,team,region\nR001,陈志远,2019-04-07,上海组,华东\n007,周海燕,2019-05-14,,华东\n"
Write = Callable[..., Path]


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    return load_ruleset(ROOT / "rulesets" / "sales-2026.yaml")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files (name=text or bytes, `.csv` where the name has no dot) into one folder; reps come by themselves."""

    def make(**files: str | bytes) -> Path:
        for name, content in {"reps": REPS, **files}.items():
            path = tmp_path / (name if "." in name else f"{name}.csv")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return make
