"""The graph of columns: what each reads, what depends on it, the closure of either, and the order of computation.

What a kind of column reads stands in `plan/kinds.py`; nobody else walks formulas or kinds for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from typing import TypeVar

from incentives.faults import Fault
from incentives.language.walk import names_in
from incentives.plan.columns import Column, Given
from incentives.plan.draft import Draft
from incentives.plan.kinds import kind_of
from incentives.plan.names import FAULTY, is_inner

Key = tuple[str, str]  # the frame and the name of a column
BROKEN: Key = ("", FAULTY)
Node = TypeVar("Node")


def reads_of(column: Column) -> list[Key]:
    """Return the columns that a column is computed from, but for those of the subject's row before."""
    kind, frame = kind_of(column.how), column.grain
    found = list(kind.elsewhere(column.how))
    found += [(frame, name) for name in kind.reads(column.how) if name != FAULTY]
    if not kind.early(column.how):
        trees = [tree for tree in kind.formulas(column.how) if tree is not None]
        found += [BROKEN if name == FAULTY else (frame, name) for tree in trees for name in sorted(names_in(tree))]
    if isinstance(column.how, Given) and column.exact:
        found += [(frame, name) for node in column.exact for name in sorted(names_in(node))]
    return found


def reads_in_any_period(column: Column) -> list[Key]:
    """Return the columns that a column is computed from, those of the subject's row before, too."""
    return [*((column.grain, name) for name in kind_of(column.how).before(column.how)), *reads_of(column)]


def names_read(column: Column) -> set[str]:
    """Return every name by which a column reads something, of any frame, period or table."""
    trees = (tree for tree in kind_of(column.how).formulas(column.how) if tree is not None)
    return {name for _, name in reads_in_any_period(column)}.union(*(names_in(tree) for tree in trees))


def needs_of(column: Column) -> list[str]:
    """Return the columns of its own frame that a column needs, in this period or an earlier one."""
    return [name for frame, name in reads_in_any_period(column) if frame == column.grain]


def elsewhere_of(column: Column) -> list[Key]:
    """Return the columns of other frames that a column is computed from."""
    return list(kind_of(column.how).elsewhere(column.how))


def figures_of(column: Column) -> set[str]:
    """Return the paths of the policy's figures that a column itself reads."""
    kind = kind_of(column.how)
    names = {name for tree in kind.formulas(column.how) if tree is not None for name in names_in(tree)}
    return {name for name in names.union(kind.figures(column.how)) if "." in name}


def closure(start: Iterable[Node], reads: Callable[[Node], Iterable[Node]]) -> dict[Node, None]:
    """Return all nodes that can be reached from some nodes, these first, in the order in which they are met."""
    found: dict[Node, None] = {}
    waiting = list(start)
    for node in waiting:
        if node not in found:
            found[node] = None
            waiting += reads(node)
    return found


def computed_from(columns: Mapping[Key, Column], start: Iterable[Key]) -> dict[Key, None]:
    """Return these columns and all of `columns` that they are computed from within their own row."""
    known = [key for key in start if key in columns]
    return closure(known, lambda key: [one for one in reads_of(columns[key]) if one in columns])


def dependents(columns: Iterable[Column], roots: Set[str]) -> set[str]:
    """Return those roots that are among the columns of one frame, and all that are computed from them, in this period
    or a later one."""
    return resting_on({column.name: needs_of(column) for column in columns}, roots)


def resting_on(needs: Mapping[str, Iterable[str]], roots: Set[str]) -> set[str]:
    """Return those roots that have needs, and all whose needs lead to a root."""
    users: dict[str, list[str]] = {}
    for name, needed in needs.items():
        for one in needed:
            users.setdefault(one, []).append(name)
    return {name for name in closure(roots, lambda name: users.get(name, ())) if name in needs}


def stage_of(column: Column, stages: dict[Key, int]) -> int:
    """Return the first stage in which a column can be computed."""
    same = [stages[key] for key in reads_of(column) if key in stages and key[0] == column.grain]
    return max(same, default=0) + 1 if not kind_of(column.how).early(column.how) else 0


def staged(frame: str, typed: dict[Key, Column], stages: dict[Key, int]) -> tuple[tuple[Column, ...], ...]:
    """Return the columns of one frame by stage, in the order of the ruleset within each."""
    mine = [key for key in typed if key[0] == frame]
    last = max((stages[key] for key in mine), default=0)
    return tuple(tuple(typed[key] for key in mine if stages[key] == number) for number in range(last + 1))


def ordered(draft: Draft) -> tuple[list[Key], set[Key]]:
    """Return every column after those that it reads, and the columns that depend on each other; each circle is one
    fault."""
    circles: set[Key] = set()
    state: dict[Key, str] = {}
    order: list[Key] = []
    for start in draft.columns:
        trail: list[tuple[Key, Iterable[Key]]] = []
        if start not in state:
            state[start] = "open"
            trail.append((start, iter(reads_of(draft.columns[start]))))
        while trail:
            key, rest = trail[-1]
            following = next((k for k in rest if k in draft.columns and state.get(k) != "done"), None)
            if following is None:
                state[key] = "done"
                order.append(key)
                trail.pop()
            elif state.get(following) == "open":
                circle = [k for k, _ in trail]
                circle = circle[circle.index(following) :]
                circles.update(circle)
                draft.faults.append(circular(draft, circle))
            else:
                state[following] = "open"
                trail.append((following, iter(reads_of(draft.columns[following]))))
    return order, circles


def circular(draft: Draft, circle: list[Key]) -> Fault:
    """Return the fault of columns that need each other, named in turn."""
    names = [name for _, name in circle if not is_inner(name)]
    return Fault("circular", draft.columns[circle[0]].place, {"circle": " → ".join([*names, *names[:1]])})
