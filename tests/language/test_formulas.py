"""Formulas by tables: what they come to, what is wrong with them, how they are told, and written again."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from incentives.faults import catalogue
from incentives.language import tree as t
from incentives.language.flaws import FormulaError
from incentives.language.infer import infer
from incentives.language.parse import parse_formula, parse_tests
from incentives.language.tell import tell
from incentives.language.walk import names_in
from incentives.language.write import write, write_test
from tests.language.evaluate import SCOPE, typed, values_of

HERE = Path(__file__).parent


def table(name):
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


VALUES, FAULTS, SENTENCES = table("values.yaml"), table("faults.yaml"), table("sentences.yaml")


def flaws_of(text):
    try:
        infer(parse_formula(text), SCOPE)
    except FormulaError as error:
        return error.flaws
    return ()


@pytest.fixture(scope="module")
def values():
    texts = [text for text, expected in VALUES["cases"] if expected != "refused"]
    row = {name: Decimal(v) if isinstance(v, str) and v[0].isdigit() else v for name, v in VALUES["row"].items()}
    types = {name: known.type for name, known in SCOPE.items()}
    return dict(zip(texts, values_of([typed(text) for text in texts], types, [row], 6)[0], strict=True))


@pytest.mark.parametrize(("text", "expected"), VALUES["cases"], ids=[case[0] for case in VALUES["cases"]])
def test_value(text, expected, values):
    if expected == "refused":
        assert flaws_of(text)
    else:
        assert values[text] == (Decimal(expected) if isinstance(expected, str) else expected)


@pytest.mark.parametrize(("text", "expected"), FAULTS, ids=[case[0] for case in FAULTS])
def test_faults(text, expected):
    found = [(flaw.code, text[flaw.start : flaw.end]) for flaw in flaws_of(text)]
    assert found == [(code.split("#")[0], under) for code, under in expected.items()]


@pytest.mark.parametrize("text", [case[0] for case in FAULTS])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_faults_are_worded(text, lang):
    for flaw in flaws_of(text):
        entry = catalogue()[flaw.code]
        said = entry[lang].format(**flaw.about) + entry.get("mend", {}).get(lang, "").format(**flaw.about)
        assert said
        assert "{" not in said


def test_every_fault_of_the_language_is_shown():
    shown = {code.split("#")[0] for _, expected in FAULTS for code in expected}
    told = set(yaml.safe_load(messages().read_text(encoding="utf-8")))
    of_policies = {"divisor_zero_here", "row_name_unknown", "figure_undeclared"}  # see test_mends and test_near
    assert told - shown == {"formula_too_long", "too_deep", "not_expected"} | of_policies


def messages():
    return HERE.parents[1] / "incentives" / "messages" / "language.yaml"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 5000 + "1" + ")" * 5000, "too_deep"),
        ("-" * 5000 + "1", "too_deep"),
        ("1" + "+1" * 5000, "too_deep"),
        ("not(" * 3000 + "true", "too_deep"),
        ("if true then 1 else " * 900 + "1", "too_deep"),
        ("1 + " * 250_000 + "1", "formula_too_long"),
        ("x" * 1_000_000, "formula_too_long"),
        ("1 2 then", "sign_missing"),
        ("then", "not_expected"),
        ("\ud800", "strange_letter"),
        ("a\x00b", "strange_letter"),
        ('"a\x00b"', "strange_letter"),
    ],
    ids=range(12),
)
def test_hostile_text_is_refused(text, code):
    with pytest.raises(FormulaError) as refused:
        parse_formula(text)
    assert refused.value.flaws[0].code == code


@pytest.mark.parametrize(("text", "zh", "en"), SENTENCES["cases"], ids=[case[0] for case in SENTENCES["cases"]])
def test_sentence(text, zh, en):
    for lang, expected in (("zh", zh), ("en", en)):
        assert tell(parse_formula(text), lang, SENTENCES["titles"][lang].get, SENTENCES["values"].get) == expected


@pytest.mark.parametrize("text", [case[0] for case in VALUES["cases"] if case[1] != "refused"])
def test_writing_a_tree_brings_it_back(text):
    tree = parse_formula(text)
    assert parse_formula(write(tree)) == tree


CELLS = [
    ">= 90",
    "[80..90)",
    "(80..90]",
    '"A", "B"',
    "-",
    "< 75",
    "98%",
    '!= "A"',
    "not([1..2])",
    "-5",
    "≥ 90",
    "> 1, < 0",
]


@pytest.mark.parametrize("text", CELLS)
def test_writing_a_cell_brings_it_back(text):
    tests = parse_tests(text)
    assert parse_tests(", ".join(write_test(test) for test in tests)) == tests


def test_names_are_nfc():
    assert parse_formula("de\u0301cor") == t.Name("d\u00e9cor")


def test_a_date_is_a_day():
    assert parse_formula('date("2026-01-31")') == t.Day(date(2026, 1, 31))


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("sales_maybe + rate_maybe", {"sales_maybe", "rate_maybe"}),
        ("present(sales_maybe) and sales_maybe > 3", set()),
        ("sales_maybe > 3 and present(sales_maybe)", {"sales_maybe"}),
        ("if not(present(rate_maybe)) then 0 else rate_maybe", set()),
        ("if rate_maybe > 1 then 0 else 1", {"rate_maybe"}),
        ("present(rate_maybe) and streak(rate_maybe > 1) > 2", set()),
    ],
)
def test_what_must_be_present(text, needs):
    assert typed(text).needs == needs


def test_names_of_a_formula():
    assert names_in(parse_formula("if a > figures.b then min(c, 1) else d in [e..2]")) == set("acde") | {"figures.b"}
