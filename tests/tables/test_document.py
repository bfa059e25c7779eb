"""docs/data.md lists the tables as they are."""

from __future__ import annotations

from incentives.tables.document import PAGE, page_with, tables_text


def test_the_page_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_with(tables_text(), page), "run: python -m incentives.tables.document"
