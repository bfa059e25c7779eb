"""The order of the tests: the longest first, so that none is left for one process alone at the end.

What plays a failure that a system cannot be made to show is skipped there, and says so.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import sizes  # noqa: F401, sets how many examples random tests try

LONGEST = Path(__file__).with_name("oracle") / "test_random.py"
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
    items.sort(key=lambda item: item.path != LONGEST)
    lacking = LACKING.get(sys.platform, set())
    for item in items:
        if any(part in item.nodeid.replace("\\", "/") for part in lacking):
            item.add_marker(pytest.mark.skip(reason=f"{sys.platform} cannot be made to fail like that"))
