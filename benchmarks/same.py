"""Hold two checkouts against each other: the same commands over the shipped policies and data print the same bytes.

    python -m benchmarks.same OTHER [--kept DIR] [--only TEXT]

OTHER is another checkout of the project; both run with this Python over the policies and data of this checkout, each
in a folder of its own. With `--kept` the outputs of OTHER stay in DIR, and are taken from there the next time.
Standard output, standard error, exit codes and written files are compared; the first difference of each is shown.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
LIMIT = 600  # seconds a command may take
MOST_SHOWN = 12  # lines of a difference
SALES = "rulesets/sales-2026.yaml --data fixtures/company"
RATE = "pay.commission.tiers.rows.low.rate"
CRM = "rulesets/sales-2026.yaml --data fixtures/crm-export/data.yaml"
NORTHWIND = "rulesets/northwind.yaml --data fixtures/northwind/data.yaml"
FORMATS = ("table", "csv", "json", "html", "xlsx")


def commands() -> Iterator[str]:
    """The command lines, without the name of the command; what is written goes into the folder `out`."""
    yield from (f"assess {SALES} --format {form}" for form in FORMATS)
    yield from (f"assess {data} --format {form}" for data in (CRM, NORTHWIND) for form in ("table", "json"))
    yield from (f"assess {SALES} --period {period}" for period in ("2026Q3 --lang en", "2026Q1..2026Q3", "2026-08"))
    yield f"assess {SALES} --period 2026Q3 -o out"
    yield f"assess {SALES} --period 2026Q3 --team 深圳组 --no-pay --reach --format json"
    yield f"explain {SALES} --period 2026Q3 --rep R017"
    yield f"explain {SALES} --period 2026Q3 --rep R017 --reach next --lang en"
    yield from (f"explain {SALES} --period 2026Q3 --rep {rep} --column total" for rep in ("R003", "R029"))
    yield f"explain {SALES} --period 2026Q2 --rep R001 --lang en"
    yield f"simulate {SALES} --period 2026Q3 --set figures.score_cap.value=120"
    yield f"simulate {SALES} --period 2026Q3 --set {RATE}=2.7% --format json"
    yield f"simulate {SALES} --period 2026Q3 --sweep {RATE}=2.6%..3%:0.1%"
    yield f"simulate {SALES} --period 2026Q3 --against 2026Q2 --format csv"
    yield f"payroll {SALES} --period 2026Q2 -o out --template variable-pay"
    yield f"payroll {SALES} --period 2026Q3 -o out --draft --corrections --lang en"
    for ruleset in sorted((HERE / "rulesets").glob("*.yaml")):
        if not ruleset.name.endswith(".cases.yaml"):
            yield f"check rulesets/{ruleset.name} --prove --format json"
    yield from (f"test rulesets/{name}.yaml" for name in ("customers", "leads", "software-2026"))
    for data in sorted((HERE / "fixtures/broken/data").iterdir()):
        yield f"assess rulesets/sales-2026.yaml --data fixtures/broken/data/{data.name}"


def leave_outputs(checkout: Path, command: str, folder: Path) -> None:
    """Run a command with the program of a checkout over the data of this one; leave all that came of it in a folder."""
    work = folder / "work"
    work.mkdir(parents=True)
    for name in ("rulesets", "fixtures"):
        (work / name).symlink_to(HERE / name)
    environment = os.environ | {"PYTHONPATH": str(checkout), "COLUMNS": "120"}
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        done = subprocess.run(
            [sys.executable, "-m", "incentives", *command.split()],
            cwd=work, env=environment, stdout=out, stderr=err, timeout=LIMIT, check=False,
        )  # fmt: skip
    (folder / "code").write_text(str(done.returncode))
    for name in ("rulesets", "fixtures"):
        (work / name).unlink()


def files_of(folder: Path) -> dict[str, bytes]:
    """The contents of all files below a folder, by their path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differences(ours: Path, theirs: Path) -> Iterator[str]:
    """What differs between the outputs in two folders, a line each and the first lines of the difference."""
    mine, other = files_of(ours), files_of(theirs)
    for name in sorted(mine.keys() | other.keys()):
        if mine.get(name) == other.get(name):
            continue
        yield f"  {name}: {'differs' if name in mine and name in other else 'is not in both'}"
        lines = [files.get(name, b"").decode(errors="replace").splitlines() for files in (other, mine)]
        yield from (f"    {line[:200]}" for line in list(unified_diff(*lines, lineterm="", n=0))[2:MOST_SHOWN])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--only", default="", help="only the commands with this text")
    asked = parser.parse_args()
    differing, number = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        kept = asked.kept or Path(scratch) / "theirs"
        for number, command in enumerate((c for c in commands() if asked.only in c), start=1):
            theirs = kept / command.replace("/", "_")
            if not (theirs / "code").exists():
                leave_outputs(asked.other.resolve(), command, theirs)
            ours = Path(scratch) / f"ours {number}"
            leave_outputs(HERE, command, ours)
            if found := list(differences(ours, theirs)):
                differing += 1
                print(f"incentives {command}", *found, sep="\n", flush=True)
    print(f"{number} commands, {differing} of them differ")
    sys.exit(1 if differing or not number else 0)


if __name__ == "__main__":
    main()
