"""The sdist holds the whole project, and a wheel made of it works where there is no checkout."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("incentives", "rulesets", "fixtures", "docs", "tests", "benchmarks")
BESIDE = ("LICENSE", "Makefile", "MANIFEST.in", "constraints.txt", "pyproject.toml", "setup.py")
ASSESS = ["assess", "rulesets/sales-2026.yaml", "--data", "fixtures/company", "--period", "2026Q3", "--format", "csv"]
pytest.importorskip("setuptools", minversion="77", reason="to build takes setuptools 77 or later: run `make setup`")


def command(arguments: list[str], folder: Path, path: Path | None = None) -> str:
    """What a command of Python prints, run in `folder` with `path` before all else."""
    env = os.environ | {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUTF8": "1"}
    env["PYTHONPATH"] = str(path) if path else ""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sources() -> list[str]:
    """The files of the project, by their paths in it."""
    found = [file for part in PARTS for file in (ROOT / part).rglob("*") if file.is_file()]
    named = [
        file.relative_to(ROOT) for file in found if not any(p in file.parts for p in ("__pycache__", ".hypothesis"))
    ]
    return sorted([*(file.as_posix() for file in named), *BESIDE, *(page.name for page in ROOT.glob("*.md"))])


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("source")
    for name in sources():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    command(["-c", "from setuptools import build_meta; build_meta.build_sdist('dist')"], copy)
    (made,) = (copy / "dist").iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    command(["-m", "pip", "wheel", *options, str(sdist)], folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command(["-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), str(wheel)], folder)
    return folder


def test_the_sdist_holds_the_whole_project(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert [name for name in sources() if name not in held] == []


def test_the_wheel_holds_the_package_and_the_example_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    example = {name for name in sources() if name.startswith("rulesets/")}
    example |= {name for name in sources() if name.startswith("fixtures/company/") and name.endswith(".csv")}
    package = {name for name in sources() if name.startswith("incentives/")}
    held = {name for name in names if ".dist-info/" not in name}
    assert held == package | {f"incentives/starter/example/{name}" for name in example}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_what_init_leaves_can_be_checked_and_assessed(installed: Path, tmp_path: Path) -> None:
    where = command(["-c", "import incentives; print(incentives.__file__)"], tmp_path, installed)
    assert Path(where.strip()).is_relative_to(installed)
    command(["-m", "incentives", "init", "mine"], tmp_path, installed)
    assert "没有发现问题" in command(["-m", "incentives", "check", "mine/policy.yaml"], tmp_path, installed)
    printed = command(
        ["-m", "incentives", "assess", "mine/policy.yaml", "--data", "mine/data.xlsx"], tmp_path, installed
    )
    assert "42,800.00" in printed


def test_the_example_comes_to_what_the_repository_comes_to(installed: Path, tmp_path: Path) -> None:
    command(["-m", "incentives", "init", "example", "--example"], tmp_path, installed)
    there = command(["-m", "incentives", *ASSESS], tmp_path / "example", installed)
    assert there.count("\n") == 41
    assert there == command(["-m", "incentives", *ASSESS], ROOT)
