"""The engine's process: what it cannot hold and how it may fail, told as faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from incentives.conclusions import draw as module
from incentives.conclusions.draw import MOST_AFTER, MOST_KNOWN, MOST_USES, draw
from incentives.conclusions.network import Node, Situation
from incentives.faults import RefusedError

from .brute import brute

ONE = [Node("pay_cut", ("two_c",), (), ())]
HELD = [Situation(frozenset({"two_c"}), frozenset())]
FAILING = {
    "it aborts": "import os; os.abort()",
    "it ends": "raise SystemExit(3)",
    "it raises": "raise RuntimeError('no answer')",
    "it answers and then aborts": "import os; print('[[[[0,[0]]],[0]]]', flush=True); os.abort()",
    "it says nothing": "",
    "it says something else": "print('{}')",
    "it says no JSON": "print('nonsense')",
    "it answers another question": "print('[[[[0,[0]]],[0]],[[],[]]]')",
    "it names a conclusion that is not there": "print('[[[[1,[0]]],[0]]]')",
    "it names a finding that does not hold": "print('[[[[0,[1]]],[0]]]')",
    "it tells a finding twice": "print('[[[[0,[0,0]]],[0]]]')",
    "it withholds without a reason": "print('[[[[0,[0]]],[]]]')",
    "it concludes what is not due": "print('[[[],[0]]]')",
}


@pytest.mark.parametrize("text", FAILING.values(), ids=list(FAILING))
def test_it_fails(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "failing.py"
    script.write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "RULES", script)
    assert code_of(ONE) == ["conclusions_engine_failed"]


def test_what_it_said_last_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "failing.py"
    script.write_text("raise RuntimeError('the last word')", encoding="utf-8")
    monkeypatch.setattr(module, "RULES", script)
    with pytest.raises(RefusedError, match="drew no conclusions: RuntimeError: the last word"):
        draw(ONE, HELD)


def test_a_script_that_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "answering.py"
    script.write_text("print('[[[[0,[0]]],[0]]]')", encoding="utf-8")
    monkeypatch.setattr(module, "RULES", script)
    assert [one.name for one in draw(ONE, HELD)[0]] == ["pay_cut"]


def test_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIBRARY", "no_such_module")  # the built-in evaluator answers
    assert [one.name for one in draw(ONE, HELD)[0]] == ["pay_cut"]
    monkeypatch.setattr(module, "LIBRARY", "json")  # there, but its folder does not hold the library
    assert code_of(ONE) == ["conclusions_engine_failed"]


def test_python_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert code_of(ONE) == ["conclusions_engine_failed"]


def test_nothing_to_do_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIBRARY", "no_such_module")
    assert draw([], HELD) == [()]
    assert draw(ONE, []) == []


def wide(after: int) -> list[Node]:
    """One conclusion after many."""
    many = [Node(f"c{number}", (), (), ()) for number in range(after)]
    return [*many, Node("last", ("f", "g"), tuple(node.name for node in many), ())]


def used(uses: int) -> list[Node]:
    """One conclusion that many come after, and a finding that as many share."""
    return [Node("first", ("f",), (), ()), *(Node(f"c{number}", ("f",), ("first",), ()) for number in range(uses - 1))]


def carried(uses: int) -> list[Node]:
    """One conclusion that the findings of another make use of."""
    return [Node("first", (), (), ()), Node("last", tuple(f"f{number}" for number in range(uses)), ("first",), ())]


def always(uses: int) -> list[Node]:
    """Many that are always due, each over the next."""
    return [Node(f"c{number}", (), (), (f"c{number + 1}",) if number + 1 < uses else ()) for number in range(uses)]


def known(many: int) -> list[Node]:
    """As many findings as conclusions, in one long chain."""
    return [Node(f"c{number}", (f"f{number}",), (f"c{number - 1}",) if number else (), ()) for number in range(many)]


LIMITS = {
    wide: (MOST_AFTER, "conclusion_after_too_many"),
    used: (MOST_USES, "conclusions_too_large"),
    carried: (MOST_USES, "conclusions_too_large"),
    always: (MOST_USES, "conclusions_too_large"),
    known: (MOST_KNOWN, "conclusions_too_large"),
}


@pytest.mark.parametrize("shape", LIMITS, ids=lambda shape: str(shape.__name__))
def test_the_most(shape: object) -> None:
    make = next(make for make in LIMITS if make is shape)
    most, code = LIMITS[make]
    nodes = make(most)
    all_hold = Situation(frozenset(finding for node in nodes for finding in node.findings), frozenset())
    situations = [all_hold, Situation(frozenset(), frozenset()), Situation(all_hold.held, frozenset({nodes[0].name}))]
    assert draw(nodes, situations) == [brute(nodes, each) for each in situations]
    assert code_of(make(most + 1)) == [code]


def test_parts_have_limits_of_their_own() -> None:
    nodes = [Node(f"c{number}", (f"f{number}",), (), ()) for number in range(3 * MOST_KNOWN)]
    assert len(draw(nodes, [Situation(frozenset(f"f{number}" for number in range(0, 1200, 3)), frozenset())])[0]) == 400


def code_of(nodes: list[Node]) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        draw(nodes, HELD)
    for fault in refused.value.faults:
        for lang in ("zh", "en"):
            assert "Traceback" not in fault.text(lang)
            assert fault.mend(lang)
    return [fault.code for fault in refused.value.faults]
