"""What draws conclusions where durable-rules cannot be had comes to the same as what needs it, and as brute force."""

from __future__ import annotations

from random import Random

import pytest

from incentives.conclusions import draw as module
from incentives.conclusions.draw import draw, drawn_by

from .brute import brute
from .conftest import by_both
from .networks import network, situation


@pytest.mark.parametrize("most", [1, 3, 8, 20, 60])
def test_no_difference_to_brute_force(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIBRARY", "no_such_module")
    random = Random(most)
    for _ in range(100):
        nodes = network(random, most)
        situations = [situation(random, nodes) for _ in range(20)]
        assert draw(nodes, situations) == [brute(nodes, each) for each in situations]


def test_every_test_beside_this_one_is_held_to_both() -> None:
    assert module._run is by_both


def test_a_library_that_does_not_fit_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("library")
    (folder / "misfit_engine.py").write_text(
        "raise ImportError('undefined symbol: PyEval_CallObject')", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(module, "LIBRARY", "misfit_engine")
    assert drawn_by() == "built-in"


def test_the_library_is_named_with_its_version() -> None:
    pytest.importorskip("durable_rules_engine", reason="durable-rules is not installed")
    assert drawn_by().startswith("durable-rules 2.")
