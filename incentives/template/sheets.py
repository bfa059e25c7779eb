"""The sheets that a policy asks for: their headings, what each cell may hold, and the rows that are known already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from incentives.database import literal, quoted
from incentives.execution.checks.eventkinds import kinds_read, stages_read
from incentives.execution.checks.unread_columns import columns_read, tables_read
from incentives.faults import Fault, Place, RefusedError
from incentives.plan.columns import Aggregated, Below, Plan, Targeted
from incentives.plan.graph import names_read
from incentives.ruleset import Ruleset
from incentives.tables import Tables
from incentives.tables.canon import SCOPES, Column, Table, canon, spoken
from incentives.tables.canon import SOURCES as SOURCE_WORDS
from incentives.tables.expectation import Expectation, Metric, expect
from incentives.tables.periods import Period

Cell = str | Decimal | None
Rows = tuple[tuple[Cell, ...], ...]
# of orders, receipts and events: columns that nobody needs to fill in where no rule reads them
ASIDE = ("customer_id", "product_line", "currency", "margin", "due_on", "returned_on", "until_on", "value", "source")
USUAL = ("team", "region", "status")  # of people: reports group by them, and who is assessed depends on them
KINDS = {"day": "date", "money": "money", "pay": "money", "score": "score", "share": "ratio", "rate": "rate"}


@dataclass(frozen=True)
class Head:
    """A column to fill in: its heading, the unit of its cells (text, date, money, count, ratio, …), the values that may
    be chosen, the least and most that a number may be, whether each row needs it, and a code of what is said of it."""

    title: str
    unit: str
    choices: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    needed: bool = False
    about: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table to fill in; `about`: the code of the sentence that says what it is for."""

    table: str
    title: str
    heads: tuple[Head, ...]
    rows: Rows = ()
    about: str = ""


def sheets_of(
    ruleset: Ruleset, plan: Plan, lang: str, tables: Tables | None = None, period: Period | None = None,
    department: str = "",
) -> tuple[Sheet, ...]:  # fmt: skip
    """Return the sheets that this policy reads, in the order in which they are filled in.

    Of `tables` come the people, with a row of each in the sheets that need one; `period` stands in those rows. With a
    `department` (a source of metrics) there are its metrics alone. Raises RefusedError for one that delivers nothing.
    """
    expectation = expect(ruleset)
    known = canon(expectation.subject)
    people = people_of(expectation, tables, period)
    metrics = delivered(expectation, department)
    if department:
        return (measured(known["snapshots"], expectation, metrics, people, period, lang),)
    found = [subjects(known[expectation.table], plan, people, lang)]
    if metrics:
        found.append(measured(known["snapshots"], expectation, metrics, people, period, lang))
    if wanted := targets_of(plan):
        found.append(targeted(known["targets"], ruleset, expectation, wanted, people, period, lang))
    columns = [column for frame in plan.frames for column in plan.columns(frame)]
    rows = [name for name in ("orders", "receipts", "credits", "events") if name in tables_read(plan, columns)]
    found += [listed(known[name], columns_read(plan, columns, name), lang, kinds_of(plan)) for name in rows]
    if ruleset.policy.conclusions or ruleset.policy.grade:
        found.append(decided(known["decisions"], expectation, lang))
    if ruleset.policy.pay:
        found += [listed(known[name], set(), lang) for name in ("periods", "paid")]
    return tuple(found)


def delivered(expectation: Expectation, department: str) -> list[Metric]:
    """Return the metrics that the data brings, of a department those that it delivers. Raises RefusedError for none."""
    every = [metric for metric in expectation.metrics if metric.delivered]
    if not department:
        return every
    name = SOURCE_WORDS.get(department, department)
    found = [metric for metric in every if name in metric.sources]
    if not found:
        names = dict.fromkeys(source for metric in every for source in metric.sources)
        about = {"asked": department, "known": spoken(names, SOURCE_WORDS)}
        raise RefusedError([Fault("department_unknown", Place("--department"), about)])
    return found


def heading(column: Column, lang: str) -> str:
    """Return the heading of a column as people of a language write it."""
    return column.aliases[0] if lang == "zh" and column.aliases else column.head


def sheet_title(table: Table, lang: str) -> str:
    """Return the name of a table's sheet."""
    return table.aliases[0] if lang == "zh" and table.aliases else table.name


def head_of(column: Column, lang: str, choices: Iterable[str] = ()) -> Head:
    """Return a canonical column as a column to fill in."""
    return Head(heading(column, lang), KINDS.get(column.kind, "text"), tuple(choices) or choices_of(column, lang),
                needed=column.filled, about=f"template_{column.kind}")  # fmt: skip


def choices_of(column: Column, lang: str) -> tuple[str, ...]:
    """Return the values that a column may hold, each by its usual word in a language."""
    words: dict[str, str] = {}
    for spelling, value in column.choices.items():
        if spelling != value or lang != "zh":
            words.setdefault(value, spelling if lang == "zh" else value)
    return tuple(dict.fromkeys(words.values())) if column.kind in ("choice", "ruling", "named") else ()


@dataclass(frozen=True)
class People:
    """The people of a data set: what their table holds of each, by the name of its column."""

    key: str
    rows: tuple[Mapping[str, Cell], ...] = ()


def people_of(expectation: Expectation, tables: Tables | None, period: Period | None) -> People:
    """Return the people of the data with their posting on the last day of the period, or the latest one."""
    key = expectation.key
    if tables is None:
        return People(key)
    day = literal(period.last.isoformat()) if period else "'9999-12-31'"
    first = literal(period.first.isoformat()) if period else "'0001-01-01'"
    posting = [name for name in tables.con.columns("postings") if name not in (key, "valid_from", "valid_to")]
    picks = ", ".join(f"CAST(p.{quoted(name)} AS VARCHAR)" for name in posting)
    found = tables.con.query(
        f"SELECT r.{key}, r.name, CAST(r.hired_on AS VARCHAR), CAST(r.left_on AS VARCHAR), {picks} FROM ("
        f"SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY valid_from DESC) AS turn FROM postings "
        f"WHERE valid_from IS NULL OR valid_from <= {day}) p "
        f"JOIN {expectation.table} r ON r.{key} = p.{key} "
        f"WHERE p.turn = 1 AND (r.left_on IS NULL OR r.left_on >= {first}) ORDER BY r.{key}"
    )
    names = (key, "name", "hired_on", "left_on", *posting)
    return People(key, tuple(dict(zip(names, row, strict=True)) for row in found))


def subjects(table: Table, plan: Plan, people: People, lang: str) -> Sheet:
    """Return the sheet of the people: who they are, and what of their posting some rule reads."""
    columns = [column for frame in plan.frames for column in plan.columns(frame)]
    read = {*USUAL}.union(*(names_read(column) for column in columns))
    read |= {"manager_id"} if any(isinstance(column.how, Below) for column in columns) else set()
    fixed = (people.key, "name", "hired_on", "left_on")
    used = [column for column in table.columns if column.name in fixed or column.name in read]
    rows = tuple(tuple(cell(person.get(c.name), c, lang) for c in used) for person in people.rows)
    return Sheet(table.name, sheet_title(table, lang), tuple(head_of(c, lang) for c in used), rows, "template_people")


def cell(value: Cell, column: Column, lang: str) -> Cell:
    """Return a value as it is written: money as a number, one of a list by its word."""
    if value is None:
        return None
    if KINDS.get(column.kind) == "money":
        return Decimal(str(value))
    words = {kept: spelling for spelling, kept in reversed(column.choices.items()) if spelling != kept}
    return words.get(str(value), value) if lang == "zh" else value


def measured(
    table: Table, expectation: Expectation, metrics: list[Metric], people: People, period: Period | None, lang: str
) -> Sheet:  # fmt: skip
    """Return the sheet of the metrics, a column each, then the sources of those for which the policy names any."""
    key, when = (next(c for c in table.columns if c.name == name) for name in (people.key, "period"))
    name = "姓名" if lang == "zh" else "name"
    heads = [head_of(key, lang), Head(name, "text", about="template_name"), head_of(when, lang)]
    for metric in metrics:
        title = title_of(metric, expectation, lang)
        heads.append(Head(title, metric.unit, (), metric.low, metric.high, about="template_metric"))
    empty = (None,) * (len(heads) - 3)
    told = sources_of(metrics, expectation, lang)
    heads += told
    only = tuple(head.choices[0] if len(head.choices) == 1 else None for head in told)
    rows = tuple((p[people.key], p.get("name"), period.id if period else None, *empty, *only) for p in people.rows)
    return Sheet(table.name, sheet_title(table, lang), tuple(heads), rows, "template_metrics")


def sources_of(metrics: list[Metric], expectation: Expectation, lang: str) -> list[Head]:
    """Return one column for the source of most metrics, and one for each other that has another source, or several."""
    often = Counter(metric.sources[0] for metric in metrics if len(metric.sources) == 1)
    usual = often.most_common(1)[0][0] if often else ""
    word = "来源" if lang == "zh" else "source"
    found = [Head(word, "text", (source_word(usual, lang),), about="template_source")] if usual else []
    for metric in metrics:
        if metric.sources and metric.sources != (usual,):
            title = title_of(metric, expectation, lang)
            own = f"{title}{word}" if lang == "zh" else f"{title}_{word}"
            choices = tuple(source_word(source, lang) for source in metric.sources)
            found.append(Head(own, "text", choices, about="template_source"))
    return found


def source_word(source: str, lang: str) -> str:
    """Return a source as people of a language write it."""
    return spoken([source], SOURCE_WORDS)[lang]


def title_of(metric: Metric, expectation: Expectation, lang: str) -> str:
    """Return the title of a metric, or its name where another one has that title, too."""
    title = metric.titles[0 if lang == "zh" else 1] if metric.titles else ""
    same = [other for other in expectation.metrics if title and title in other.titles]
    return title if title and len(same) == 1 else metric.name


def targets_of(plan: Plan) -> dict[str, set[str]]:
    """Return the metrics that have targets, each with the sides (base, stretch) that some rule reads."""
    found: dict[str, set[str]] = {}
    for frame in plan.frames:
        for column in plan.columns(frame):
            if isinstance(column.how, Targeted):
                found.setdefault(column.how.metric, set()).add(column.how.side)
    return found


def targeted(
    table: Table, ruleset: Ruleset, expectation: Expectation, wanted: Mapping[str, set[str]], people: People,
    period: Period | None, lang: str,
) -> Sheet:  # fmt: skip
    """Return the sheet of the targets, with a row a person and metric where people are known."""
    by_name = {metric.name: metric for metric in expectation.metrics}
    titles = {name: title_of(by_name[name], expectation, lang) for name in wanted if name in by_name}
    scopes = {spec.scope or "rep" for spec in ruleset.policy.targets.values()} | {
        scope for spec in ruleset.policy.targets.values() for scope in spec.adds_up
    }
    sides = set().union(*wanted.values())
    names = ["scope", "subject_id", "period", "metric", *(s for s in ("base", "stretch") if s in sides)]
    names += ["rep_signed_on", "manager_signed_on", "revised_on", "reason"]
    columns = {column.name: column for column in table.columns}
    words = {value: spelling for spelling, value in reversed(SCOPES.items())} if lang == "zh" else {}
    heads = {name: head_of(columns[name], lang) for name in names}
    heads["scope"] = replace(heads["scope"], choices=tuple(words.get(scope, scope) for scope in sorted(scopes)))
    heads["metric"] = replace(heads["metric"], choices=tuple(titles.values()))
    heads |= {name: replace(heads[name], unit="number") for name in ("base", "stretch") if name in heads}
    first: tuple[Cell, ...] = (words.get("rep", "rep"),)
    if scopes == {"rep"}:  # nobody need say whose target it is
        del heads["scope"]
        heads["subject_id"] = replace(heads["subject_id"], title=key_heading(expectation, lang))
        first = ()
    blank = (None,) * (len(heads) - len(first) - 3)
    rows = tuple(
        (*first, person[people.key], period.id if period else None, title, *blank)
        for person in people.rows for title in titles.values()
    )  # fmt: skip
    return Sheet(table.name, sheet_title(table, lang), tuple(heads.values()), rows, "template_targets")


def key_heading(expectation: Expectation, lang: str) -> str:
    """Return the heading of the key of the people."""
    return heading(canon(expectation.subject)[expectation.table].columns[0], lang)


def listed(table: Table, read: set[str], lang: str, kinds: Iterable[str] = ()) -> Sheet:
    """Return the sheet of a table that is filled in row by row, without columns that no rule reads."""
    used = [column for column in table.columns if column.name not in ASIDE or column.name in read]
    heads = [head_of(c, lang, sorted(kinds) if (table.name, c.name) == ("events", "kind") else ()) for c in used]
    return Sheet(table.name, sheet_title(table, lang), tuple(heads), (), f"template_{table.name}")


def kinds_of(plan: Plan) -> set[str]:
    """Return the kinds of events that some rule reads."""
    hows = [column.how for frame in plan.frames for column in plan.columns(frame)]
    return kinds_read(how for how in hows if isinstance(how, Aggregated)) | {kind for kind, _ in stages_read(plan)}


def decided(table: Table, expectation: Expectation, lang: str) -> Sheet:
    """Return the sheet of the decisions, with all that may be decided about, and how."""
    at = 0 if lang == "zh" else 1
    matters = [one.titles[at] for one in expectation.conclusions if one.titles and one.titles[at]]
    matters = [title for title in matters if title.lower() in {m.lower() for m in expectation.matters}]
    fixed = ("等级", "免考") if lang == "zh" else ("grade", "exempt")
    heads = [head_of(column, lang) for column in table.columns]
    about, ruling = (next(n for n, c in enumerate(table.columns) if c.name == name) for name in ("about", "decision"))
    heads[about] = replace(heads[about], choices=(*fixed, *dict.fromkeys(matters)))
    rulings = ("批准", "驳回", "免考") if lang == "zh" else ("approved", "rejected", "exempt")
    heads[ruling] = replace(heads[ruling], choices=(*rulings, *expectation.grades))
    return Sheet(table.name, sheet_title(table, lang), tuple(heads), (), "template_decisions")
