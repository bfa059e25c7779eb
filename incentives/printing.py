"""Everything printed goes through here: to a terminal goes no character that would steer it or turn its text around."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from codecs import getincrementaldecoder
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, direction and joining signs, halves, ends of lines
STREAMS = ("stdin", "stdout", "stderr")


def legible(text: str) -> str:
    """Text with its control and direction characters written out (`\\u001b`); ends of lines and tabs stay."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(_written(char) if unicodedata.category(char) in UNSEEN else char for char in text)


def _written(char: str) -> str:
    if char in "\n\t":
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def say(text: str, err: bool = False, nl: bool = True) -> None:
    """Print text to standard output, or to standard error."""
    click.echo(legible(text), err=err, nl=nl, color=True)


def pour(pieces: Iterable[bytes]) -> None:
    """Print a file made in pieces to standard output: as it is into a file or a pipe, legible on a terminal."""
    if not sys.stdout.isatty():
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    decoder = io.IncrementalNewlineDecoder(getincrementaldecoder("utf-8")("replace"), translate=True)
    for piece in pieces:
        sys.stdout.write(legible(decoder.decode(piece)))
    sys.stdout.write(legible(decoder.decode(b"", final=True)))
    sys.stdout.flush()


def console_for(stream: Any, no_color: bool, width: int | None = None) -> Console:
    """A console that keeps to NO_COLOR and --no-color; of that width, else wide where the output goes into a file or a
    pipe."""
    width = width or (None if stream.isatty() or "COLUMNS" in os.environ else 160)
    made: Console = _console()(
        file=stream, highlight=False, no_color=no_color or None, width=width, legacy_windows=False
    )
    return made


@cache
def _console() -> Any:
    """The class of consoles; to import what it rests on takes a while."""
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    class Legible(Console):
        """A console that prints the text of whatever it is given legibly; its own colours and moves stay."""

        def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else Segment(legible(segment.text), segment.style)

    return Legible


def hold_streams() -> None:
    """Put something that cannot be written where a standard stream is closed, so that printing to it is an error and
    no file that is opened later takes its number."""
    for number, name in enumerate(STREAMS):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # takes the lowest number that is free, which is this one
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
