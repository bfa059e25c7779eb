"""Every relation that commands over the shipped companies make, with its columns, who makes and who reads it."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from incentives.database.duck import Duck

MADE = re.compile(
    r"CREATE (?:OR REPLACE )?(TEMP )?(?:TABLE|VIEW) (?:IF NOT EXISTS )?((?:load\.)?(?:`[^`]+`|\w+))", re.I
)
RENAMED = re.compile(r"RENAME TO (\w+)")
READ = re.compile(r"(?:FROM|JOIN|INTO|IN|UPDATE) ((?:load\.)?(?:`[^`]+`|[a-z_]\w*))", re.I)
ROOT = Path(__file__).resolve().parents[2] / "incentives"


@dataclass
class Recorded:
    """What is known of one relation."""

    temporary: set[bool] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    columns: list[tuple[str, ...]] = field(default_factory=list)


@contextmanager
def recording() -> Iterator[dict[str, Recorded]]:
    """Record while commands run in this process."""
    found: dict[str, Recorded] = defaultdict(Recorded)
    before = {name: getattr(Duck, name) for name in ("execute", "query")}

    def note(duck: Duck, sql: str) -> None:
        package = caller()
        for temporary, name in MADE.findall(sql):
            apart = package == "tables/readers/query" and not temporary  # a database of its own, with names of files
            one = found["<export>" if apart else name.replace("`", "")]
            one.temporary.add(bool(temporary))
            one.made.add(package)
            one.columns.append(tuple(columns_of(duck, name)))
        for name in RENAMED.findall(sql):
            found[name].made.add(package)
            found[name].temporary.add(False)
        body = MADE.sub("", sql)
        for name in READ.findall(body):
            found[name.replace("`", "")].read.add(package)

    def wrapped(method: str):  # type: ignore[no-untyped-def]
        def run(self: Duck, sql: str, *rest: object):  # type: ignore[no-untyped-def]
            result = before[method](self, sql, *rest)
            note(self, sql)
            return result

        return run

    for name in before:
        setattr(Duck, name, wrapped(name))
    try:
        yield found
    finally:
        for name, method in before.items():
            setattr(Duck, name, method)


def caller() -> str:
    """Return the module of the program that asks the database, `engine/run`."""
    frame = sys._getframe(1)
    while frame:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(ROOT) and "database" not in file.parts and file.name != "making.py":
            return str(file.relative_to(ROOT).with_suffix(""))
        frame = frame.f_back  # type: ignore[assignment]
    return "tests"


def columns_of(duck: Duck, name: str) -> list[str]:
    return [str(row[0]) for row in duck._connection.execute(f"DESCRIBE {name}").fetchall()]
