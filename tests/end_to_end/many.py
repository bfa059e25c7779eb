"""Runs many command lines, each in a process of its own, forked from one that has everything imported and warm.

Reads a JSON list of runs from standard input, prints a JSON list of `[exit code or −signal, stdout, stderr]`. A run:
`args`; `cwd`; `largest` (bytes a file may have: a full disk); `nobody` (give up the rights of root); `stdout` (a file
to print to); `killed_at` (a function, `module:name`, that instead of running kills the process); `ended_at` (a function
that sends the process a SIGTERM before it runs).
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import incentives.cli
import incentives.plan.compile
import incentives.ruleset

# All that a command imports on its way: somebody without rights may not be able to read the packages.
READERS = (
    "cases", "cli.progress", "execution.assess", "explain", "lookup", "outcome.files", "outcome.manifest",
    "reports.folder", "reports.narrow", "reports.page", "reports.report", "reports.terminal", "reports.workbook",
    "tables",
)  # fmt: skip
POLICY = Path(__file__).parents[2] / "rulesets" / "sales-2026.yaml"
PATIENCE = 120
NOBODY = 65534


def run(how: dict[str, Any]) -> list[Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(how["stdout"], os.O_WRONLY) if "stdout" in how else out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            command(how)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        texts = [file.read().decode(errors="replace") for file in (out, err)]
        return [os.waitstatus_to_exitcode(status), *texts]


def command(how: dict[str, Any]) -> None:
    """Does not return: it is the command, in the child."""
    signal.alarm(PATIENCE)
    if "largest" in how:
        resource.setrlimit(resource.RLIMIT_FSIZE, (how["largest"], how["largest"]))
    if "killed_at" in how:
        module, name = how["killed_at"].split(":")
        setattr(importlib.import_module(module), name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    if "ended_at" in how:
        module, name = how["ended_at"].split(":")
        inner = getattr(importlib.import_module(module), name)
        setattr(importlib.import_module(module), name, lambda *a: (os.kill(os.getpid(), signal.SIGTERM), inner(*a))[1])
    if how.get("nobody") and os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    os.chdir(how.get("cwd", "."))
    sys.argv = ["incentives", *how["args"]]
    code = 99
    try:
        incentives.cli.main()
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    finally:
        if code == 99:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(code)


def warm() -> None:
    """Do once what would take every run most of its time: imports, the shipped policy."""
    for reader in READERS:
        importlib.import_module(f"incentives.{reader}")
    load, build = incentives.ruleset.load_ruleset, incentives.plan.compile.compile_plan
    policy = load(POLICY)
    plan = build(policy)
    incentives.ruleset.load_ruleset = lambda path: policy if Path(path) == POLICY else load(path)
    incentives.plan.compile.compile_plan = lambda ruleset: plan if ruleset is policy else build(ruleset)


if __name__ == "__main__":
    warm()
    json.dump([run(how) for how in json.load(sys.stdin)], sys.stdout)
