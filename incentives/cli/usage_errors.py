"""A command line that cannot be read, told in the user's language: what is wrong, and where to look it up."""

from __future__ import annotations

import click

from incentives.faults import Fault, Place


def misused(error: click.ClickException, lang: str) -> str:
    """Return the text for a command line that click refuses, in `lang` (zh or en)."""
    code, blanks = _cause(error)
    lines = [Fault(code, Place(""), blanks).text(lang)]
    context = getattr(error, "ctx", None)
    if context is not None:
        usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
        lines += [Fault("usage", Place(""), {"usage": usage, "command": context.command_path}).text(lang)]
    return "\n".join(lines)


def _cause(error: click.ClickException) -> tuple[str, dict[str, str]]:
    """The code of what is wrong and its blanks."""
    match error:
        case click.NoSuchOption(option_name=name, possibilities=near):
            return _unknown("option", name, near)
        case click.exceptions.NoSuchCommand(command_name=name, possibilities=near):
            return _unknown("command", name, near)
        case click.MissingParameter(param=click.Parameter() as parameter):
            kind = "option" if isinstance(parameter, click.Option) else "argument"
            return f"{kind}_missing", {"name": _called(parameter)}
        case click.BadParameter(param=click.Parameter(type=click.Choice(choices=choices)) as parameter):
            value = error.message.partition("'")[2].partition("'")[0]
            return "choice_bad", {"name": _called(parameter), "value": value, "choices": ", ".join(map(str, choices))}
        case click.BadOptionUsage(option_name=name):
            takes_none = "does not take" in error.message
            return "option_value_extra" if takes_none else "option_value_missing", {"name": name}
        case click.UsageError() if error.message.startswith("Got unexpected extra"):
            return "argument_extra", {"what": error.message.partition("(")[2].rstrip(")")}
    return "misused", {"what": error.format_message()}


def _unknown(kind: str, name: str, near: list[str] | None) -> tuple[str, dict[str, str]]:
    if near:
        return f"{kind}_unknown_close", {"name": name, "close": ", ".join(near)}
    return f"{kind}_unknown", {"name": name}


def _called(parameter: click.Parameter) -> str:
    """A parameter as the user writes it: an option's longest name, an argument's name in the usage."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.human_readable_name.upper()
