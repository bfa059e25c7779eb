"""The plan while it is built: columns and policy figures gathered section by section, with their faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from incentives.faults import Fault, Place
from incentives.language.parse import Flaw, FormulaError, parse_formula, parse_tests
from incentives.language.tree import (
    MOST_PERIODS,
    And,
    Call,
    Figure,
    If,
    Missing,
    Name,
    Node,
    Number,
    Or,
    Range,
    Text,
    Title,
    Truth,
    is_history,
    periods_of,
)  # fmt: skip
from incentives.language.types import EXACT, AnyType, NumberType, TruthType, Type
from incentives.language.walk import map_nodes, names_in
from incentives.language.write import write
from incentives.plan.columns import Column, Computed, Concluded, How, Past, PolicyFigure, Stood
from incentives.plan.names import FAULTY, has_inner, inner_name, is_inner, step_of, without_late
from incentives.plan.naming import name_fault
from incentives.ruleset import Ruleset
from incentives.ruleset.lint.cells import is_told
from incentives.ruleset.lint.references import unknown
from incentives.ruleset.lint.within import slips_within
from incentives.ruleset.rules import MOST_DECIMALS, outside, range_about
from incentives.ruleset.units import constant_type, power_above, unit_type

Path = tuple[str | int, ...]
STRIDE = 10_000_000  # no formula is longer: the spans of one never reach those of the next


@dataclass
class Draft:
    """The plan that the sections of a ruleset add to, in turn. Constants are typed with `room` for other values, or
    without."""

    ruleset: Ruleset
    room: bool = True
    columns: dict[tuple[str, str], Column] = field(default_factory=dict)
    figures: dict[str, PolicyFigure] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    echoes: list[Fault] = field(default_factory=list)
    origins: list[Path] = field(default_factory=lambda: [()])
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    paths: dict[tuple[str, str], Path] = field(default_factory=dict)

    @property
    def grain(self) -> str:
        """Return the grain of the assessment."""
        return self.ruleset.policy.grain

    @property
    def key(self) -> str:
        """Return the column that names the subject of a row."""
        return f"{self.ruleset.policy.subject}_id"

    def fault(self, code: str, path: Path, **about: object) -> None:
        """Note a fault at the value of `path`."""
        self.faults.append(Fault(code, self.ruleset.place(*path), dict(about)))

    def add(
        self,
        name: str,
        role: str,
        unit: str,
        how: How,
        path: Path,
        *,
        grain: str = "",
        type: Type | None = None,  # noqa: A002  # the word of Column
        title: Title | None = None,
        mode: str = "half_up",
        optional: bool = False,
        item: str = "",
        unrounded: bool = False,
    ) -> None:
        """Add a column, by default at the assessment's grain and of its unit's type. A taken name is a fault."""
        frame = grain or self.grain
        place, kind = self.ruleset.place(*path), type or (unit_type(unit) if unit else AnyType())
        title = title if title and (title.zh or title.en) else Title(name, name)
        column = Column(name, role, unit, title, frame, how, kind, place, 0, mode, optional, item, None, unrounded)
        if self._is_free(column, path):
            self.columns[frame, name], self.paths[frame, name] = column, path

    def _is_free(self, column: Column, path: Path) -> bool:
        """Return whether no column has the name yet, in upper or lower case, which the database does not tell apart."""
        first = self.names.setdefault((column.grain, column.name.casefold()), column.name)
        other = self.columns.get((column.grain, first))
        if other and not is_inner(column.name):
            before = self.ruleset.key_place(*self.paths[column.grain, first])
            self.faults.append(name_fault(column, self.ruleset.key_place(*path), other, before))
        return other is None

    def check(self, name: str, code: str, wrong: Node, path: Path, grain: str = "", of: str = "") -> None:
        """Add a true/false column that is true in the rows where `name` breaks the policy; the run reports those, with
        the value that they have of it, or of the column `of`."""
        item = of or name
        self.add(inner_name("check", code, name), "check", "switch", Computed(wrong), path, grain=grain, item=item)

    # ---- values and formulas ----

    def value(self, value: Decimal | bool | str, unit: str, path: Path, kind: Type | None = None) -> Node:
        """Return a value stated in the policy: a number becomes a figure of its own, named by its path; text is a
        formula."""
        if isinstance(value, str):
            tree = self.formula(value, path)
            if not isinstance(tree, Number):
                return tree
            value = tree.value
        name, allowed = ".".join(map(str, path)), kind or unit_type(unit)
        if isinstance(allowed, NumberType) and isinstance(value, Decimal):
            self._fits(value, allowed, unit, path)
        kind = power_type(kind, value, self.room) if kind else constant_type(unit, [value], room=self.room)
        figure = PolicyFigure(name, unit, kind, ((None, value),), self.ruleset.place(*path))
        self.figures.setdefault(name, figure)
        return Figure(name)

    def _fits(self, value: Decimal, kind: NumberType, unit: str, path: Path) -> None:
        """Report a value that its unit would round, or that lies outside the unit's range."""
        about = {"value": f"{value:f}", "unit": unit}
        if not kind.low <= value <= kind.high:
            self.fault(
                outside(unit, value, kind.low, kind.high, self.ruleset.document.at(path)),
                path,
                **about,
                **range_about(value, kind.low, kind.high),
            )
        if value != EXACT.quantize(value, Decimal(1).scaleb(-kind.scale)):
            decimals = -int(value.normalize().as_tuple().exponent)
            if (part := scaled_by(path)) and decimals <= MOST_DECIMALS:
                self.fault("digits_scale", path, **about, scale=kind.scale, part=part, write=decimals)
            else:
                self.fault("figure_digits", path, **about, scale=kind.scale)

    def formula(self, text: str, path: Path, grain: str = "") -> Node:
        """Return the tree of a formula; each history function is replaced by the name of a column of its own."""
        place = self.ruleset.place(*path)
        try:
            if slips := slips_within(text, self.ruleset.policy):
                raise FormulaError(slips)
            tree = self._placed(parse_formula(text), path)
        except FormulaError as error:
            self.faults += [Fault(f.code, self.ruleset.part(path, f.start, f.end), f.about) for f in error.flaws]
            return Name(FAULTY)
        return map_nodes(tree, lambda node: self._past(node, grain or self.grain, path, place))  # innermost first

    def lifted(self, test: Node, unit: str, path: Path, kind: Type | None = None) -> Node:
        """Return a test whose edges are figures of the policy, named by the path and their side."""
        if not isinstance(test, Range):
            return test
        low = self._edge(test.low, unit, (*path, "low"), kind)
        high = self._edge(test.high, unit, (*path, "high"), kind)
        return replace(test, low=low, high=high)

    def _edge(self, edge: Node | None, unit: str, path: Path, kind: Type | None) -> Node | None:
        return self.value(edge.value, unit, path, kind) if isinstance(edge, Number) else edge

    def tests(self, text: str, path: Path) -> tuple[Node, ...]:
        """Return the unary tests of a cell; a faulty one where a slip in them is reported already."""
        if is_told(text):
            return (Name(FAULTY),)
        try:
            return tuple(self._placed(test, path) for test in parse_tests(text))
        except FormulaError as error:
            self.faults += [Fault(f.code, self.ruleset.part(path, f.start, f.end), f.about) for f in error.flaws]
            return (Name(FAULTY),)

    def note(self, error: FormulaError, place: Place, row: Iterable[str] = ()) -> None:
        """Turn flaws of a formula into faults at the places where its parts were written; `row`: the names of its
        table.

        A flaw in what the plan made itself, at `place`, is an echo: it matters only where nothing else is wrong.
        """
        for flaw in error.flaws:
            number, start = divmod(flaw.start, STRIDE)
            about = {blank: self._as_written(value) for blank, value in flaw.about.items()}
            if number:
                path, end = self.origins[number], flaw.end - number * STRIDE
                code = flaw.code
                in_rows = code == "name_unknown" or (code == "name_close" and self._is_column(str(about["name"])))
                if row and in_rows:
                    code, about = "row_name_unknown", {**about, "known": ", ".join(filter(is_plain, row))}
                elif code == "divisor_zero" and not self._takes_when_zero(path, start, end):
                    code = "divisor_zero_here"
                written = str(self.ruleset.document.at(path))[start:end]
                about |= {"expression": written} if "expression" in about and written else {}
                self.faults.append(Fault(code, self.ruleset.part(path, start, end), about))
            else:
                self.echoes.append(Fault(flaw.code, place, about))

    def _is_column(self, name: str) -> bool:
        """Return whether a name is one of a column of the policy."""
        return any(known == name for _, known in self.columns)

    def _takes_when_zero(self, path: Path, start: int, end: int) -> bool:
        """Return whether `when_zero` may stand beside the formula at `path`, of which a division is all from start
        to end."""
        text = str(self.ruleset.document.at(path))
        whole = not text[:start].strip() and not text[end:].strip()
        return whole and path[0] in ("metrics", "columns") and path[-1] == "formula"

    def _as_written(self, value: object) -> object:
        """Return a blank of a message in the policy's words: history functions as they were written, and titles
        instead of columns that the plan made."""
        if not isinstance(value, str) or not has_inner(value):
            return value
        value = value.replace(without_late(""), "")  # messages name its original instead
        inner = sorted((c for c in self.columns.values() if is_inner(c.name)), key=lambda c: -len(c.name))
        for column in inner:
            if isinstance(column.told, Call):
                call = write(column.told)
                for otherwise in column.told.args[1:2]:
                    value = value.replace(f"if present({column.name}) then {column.name} else {write(otherwise)}", call)
                value = value.replace(column.name, call)
        texts = {"zh": value, "en": value}
        for column in inner:
            texts = {lang: text.replace(column.name, column.title.get(lang)) for lang, text in texts.items()}
        return texts if has_inner(value) else value

    def _placed(self, tree: Node, path: Path) -> Node:
        """Return the tree with spans that continue those of earlier formulas, so that each part has its own place."""
        base = len(self.origins) * STRIDE
        self.origins.append(path)
        return map_nodes(tree, lambda node: replace(node, span=(node.span[0] + base, node.span[1] + base)))

    def _past(self, node: Node, grain: str, path: Path, place: Place) -> Node:
        """Return a history function as a column of its own, named in its place; every other node as it is."""
        if not isinstance(node, Call) or not is_history(node):
            return node
        if node.name in ("standing", "concluded"):
            return self._state(node, grain, path, place)
        counted = node.args[1:] if node.name in ("count", "sum") else node.args[2:]
        periods = periods_of(counted[0]) if counted else 1
        if periods is None:
            about = {"expression": write(counted[0]), "most": MOST_PERIODS}
            self.note(FormulaError([Flaw("periods_constant", about, *counted[0].span)]), place)
            return Name(FAULTY)
        how = Past(node.name, self._named(node.args[0], grain, path), periods)
        name = self._part(node, grain, how, place, unit_type("count"))
        if node.name in ("prior", "last_year") and len(node.args) > 1:
            return If(present(Name(name)), Name(name), node.args[1], span=node.span)
        return Name(name, span=node.span)

    def _state(self, node: Call, grain: str, path: Path, place: Place) -> Node:
        """Return the name of a new column that holds what conclusions of this or earlier periods say."""
        name = node.args[0].value if isinstance(node.args[0], Text) else ""
        policy = self.ruleset.policy
        conclusion = policy.conclusions.get(name)
        spot = self.ruleset.part(path, *(end % STRIDE for end in node.span))
        if conclusion is None:
            self.faults.append(unknown("conclusion_unknown", name, policy.conclusions, spot))
        elif (conclusion.grain or self.grain) != grain:
            about = {"name": name, "own": conclusion.grain or self.grain, "grain": grain}
            self.faults.append(Fault("conclusion_grain", spot, about))
        elif node.name == "standing" and conclusion.stands is None:
            self.faults.append(Fault("conclusion_stands_not", spot, {"name": name}))
        else:
            how = Stood(name) if node.name == "standing" else Concluded((name,))
            return Name(self._part(node, grain, how, place, TruthType()), span=node.span)
        return Name(FAULTY)

    def _part(self, node: Call, grain: str, how: How, place: Place, kind: Type) -> str:
        """Return the name of the column of a call; the same call twice has one."""
        for (frame, name), column in self.columns.items():
            if frame == grain and column.told == node and column.how == how:
                return name
        name = inner_name(node.name, len(self.columns))
        optional = isinstance(how, Past)
        unit = "" if optional else "switch"
        column = Column(name, "part", unit, Title(), grain, how, kind, place, optional=optional, told=node)
        self.columns[grain, name] = column
        return name

    def _named(self, node: Node, grain: str, path: Path) -> str:
        """Return the name of a column that holds `node`: its own where it is a name, else a part made for it."""
        if isinstance(node, Name):
            return node.name
        for (frame, name), column in self.columns.items():
            if frame == grain and step_of(name) == "part" and column.how == Computed(node):
                return name
        name = inner_name("part", len(self.columns))
        self.add(name, "part", "", Computed(node), path, grain=grain)
        return name


def is_plain(name: str) -> bool:
    """Return whether a policy may write a name."""
    return not is_inner(name)


def scaled_by(path: Path) -> str:
    """Return the part of a policy whose `scale` says how many decimals the value at `path` may have; empty where
    none does."""
    match path:
        case ("grade", "bands", *_):
            return "grade"
        case ("scorecards", card, "items", _, "cap" | "bands", *_):
            return f"scorecards.{card}"
        case _:
            return ""


def power_type(kind: Type, value: object, room: bool) -> Type:
    """Return the type of a stated value: up to the next power of ten not below it; with `room`, not below five times
    it."""
    if not isinstance(kind, NumberType) or not isinstance(value, Decimal) or value <= 0:
        return kind
    return replace(kind, high=max(kind.low, min(kind.high, power_above(value * (5 if room else 1)))))


def present(node: Node) -> Node:
    """Return the condition that `node`, a name, has a value."""
    return Call("present", (node,))


def where_present(needed: Node, value: Node) -> Node:
    """Return `value` where every column that `needed` reads has one, else missing."""
    names = [Name(name) for name in sorted(names_in(needed)) if "." not in name]
    return If(And(tuple(present(name) for name in names)), value, Missing()) if names else value


def any_of(parts: Sequence[Node]) -> Node:
    """Return a condition that is true where one of the parts is; false where there are none."""
    if len(parts) == 1:
        return parts[0]
    return Or(tuple(parts)) if parts else Truth(False)


def guarded(condition: Node) -> Node:
    """Return a condition that is false where something it needs is missing; expanded once types are known."""
    return Call("holds", (condition,))
