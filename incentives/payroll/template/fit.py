"""A batch put into the columns of a template; whatever does not fit is a fault that names the line."""

from __future__ import annotations

from collections.abc import Iterator

from incentives.database import literal
from incentives.faults import Fault, RefusedError
from incentives.outcome.figures_text import plain
from incentives.outcome.spreadsheet import guarded
from incentives.payroll.batch import Batch
from incentives.payroll.lines import MONEY, ORDER
from incentives.payroll.run import MOST_NAMED
from incentives.payroll.template.model import Column, Template
from incentives.payroll.template.shipped import Form
from incentives.payroll.template.written import Sheet

ONLY = {"digits": "^[0-9]*$", "alphanumeric": "^[0-9A-Za-z]*$", "ascii": "^[\\x20-\\x7E]*$"}
NAMES = {
    "payee_id": "payee", "tax_kind": "tax", "policy_line": "line", "name": "name", "period": "period", "kind": "kind",
    "title": "title", "reason": "reason", "currency": "currency", "entry": "entry", "status": "status",
}  # fmt: skip
SPLIT = " *[^ ]+$"  # the last word of a name


def fitted(batch: Batch, form: Form) -> Sheet:
    """The sheet of a batch: the table `payroll_sheet`, a column `c0`, `c1`, … for each of the template's.

    Raises RefusedError with every line that the sheet cannot hold.
    """
    template, con = form.template, batch.outcome.con
    earnings = batch.outcome.plan.earnings_of(batch.outcome.grain)
    taken = {e.code: template.target(e.code, e.kind) for e in earnings if template.takes.takes(e.kind, e.tax)}
    chosen = f"code IN ({', '.join(map(literal, taken))})" if taken else "FALSE"
    held = [code for code, target in taken.items() if target is not None and has_place(template, target)]
    faults = [*unmapped(batch, form, [code for code in taken if code not in held])]
    con.make_table("payroll_sheet", sheet_sql(batch, template, taken, chosen))
    for at, (heading, column) in enumerate(template.columns.items()):
        faults += misfits(batch, form, f"c{at}", heading, column)
    if faults:
        raise RefusedError(faults)
    rows = con.query("SELECT count(*) FROM payroll_sheet")[0][0]
    empty = tuple(heading for heading, c in template.columns.items() if c.is_ == "empty" and c.required)
    held_of = (batch.head(chosen), batch.head(f"NOT ({chosen})"))
    return Sheet(template, template.template, batch.prefix + template.file, rows, *held_of, empty)


def has_place(template: Template, target: str) -> bool:
    """Return whether a column holds the amounts of a code."""
    amounts = [column for column in template.columns.values() if column.is_ == "amount"]
    return any(not column.of or target in column.of for column in amounts)


def unmapped(batch: Batch, form: Form, codes: list[str]) -> Iterator[Fault]:
    """A fault for each code that has no place in the sheet, with the lines that have it."""
    place = form.document.key_place(("codes",) if form.template.codes else ("columns",))
    for code in codes:
        rows = batch.outcome.con.query(
            f"SELECT payee, name, period, CAST(amount AS VARCHAR) FROM payroll_lines WHERE code = {literal(code)} "
            f"ORDER BY {ORDER}"
        )
        if rows:
            about = {"code": code, "template": form.template.template, "rows": len(rows), "lines": listed(rows)}
            yield Fault("template_unmapped", place, about)


def listed(rows: list[tuple[str | None, ...]]) -> str:
    """Lines in words, the first of them."""
    named = "; ".join(" ".join(filter(None, row)) for row in rows[:MOST_NAMED])
    return plain(named) + (" …" if len(rows) > MOST_NAMED else "")


def misfits(batch: Batch, form: Form, cell: str, heading: str, column: Column) -> Iterator[Fault]:
    """A fault for each thing that cells of the column cannot hold, with the lines that have it."""
    template, text = form.template, f"coalesce(CAST({cell} AS VARCHAR), '')"
    found = {}
    if column.required and column.is_ != "empty":
        found["template_empty"] = f"{text} = ''"
    if column.is_ == "amount" and template.negative == "refused":
        found["template_negative"] = f"{cell} < 0"
    if column.longest is not None:
        found["template_long"] = f"length({text}) > {column.longest}"
    for kind in (column.only, "ascii" if template.encoding == "ascii" else None):
        if kind and column.is_ not in ("amount", "number"):
            found[f"template_{kind}"] = f"NOT regexp_matches({text}, {literal(ONLY[kind])})"
    place = form.document.key_place(("columns", heading))
    for code, wrong in found.items():
        value = f"CASE WHEN NOT ends_with(what, {text}) THEN {text} END"
        sql = f"SELECT payee, name, what, {value} FROM payroll_sheet WHERE {wrong} ORDER BY n"
        rows = batch.outcome.con.query(sql)
        if rows:
            about = {"heading": heading, "rows": len(rows), "lines": listed(rows), "most": column.longest}
            yield Fault(code, place, about)


def sheet_sql(batch: Batch, template: Template, taken: dict[str, str | None], chosen: str) -> str:
    """The rows of the sheet, numbered; with whom and what each is about."""
    targets = "".join(f" WHEN {literal(c)} THEN {literal(t)}" for c, t in taken.items() if t is not None)
    target = f"CASE code{targets} END" if targets else "CAST(NULL AS VARCHAR)"
    lines = f"SELECT *, {target} AS target, {note_sql()} AS note FROM payroll_lines WHERE {chosen}"
    wide = template.shape == "wide"
    groups = ["payee", "name", "pay_month", "currency", "status"] if wide else []
    if wide and any(column.is_ == "period" for column in template.columns.values()):
        groups += ["period", "period_no"]
    order = ", ".join(("payee", *groups[5:])) if wide else ORDER
    cells = "".join(
        f", {cell_sql(batch, template, column, order)} AS c{at}" for at, column in enumerate(template.columns.values())
    )
    what = "''" if wide else "period || ' ' || code"
    grouped = f" GROUP BY {', '.join(groups)}" if wide else ""
    numbered = f"row_number() OVER (ORDER BY {order}) AS n"
    return f"SELECT {numbered}, payee, name, {what} AS what{cells} FROM ({lines}){grouped}"


def note_sql() -> str:
    """A line in words: its title, and why it corrects which period."""
    return "title || CASE WHEN reason IS NULL THEN '' ELSE ' (' || period || ': ' || reason || ')' END"


def cell_sql(batch: Batch, template: Template, column: Column, order: str) -> str:
    """Return SQL for the cells of a column: text, an amount or a number; NULL is an empty cell."""
    wide = template.shape == "wide"
    months = f"strftime(CAST(pay_month || '-01' AS DATE), {literal(form_of(template.months))})"
    made = {
        "number": f"row_number() OVER (ORDER BY {order})",
        "empty": "CAST(NULL AS VARCHAR)",
        "text": literal(column.text or ""),
        "batch_id": literal(batch.id),
        "pay_month": months,
        "effective_date": f"strftime(effective_on, {literal(form_of(template.dates))})",
        "code": "target",
        "given_name": f"regexp_replace(name, {literal(SPLIT)}, '')",
        "family_name": "regexp_extract(name, '[^ ]+$')",
        "note": "string_agg(note, '; ' ORDER BY period_no, turn)" if wide else "note",
        "amount": amount_sql(column, wide),
    }
    sql = made.get(column.is_) or NAMES[column.is_]
    bare = column.is_ in ("amount", "number", "empty") or template.is_workbook
    return sql if bare else guarded(f"({sql})")


def amount_sql(column: Column, wide: bool) -> str:
    """The amount of a line, or of a payee's lines with the codes of the column."""
    sign = "-" if column.sign == "reversed" else ""
    if not wide:
        return f"CAST({sign}amount AS {MONEY})"
    chosen = f" FILTER (WHERE target IN ({', '.join(map(literal, column.of))}))" if column.of else ""
    return f"CAST({sign}(sum(amount){chosen}) AS {MONEY})"


def form_of(written: str) -> str:
    """A form such as `yyyy-mm-dd` as the database takes it."""
    return written.replace("yyyy", "%Y").replace("mm", "%m").replace("dd", "%d")
