"""The arguments of the calls from Python: what is wrong with one is told by its name, with what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from incentives.execution.assess import wanted_periods
from incentives.faults import Fault, Place, RefusedError
from incentives.lookup import periods_asked
from incentives.outcome.outcome import Outcome
from incentives.plan.columns import Plan
from incentives.ruleset import Ruleset
from incentives.tables import Tables

if TYPE_CHECKING:
    from incentives.simulate import Change

    Edit: TypeAlias = Mapping[str, Any] | str | PathLike[str] | Change
Periods = str | Sequence[str] | None
Data = str | PathLike[str] | Mapping[str, Any]


@contextmanager
def named(argument: str, option: str = "") -> Iterator[None]:
    """Whatever is refused inside without a place, or at the option of the command line, is the argument's fault."""
    try:
        yield
    except RefusedError as error:
        error.faults = tuple(placed(fault, argument, option) for fault in error.faults)
        raise


def placed(fault: Fault, argument: str, option: str) -> Fault:
    """The fault at the argument, where it has no place or that of the option."""
    file = fault.place.file
    if str(fault.place) and not (option and file.startswith(option)):
        return fault
    return replace(fault, place=replace(fault.place, file=argument + file.removeprefix(option)))


def wrong(code: str, argument: str, given: object, **about: object) -> RefusedError:
    """The error for an argument of a type that will not do."""
    return RefusedError([Fault(code, Place(argument), {"kind": type(given).__name__, **about})])


def ruleset_given(given: object) -> Ruleset:
    """The argument `ruleset`. Raises RefusedError where it is none."""
    if not isinstance(given, Ruleset):
        raise wrong("argument_ruleset", "ruleset", given)
    return given


def tables_given(given: object) -> Tables:
    """The argument `tables`. Raises RefusedError where it is none."""
    if not isinstance(given, Tables):
        raise wrong("argument_tables", "tables", given)
    return given


def outcome_given(given: object) -> Outcome:
    """The argument `outcome`. Raises RefusedError where it is none."""
    if not isinstance(given, Outcome):
        raise wrong("argument_outcome", "outcome", given)
    return given


def path_given(given: object, argument: str = "path") -> Path:
    """A path. Raises RefusedError where it is none."""
    if not isinstance(given, str | PathLike):
        raise wrong("argument_path", argument, given)
    return Path(given)


def data_given(given: object) -> Path | Mapping[str, Any]:
    """The argument `data`: a path, or tables in memory. Raises RefusedError where it is neither."""
    if isinstance(given, Mapping):
        return given
    if not isinstance(given, str | PathLike):
        raise wrong("argument_data", "data", given)
    return Path(given)


def text_given(given: object, argument: str, example: str) -> str:
    """A text. Raises RefusedError where it is none."""
    if not isinstance(given, str):
        raise wrong("argument_text", argument, given, example=example)
    return given


def texts_given(given: object, argument: str, example: str) -> tuple[str, ...]:
    """One text, or several. Raises RefusedError where it is neither."""
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, Sequence):
        raise wrong("argument_text", argument, given, example=example)
    return tuple(text_given(one, argument, example) for one in given)


def choice_given(given: object, argument: str, known: Sequence[str]) -> str:
    """One of a few texts. Raises RefusedError where it is none of them."""
    if given not in known:
        raise RefusedError([Fault("argument_choice", Place(argument), {"asked": given, "known": ", ".join(known)})])
    return str(given)


def lang_given(given: str | None) -> str | None:
    """The argument `lang`. Raises RefusedError where it is no language that is spoken here."""
    return None if given is None else choice_given(given, "lang", ("zh", "en"))


def periods_given(given: Periods, tables: Tables, plan: Plan) -> tuple[str, ...]:
    """The ids of one period, of a range such as `2026Q1..2026Q3`, or of several; the latest of the data for None.

    Raises RefusedError for what is no period, NotThereError for one that neither the policy nor the data reaches.
    """
    if given is not None and not isinstance(given, str | Sequence):
        raise wrong("argument_periods", "periods", given)
    with named("periods"):
        if given is None:
            return periods_asked(None, tables, plan)
        texts = (given,) if isinstance(given, str) else tuple(given)
        if not texts:
            raise RefusedError([Fault("argument_no_period", Place(""))])
        if strange := [text for text in texts if not isinstance(text, str)]:
            raise wrong("argument_periods", "periods", strange[0])
        wanted_periods([end for text in texts for end in text.split("..", 1)], plan.roll.fiscal_start)
        ids = [found for text in texts for found in periods_asked(text, tables, plan)]
        return tuple(period.id for period in wanted_periods(ids, plan.roll.fiscal_start))


def period_of_outcome(given: str | None, outcome: Outcome) -> str:
    """The period of the outcome that is meant; its only one for None. Raises RefusedError."""
    known = ", ".join(outcome.periods)
    if given is None:
        if len(outcome.periods) != 1:
            raise RefusedError([Fault("argument_several", Place("period"), {"known": known})])
        return outcome.periods[0]
    text_given(given, "period", '"2026Q3"')
    with named("period"):
        (period,) = wanted_periods([given], outcome.plan.roll.fiscal_start)
    return choice_given(period.id, "period", outcome.periods)


def value_given(given: object, path: str) -> Any:
    """A value that a change sets, as a policy holds it. Raises RefusedError for floats and what no policy holds."""
    match given:
        case None | bool() | str() | Decimal():
            return given
        case int():
            return Decimal(given)
        case date():
            return given
        case float():
            raise RefusedError([Fault("argument_float", Place("changes"), {"path": path, "value": repr(given)})])
        case Mapping():
            return {str(key): value_given(value, path) for key, value in given.items()}
        case list() | tuple():
            return [value_given(value, path) for value in given]
        case _:
            raise wrong("argument_value", "changes", given, path=path)
