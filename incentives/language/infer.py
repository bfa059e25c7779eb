"""The type of every part of a formula: ranges and decimals, what must be present, and every fault there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incentives.language import tree as t
from incentives.language.ranges import Ratio
from incentives.language.types import Type


@dataclass(frozen=True)
class Scoped:
    """A name that a formula may use: its type, and whether it may be missing."""

    type: Type
    missing: bool = False


@dataclass(frozen=True)
class Typed:
    """A node with its type and its typed children.

    `needs` are the names and figure paths that may be missing and must be present for a result. `missing`: the result may be
    missing all the same, by a `Missing()` in a branch. `ratio` is set while a division is carried unrounded; `type` then
    bounds its value.
    """

    node: t.Node
    type: Type
    parts: tuple[Typed, ...] = ()
    needs: frozenset[str] = frozenset()
    missing: bool = False
    ratio: Ratio | None = None


def infer(node: t.Node, scope: Mapping[str, Scoped]) -> Typed:
    """The typed tree of a formula whose names and figure paths `scope` knows. Raises FormulaError with every fault."""
    raise NotImplementedError
