"""Puts the shipped rulesets and company into the wheel, for `init --example`. The rest is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

EXAMPLE = ("rulesets/*.yaml", "fixtures/company/*.csv")
INSIDE = Path("incentives/starter/example")


class BuildWithExample(build_py):
    """Builds the package, and beside the starter what stands elsewhere in the repository."""

    def run(self) -> None:
        """Build into `build_lib`."""
        super().run()
        if self.editable_mode:
            return  # the files are found where they are
        for pattern in EXAMPLE:
            for file in sorted(Path().glob(pattern)):
                target = Path(self.build_lib) / INSIDE / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)


setup(cmdclass={"build_py": BuildWithExample})
