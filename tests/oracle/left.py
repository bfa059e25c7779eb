"""A world with what credit notes have left, by a day, of the orders of each period, and without those of other ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .formula import Tree
from .value import holds, value_of
from .world import Row, World, past


@dataclass
class Left(World):
    """The figures of a row that are computed of its own orders; everything else is as it was in `whole`."""

    whole: World | None = None
    by: date = date.min
    anew: dict[tuple[Row, str], Any] = field(default_factory=dict)

    def value(self, row: Row, name: str) -> Any:
        """The value of a column in a row."""
        assert self.whole is not None
        if row.frame != self.grain or not self.is_anew(name):
            return self.whole.value(row, name)
        if (row, name) not in self.anew:
            here = self.whole.value(row, name) is not None or name not in self.measured or not self.is_gone(row)
            self.anew[row, name] = self.columns[row.frame, name](self, row) if here else None
        return self.anew[row, name]

    def is_gone(self, row: Row) -> bool:
        """Whether the subject has left before the period."""
        from .leavers import is_gone

        return is_gone(self, row)

    def is_anew(self, name: str) -> bool:
        """Whether a figure is computed of the row's own orders, or of such figures."""
        metrics, columns = self.policy.get("metrics", {}), self.policy.get("columns", {})
        about = metrics.get(name) or columns.get(name)
        if about is None:
            return name.endswith("_attainment") and (self.grain, name) in self.columns
        return not ({"within", "of", "rank"} & {*about}) and about.get("grain", self.grain) == self.grain

    def tree(self, row: Row, tree: Tree) -> Any:
        """The exact value of a formula; other periods are as they were."""
        return value_of(tree, lambda name: self.value(row, name), lambda name, args: past(self.all, row, name, args))

    def holds_tree(self, row: Row, tree: Tree) -> bool:
        """The same for a condition."""
        return holds(tree, lambda name: self.value(row, name), lambda name, args: past(self.all, row, name, args))

    @property
    def all(self) -> World:
        """The world as it is."""
        assert self.whole is not None
        return self.whole


def left_by(world: World, by: date) -> Left:
    """The world as credit notes have left it by a day."""
    known = {name: getattr(world, name) for name in World.__dataclass_fields__ if name != "known"}
    return Left(**known, whole=world, by=by)
