"""The options and arguments that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def common(command: Command, envvar: str | None = None) -> Command:
    """The options that every command has; they may also be said before it, where `envvar` counts too."""
    colours = click.option("--no-color", is_flag=True, default=partial(before, "no_color", False),
                           help="不用颜色 · No colours.")  # fmt: skip
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=partial(before, "lang", "zh"),
        envvar=envvar,
        help="语言 · Language: zh (default) or en; also INCENTIVES_LANG.",
    )(colours(command))


def before(name: str, otherwise: Any) -> Any:
    """The value that an option had before the command; `otherwise` where it was not given there."""
    root = click.get_current_context().find_root()
    return root.params.get(name, otherwise)


ruleset_argument = click.argument("ruleset", type=click.Path(path_type=Path))
data_option = click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path),
    help="数据：文件夹、工作簿或 data.yaml · The data: a folder, a workbook or a data.yaml.",
)
