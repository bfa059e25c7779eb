"""A spinner on standard error for what takes longer than a second, on a terminal only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

PATIENCE = 1.0


@contextmanager
def progress(console: Console) -> Iterator[Callable[[str], None]]:
    """Gives a function that says what is being done now; nothing is shown before a second has passed."""
    status = console.status("")
    timer = threading.Timer(PATIENCE, status.start)
    timer.daemon = True
    if console.is_terminal:
        timer.start()
    try:
        yield status.update
    finally:
        timer.cancel()
        if console.is_terminal:
            timer.join()
        status.stop()
