"""Which columns a column is computed from, and the order and stages in which all of them can be."""

from __future__ import annotations

from collections.abc import Iterable

from incentives.faults import Fault
from incentives.language.walk import names_in
from incentives.plan.columns import (
    Before,
    Below,
    Column,
    Computed,
    Counted,
    Given,
    Past,
    Ranked,
    RolledUp,
    RunningSum,
    Settled,
    Taken,
    Vested,
)
from incentives.plan.draft import Draft
from incentives.plan.names import FAULTY, is_inner

Key = tuple[str, str]
BROKEN: Key = ("", FAULTY)


def stage_of(column: Column, stages: dict[Key, int]) -> int:
    """The first stage in which a column can be computed."""
    same = [stages[key] for key in reads_of(column) if key in stages and key[0] == column.grain]
    return max(same, default=0) + 1 if is_late(column) else 0


def is_late(column: Column) -> bool:
    """Whether a column is computed from columns of its own frame; the others are there from the first stage."""
    kinds = Computed | Past | Ranked | Counted | RunningSum | Settled | Before | Vested | Below
    return isinstance(column.how, kinds) or (isinstance(column.how, RolledUp) and not column.how.finer)


def staged(frame: str, typed: dict[Key, Column], stages: dict[Key, int]) -> tuple[tuple[Column, ...], ...]:
    """The columns of one frame by stage, in the order of the ruleset within each."""
    mine = [key for key in typed if key[0] == frame]
    last = max((stages[key] for key in mine), default=0)
    return tuple(tuple(typed[key] for key in mine if stages[key] == number) for number in range(last + 1))


def reads_of(column: Column) -> list[Key]:
    """The columns that a column is computed from; not what it was `Before`, which is of another row."""
    frame = column.grain
    match column.how:
        case Computed(formula=formula):
            return [BROKEN if name == FAULTY else (frame, name) for name in sorted(names_in(formula))]
        case Past(of=of) | RunningSum(of=of) | Settled(of=of):
            return [(frame, of)]
        case Vested(earned=earned, lines=lines, open=gate, anew=anew, left=left, beside=beside):
            more = (names_in(anew) - {FAULTY}) | {*left, *beside} if anew is not None else ()
            return [(frame, name) for name in (earned, lines, gate, *sorted(more)) if name]
        case RolledUp(of=of, finer=finer, within=within):
            return [(finer or frame, of)] + ([(frame, within)] if within and within != "company" else [])
        case Taken(of=of, frame=other):
            return [(other, of)]
        case Ranked(within=within, order=order, exact=exact):
            halves = (name for _, over, under in exact for name in sorted(names_in(over) | names_in(under)))
            return [(frame, name) for name in (*within, *(name for name, _ in order), *halves)]
        case Below(of=of, entitled=entitled, lacks=lacks):
            return [(frame, name) for name in (of, "manager_id", entitled, lacks) if name]
        case Counted(of=of, within=within):
            return [(frame, name) for name in (of, *within)]
        case Given() if column.exact:
            return [(frame, name) for node in column.exact for name in sorted(names_in(node))]
        case _:
            return []


def ordered(draft: Draft) -> tuple[list[Key], set[Key]]:
    """Every column after those that it reads, and those that need each other: a fault, told once a circle."""
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
    """The fault of columns that need each other, named in turn."""
    names = [name for _, name in circle if not is_inner(name)]
    return Fault("circular", draft.columns[circle[0]].place, {"circle": " → ".join([*names, *names[:1]])})
