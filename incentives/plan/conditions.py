"""Conditions that can never hold, or always do where another branch is to be possible: in formulas, gates, lines and
ceilings.

Only proved faults are reported; what cannot be decided is taken as possible. Conditions of conclusions as a whole are
checked in `reach.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from incentives.faults import Fault
from incentives.language.tree import And, Compare, If, In, Name, Node, Not, Or, children
from incentives.language.walk import names_in
from incentives.plan import advice
from incentives.plan.advice import Advice
from incentives.plan.columns import Aggregated, Column, Computed
from incentives.plan.draft import STRIDE, Draft, Path
from incentives.plan.lowered import World
from incentives.plan.narrowed import LOCKED, narrowed
from incentives.plan.possible import can_hold
from incentives.plan.sources import SOURCES, columns_of_rows

Frames = Mapping[str, Sequence[Sequence[Column]]]
Span = tuple[int, int]
OPEN_SECTIONS = ("pay", "grade", "conclusions")  # columns computed only in rows that are not of the history table


@dataclass
class Looked:
    """The results of the check: for each written part, whether it can hold anywhere, and its fault where it cannot."""

    draft: Draft
    possible: set[tuple[Span, str]] = field(default_factory=set)
    faults: dict[tuple[Span, str], Fault] = field(default_factory=dict)

    def note(self, node: Node, code: str, wrong: bool | None, why: Advice | None = None, **about: object) -> bool:
        """Note the finding about a part; return whether it is a fault."""
        key = (node.span, code)
        if not wrong:
            self.possible.add(key)
            return False
        if key not in self.faults:
            path, start, end = self.where(node)
            blanks = {"condition": self.text(node), **about} | (why.blanks if why else {})
            place = self.draft.ruleset.part(path, start, end)
            self.faults[key] = Fault(code, place, blanks, warning=code == "else_never")
        return True

    def told(self) -> list[Fault]:
        """Return the faults, of parts within each other the smallest."""
        wrong = [key for key in self.faults if key not in self.possible]
        spans = [span for span, _ in wrong]
        outer = {one for one in spans for two in spans if one != two and one[0] <= two[0] and two[1] <= one[1]}
        return [self.faults[key] for key in wrong if key[0] not in outer]

    def where(self, node: Node) -> tuple[Path, int, int]:
        """Return the path of the formula that a part stands in, and its offsets there."""
        number, start = divmod(node.span[0], STRIDE)
        return self.draft.origins[number], start, node.span[1] - number * STRIDE

    def text(self, node: Node) -> str:
        """Return a part as somebody wrote it."""
        path, start, end = self.where(node)
        value = self.draft.ruleset.document.at(path)
        whole = value if isinstance(value, str) else str(path[-1])
        return " ".join(whole[start:end].split())


def check_conditions(draft: Draft, frames: Frames, days: tuple[str, ...]) -> list[Fault]:
    """Report conditions that never hold, and warn of those that leave nothing to an `else`. `frames` have no faults."""
    looked = Looked(draft)
    for stages in frames.values():
        columns = {column.name: column for stage in stages for column in stage}
        formulas = [(column, list(written(column))) for column in columns.values()]
        names = {name for _, found in formulas for _, node in found for name in names_in(node)}
        world = World(narrowed(columns, draft.figures, names), draft.figures, days)
        whole = World(columns, draft.figures, days)
        for _, found in formulas:
            for table, node in found:
                is_open = looked.where(node)[0][0] in OPEN_SECTIONS
                here = World(columns_of_rows(table), draft.figures, days) if table else world if is_open else whole
                context = (Not(Name(LOCKED)),) if is_open and LOCKED in here.columns else ()
                Look(looked, here, context).at(node, ())
    told = looked.told()
    draft.faults += [fault for fault in told if not fault.warning]
    return [fault for fault in told if fault.warning]


def written(column: Column) -> Iterator[tuple[str, Node]]:
    """Yield the largest written parts of a column's formulas, each with the table it runs over."""
    match column.how:
        case Computed(formula=formula):
            yield from (("", node) for node in own_parts(formula))
        case Aggregated(table=table, of=of, where=where) if table in SOURCES:
            for part in (of, where):
                yield from ((table, node) for node in own_parts(part)) if part is not None else ()
        case _:
            pass  # has no formula


def own_parts(node: Node) -> Iterator[Node]:
    """Yield the largest written parts of a tree that contain a condition."""
    if node.span != (0, 0):
        if has_condition(node):
            yield node
    elif isinstance(node, In):
        yield from (In(node.of, (test,), span=test.span) for test in node.tests if test.span != (0, 0))
        yield from own_parts(node.of)
    else:
        for part in children(node):
            yield from own_parts(part)


def has_condition(node: Node) -> bool:
    """Return whether a condition stands in a tree."""
    return isinstance(node, Compare | In | If | And | Or | Not) or any(map(has_condition, children(node)))


@dataclass(frozen=True)
class Look:
    """An examination of written conditions: they may name what `world` has, and `always` holds throughout."""

    looked: Looked
    world: World
    always: tuple[Node, ...]

    def at(self, node: Node, before: tuple[Node, ...]) -> None:
        """Look at every condition in a part that is reached only where `before` holds."""
        match node:
            case If(when=when, then=then, otherwise=otherwise):
                self.choice(node, before)
                known = () if self.is_switch(when) else (when,)
                self.at(then, (*before, *known))
                self.at(otherwise, (*before, *(Not(one) for one in known)))
            case And() | Or() | Not() | Compare() | In():
                if is_elsewhere(self.looked.where(node)[0]):
                    self.below(node)
                elif not self.condition(node):
                    self.ceiling(node)
            case _:
                for part in children(node):
                    self.at(part, before)

    def ceiling(self, node: Node) -> None:
        """Look at whether the condition of a ceiling always holds, so that nobody gets a better grade."""
        section, key, name, *_ = (*self.looked.where(node)[0], "", "", "")
        grade = self.looked.draft.ruleset.policy.grade
        if (section, key) == ("grade", "ceilings") and grade and not self.is_switch(node):
            then = grade.ceilings[str(name)].then
            self.looked.note(node, "ceiling_always", self.never(Not(node)), then=then)

    def choice(self, node: If, before: tuple[Node, ...]) -> None:
        """Look at the condition of an `if`, which is reached where `before` holds: it may hold there, and not hold."""
        when = node.when
        if self.is_switch(when) or self.condition(when):
            return
        after = bool(before) and self.never(And((*before, when)))
        if self.looked.note(when, "line_never", after) or (before and self.never(And(before))):
            return
        if not isinstance(node.otherwise, If):
            self.looked.note(when, "else_never", self.never(And((*before, Not(when)))))

    def condition(self, node: Node) -> bool:
        """Look at a condition and its parts; return whether it can never hold, which is reported at the smallest
        part."""
        if self.is_switch(node):
            return False
        match node:
            case And(parts=parts):
                return self.together(node, tuple(part for part in parts if not self.is_switch(part)))
            case Or(parts=parts):
                return self.in_turn(node, parts)
            case Not(of=of):
                return self.condition(of) or self.noted(node)
            case In(of=of, tests=tests) if len(tests) > 1:
                told = [self.noted(In(of, (test,), span=test.span)) for test in tests]
                return all(told)
            case _:
                for part in children(node) if isinstance(node, Compare) else ():
                    self.at(part, ())
                return self.noted(node)

    def below(self, node: Node) -> None:
        """Look at the parts of a condition that as a whole is looked at elsewhere."""
        if isinstance(node, Or):
            self.in_turn(node, node.parts)
        elif isinstance(node, And):
            for part in node.parts:
                if isinstance(part, Or):
                    self.in_turn(part, part.parts)

    def together(self, node: Node, parts: tuple[Node, ...]) -> bool:
        """Look at conditions that are to hold together: each, each pair, and all of them."""
        told = [self.condition(part) for part in parts]
        if any(told):
            return True
        text = self.looked.text
        for one, other in combinations(parts, 2):
            pair = And((one, other), span=(one.span[0], other.span[1]))
            if self.never(pair):
                return self.looked.note(pair, "condition_never", True, advice.both(one, other, self.world, text))
            self.looked.note(pair, "condition_never", False)
        return len(parts) > 2 and self.looked.note(
            node, "condition_never", self.never(And(parts)), Advice(advice.CONTRADICT_ALL, advice.CORRECT)
        )

    def in_turn(self, node: Node, parts: tuple[Node, ...]) -> bool:
        """Look at conditions of which one is to hold: each, and whether one of them always does."""
        told = [self.condition(part) for part in parts]
        if not any(told) and not any(self.never(Not(part)) for part in parts):
            always = self.never(Not(node))
            why = advice.either(parts, self.world, self.looked.text) if always else None
            self.looked.note(node, "condition_always", always, why)
        return all(told)

    def noted(self, node: Node) -> bool:
        """Note whether one condition can never hold."""
        never = self.never(node)
        why = advice.alone(node, self.world, self.looked.text) if never else None
        return self.looked.note(node, "condition_never", never, why)

    def never(self, node: Node) -> bool:
        """Return whether it is proved that a condition never holds."""
        return can_hold(And((*self.always, node)), self.world) is False

    def is_switch(self, node: Node) -> bool:
        """Return whether a condition reads the values of the policy alone, as one that switches a rule on or off
        does."""
        for name in names_in(node):
            column = self.world.columns.get(name)
            if column and not (isinstance(column.how, Computed) and self.is_switch(column.how.formula)):
                return False
        return True


def is_elsewhere(path: Path) -> bool:
    """Return whether a condition is checked elsewhere: that of a conclusion, or a band."""
    finding = path[0] == "conclusions" and path[-1] in ("when", "is")
    return finding or (path[0] in ("grade", "scorecards") and path[-2] == "bands")
