"""The order of the tests: the longest first, so that none is left for one process alone at the end.

What plays a failure that a system cannot be made to show is skipped there, and says so.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import sizes  # noqa: F401, sets how many examples random tests try

LONGEST = (  # those that take more than some ten seconds, by `make test`'s list of the slowest
    "cases/test_shipped.py", "oracle/test_random.py", "end_to_end/test_same.py", "simulate/test_again.py",
    "docs/test_onboarding.py", "plan/test_hostile_names.py",
)  # fmt: skip
FORKS = (  # run commands in forked processes, by a POSIX shell, or make a pipe with a name
    "end_to_end/test_broken.py", "end_to_end/test_disaster.py", "end_to_end/test_machine.py", "test_one_step.py",
    "test_a_stream_that_fails_is_told", "test_what_cannot_be_said_on_standard_error", "test_a_pipe_is_not_waited_for",
    "test_init_tells_a_command_that_works", "conclusions/test_memory.py",
)  # fmt: skip
FULL = (  # take /dev/full for a full disk, or Linux' limits
    "end_to_end/test_disaster.py", "end_to_end/test_machine.py", "on_full_disk", "/dev/full",
    "test_what_cannot_be_said_on_standard_error",
)  # fmt: skip
LACKING = {"win32": {*FORKS, *FULL}, "darwin": {*FULL}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {Path(__file__).parent / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
    lacking = LACKING.get(sys.platform, set())
    for item in items:
        if any(part in item.nodeid.replace("\\", "/") for part in lacking):
            item.add_marker(pytest.mark.skip(reason=f"{sys.platform} cannot be made to fail like that"))
