"""Titles of columns, figures and values in an explanation; the plan's own names never show."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from incentives.explain.case import Case
from incentives.explain.words import coded, known, word
from incentives.language import tree as t
from incentives.language.tell import tell
from incentives.language.types import NumberType
from incentives.language.walk import map_nodes
from incentives.outcome.concluded_text import result_text
from incentives.outcome.figures_text import plain, short, value_text
from incentives.plan.columns import Aggregated, Column, Computed, Concluded, Past, Stood, Targeted
from incentives.plan.names import is_inner, names_of, step_of

CODED = {"assessment": "state", "status": "status", "assessment_reason": "reason"}
SIDES = {"low", "high"}


def title_of(case: Case, name: str) -> str:
    """The title of a column or figure."""
    if name in case.figures:
        return figure_title(case, name)
    column = case.columns[name]
    if column.role == "key" and name == case.outcome.plan.key:
        return column.title.get(case.lang)
    if is_inner(name) or not column.title.get(case.lang):
        return part_title(case, column)
    return column.title.get(case.lang)


def part_title(case: Case, column: Column) -> str:
    """The title of a step that the plan put in."""
    lang = case.lang
    match column.how:
        case Targeted(side="signed"):
            return word("part_signed", lang)
        case Targeted(side=side, signed=signed):
            return word(f"part_{side}" if signed else f"part_{side}_set", lang)
        case Past(function=function, of=of, periods=periods):
            seen = column.told.args[0] if isinstance(column.told, t.Call) else t.Name(of)
            return word(f"past_{function}", lang, of=tell(seen, lang, lambda name: title_of(case, name)), n=periods)
        case Stood(conclusion=name) | Concluded(conclusions=(name,)):
            code = "stood" if isinstance(column.how, Stood) else "concluded"
            return word(code, lang, title=rule_title(case, name))
        case _:
            pass
    title = column.title.get(lang)
    if title and not is_inner(title):
        return title
    step, names = step_of(column.name), names_of(column.name)
    if step == "each":
        return title_of(case, names[0])
    if known(f"step_{step}"):
        return word(f"step_{step}", lang, last=names[-1] if names else "")
    if isinstance(column.how, Computed):
        return tell(column.how.formula, lang, lambda name: title_of(case, name))
    return word("part_event" if isinstance(column.how, Aggregated) else "step", lang)


def rule_title(case: Case, name: str) -> str:
    """The title of a conclusion."""
    return next(rule.title.get(case.lang) for rule in case.outcome.plan.rules if rule.name == name)


def is_stated(case: Case, path: str) -> bool:
    """Return whether a figure is stated in passing: it has no title of its own."""
    return not case.figures[path].title.get(case.lang)


def figure_title(case: Case, path: str) -> str:
    """The title of a figure of the policy; one without is called after the place where it stands."""
    title = case.figures[path].title.get(case.lang)
    if title:
        return title
    steps = path.split(".")
    where, last = steps[-2] if len(steps) > 1 else "", steps[-1]
    if steps[0] == "targets":
        return word("figure_target", case.lang)
    if ".rates.rows." in path:
        return word("figure_line" if last == "rate" else "figure_line_key", case.lang, name=where)
    band = path.partition(".bands.")[2]
    if band and last in SIDES:
        return word(f"figure_band_{last}", case.lang, name=band.removesuffix(f".{last}"))
    if band:
        return word("figure_band", case.lang, name=band)
    if steps[0] == "pay" and known(f"figure_pay_{last}"):
        return word(f"figure_pay_{last}", case.lang, name=title_of(case, where) if where in case.columns else where)
    if place := path.partition(".by_rank.rows.")[2]:
        return word("figure_place", case.lang, name=place)
    if where == "items" or (len(steps) > 3 and steps[2] == "items"):
        return word(f"figure_{last}", case.lang, name=item_title(case, steps[1], steps[3]))
    if where == "of":
        return word("figure_of", case.lang, name=title_of(case, last) if last in case.columns else last)
    if known(f"figure_{where}"):
        return word(f"figure_{where}", case.lang, name=last)
    if known(f"figure_{last}"):
        return word(f"figure_{last}", case.lang, name=where)
    return word("figure", case.lang)


def item_title(case: Case, card: str, item: str) -> str:
    """The title of what a line of a scorecard scores."""
    declared = case.outcome.ruleset.policy.scorecards[card].items[item]
    if declared.title.get(case.lang):
        return declared.title.get(case.lang)
    metric = declared.of or item
    return title_of(case, metric) if metric in case.columns else item


def shown_of(case: Case, name: str) -> str:
    """The value of a column or figure as people read it."""
    value = case.values[name]
    if name in case.figures:
        return value_text(value, case.figures[name].unit, case.lang)
    return shown_as(case, case.columns[name], value)


def shown_as(case: Case, column: Column, value: object) -> str:
    """A value of a column, in this row or another, as people read it."""
    if column.name in CODED and isinstance(value, str) and value:
        return plain(coded(CODED[column.name], value, case.lang))
    if column.role == "criterion" and column.unit == "text" and isinstance(value, str) and value:
        return result_text(value, case.lang)
    unit = column.unit
    if isinstance(column.how, Past) and column.how.function in ("prior", "last_year", "sum"):
        unit = case.columns[column.how.of].unit
    elif isinstance(column.how, Targeted) and column.item in case.columns:
        unit = case.columns[column.item].unit
    if isinstance(value, Decimal) and not unit and isinstance(column.type, NumberType):
        return f"{value:,f}" if column.type.scale == 2 else short(value)
    return value_text(value, unit, case.lang)


def told(case: Case, node: t.Node) -> str:
    """A formula as a sentence with the row's values; a figure without a title is told by its value alone."""

    def title(name: str) -> str:
        return shown_of(case, name) if name in case.figures and is_stated(case, name) else title_of(case, name)

    def value(name: str) -> str | None:
        return None if name in case.figures and is_stated(case, name) else shown_of(case, name)

    return plain(tell(map_nodes(node, lambda part: exactly(case, part)), case.lang, title, value))


def exactly(case: Case, node: t.Node) -> t.Node:
    """A column that is used before it is rounded, with the exact value beside the shown one where the two differ."""
    if not isinstance(node, t.Exact):
        return node
    shown, (over, under) = case.values[node.name], (amount_of(case, half) for half in (node.over, node.under))
    if shown is None or Fraction(over) / Fraction(under) == Fraction(shown):
        return t.Name(node.name)
    name, value = title_of(case, node.name), shown_of(case, node.name)
    if node.under == t.ONE:
        text = word("exact", case.lang, name=name, value=value_text(over, case.columns[node.name].unit, case.lang))
    else:
        halves = {side: half_text(case, half) for side, half in (("over", node.over), ("under", node.under))}
        text = word("exact_quotient", case.lang, name=name, value=value, **halves)
    return t.Labelled(node, t.Title(text, text))


def amount_of(case: Case, node: t.Node) -> Decimal | int:
    """The value of a numerator or denominator."""
    match node:
        case t.Name(name=name) | t.Figure(path=name):
            found: Decimal | int = case.values[name]
            return found
        case t.Number(value=value):
            return value
        case _:
            raise AssertionError(node)


def half_text(case: Case, node: t.Node) -> str:
    """A numerator or denominator as people read it."""
    match node:
        case t.Name(name=name) | t.Figure(path=name):
            return shown_of(case, name)
        case _:
            return short(Decimal(amount_of(case, node)))
