"""A command that fails: why, in one text on standard error, and the exit code that says so."""

from __future__ import annotations

import gc
import os
from contextlib import suppress

from incentives.output import rendered, said
from incentives.printing import say

FINDINGS, WRONG_USE, INTERRUPTED = 1, 2, 130
QUERY_INTERRUPTED = "Query interrupted"  # what DuckDB raises in a RuntimeError for Ctrl-C while it runs a query


def failed(error: Exception, lang: str) -> int:
    """Say what went wrong on standard error and give the exit code."""
    if not os.environ.get("INCENTIVES_DEBUG"):
        release(error)
    from incentives.faults import RefusedError
    from incentives.lookup import NotThereError
    from incentives.machine import lack
    from incentives.outcome.files import unprinted

    if isinstance(error, OSError) and error.filename is None:
        error = unprinted(error) or error  # what is printed had no room: there is no file to name
    if isinstance(error, NotThereError):
        complain(error.fault.text(lang))
        return WRONG_USE
    if isinstance(error, RefusedError):
        complain(rendered(error.faults, lang).rstrip("\n"))
        return FINDINGS
    if (lacking := lack(error)) is not None:
        complain(rendered([lacking], lang).rstrip("\n"))
        return FINDINGS
    if isinstance(error, RuntimeError) and str(error) == QUERY_INTERRUPTED:
        return INTERRUPTED
    if os.environ.get("INCENTIVES_DEBUG"):
        raise error
    first = (str(error).splitlines() or [""])[0][:300]
    complain(said("unexpected", lang, what=f"{type(error).__name__}: {first}"))
    return FINDINGS


def release(error: BaseException | None) -> None:
    """Close what a failed command has left open: to tell what went wrong takes memory and files as well."""
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
    gc.collect()


def complain(text: str) -> None:
    """Say on standard error why a command fails. Where nothing can be said there, its exit code still tells."""
    with suppress(OSError):
        say(text, err=True)
