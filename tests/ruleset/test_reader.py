"""YAML is read exactly, with places, and what YAML mangles is found; nothing but a refusal ever comes of bad input."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from incentives.faults import RefusedError
from incentives.ruleset.placed import Document
from incentives.ruleset.reader import MOST_BYTES, parse_yaml, read_yaml

CASES = yaml.load(Path(__file__).with_name("yaml-cases.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def told(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: told(value) for key, value in data.items()}
    return [told(value) for value in data] if isinstance(data, list) else repr(data)


def codes(text: str) -> list[str]:
    try:
        return [fault.code for fault in parse_yaml(text, "f").faults]
    except RefusedError as error:
        return [fault.code for fault in error.faults]


@pytest.mark.parametrize("case", CASES, ids=[case["yaml"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    if "is" in case:
        assert told(parse_yaml(case["yaml"], "f").data) == case["is"]
    else:
        assert codes(case["yaml"]) == case["faults"]


HOSTILE = {
    "[" * 100_000: "yaml_deep",
    "? " * 50_000: "yaml_deep",
    "- " * 50_000: "yaml_deep",
    "k0: &k0 [1]\n" + "\n".join(f"k{i + 1}: &k{i + 1} [{', '.join([f'*k{i}'] * 9)}]" for i in range(9)): "yaml_bomb",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=list(HOSTILE.values()))
def test_hostile(text: str) -> None:
    assert codes(text) == [HOSTILE[text]]


def test_long_lists_without_aliases_are_fine() -> None:
    assert len(parse_yaml("a: [" + "1, " * 30_000 + "]", "f").data["a"]) == 30_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfea\x00", "file_not_utf8"),
        ("名称: 销售".encode("gb18030"), "file_not_utf8"),
        (b"a: \x00", "file_control"),
        (b"a: \x1b[31m", "file_control"),
        (b"", "yaml_empty"),
        (b" " * (MOST_BYTES + 1), "file_large"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(content)
    with pytest.raises(RefusedError) as refused:
        read_yaml(file)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_what_is_not_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, code in [
        (tmp_path, "file_is_folder"),
        (tmp_path / "none.yaml", "file_absent"),
        (pipe, "file_irregular"),
        (tmp_path / ("x" * 300), "file_unreadable"),
        (f"{tmp_path}/\0", "file_unreadable"),
    ]:
        with pytest.raises(RefusedError) as refused:
            read_yaml(path)
        assert refused.value.faults[0].code == code


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("a: 1")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # rights do not bind the administrator who may run the tests
    with pytest.raises(RefusedError) as refused:
        read_yaml(file)
    assert refused.value.faults[0].code == "file_locked"


def test_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n")
    document = read_yaml(file)
    assert document.data == {"a": Decimal(1), "b": Decimal(2), "c": Decimal(3)}
    assert (document.place(("c",)).line, document.place(("c",)).column) == (3, 4)


TEXT = """\
销售额: {unit: money, list: [x, yy]}
folded: >-
  (first and
  second) or "third one"
single: 'it''s > 3'
double: "a \\"b\\" > c"
plain: some words
  and more
"""


def marked(document: Document, path: tuple[str | int, ...], part: str) -> str:
    """What stands in the file where a part of a value is said to stand."""
    value = document.at(path)
    place = document.part(path, value.index(part), value.index(part) + len(part))
    return document.text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]


def test_places() -> None:
    document = parse_yaml(TEXT, "f")
    unit = document.place(("销售额", "unit"))
    assert (unit.line, unit.column, unit.end_column) == (1, 13, 18)
    assert document.key_place(("销售额",)).column == 1
    assert document.place(("销售额", "list", 1)).column == 30
    assert document.place(("销售额", "nothing", "there")) == document.place(("销售额",))
    assert document.key_place(("nothing",)) == document.place()


@pytest.mark.parametrize(
    ("key", "part"),
    [("folded", "second"), ("folded", '"third'), ("single", "> 3"), ("double", "> c"), ("plain", "more")],
)
def test_part_of_a_value(key: str, part: str) -> None:
    assert marked(parse_yaml(TEXT, "f"), (key,), part) == part


@settings(deadline=None)
@given(st.text(alphabet="ab:{}[]()'\"#&*!|>%-?,.\n\t 1é中"))
def test_anything_is_read_or_refused(text: str) -> None:
    for fault in _faults(text):
        assert fault.place.line >= 0
        assert fault.text("zh")
        assert fault.text("en")


def _faults(text: str) -> Any:
    try:
        return parse_yaml(text, "f").faults
    except RefusedError as error:
        return error.faults


@settings(deadline=None)
@given(st.text(alphabet="ab'\"\\ \n中>1", min_size=1))
def test_part_finds_the_letters(value: str) -> None:
    document = parse_yaml(yaml.safe_dump({"k": value}, allow_unicode=True, default_style="'"), "f")
    if document.data["k"] != value:
        return  # YAML folds some white space
    for index, letter in enumerate(value):
        if letter in "ab中>1":
            place = document.part(("k",), index, index + 1)
            assert document.text.split("\n")[place.line - 1][place.column - 1] == letter
