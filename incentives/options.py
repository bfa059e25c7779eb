"""The options and arguments that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def common(command: Command) -> Command:
    """The options that every command has."""
    command = click.option("--no-color", is_flag=True, help="不用颜色 · No colours.")(command)
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default="zh",
        envvar="INCENTIVES_LANG",
        help="语言 · Language: zh (default) or en; also INCENTIVES_LANG.",
    )(command)


ruleset_argument = click.argument("ruleset", type=click.Path(path_type=Path))
data_option = click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path),
    help="数据：文件夹、工作簿或 data.yaml · The data: a folder, a workbook or a data.yaml.",
)
