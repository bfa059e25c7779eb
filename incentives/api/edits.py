"""A change of policy as a Python user writes it: `{path: value}`, `"path=value"`, or the path of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incentives.api.arguments import value_given, wrong
from incentives.faults import RefusedError
from incentives.language.tree import Title
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.scalars import written
from incentives.simulate.change import SIGN, Change, change_of, setting

if TYPE_CHECKING:
    from incentives.api.arguments import Edit

ARGUMENT = "changes"


def changes_given(given: Edit | Sequence[Edit]) -> tuple[list[Change], bool]:
    """The changes, and whether they came as several. Raises RefusedError with what is wrong."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [change_given(one) for one in given], True
    return [change_given(given)], False


def change_given(given: Edit) -> Change:
    """One change. Raises RefusedError with what is wrong."""
    match given:
        case Change():
            return given
        case str() if SIGN.search(given) and not Path(given).exists():
            return change_of(None, [given], ARGUMENT)
        case str() | PathLike():
            return change_of(Path(given))
        case Mapping() if given:
            values = {str(path): read(value_given(value, str(path)), str(path)) for path, value in given.items()}
            said = "; ".join(f"{path}={told(value)}" for path, value in given.items())
            change = setting(values, ARGUMENT)
            return Change(Title(said, said), change.document, change.rebalance)
        case _:
            raise wrong("argument_change", ARGUMENT, given)


def read(value: Any, path: str) -> Any:
    """A value as a file would say it: a text is read as `path=text` is, so that "45%" and "120" are numbers."""
    if not isinstance(value, str):
        return value
    try:
        return parse_yaml(value, f"{ARGUMENT} {path}").data
    except RefusedError:  # a formula such as `>= 90`, which YAML alone would not take
        return value


def told(value: Any) -> str:
    """A value in the title of a change."""
    return str(value) if isinstance(value, Mapping | list | tuple) else written(value) if value is not None else "null"
