"""Whatever is in the data or on the command line, no control character is printed; a stream that fails is told."""

import ast
import io
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from incentives.cli import run
from incentives.printing import UNSEEN, console_for, legible, pour

ROOT = Path(__file__).parents[2]
EVIL = "\x1b[2J\x9b31m\u202eab\u2066\x07"
ANY = st.text(st.characters(), max_size=30)


def unseen(text: str) -> set[str]:
    return {char for char in text if unicodedata.category(char) in UNSEEN} - {"\n", "\t"}


class Terminal(io.TextIOWrapper):
    """A standard output that says that it is a terminal."""

    def isatty(self) -> bool:
        return True

    def printed(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode()


def terminal() -> Terminal:
    return Terminal(io.BytesIO(), encoding="utf-8", errors="replace", newline="")


@given(ANY)
def test_no_text_is_left_with_one(text):
    assert unseen(legible(text)) == set()
    assert legible(legible(text)) == legible(text)
    if not unseen(text):
        assert legible(text) == text


@given(ANY)
@settings(deadline=None)
def test_no_console_prints_one(text):
    stream = terminal()
    console = console_for(stream, no_color=True)
    console.print(Text(text))
    console.print(Text(text, style="bold"), Text("end"))
    assert unseen(stream.printed().replace("\x1b[1m", "").replace("\x1b[0m", "")) == set()


@given(st.lists(ANY, max_size=4), st.integers(1, 7))
@settings(deadline=None)
def test_a_file_on_a_terminal_is_legible_and_in_a_pipe_as_it_is(texts, step):
    made = "\n".join(texts).encode(errors="replace")
    pieces = [made[at : at + step] for at in range(0, len(made), step)]
    stream, pipe = terminal(), io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        pour(pieces)
        patch.setattr(sys, "stdout", pipe)
        pour(pieces)
    assert unseen(stream.printed()) == set()
    assert pipe.buffer.getvalue() == made


def test_nothing_is_printed_past_it():
    past = []
    for file in sorted((ROOT / "incentives").rglob("*.py")):
        if file.name == "printing.py" or file.parent.name == "conclusions":  # whose process answers to its parent
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("print", "click.echo", "click.secho", "Console") or "stdout." in called.replace("isatty", ""):
                past.append(f"{file.name}:{node.lineno} {called}")
    assert [one for one in past if not one.endswith((".isatty", "stdout.flush", "stdout."))] == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The starter, with somebody whose name, team and policy would steer a terminal."""
    folder = tmp_path_factory.mktemp("hostile")
    assert run(["init", str(folder)]) == 0
    data = folder / "data"
    data.mkdir()
    (data / "reps.csv").write_text(f"工号,姓名,入职日期,团队\n001,张{EVIL}三,2025-01-01,T{EVIL}\n", encoding="utf-8")
    wide = "工号,期间,来源,销售额,毛利额,回款额,应回款额,客户满意度,客户满意度来源"
    (data / "snapshots.csv").write_text(f"{wide}\n001,2026Q3,crm,9,1,1,1,90,客服\n", encoding="utf-8")
    (data / f"x{EVIL}.csv").write_text(f"a{EVIL}\n1\n", encoding="utf-8")
    (folder / f"bad{EVIL}.yaml").write_text(f"ruleset: x\nver{EVIL}: 1\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "args",
    [
        ["assess", "policy.yaml", "--data", "data"],
        ["assess", "policy.yaml", "--data", "data", "--team", f"T{EVIL}"],
        ["assess", "policy.yaml", "--data", "data", "--team", EVIL],
        ["assess", "policy.yaml", "--data", "data", "--period", EVIL],
        ["explain", "policy.yaml", "--data", "data", "--period", "2026Q3", "--rep", "001"],
        ["explain", "policy.yaml", "--data", "data", "--period", "2026Q3", "--rep", EVIL],
        ["explain", "policy.yaml", "--data", "data", "--period", "2026Q3", "--rep", "001", "--column", EVIL],
        ["simulate", "policy.yaml", "--data", "data", "--set", f"{EVIL}=1"],
        ["simulate", "policy.yaml", "--data", "data", "--set", EVIL],
        ["simulate", "policy.yaml", "--data", "data", "--vary-data", EVIL],
        ["check", f"bad{EVIL}.yaml"],
        ["check", EVIL],
        ["test", EVIL],
        [EVIL],
        ["check", f"--{EVIL}"],
        ["check", "policy.yaml", EVIL],
        ["assess", "policy.yaml", "--data", "data", "--format", EVIL],
        ["payroll", "policy.yaml", "--data", "data", "--period", "2026Q3", "-o", f"out{EVIL}", "--draft"],
        ["payroll", "policy.yaml", "--data", "data", "--period", "2026Q3", "-o", "o", "--template", EVIL],
    ],
    ids=ascii,
)
def test_no_command_prints_one(args, hostile, capsys, monkeypatch):
    monkeypatch.chdir(hostile)
    for lang in ("zh", "en"):
        run(["--lang", lang, *args])
        said = capsys.readouterr()
        assert said.out + said.err
        assert unseen(said.out + said.err) == set()


@pytest.mark.parametrize(
    ("streams", "said"),
    [
        (">&-", "standard output or standard error is closed"),
        (">/dev/full", "the disk is full; not everything was printed"),
        ("<&- >&- 2>&-", ""),
        ("2>/dev/full >/dev/full", ""),
    ],
)
def test_a_stream_that_fails_is_told(streams, said):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = f"set -o pipefail; '{sys.executable}' -m incentives --lang en schema {streams}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert bool(said) == bool(done.stderr)


def test_what_cannot_be_said_on_standard_error_is_in_the_exit_code(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for streams in ("2>&-", "2>/dev/full"):
        command = f"'{sys.executable}' -m incentives test nothing.yaml {streams}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment, check=False, cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")
