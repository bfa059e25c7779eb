"""What a run leaves in the database is what `relations.yaml` lists: names, columns, who makes and who reads it."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

import pytest

from incentives.cli import run
from incentives.database.relations import found, page, relations
from incentives.tables.canon import canon

from .recorded import ROOT, Recorded, recording

REPO = ROOT.parent
POLICY = ["rulesets/sales-2026.yaml", "--data", "fixtures/company"]
TRY = ["simulate", *POLICY, "--period", "2026Q3", "--set", "figures.score_cap.value=110"]
COMMANDS = [
    ["assess", *POLICY, "--period", "2026Q3", "-o", "OUT/assessed"],
    ["assess", *POLICY, "--period", "2026-07"],
    ["explain", *POLICY, "--period", "2026Q3", "--rep", "R017", "--reach", "next"],
    ["payroll", *POLICY, "--period", "2026Q2", "-o", "OUT/paid", "--template", "kingdee"],
    [*TRY, "--vary-data", "sales:±5%,seed=1"],
]
EVERY = [one for listed in relations().values() for one in listed]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recorded]:
    out = str(tmp_path_factory.mktemp("out"))
    with pytest.MonkeyPatch.context() as here, recording() as made:
        here.chdir(REPO)
        for command in COMMANDS:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
                assert run([part.replace("OUT", out) for part in command]) == 0, said.getvalue()
    return {name: one for name, one in made.items() if one.made}


def test_every_relation_is_listed_as_it_is(recorded: dict[str, Recorded]) -> None:
    assert len(recorded) > 80
    assert {name: wrong for name, one in recorded.items() if (wrong := differences(name, one))} == {}


def differences(name: str, one: Recorded) -> list[str]:
    listed = found(name)
    if listed is None or (listed.name == "<table>" and name not in canon("rep")):
        return ["is not listed"]
    wrong = [f"is made by {module}" for module in one.made - {*listed.made}]
    wrong += [f"is read by {module}" for module in {m.split("/")[0] for m in one.read} - {*listed.read}]
    wrong += [f"has the columns {names}" for names in one.columns if not listed.has(names, "rep_id")]
    wrong += [f"is not {listed.kept}"] if one.temporary != {listed.kept == "temporary"} else []
    return wrong


def test_what_is_not_listed_is_seen() -> None:
    assert differences("some_new_table", Recorded()) == differences("another", Recorded()) == ["is not listed"]
    assert differences("days", Recorded({False}, {"engine/run"}, {"prove/rows"}, [("day",)])) == [
        "is made by engine/run",
        "is read by prove",
        "has the columns ('day',)",
    ]
    assert differences("calendar_periods", Recorded({False})) == ["is not temporary"]


@pytest.mark.parametrize("one", EVERY, ids=[one.name for one in EVERY])
def test_makers_and_readers_are_there(one) -> None:
    assert [module for module in one.made if not (ROOT / f"{module}.py").is_file()] == []
    assert [package for package in one.read if not list(ROOT.glob(f"{package}*"))] == []


def test_the_page_is_as_the_list() -> None:
    mend = "python -m incentives.database.relations"
    assert (REPO / "docs/relations.md").read_text(encoding="utf-8") == page(), mend


def test_nobody_else_imports_a_database() -> None:
    importing = [file for file in ROOT.rglob("*.py") if "import duckdb" in file.read_text(encoding="utf-8")]
    assert importing == [ROOT / "database/duck.py"]
