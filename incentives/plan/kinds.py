"""The kinds of columns: what each reads, whose rows it looks at, and which modules make it SQL, explain and prove it.

One entry a kind. Everybody else asks `plan/graph.py`, which knows no kind by itself; a kind without an entry is an
error there, so nothing passes for reading nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from incentives.language.tree import Node
from incentives.language.walk import names_in
from incentives.plan.columns import (
    Aggregated,
    Before,
    Below,
    Computed,
    Concluded,
    Counted,
    Delivered,
    Given,
    How,
    Past,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Stood,
    Taken,
    Targeted,
    Vested,
)

NOTHING: Final = lambda _: ()  # noqa: E731 - the same for every field of an entry
ALL_SCENARIOS: Final = "together"


@dataclass(frozen=True)
class Kind:
    """The properties of a kind of column. Each function takes the column's `how`.

    `reads`: the columns of its own frame that it is computed from, but for `before`, those of the subject's row before.
    `elsewhere`: columns of another frame, as (frame, name). `formulas`: the trees in which it names figures of the
    policy; `figures`: the paths that it names beside them. `conclusions`: those whose effect it reads. `others`: it
    looks at rows of other people of its period; `periods`: at other periods. `early`: it is known before any column of
    its frame is computed. A column inherits pay from all that it reads.

    `sql`, `explained`, `proved`: the modules. `scenarios`: how policies that differ in it are tried, together in one
    query or each by itself, and why.
    """

    sql: str
    explained: str
    proved: str
    reads: Callable[[Any], Iterable[str]] = NOTHING
    before: Callable[[Any], Iterable[str]] = NOTHING
    elsewhere: Callable[[Any], Iterable[tuple[str, str]]] = NOTHING
    formulas: Callable[[Any], Iterable[Node | None]] = NOTHING
    figures: Callable[[Any], Iterable[str]] = NOTHING
    conclusions: Callable[[Any], Iterable[str]] = NOTHING
    others: Callable[[Any], bool] = lambda _: False
    periods: bool = False
    early: Callable[[Any], bool] = lambda _: False
    scenarios: str = ALL_SCENARIOS


def kind_of(how: How) -> Kind:
    """Return the entry of a column's kind. Raises KeyError where there is none."""
    return KINDS[type(how)]


def _vested(how: Vested) -> list[str]:
    anew = sorted(names_in(how.anew) | {*how.left, *how.beside}) if how.anew is not None else []
    return [name for name in (how.earned, how.lines, how.open, *anew) if name]


def _ranked(how: Ranked) -> list[str]:
    halves = (name for _, over, under in how.exact for name in sorted(names_in(over) | names_in(under)))
    return [*how.within, *(name for name, _ in how.order), *halves]


EACH_ALONE: Final = "each by itself: the other frame is computed, too"
KINDS: Final[dict[type[How], Kind]] = {
    Given: Kind("engine/frame", "explain/provenance", "prove/rows", early=lambda _: True),
    Delivered: Kind("engine/inputs", "explain/provenance", "prove/rows", early=lambda _: True),
    Targeted: Kind("engine/inputs", "explain/provenance", "prove/rows", early=lambda _: True),
    Aggregated: Kind(
        "engine/gathering",
        "explain/source_rows",
        "prove/rows",
        formulas=lambda how: (how.of, how.where),
        early=lambda _: True,
    ),
    RolledUp: Kind(
        "engine/frame",
        "explain/other_rows",
        "prove/rows",
        reads=lambda how: [
            *([] if how.finer else [how.of]),
            *([how.within] if how.within not in ("", "company") else []),
        ],
        elsewhere=lambda how: [(how.finer, how.of)] if how.finer else [],
        others=lambda how: bool(how.within),
        early=lambda how: bool(how.finer),
        scenarios=EACH_ALONE,
    ),
    Taken: Kind(
        "engine/inputs",
        "explain/other_rows",
        "prove/rows",
        elsewhere=lambda how: [(how.frame, how.of)],
        early=lambda _: True,
        scenarios=EACH_ALONE,
    ),
    RunningSum: Kind("engine/frame", "explain/other_rows", "prove/rows", reads=lambda how: [how.of], periods=True),
    Past: Kind("engine/frame", "explain/other_rows", "prove/rows", reads=lambda how: [how.of], periods=True),
    Settled: Kind("engine/frame", "explain/other_rows", "prove/rows", reads=lambda how: [how.of], periods=True),
    Before: Kind("engine/stepping", "explain/other_rows", "prove/rows", before=lambda how: [how.of], periods=True),
    Vested: Kind(
        "engine/timing",
        "explain/vested",
        "prove/rows",
        reads=_vested,
        figures=lambda how: (how.terms.hold_back, how.terms.within, how.terms.after, how.terms.instalments),
        periods=True,
    ),
    Ranked: Kind("engine/frame", "explain/other_rows", "prove/rows", reads=_ranked, others=lambda _: True),
    Counted: Kind(
        "engine/frame", "explain/other_rows", "prove/rows",
        reads=lambda how: [how.of, *how.within], others=lambda _: True,
    ),
    Below: Kind(
        "engine/team",
        "explain/other_rows",
        "prove/rows",
        reads=lambda how: [name for name in (how.of, "manager_id", how.entitled, how.lacks) if name],
        figures=lambda how: (how.at,),
        others=lambda _: True,
    ),
    Stood: Kind(
        "engine/inputs", "explain/other_rows", "prove/rows",
        conclusions=lambda how: [how.conclusion], periods=True, early=lambda _: True,
    ),
    Concluded: Kind(
        "engine/inputs", "explain/other_rows", "prove/rows",
        conclusions=lambda how: how.conclusions, early=lambda _: True,
    ),
    Computed: Kind("engine/frame", "explain/lines", "prove/rows", formulas=lambda how: (how.formula,)),
}  # fmt: skip
