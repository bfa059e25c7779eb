"""The order of the tests: the longest first, so that none is left for one process alone at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

LONGEST = Path(__file__).with_name("oracle") / "test_random.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path != LONGEST)
