"""The list of tables in docs/data.md, written from the canonical tables: python -m incentives.tables.document."""

from __future__ import annotations

from pathlib import Path

from incentives.tables.canon import DECIMALS, Column, Table, canon

PAGE = Path(__file__).parents[2] / "docs" / "data.md"
BEGIN, END = (
    "<!-- made from incentives/tables/canon.py: begin -->",
    "<!-- made from incentives/tables/canon.py: end -->",
)
KINDS = {
    "key": "id of the subject", "rep": "id of a rep", "order": "id of an order", "id": "id", "text": "text",
    "day": "date", "period": "period", "metric": "metric", "grade": "grade", "number": "number of the metric",
}  # fmt: skip


# What a column with listed values may hold besides.
OTHERS = {
    "choice": "", "named": ", or any other text",
    "matter": ", or a conclusion of the policy by its name or title",
    "ruling": ", or a grade",
}  # fmt: skip


def tables_text() -> str:
    """Return the section of the page: each table with its columns, what they hold and what else they may be called."""
    return "\n".join(table_text(table) for table in canon().values())


def table_text(table: Table) -> str:
    """Return one table as Markdown."""
    lines = [f"### `{table.name}`", "", f"Also called {'、'.join(table.aliases)}."]
    if table.unique:
        lines[-1] += f" One row per {', '.join(f'`{name}`' for name in table.unique)}."
    lines += ["", "| column | | holds | also called |", "|---|---|---|---|"]
    lines += [
        f"| `{column.head}` | {'needed' if column.needed else ''} | {holds(column)} | {'、'.join(column.aliases)} |"
        for column in table.columns
    ]
    return "\n".join([*lines, ""])


def holds(column: Column) -> str:
    """Return the values that a column may hold, in a few words."""
    if column.kind == "share":
        return "number, 6 decimals, percent or fraction such as `1/3`, from 0 to 1"
    if column.kind in DECIMALS:
        _, scale, low, _ = DECIMALS[column.kind]
        return f"number, {scale} decimals" + (", not negative" if low == 0 else "")
    if column.kind in OTHERS:
        spelt: dict[str, list[str]] = {}
        for spelling, value in column.choices.items():
            spelt.setdefault(value, []).extend([spelling] if spelling != value else [])
        values = ", ".join(f"`{value}`" + (f" ({'、'.join(also)})" if also else "") for value, also in spelt.items())
        return values + OTHERS[column.kind]
    return KINDS[column.kind]


def page_with(text: str, page: str) -> str:
    """Return the page with the section between the markers replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page_with(tables_text(), PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="")
