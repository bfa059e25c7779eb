"""Every faulty data set of fixtures/broken/data is refused with exactly the faults that stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from incentives.faults import RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import load_data

ROOT = Path(__file__).parents[2]
BROKEN = ROOT / "fixtures" / "broken" / "data"
FOLDERS = sorted(path.name for path in BROKEN.iterdir() if path.is_dir())


def test_there_are_many() -> None:
    assert len(FOLDERS) >= 30


@pytest.mark.parametrize("name", FOLDERS)
def test_refused(name: str, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN / name)
    with pytest.raises(RefusedError) as refused:
        load_data(Path(), ruleset)
    told = [f"{fault.place}: {fault.text('en')}" for fault in refused.value.faults]
    assert told == Path("expected.txt").read_text(encoding="utf-8").splitlines()
    for fault in refused.value.faults:
        chinese = fault.text("zh")
        assert any("一" <= sign <= "鿿" for sign in chinese)
        assert bool(fault.mend("zh")) == bool(fault.mend("en"))
