"""The encoding of a text: UTF-8, GB18030 or UTF-16, one from beginning to end."""

from __future__ import annotations

import codecs
import tempfile
from pathlib import Path

from incentives.faults import Fault, Place
from incentives.tables.readers.files import CHUNK

MOST_LINE = 2_000_000
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SPOKEN = {"utf-8": "UTF-8", "gb18030": "GB18030"}
NEITHER, EITHER = "neither", "either"


def encoding_of(path: Path, place: Place) -> tuple[str, Fault | None]:
    """Return the encoding of the whole file: `utf-8`, `gb18030` or `utf-16`; or a fault.

    A fault where it is in none, or changes, at the first line that does not fit; where it has a NUL byte, or a line so
    long that the database would drop it without a word.
    """
    with path.open("rb") as file:
        before = begun = 0
        while chunk := file.read(CHUNK):
            if not before and chunk.startswith(UTF16):
                return ("utf-16", None) if decodes(path, "utf-16") else ("", Fault("csv_utf16", place))
            if b"\0" in chunk:
                code = "csv_utf16" if not before and chunk.count(b"\0") * 4 > len(chunk) else "csv_nul"
                return "", Fault(code, Place(place.file, line_of(path, before + chunk.index(b"\0"))))
            ended = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            begun = before + ended if ended >= 0 else begun
            before += len(chunk)
            if before - begun > 4 * MOST_LINE:
                about = {"most": MOST_LINE // 1_000_000}
                return "", Fault("csv_line_long", Place(place.file, line_of(path, before)), about)
    if decodes(path, "utf-8"):
        return "utf-8", None
    fault = misfit(path, place)
    return ("", fault) if fault else ("gb18030", None)


def line_of(path: Path, offset: int) -> int:
    """Return the line that a byte stands in."""
    with path.open("rb") as file:
        return 1 + sum(file.read(min(CHUNK, offset - at)).count(b"\n") for at in range(0, offset, CHUNK))


def decodes(path: Path, encoding: str) -> bool:
    """Return whether the whole file is text in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def misfit(path: Path, place: Place) -> Fault | None:
    """Return the fault at the first line of a file that is in neither encoding, or in another one than the lines
    before. The file is no UTF-8 as a whole; None where all lines are in GB18030."""
    main = ""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isascii():
                continue
            spot = Place(place.file, number)
            kind = "utf-8" if line.startswith(codecs.BOM_UTF8) else kind_of(line)
            if kind == NEITHER:
                return Fault("csv_encoding", spot)
            if kind != EITHER and main and kind != main:
                return Fault("csv_mixed", spot, {"main": SPOKEN[main], "other": SPOKEN[kind]})
            main = main if kind == EITHER else kind
    return None


def kind_of(line: bytes) -> str:
    """Return the encoding of a line, EITHER where it cannot be decided, or NEITHER.

    Text in GB18030 is hardly ever text in UTF-8 too, except for a few signs of two bytes; text in UTF-8 often can be
    read as GB18030, but as rare signs. So what reads as common Chinese in UTF-8, or has signs beyond GB2312 in GB18030,
    is UTF-8.
    """
    text, is_gb = decoded(line, "utf-8"), decoded(line, "gb18030") is not None
    if text is None:
        return "gb18030" if is_gb else NEITHER
    if not is_gb:
        return "utf-8"
    chinese = [sign for sign in text if sign >= "\u2e80"]
    is_told = chinese and (decoded(line, "gb2312") is None or all(map(is_common, chinese)))
    return "utf-8" if is_told else EITHER


def decoded(line: bytes, encoding: str) -> str | None:
    """Return the text of a line; None where it is none in this encoding."""
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def is_common(sign: str) -> bool:
    """Return whether a sign is one of GB2312's common ones, or a mark."""
    try:
        return sign.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def recoded(path: Path, encoding: str, scratch: Path) -> Path:
    """Return a copy of a file in UTF-8."""
    with tempfile.NamedTemporaryFile("wb", dir=scratch, suffix=".csv", delete=False) as copy, path.open("rb") as file:
        decoder = codecs.getincrementaldecoder(encoding)()
        while chunk := file.read(CHUNK):
            copy.write(decoder.decode(chunk).encode("utf-8"))
    return Path(copy.name)
