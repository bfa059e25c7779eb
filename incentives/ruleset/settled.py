"""A topological order of names, and the circles that make one impossible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def links(after: Mapping[str, Iterable[str]], over: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return for each conclusion those that must be settled before it: those in its `after`, and those that list it in
    `over`.

    `after` and `over` are by conclusion and have the same keys; names that are no conclusions are left out.
    """
    before = {name: [other for other in dict.fromkeys(others) if other in after] for name, others in after.items()}
    for name, below in over.items():
        for other in dict.fromkeys(below):
            if other in before and name not in before[other]:
                before[other].append(name)
    return before


def settle(before: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Return all names, each after those before it and else in the order given; and the circles met on the way.

    A circle is told once, along its arrows from its first name. Of circles that share names at least one is told.
    """
    order: dict[str, None] = {}
    found: dict[tuple[str, ...], None] = {}
    for start in before:
        trail = [(start, iter(before[start]))] if start not in order else []
        while trail:
            name, rest = trail[-1]
            following = next((other for other in rest if other not in order), None)
            on_trail = [name for name, _ in trail]
            if following is None:
                order[name] = None
                trail.pop()
            elif following in on_trail:
                found[_turned(on_trail[on_trail.index(following) :], list(before))] = None
            else:
                trail.append((following, iter(before[following])))
    return list(order), [list(circle) for circle in found]


def _turned(circle: list[str], order: list[str]) -> tuple[str, ...]:
    """Return a circle, which was walked against its arrows, in their direction from its first name."""
    along = circle[::-1]
    first = along.index(min(along, key=order.index))
    return (*along[first:], *along[:first])
