"""Catalogues of texts: entry by entry, what the whole file says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from incentives.texts import Catalogue

from .pages import ROOT

PACKAGE = ROOT / "incentives"
FILES = sorted([*PACKAGE.glob("messages/*.yaml"), *PACKAGE.glob("*/words.yaml")])


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_each_entry_is_what_the_file_says(file: Path) -> None:
    whole = yaml.safe_load(file.read_text(encoding="utf-8"))
    catalogue = Catalogue([file])
    assert dict(catalogue) == whole
    assert len(catalogue) == len(whole)
    assert "no such text" not in catalogue


def test_of_a_key_in_two_files_the_last_counts(tmp_path: Path) -> None:
    for name, text in (("a", "x: {zh: 甲, en: a}\ny: {zh: 乙, en: b}\n"), ("b", "# said anew\nx: {zh: 丙, en: c}\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert dict(Catalogue([tmp_path / "a", tmp_path / "b"])) == {
        "x": {"zh": "丙", "en": "c"},
        "y": {"zh": "乙", "en": "b"},
    }
