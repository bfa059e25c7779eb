"""What a public project promises about itself agrees with what is in the repository."""

import re
import tomllib

import yaml

import incentives
from incentives.database.duck import connect

from .pages import ROOT


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_changelog_begins_with_this_version() -> None:
    assert re.findall(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)[0] == incentives.__version__


def test_windows_runs_what_make_test_runs() -> None:
    rule = re.search(r"^test: .*\n((?:\t.*\n)+)", read("Makefile"), re.MULTILINE)
    assert rule
    commands = [line.strip().removeprefix("$(BIN)/") for line in rule[1].splitlines()]
    assert "ruff format --check ." in commands
    (steps,) = [job["steps"] for job in yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"].values()]
    (windows,) = [step["run"] for step in steps if step.get("name") == "test (Windows)"]
    assert [line.removeprefix(".venv/Scripts/") for line in windows.splitlines()] == commands


def test_every_python_that_is_promised_is_tried_on_three_systems() -> None:
    matrix = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert sorted(name.removesuffix("-latest") for name in matrix["os"]) == ["macos", "ubuntu", "windows"]
    assert tomllib.loads(read("pyproject.toml"))["project"]["requires-python"] == f">={matrix['python'][0]}"


def test_hooks_run_the_tools_of_the_virtual_environment() -> None:
    hooks = [hook for repo in yaml.safe_load(read(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]]
    assert {hook["entry"] for hook in hooks} == {
        ".venv/bin/ruff check",
        ".venv/bin/ruff format --check",
        ".venv/bin/mypy",
    }


def test_the_licence_is_whole() -> None:
    text = read("LICENSE")
    assert text.lstrip().startswith("Apache License")
    assert "END OF TERMS AND CONDITIONS" in text
    assert tomllib.loads(read("pyproject.toml"))["project"]["license"] == "Apache-2.0"


def test_the_database_fetches_nothing() -> None:
    assert connect().query("SELECT current_setting('autoinstall_known_extensions')") == [(False,)]
