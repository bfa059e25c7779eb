"""Cases are run apart from each other and compared exactly; what is wrong with them is told with its place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from incentives.cases import judge, run_cases
from incentives.faults import RefusedError, catalogue

HERE = Path(__file__).parent
FAULTS = yaml.safe_load((HERE / "faults.yaml").read_text(encoding="utf-8"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small policy in it, from which places are told without a path."""
    shutil.copy(HERE / "small.yaml", tmp_path / "small.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_case_sees_another(folder: Path) -> None:
    shutil.copy(HERE / "agree.yaml", folder / "small.cases.yaml")
    verdict = judge("small.yaml")
    assert verdict.differences == ()
    assert verdict.cases == 37


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_differences_side_by_side(folder: Path, lang: str) -> None:
    shutil.copy(HERE / "differ.yaml", folder / "small.cases.yaml")
    text, fine = run_cases("small.yaml", lang)
    assert not fine
    assert text + "\n" == (HERE / f"differ.expected.{lang}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FAULTS)
def test_faults(folder: Path, name: str) -> None:
    (folder / "small.cases.yaml").write_text(FAULTS[name]["file"], encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        judge("small.yaml")
    found = [f"{f.code} {f.place.line}:{f.place.column}" for f in refused.value.faults]
    assert sorted(found) == sorted(FAULTS[name]["faults"])
    for fault in refused.value.faults:
        assert fault.place.file == "small.cases.yaml"
        assert fault.text("zh")
        assert fault.text("en")
        assert bool(fault.mend("zh")) == bool(fault.mend("en"))


def test_the_subject_gives_the_keys_their_names(folder: Path) -> None:
    shutil.copy(HERE.parents[1] / "rulesets" / "leads.yaml", folder / "leads.yaml")
    cases = folder / "leads.cases.yaml"
    given = "defaults: {period: 2026-07, given: {budget: 1, decision_power: 0}}\ncases:\n"
    cases.write_text(
        given + "  one: {lead: {name: 甲}, expect: {name: 甲}}\n"
        "  two: {leads: {乙: {expect: {budget: 1}}, 丙: {given: {budget: 2}, expect: {budget: 2, name: 丙}}}}\n"
    )
    assert run_cases("leads.yaml", "en") == ("cases: 2, all agree", True)
    cases.write_text(given + "  one: {rep: {name: 甲}, expect: {budget: 1}}\n")
    with pytest.raises(RefusedError, match="there is no key rep here"):
        judge("leads.yaml")


@pytest.mark.usefixtures("folder")
def test_a_ruleset_without_cases() -> None:
    with pytest.raises(RefusedError, match=r"small.cases.yaml: no cases to run: there is no such file"):
        run_cases("small.yaml", "en")


def test_a_broken_ruleset(folder: Path) -> None:
    shutil.copy(HERE / "agree.yaml", folder / "small.cases.yaml")
    text = (folder / "small.yaml").read_text(encoding="utf-8")
    (folder / "small.yaml").write_text(text.replace("'< 100'", "'< 90'"), encoding="utf-8")
    with pytest.raises(RefusedError):
        run_cases("small.yaml", "en")


def test_texts_are_in_their_language() -> None:
    for code, texts in catalogue().items():
        if code.startswith(("case_", "cases_")):
            assert CHINESE.search(texts["zh"]), code
            assert not CHINESE.search(texts["en"]), code


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n"])
def test_an_empty_file_of_cases_is_told_as_one(text: str, tmp_path: Path) -> None:
    policy = tmp_path / "p.yaml"
    policy.write_text(
        (Path(__file__).parents[2] / "incentives" / "starter" / "policy.yaml").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    (tmp_path / "p.cases.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        judge(policy)
    assert [fault.code for fault in refused.value.faults] == ["cases_empty"]
    assert all("cases: {" in refused.value.faults[0].mend(lang) for lang in ("zh", "en"))
