"""Without durable-rules and z3 the results are the same, and what is not there is said."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POLICY = str(ROOT / "rulesets" / "sales-2026.yaml")
ASSESS = ["assess", POLICY, "--data", str(ROOT / "fixtures" / "company"), "--period", "2026Q3", "-o"]
START = (
    "import sys; sys.path[:0] = sys.argv[1:3]; del sys.argv[1:3]; sys.argv[0] = 'incentives'; "
    "from incentives.cli import main; main()"
)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed packages but these two; Python started with -S looks in no other folder."""
    folder = tmp_path_factory.mktemp("packages")
    for package in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not package.name.startswith(("z3", "durable")):
            (folder / package.name).symlink_to(package)
    return folder


def command(packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-S", "-c", START, str(ROOT), str(packages), *arguments, "--lang", "en"]
    return subprocess.run(line, capture_output=True, encoding="utf-8", timeout=300, check=False)


def test_the_results_are_the_same_and_the_manifest_says_what_drew_them(packages: Path, tmp_path: Path) -> None:
    pytest.importorskip("durable_rules_engine", reason="durable-rules is not installed: nothing to compare with")
    for folder, where in ((packages, "without"), (Path(sysconfig.get_paths()["purelib"]), "with")):
        done = command(folder, *ASSESS, str(tmp_path / where))
        assert done.returncode == 0, done.stderr
    found = {
        where: {file.name: file.read_bytes() for file in (tmp_path / where).iterdir()} for where in ("with", "without")
    }
    manifests = [json.loads(found[where].pop("manifest.json")) for where in ("with", "without")]
    assert found["with"] == found["without"]
    assert [manifest["versions"].pop("conclusions").split()[0] for manifest in manifests] == [
        "durable-rules",
        "built-in",
    ]
    assert manifests[0] == manifests[1]


def test_check_says_what_it_did_not_look_at(packages: Path) -> None:
    done = command(packages, "check", POLICY)
    assert done.returncode == 0
    assert "the solver z3 is not installed" in done.stdout
    assert "pip install 'incentives[prove]'" in done.stdout
    assert "warning[proofs_unasked]" in done.stdout


def test_prove_says_which_extra_to_install(packages: Path) -> None:
    done = command(packages, "check", POLICY, "--prove")
    assert done.returncode == 1
    assert "the solver z3, which proves, is not installed" in done.stderr
    assert "pip install 'incentives[prove]'" in done.stderr
