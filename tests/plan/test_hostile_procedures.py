"""Steps, kinds of events and titles of procedures are any text: it comes through everything as it is, or is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from incentives.conclusions.procedures import create_procedures
from incentives.explain import explain
from incentives.faults import RefusedError
from tests.engine.small import HEAD, Rows, assessed

HOSTILE = {
    "quotes": "a'b\"c`d", "newline": "a\nb", "braces": "{x} {0} %s", "emoji": "😀🎉", "sql": "'); DROP TABLE reps;--",
    "long": "长" * 3000, "right_to_left": "a\u202eb\u200fc", "separators": "a;b,c|d",
}  # fmt: skip
PLACES = ("step", "part", "kind", "title")


def policy_of(place: str, text: str, name: str = "course", tracked: str = "") -> str:
    """Return a policy with a procedure of which one part is called `text`."""
    first: dict[str, Any] = {"start": {}}
    if place in ("step", "part"):
        first = {text: {}} if place == "step" else {"start": {"parts": [text, "other"]}}
    procedure = {"event": text if place == "kind" else "promo", "steps": {**first, "end": {"working_days": 3}}}
    if place == "title":
        procedure["title"] = {"zh": text, "en": text}
    policy: dict[str, Any] = {
        "metrics": {"sales": {"unit": "money", "over": "orders", "take": "sum amount"}},
        "targets": {"sales": {"base": 100}}, "procedures": {name: procedure},
        "pay": {"c": {"kind": "bonus", "formula": "sales"}},
    }  # fmt: skip
    if tracked:
        policy["tracking"] = {tracked: {"of": "sales", "against": "sales_target"}}
    return HEAD + yaml.safe_dump(policy, allow_unicode=True, sort_keys=False)


def data_of(place: str, text: str) -> Rows:
    """Return the events of a step that is taken too late: the last one before the first."""
    kind, first = (text if place == "kind" else "promo"), (text if place in ("step", "part") else "start")
    values = {"end": "2025-02-10", first: "2025-02-11"}
    events = [{"rep_id": "R1", "on": on, "kind": kind, "value": value} for value, on in values.items()]
    order = {"order_id": "O", "rep_id": "R1", "customer_id": "K", "ordered_on": "2025-01-05", "amount": 10}
    return {"reps": [{"rep_id": "R1"}], "snapshots": [], "orders": [order], "events": events}


def found(place: str, text: str) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Return the steps of the procedure and what is remarked of them, with the plain word in the place of `text`."""
    outcome = assessed(policy_of(place, text), data_of(place, text), "2025Q1")
    assert explain(outcome, "R1", "2025Q1", None, "en")
    create_procedures(outcome.con, outcome.plan, [2025 * 4])
    rows = outcome.con.query("SELECT course, step, began, done, lacks, state FROM procedures ORDER BY turn, step_no")
    plain = [tuple(same(value, text) if isinstance(value, str) else value for value in row) for row in rows]
    return plain, [remark.code for remark in outcome.remarks]


def same(value: str, text: str) -> str:
    """Return a value with the plain word for `text`; of several parts, in the order of the alphabet."""
    return ", ".join(sorted(value.replace(text, "plain").split(", ")))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_comes_through(place: str, text: str) -> None:
    usual, hostile = found(place, "plain"), found(place, text)
    assert usual[1] != []
    assert usual[0] != []
    assert hostile == usual


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_names_are_refused_with_their_form(text: str) -> None:
    for policy in (policy_of("", "", name=text), policy_of("", "", tracked=text)):
        with pytest.raises(RefusedError) as refused:
            assessed(policy, data_of("", ""), "2025Q1")
        assert {fault.code for fault in refused.value.faults} <= {"name_form", "name_long"}
        assert all(fault.mend(lang) for fault in refused.value.faults for lang in ("zh", "en"))
