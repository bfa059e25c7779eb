"""Many faults of one kind as one: how many there are, where the first ones stand, and the values most met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from string import Formatter

from incentives.faults import Fault, Group, catalogue, in_language

FEW = 5  # so many of one kind are told one by one
MOST_KINDS = 12  # of one code: with more, they are one kind whatever their mends
SHOWN = 5
Kind = tuple[str, str, str, bool, str]

# what counts faults that are not named, and the codes of which it counts more
COUNTED = {
    "csv_more": ("csv_few", "csv_many"),
    "targets_unsigned_more": ("target_unsigned_rep", "target_unsigned_manager"),
    "targets_late_more": ("target_late",),
    "history_contradicts_more": ("history_contradicts",),
    "approved_undrawn_more": ("approved_undrawn",),
    "annual_bonus_more": ("annual_bonus_twice",),
    "cells_more": (),
    "more_rows": (),
}


def grouped(faults: Iterable[Fault]) -> list[Fault]:
    """The faults in their order, those of one kind as one where they are more than a few.

    Of one kind are faults of one code in one file with one mend; where a code has many mends, all of it is one kind.
    """
    faults = list(faults)
    mends = {(f.code, f.place.file, f.mend("en")) for f in faults}
    many = {pair for pair, n in Counter((code, file) for code, file, _ in mends).items() if n > MOST_KINDS}
    kinds: dict[Kind, list[Fault]] = {}
    kind_of: dict[int, Kind] = {}
    for fault in faults:
        mend = "" if (fault.code, fault.place.file) in many else fault.mend("en")
        kind = (fault.code, fault.place.file, fault.place.sheet, fault.warning, mend)
        kinds.setdefault(kind, []).append(fault)
        kind_of[id(fault)] = kind
    more = unnamed(kinds)
    absorbed = {id(fault) for found in more.values() for fault in found}
    result: list[Fault] = []
    told_already: set[Kind] = set()
    for fault in faults:
        kind = kind_of[id(fault)]
        if id(fault) in absorbed or kind in told_already:
            continue
        members, extra = kinds[kind], sum(map(number_of, more.get(kind, ())))
        if len(members) > FEW or extra:
            told_already.add(kind)
            result.append(one_of(members, extra))
        else:
            result.append(fault)
    return result


def unnamed(kinds: dict[Kind, list[Fault]]) -> dict[Kind, list[Fault]]:
    """For each kind the faults that count further ones of it, where they mean no other kind."""
    found: dict[Kind, list[Fault]] = {}
    for counter in (fault for kind, members in kinds.items() if kind[0] in COUNTED for fault in members):
        meant = [
            kind
            for kind, named in kinds.items()
            if kind[0] not in COUNTED and kind[1] == counter.place.file and counts(counter, named[0])
        ]
        if len(meant) == 1:
            found.setdefault(meant[0], []).append(counter)
    return found


def counts(counter: Fault, named: Fault) -> bool:
    """Whether a fault counts more of what another one names: of its code, else of its column."""
    codes = COUNTED[counter.code]
    if codes:
        return named.code in codes
    column = "heading" if "heading" in counter.about else "metric"
    return column in counter.about and named.about.get(column) == counter.about[column]


def number_of(fault: Fault) -> int:
    """How many faults one stands for."""
    if fault.code in COUNTED:
        return int(fault.about.get("number", fault.about.get("more", 0)))
    return fault.group.number if fault.group else 1


def one_of(members: Sequence[Fault], extra: int) -> Fault:
    """The first of several faults, which says how many there are."""
    values = Counter[str]()
    blank = differing(members)
    for member in members:
        if member.group and member.group.values:
            values.update(dict(member.group.values))
        elif blank:
            values[told(member, blank)] += 1
    spots = [spot for member in members for spot in (member.group.places if member.group else spots_of(member))]
    met = sorted(values.items(), key=lambda pair: -pair[1])  # of equals the first one met
    number = sum(map(number_of, members)) + extra
    kinds = max(len(met), *(member.group.kinds if member.group else 0 for member in members))
    return replace(members[0], group=Group(number, tuple(dict.fromkeys(spots))[:SHOWN], tuple(met[:SHOWN]), kinds))


def spots_of(fault: Fault) -> tuple[str, ...]:
    """Where in its file a fault stands: its line or cell."""
    return tuple(spot for spot in (str(fault.place.line or ""), fault.place.cell) if spot)[:1]


def differing(members: Sequence[Fault]) -> str:
    """The first blank of a message that is filled differently, and alike in both languages; "" where there is none."""
    text = str(catalogue()[members[0].code]["zh"])
    blanks = [name for _, name, _, _ in Formatter().parse(text) if name]
    named = sorted((b for b in blanks if b not in ("line", "row")), key=lambda b: b not in ("value", "name"))
    named = [b for b in named if all(told(member, b) == told(member, b, "en") for member in members)]
    return next((b for b in named if len({told(member, b) for member in members}) > 1), "")


def told(fault: Fault, blank: str, lang: str = "zh") -> str:
    """What fills a blank of a message."""
    return str(in_language(fault.about.get(blank, ""), lang))
