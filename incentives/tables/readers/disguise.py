"""Files that are something else than their name says: by their first bytes, and what their archive holds."""

from __future__ import annotations

import zipfile
from pathlib import Path

from incentives.faults import Fault, Place

START = 4096  # bytes that are looked at
SIGNS = (
    (b"%PDF", "file_is_pdf"),
    (b"PAR1", "file_is_parquet"),
    (b"\x1f\x8b", "file_is_packed"),
    (b"Rar!", "file_is_packed"),
    (b"7z\xbc\xaf", "file_is_packed"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PAGES = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<?xml", b"<workbook")
OWN = {".parquet": "file_is_parquet", ".xlsx": "", ".xlsm": ""}


def disguised(path: Path, place: Place) -> Fault | None:
    """Return the fault of a file that is of another kind than its suffix says; None where it may be what it says."""
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(START)
    code = kind_of(path, start)
    if suffix in (".xlsx", ".xlsm"):
        code = code or ("file_is_text" if is_text(start) else "")
    elif not code and start.startswith(b"PK\x03\x04"):
        code = "file_is_workbook"
    if not code or not start or code == OWN.get(suffix):
        return None
    return Fault(code, place, {"suffix": suffix})


def kind_of(path: Path, start: bytes) -> str:
    """Return the code of a kind of file that no table has; empty where it is none of those known."""
    code = next((code for sign, code in SIGNS if start.startswith(sign)), "")
    if start.startswith(OLE):
        text = path.read_bytes()
        return "book_locked" if "EncryptedPackage".encode("utf-16-le") in text else "file_is_old"
    if start.startswith(b"PK\x03\x04"):
        return archived(path)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGES):
        return "file_is_page"
    return code


def archived(path: Path) -> str:
    """Return the code of a kind of archive; empty where it is a workbook, or too damaged to be recognised."""
    try:
        with zipfile.ZipFile(path) as book:
            names = {name.replace("\\", "/").lower() for name in book.namelist()}
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return ""
    if "xl/workbook.xml" in names:
        return ""
    if "xl/workbook.bin" in names:
        return "file_is_old"
    if "mimetype" in names and "content.xml" in names:
        return "file_is_ods"
    if any(name.startswith("index/") or name == "index.zip" for name in names):
        return "file_is_numbers"
    return "" if any(name.startswith("xl/") for name in names) else "file_is_packed"


def is_text(start: bytes) -> bool:
    """Return whether a file begins as text does."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return bool(start) and not any(byte < 32 and byte not in b"\t\r\n\f" for byte in start)
