"""What only some systems have is not needed: Windows and macOS, as far as they can be played on another system."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ELSEWHERE = Path(__file__).with_name("elsewhere.py")
FILES = sorted((ROOT / "incentives").rglob("*.py"))
ONLY_SOME = {
    "fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "posix", "syslog", "readline", "curses", "crypt",
    "msvcrt", "winreg", "winsound", "nt",
}  # fmt: skip
ASSESS = ["assess", "mine/policy.yaml", "--data", "mine/data.xlsx", "--lang", "en"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems are played on Linux")


def elsewhere(system: str, arguments: list[str], folder: Path, opened: str = "") -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT), "OPENED": opened, "TMPDIR": str(folder)}
    return subprocess.run(
        [sys.executable, str(ELSEWHERE), system, *arguments],
        cwd=folder, env=env, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip


def unguarded(body: list[ast.stmt]) -> Iterator[str]:
    """The modules of some systems that are imported when a module is, whatever system it is on."""
    for node in body:
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.FunctionDef) or (
            isinstance(node, ast.If) and "sys.platform" in ast.unparse(node.test)
        ):
            continue
        else:
            inner = [getattr(node, part, []) for part in ("body", "orelse", "finalbody", "handlers")]
            yield from unguarded([each for part in inner if isinstance(part, list) for each in part])
            continue
        yield from (name for name in names if name.partition(".")[0] in ONLY_SOME)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "incentives")))
def test_no_module_imports_what_one_system_has(file: Path) -> None:
    assert list(unguarded(ast.parse(file.read_text(encoding="utf-8")).body)) == []


def test_an_unguarded_import_is_seen() -> None:
    guarded = "import sys\nif sys.platform == 'win32':\n    import msvcrt\ndef f():\n    import pwd\n"
    bare = "try:\n    import fcntl\nexcept ImportError:\n    pass\nclass A:\n    import grp\n"
    assert list(unguarded(ast.parse(guarded + bare).body)) == ["fcntl", "grp"]


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_every_module_can_be_imported(system: str, tmp_path: Path) -> None:
    done = elsewhere(system, [], tmp_path)
    assert (done.stdout, done.stderr) == ("all imported\n", "")


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_commands_run(system: str, tmp_path: Path) -> None:
    def command(*arguments: str) -> str:
        done = elsewhere(system, list(arguments), tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    command("init", "mine")
    printed = command(*ASSESS, "--format", "csv")
    assert printed == elsewhere("linux", [*ASSESS, "--format", "csv"], tmp_path).stdout
    command(*ASSESS, "-o", "out")
    first = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    (tmp_path / "out" / "pay.csv").write_text("of an older run")
    command(*ASSESS, "-o", "out")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    command(*ASSESS, "-o", "out")
    again = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    assert again.pop("notes.txt") == b"mine"
    assert again == first
    assert [path.name for path in tmp_path.rglob("*incentives-*")] == []


def test_a_file_that_is_open_in_another_program_is_named(tmp_path: Path) -> None:
    assert elsewhere("win32", ["init", "mine"], tmp_path).returncode == 0
    assert elsewhere("win32", [*ASSESS, "-o", "out"], tmp_path).returncode == 0
    (tmp_path / "out" / "pay.csv").write_text("of an older run")
    before = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    done = elsewhere("win32", [*ASSESS, "-o", "out"], tmp_path, opened=str(tmp_path / "out" / "pay.csv"))
    assert done.returncode == 1
    assert "the file pay.csv is open in another program; nothing was written" in done.stderr
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == before
