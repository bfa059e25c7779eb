"""Every faulty ruleset of fixtures/broken gives exactly the message that stands beside it, and has one in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from incentives.api import check
from incentives.faults_text import render_faults, texts_of
from incentives.ruleset import load_ruleset

FOLDER = Path(__file__).parents[2] / "fixtures" / "broken" / "rulesets"
BROKEN = sorted(file.name for file in FOLDER.glob("*.yaml"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_there_are_many() -> None:
    assert len(BROKEN) >= 20


@pytest.mark.parametrize("name", BROKEN)
def test_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    faults = check(name)
    expected = Path(name).with_suffix(".expected.txt").read_text(encoding="utf-8")
    assert render_faults(faults, texts_of(faults), "en") == expected


@pytest.mark.parametrize("name", BROKEN)
def test_chinese(name: str) -> None:
    faults = check(FOLDER / name)
    assert faults
    for fault in faults:
        assert CHINESE.search(fault.text("zh")), fault.code
        assert not CHINESE.search(re.sub("zh: 中文", "", fault.mend("en"))), fault.code
        assert bool(fault.mend("zh")) == bool(fault.mend("en")), fault.code


def test_the_sound_one_is_sound() -> None:
    assert not load_ruleset(FOLDER / "sound" / "base.yaml").warnings
