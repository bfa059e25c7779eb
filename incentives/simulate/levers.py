"""The values of a policy that can be changed, each with its title, path and unit, and the path that a title names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from incentives.faults import Fault, Place, RefusedError, catalogue
from incentives.language.near import near_names
from incentives.language.tree import Title
from incentives.ruleset import Ruleset
from incentives.ruleset.kinds import number
from incentives.ruleset.overlay import steps
from incentives.ruleset.placed import Document, Path
from incentives.ruleset.scalars import plain
from incentives.simulate.lines import PERCENTS, is_said, leaves, text_at

LANGS = ("zh", "en")
# sections that say nothing of what a policy comes to
LEFT_OUT = {
    "ruleset", "version", "title", "why", "source", "announced_on", "effective", "extends", "follows", "subject",
    "grain", "currency", "proofs", "references",
}  # fmt: skip
TESTS = ("bands",)  # whose texts are conditions that are tried as numbers are
MONEY = frozenset({"to", "money", "cap_each", "floor_each", "cap_year", "floor_year", "floor"})
MOST_NEAR, MOST_TOLD = 3, 12


@dataclass(frozen=True)
class Lever:
    """One value of the policy: how it is called, where it stands, how it is written there, and its unit, or ""."""

    title: Title
    path: str
    value: str
    unit: str


def levers_of(ruleset: Ruleset) -> tuple[Lever, ...]:
    """Every value that can be changed by `--set`, in the order of the policy; a dated figure is one of them."""
    document, found = ruleset.document, []
    for path in values_of(document.data):
        value = written_at(document, path)
        found.append(Lever(title_of(ruleset, path), ".".join(map(str, path)), value, unit_of(ruleset, path, value)))
    return tuple(found)


def values_of(data: Mapping[str, Any]) -> Iterator[Path]:
    """The paths of all numbers, switches and bands; of a dated figure the path of its value."""
    seen: set[Path] = set()
    for path, value in leaves({key: part for key, part in data.items() if key not in LEFT_OUT}):
        if path[0] == "figures" and len(path) > 2 and path[2] == "value":
            path = path[:3]
        elif (
            path[0] == "figures"
            or is_said(path)
            or any(isinstance(step, int) for step in path)
            or not is_changeable(path, value)
        ):
            continue
        if path not in seen:
            seen.add(path)
            yield path


def is_changeable(path: Path, value: Any) -> bool:
    """Return whether a value is a number, a switch or the test of a band."""
    if isinstance(value, bool):
        return True
    if not isinstance(value, str):
        return value is not None and not isinstance(value, dict | list) and is_number(value)
    return is_number(plain(value)) or any(step in TESTS for step in path[:-1])


def is_number(value: Any) -> bool:
    """Return whether a value is read as a number."""
    try:
        number(value)
    except PydanticCustomError:
        return False
    return True


def written_at(document: Document, path: Path) -> str:
    """A value as it is written; of one with dates each with its day."""
    value = document.at(path)
    if isinstance(value, dict):
        return ", ".join(f"{day}: {text_at(document, (*path, day))}" for day in value)
    return text_at(document, path)


def title_of(ruleset: Ruleset, path: Path) -> Title:
    """Return the title of a value: the titles of the parts around it, and its own (`销售提成 · low · 费率`)."""
    return Title(*(" · ".join(names_in(ruleset, path, lang)) for lang in LANGS))


def names_in(ruleset: Ruleset, path: Path, lang: str) -> list[str]:
    """The parts around a value by their titles, else by their names; sections and what goes without saying left out."""
    names: list[str] = []
    words = catalogue()
    for depth in range(2, len(path) + 1):
        step, part = str(path[depth - 1]), ruleset.document.at(path[:depth])
        if own := own_title(part, lang) or metric_title(ruleset, path[:depth], lang):
            names.append(own)
        elif f"lever_{step}" in words and depth == len(path):
            names.append(str(words[f"lever_{step}"][lang]))
        elif step not in ("items", "rows", "tiers", "bands", "value"):
            names.append(step)
    if len(path) == 1 or not names:
        names = [str(path[-1])]
    return list(dict.fromkeys(names))


def own_title(part: Any, lang: str) -> str:
    """The title that a part has of its own."""
    title = part.get("title") if isinstance(part, dict) else None
    if isinstance(title, dict):
        return str(title.get(lang) or next((text for text in title.values() if text), ""))
    return str(title or "")


def metric_title(ruleset: Ruleset, path: Path, lang: str) -> str:
    """The title of the metric that an item or a target is about."""
    if path[-2:-1] not in (("items",), ("targets",)):
        return ""
    metric = ruleset.document.at(("metrics", str(path[-1])))
    return own_title(metric, lang)


def unit_of(ruleset: Ruleset, path: Path, value: str) -> str:
    """The unit of a value: that of the figure, a ratio where it is written in percent, money where it is an amount."""
    if path[0] == "figures" and str(path[1]) in ruleset.policy.figures:
        return ruleset.policy.figures[str(path[1])].unit
    if any(part.strip().endswith(PERCENTS) for part in value.split(",")):
        return "ratio"
    if path[-1] in MONEY or (path[0] == "pay" and path[-1] == "cap"):
        return "money"
    return "switch" if isinstance(ruleset.document.at(path), bool) else ""


def path_named(ruleset: Ruleset, asked: str, place: Place) -> str:
    """The path that `asked` is, or names by its title; as it is where it is neither nor like one.

    Raises RefusedError where several values have that title, or where one is like it.
    """
    found, rest = steps(ruleset.document.data, asked)
    if found and not rest:
        return valued(ruleset, found, asked)
    levers = levers_of(ruleset)
    named = [lever.path for lever in levers if folded(asked) in titles_of(lever)]
    if len(named) > 1:
        raise RefusedError([Fault("title_several", place, {"title": asked, "paths": ", ".join(named[:MOST_TOLD])})])
    if named or found or asked.isascii():  # paths are told by what they lack
        return named[0] if named else asked
    spelled = {title: lever for lever in reversed(levers) for title in titles_of(lever)}
    close = near_names(folded(asked), list(spelled), MOST_NEAR, 0.5)
    near = [spelled[title] for title in close] or [one for one in levers if folded(asked) in folded(one.title.zh)]
    if near:
        told = ", ".join(f"{one.path} ({one.title.zh})" for one in near[:MOST_NEAR])
        raise RefusedError([Fault("title_close", place, {"title": asked, "close": told})])
    raise RefusedError([Fault("title_unknown", place, {"title": asked})])


def found_by(levers: Iterable[Lever], text: str) -> tuple[Lever, ...]:
    """Those whose title or path has every word of a text in it."""
    words = text.casefold().split()
    return tuple(
        lever
        for lever in levers
        if all(word in f"{lever.title.zh} {lever.title.en} {lever.path}".casefold() for word in words)
    )


def valued(ruleset: Ruleset, path: Path, asked: str) -> str:
    """A path as it is; of a figure as a whole that of its value."""
    whole = path[0] == "figures" and len(path) == 2 and isinstance(ruleset.document.at(path), dict)
    return f"{asked}.value" if whole else asked


def titles_of(lever: Lever) -> set[str]:
    """Return the titles of a value in both languages."""
    return {folded(lever.title.zh), folded(lever.title.en)} - {""}


def folded(text: str) -> str:
    """A title as it is compared: without spaces, dots and case."""
    return "".join(char for char in text.casefold() if not char.isspace() and char not in "·.。-")
