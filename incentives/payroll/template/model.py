"""The form of a payroll template: the columns of a sheet, what each holds, and what the sheet cannot hold."""

from __future__ import annotations

import re
from collections import Counter
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, model_validator

from incentives.ruleset.kinds import Name, Problems, Whole, Words, text
from incentives.ruleset.parts import Part
from incentives.ruleset.pay import Kind, Tax
from incentives.ruleset.rules import sound

Holds = Literal[
    "number", "batch_id", "payee_id", "name", "given_name", "family_name", "period", "pay_month", "code", "kind",
    "tax_kind", "title", "note", "reason", "amount", "currency", "effective_date", "policy_line", "entry", "status",
    "text", "empty",
]  # fmt: skip
OF_A_LINE = frozenset({"code", "kind", "tax_kind", "title", "reason", "effective_date", "policy_line", "entry"})
BLANKS = frozenset({"batch", "period", "pay_month", "payees", "lines", "amount", "currency"})
TOO_WIDE = re.compile(
    r"\{[^{}]*:[^{}]*(?:\d{4}|\{)"
)  # a blank that is told to be wider than a line, or how wide by another
TAKEN = frozenset({"payroll.csv", "missing.csv", "paid.csv", "control.txt", "control.json"})


def several(data: Any) -> tuple[str, ...]:
    """One text or a list of them."""
    return tuple(text(part) for part in (data if isinstance(data, list) else [data]))


class Column(Part):
    """One column of the sheet."""

    is_: Holds = Field(alias="is", description="What it holds.")
    of: Annotated[tuple[str, ...], PlainValidator(several)] = Field(
        (), description="With `amount` in a wide sheet: the codes whose amounts it holds; all without it."
    )
    sign: Literal["as_is", "reversed"] = Field("as_is", description="`reversed`: deductions stand as positive figures.")
    text: Words | None = Field(None, description="With `is: text`: the same in every row.")
    longest: Whole | None = Field(None, ge=1, description="The most characters that it takes.")
    only: Literal["digits", "alphanumeric"] | None = Field(None, description="The only characters that it takes.")
    required: bool = Field(False, description="No cell may be empty; of an `empty` column: it is to be filled in.")

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"is": data}

    @model_validator(mode="after")
    def _check(self) -> Self:
        belongs = {"of": "amount", "sign": "amount", "text": "text"}
        given = self.model_fields_set
        found: Problems = [("key_without", (key,), {"key": key, "other": f"is: {holds}"})
                           for key, holds in belongs.items() if key in given and self.is_ != holds]  # fmt: skip
        if self.is_ == "text" and self.text is None:
            found.append(("key_needs", (), {"key": "is: text", "other": "text"}))
        return sound(self, found)


class Takes(Part):
    """The earnings that the sheet is for; the others are left out, and the batch says so."""

    kinds: list[Kind] = Field(default_factory=list, description="Of these kinds; without it all but changes of salary.")
    tax: list[Tax] = Field(default_factory=list, description="Taxed in these ways; without it in any.")

    def takes(self, kind: str, tax: str) -> bool:
        """Return whether an earning of this kind belongs in the sheet."""
        return (kind in self.kinds if self.kinds else kind != "raise") and (not self.tax or tax in self.tax)


class Template(Part):
    """A sheet as some payroll system loads it."""

    template: Name = Field(description="Its name.")
    file: Words = Field(description="The file that is written, `.csv` or `.xlsx`.")
    shape: Literal["long", "wide"] = Field(description="`long`: a row a payee and earning; `wide`: a row a payee.")
    encoding: Literal["utf-8-sig", "utf-8", "gb18030", "ascii"] = Field("utf-8-sig", description="Of a CSV file.")
    sheet: Words | None = Field(None, description="The name of the sheet of an XLSX file.")
    above: list[Words] = Field(default_factory=list, description="Lines above the headings; `{period}` is a blank.")
    takes: Takes = Field(default_factory=lambda: Takes.model_validate({}), description="The earnings it is for.")
    codes: dict[Words, Words] = Field(default_factory=dict, description="Earning code → the code of the target.")
    kinds: dict[Kind, Words] = Field(default_factory=dict, description="Kind → its code, where `codes` does not say.")
    negative: Literal["allowed", "refused"] = Field("allowed", description="Whether an amount may be below zero.")
    dates: Literal["yyyy-mm-dd", "yyyy/mm/dd", "yyyymmdd", "mm/dd/yyyy", "dd/mm/yyyy", "yyyy年mm月dd日"] = Field(
        "yyyy-mm-dd", description="How days are written."
    )
    months: Literal["yyyy-mm", "yyyy/mm", "yyyymm", "mm/yyyy", "yyyy年mm月"] = Field(
        "yyyy-mm", description="How months are written."
    )
    columns: dict[Words, Column] = Field(description="Heading → what the column holds, in order.", min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        return sound(self, [*file_of(self), *columns_of(self), *blanks_of(self)])

    @property
    def is_workbook(self) -> bool:
        """Return whether it is an XLSX file."""
        return self.file.endswith(".xlsx")

    def target(self, code: str, kind: str) -> str | None:
        """The target's code for an earning; its own where nothing is mapped; None where it is not."""
        mapped = self.codes.get(code) or self.kinds.get(kind)  # type: ignore[call-overload]
        return str(mapped) if mapped else None if self.codes or self.kinds else code


def file_of(template: Template) -> Problems:
    """A file name of its own, and no key that its kind of file has no use for."""
    found: Problems = []
    name = template.file
    if not name.endswith((".csv", ".xlsx")) or "/" in name or "\\" in name or name.startswith(".") or name in TAKEN:
        found.append(("template_file", ("file",), {"file": name}))
    for key, of in (("sheet", ".xlsx"), ("encoding", ".csv")):
        if key in template.model_fields_set and name.endswith((".csv", ".xlsx")) and not name.endswith(of):
            found.append(("key_without", (key,), {"key": key, "other": f"file: …{of}"}))
    return found


def columns_of(template: Template) -> Problems:
    """Columns that fit the shape: an amount there must be, and no code in two columns."""
    found: Problems = []
    amounts = {head: column for head, column in template.columns.items() if column.is_ == "amount"}
    if not amounts:
        found.append(("template_no_amount", ("columns",), {}))
    for head, column in template.columns.items():
        if template.shape == "wide" and column.is_ in OF_A_LINE:
            found.append(("template_of_a_line", ("columns", head), {"is": column.is_}))
        if template.shape == "long" and column.of:
            found.append(("key_without", ("columns", head, "of"), {"key": "of", "other": "shape: wide"}))
    twice = Counter(code for column in amounts.values() for code in column.of)
    found += [("template_code_twice", ("columns",), {"code": code}) for code, n in twice.items() if n > 1]
    return found


def blanks_of(template: Template) -> Problems:
    """Blanks of the lines above that there are."""
    found: Problems = []
    for at, line in enumerate(template.above):
        try:
            names = {name for _, name, form, _ in Formatter().parse(line) if name is not None or form}
        except ValueError:
            names = {line}
        unknown = sorted(str(name) for name in names - BLANKS)
        found += [("template_width", ("above", str(at)), {"line": line})] if TOO_WIDE.search(line) else []
        about: dict[str, object] = {"blank": ", ".join(unknown), "known": ", ".join(sorted(BLANKS))}
        found += [("template_blank", ("above", str(at)), about)] if unknown else []
    return found
