"""`source` names a clause of `references`, and every line of an explanation can tell the clause that it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.explain.model import Line
from incentives.explain.text import as_dict, as_text
from incentives.ruleset import load_ruleset
from incentives.ruleset.overlay import apply_overlay
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.references import sources
from incentives.ruleset.ruleset import Ruleset, ruleset_of

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(file for file in ROOT.glob("rulesets/*.yaml") if "cases" not in file.name)
STARTER = ROOT / "incentives" / "starter" / "policy.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("references.yaml").read_text(encoding="utf-8"))
POLICY = """
ruleset: small
version: 1
effective: {{from: 2026-01-01}}
figures: {{bar: {{unit: money, value: 1_000, source: T1}}}}
metrics: {{sales: {{unit: money, source: [crm]}}}}
pay:
  commission:
    kind: commission
    source: '{source}'
    base: sales
    only_when: sales >= figures.bar
    tiers: {{by: slice, rows: {{low: {{to: 1_000, rate: 1%}}, top: {{rate: 2%, source: T1}}}}}}
  bonus: {{kind: bonus, base: sales, rate: 1%}}
"""
REFERENCES = """
references:
  C1: {title: {zh: 提成, en: Commission}, document: {zh: 激励办法, en: Scheme}, section: 4.10, date: 2025-12-01}
  T1: {title: Bar, document: Letter, date: 2026-01-05, url: 'https://example.com/letter'}
"""
WHOLE = POLICY.format(source="C1") + REFERENCES


def small(text: str = WHOLE) -> Ruleset:
    ruleset, faults = ruleset_of(parse_yaml(text, "small.yaml"))
    assert faults == []
    assert ruleset is not None
    return ruleset


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["title"]))
def test_what_a_source_may_be(case: dict[str, Any]) -> None:
    text = POLICY.format(source=case["source"]) + (REFERENCES if case.get("references", True) else "")
    _, faults = ruleset_of(parse_yaml(text, "small.yaml"))
    errors = [fault for fault in faults if not fault.warning]
    assert [fault.code for fault in errors] == ([case["code"]] if "code" in case else [])
    assert [fault.about["close"] for fault in errors] == [case.get("close", "")] * len(errors)
    assert [(fault.place.line, fault.about["name"]) for fault in errors] == [(10, case["source"])] * len(errors)


def test_a_reference_that_nothing_cites_is_a_remark() -> None:
    _, faults = ruleset_of(parse_yaml(WHOLE.replace("source: 'C1'", "source: T1"), "small.yaml"))
    assert [(fault.code, fault.warning, fault.about["name"]) for fault in faults] == [("reference_unused", True, "C1")]


@pytest.mark.parametrize("file", [*SHIPPED, STARTER], ids=lambda file: file.stem)
def test_every_shipped_ruleset_says_where_it_comes_from(file: Path) -> None:
    ruleset = load_ruleset(file)
    assert ruleset.policy.references
    cited = [ruleset.citation(path) for path, _ in sources(ruleset.policy)]
    assert cited
    assert all(citation and citation.reference for citation in cited)


def test_a_part_without_a_source_has_that_of_the_part_around_it() -> None:
    ruleset = small()
    rows = ("pay", "commission", "tiers", "rows")
    cited = {path: ruleset.citation(path) for path in [(*rows, "low"), (*rows, "top"), ("pay", "bonus"), ("pay",)]}
    assert [citation.source if citation else "" for citation in cited.values()] == ["C1", "T1", "", ""]
    assert ruleset.citation(("metrics", "sales")) is None
    of_all = small(WHOLE.replace("version: 1", "version: 1\nsource: T1"))
    assert str(of_all.citation(("pay", "bonus"))).startswith("Citation(source='T1'")


def test_an_overlay_cites_references_of_its_own() -> None:
    base = parse_yaml(WHOLE, "small.yaml")
    change = "extends: small.yaml\nsource: N1\nset: {pay.commission.source: T1}\nremove: [references.C1]\nadd:\n  "
    entry = "references.N1: {title: Change, document: Notice, date: 2026-06-01}\n"
    ruleset, faults = ruleset_of(apply_overlay(base, parse_yaml(change + entry, "change.yaml")))
    assert faults == []
    assert ruleset is not None
    cited = [ruleset.citation(path) for path in (("pay", "bonus"), ("pay", "commission"))]
    assert [citation.reference.date.month for citation in cited if citation and citation.reference] == [6, 1]
    _, faults = ruleset_of(apply_overlay(base, parse_yaml("extends: small.yaml\nsource: N1\n", "change.yaml")))
    assert [(fault.code, fault.place.file) for fault in faults] == [("reference_unknown", "change.yaml")]


def test_an_explanation_tells_a_clause_once() -> None:
    ruleset = small()
    commission, tier = (ruleset.citation(("pay", "commission", *more)) for more in ((), ("tiers", "rows", "top")))
    below = (Line("Top", shown="2", citation=tier), Line("Low", shown="1", citation=commission))
    root = Line("", children=(Line("Commission", shown="3", citation=commission, children=below),))
    lines = [line.strip(" │├└─") for line in as_text(root, "en").splitlines()]
    assert lines[3:] == [
        "Commission  3",
        "clause: C1 Commission (Scheme, 4.10, 2025-12-01)",
        "Top  2",
        "clause: T1 Bar (Letter, 2026-01-05, https://example.com/letter)",
        "Low  1",
    ]
    assert "条款：C1 提成（激励办法，4.10，2025-12-01）" in as_text(root, "zh")
    (told,) = as_dict(root, "zh")["children"]
    assert told["citation"] == {
        "source": "C1", "title": "提成", "document": "激励办法", "section": "4.10", "date": "2025-12-01", "url": "",
    }  # fmt: skip
    free = small(POLICY.format(source="annex 12")).citation(("pay", "commission"))
    assert free is not None
    assert free.as_dict("en") == {"source": "annex 12"}
    assert "clause: annex 12" in as_text(Line("", children=(Line("Commission", citation=free),)), "en")
