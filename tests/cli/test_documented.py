"""Every command and option stands in docs/cli.md, and nothing that does not exist."""

import re
from pathlib import Path

import pytest

from incentives.cli import cli

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
OPTIONS = sorted({o for command in cli.commands.values() for p in command.params for o in p.opts if o.startswith("-")})


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_each_command_has_a_section(command):
    assert f"## `{command}`" in PAGE
    assert f"incentives {command}" in PAGE


@pytest.mark.parametrize("option", OPTIONS)
def test_each_option_is_described(option):
    assert re.search(rf"`[^`\n]*(?<![\w-]){re.escape(option)}(?![\w-])", PAGE)


def test_nothing_is_described_that_is_not_there():
    assert set(re.findall(r"^## `(\w+)`", PAGE, re.M)) == set(cli.commands)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)) <= {*OPTIONS, "--help", "--version"}


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_help_is_in_both_languages(command):
    assert " · " in cli.commands[command].help
    for option in cli.commands[command].params:
        assert getattr(option, "help", None) is None or " · " in option.help
