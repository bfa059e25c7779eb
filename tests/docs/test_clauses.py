"""Every clause that is cited stands in docs/policy-clauses.md, and every clause there is implemented and tested."""

from __future__ import annotations

import re

from incentives.ruleset import load_ruleset

from .clauses import CLAUSE, PAGE, ROW, by_clause, clauses_in, files_of_code, files_of_tests, filled
from .pages import ROOT

TEXT = PAGE.read_text(encoding="utf-8")
LISTED = [row[0] for row in ROW.findall(TEXT)]


def test_each_clause_is_listed_once_in_order() -> None:
    assert len(LISTED) > 60
    order = "MTACNPRL"
    assert sorted(set(LISTED), key=lambda name: (order.index(name[0]), int(name[1:]))) == LISTED


def test_what_is_cited_is_listed() -> None:
    cited = by_clause((*files_of_code(), *files_of_tests()))
    assert {name: files for name, files in cited.items() if name not in LISTED} == {}


def test_what_is_listed_is_implemented_and_tested() -> None:
    places = {"implemented": by_clause(files_of_code()), "tested": by_clause(files_of_tests())}
    assert [(name, what) for what, found in places.items() for name in LISTED if name not in found] == []


def test_the_files_are_current() -> None:
    assert filled(TEXT) == TEXT, "run python -m tests.docs.clauses"


def test_the_references_of_the_shipped_rulesets_are_listed() -> None:
    files = [file for file in ROOT.glob("rulesets/*.yaml") if not file.name.endswith(".cases.yaml")]
    names = {name for file in files for name in load_ruleset(file).policy.references if re.fullmatch(CLAUSE, name)}
    assert names
    assert names <= set(LISTED)


def test_a_citation_is_seen() -> None:
    assert clauses_in("Pay by tiers (C1, C3 as a factor, T1–T3).") == {"C1", "C3", "T1", "T2", "T3"}
    assert clauses_in("Order as POLICY A8 has it; (POLICY P9)") == {"A8", "P9"}
    assert clauses_in("the cells `A2:A4`, rep R1, a model (TS 12), `(C1)`") == set()
