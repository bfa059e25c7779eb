"""A spinner on standard error for what takes longer than a second, on a terminal only."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from incentives.printing import console_for, legible

PATIENCE = 1.0


@contextmanager
def progress(no_color: bool) -> Iterator[Callable[[str], None]]:
    """Gives a function that says what is being done now; nothing is shown before a second has passed."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    status = console_for(sys.stderr, no_color).status("")
    timer = threading.Timer(PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda text: status.update(legible(text))
    finally:
        timer.cancel()
        timer.join()
        status.stop()
