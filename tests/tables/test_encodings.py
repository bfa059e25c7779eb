"""A text is in one encoding from beginning to end, or refused at the first line that does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Write

from incentives.faults import Place, RefusedError
from incentives.ruleset import Ruleset
from incentives.tables import load_data
from incentives.tables.readers.encoding import encoding_of

U, G = "utf-8", "gb18030"
NAMES = [
    "陈志远",
    "周海燕",
    "欧阳靖",
    "李，一",
    "钰鑫",
    "王",
    "陆聊",
    "喆堃",
    "上海组华东区域",
    "%",
    "张三丰（试用）",
]


def found(path: Path, content: bytes) -> tuple[str, int, str]:
    path.write_bytes(content)
    encoding, fault = encoding_of(path, Place("a.csv"))
    return (encoding, fault.place.line, fault.code) if fault else (encoding, 0, "")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", [U, G])
def test_a_file_of_one_line(name: str, encoding: str, tmp_path: Path) -> None:
    told = U if name.isascii() else encoding
    assert found(tmp_path / "a", f"id\nR1,{name}\nR2,x\n".encode(encoding)) == (told, 0, "")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("王", "%")])
@pytest.mark.parametrize(("first", "second"), [(U, G), (G, U)])
def test_the_first_line_of_the_other_encoding_is_told(name: str, first: str, second: str, tmp_path: Path) -> None:
    begin = "工号,姓名,业务员\nR1,x\n".encode(first)
    content = begin + f"R2,{name}\n".encode(second) + "R3,周海燕\n".encode(first)
    expected = ("", 3, "csv_mixed")
    assert found(tmp_path / "a", content) == expected


def test_a_mark_at_the_beginning_says_utf_8(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfid\n" + "陈志远\n".encode(G)
    assert found(tmp_path / "a", content) == ("", 2, "csv_mixed")


@pytest.mark.parametrize("line", [b"caf\xe9\n", b"\xff\xff\n"])
def test_a_line_that_is_neither(line: bytes, tmp_path: Path) -> None:
    assert found(tmp_path / "a", b"id,name\nR1,a\n" + line) == ("", 3, "csv_encoding")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("cut", [0, 1])
def test_utf_16_is_read_where_it_has_its_mark(encoding: str, cut: int, write: Write, ruleset: Ruleset) -> None:
    text = "工号\t姓名\r\nR1\t陈志远\r\nR2\t周海燕\r\n"
    content = text.encode(encoding)
    path = write(reps=content[: len(content) - cut])
    if cut or encoding != "utf-16":
        with pytest.raises(RefusedError) as refused:
            load_data(path, ruleset)
        assert [fault.code for fault in refused.value.faults] == ["csv_utf16"]
        return
    rows = load_data(path, ruleset).con.query("SELECT name FROM reps ORDER BY rep_id")
    assert rows == [("陈志远",), ("周海燕",)]
