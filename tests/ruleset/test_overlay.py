"""Overlays change a ruleset by paths; places follow, and nothing is changed behind anybody's back."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import pytest

from incentives.faults import RefusedError
from incentives.ruleset import load_ruleset
from incentives.ruleset.overlay import apply_overlay, read_layers, steps
from incentives.ruleset.reader import parse_yaml
from incentives.ruleset.ruleset import ruleset_of

ROOT = Path(__file__).parents[2]
SALES = ROOT / "rulesets" / "sales-2026.yaml"
BASE = (ROOT / "fixtures" / "broken" / "rulesets" / "sound" / "base.yaml").read_text(encoding="utf-8")


def changed(overlay: str) -> dict[str, object]:
    data = apply_overlay(parse_yaml(BASE, "base"), parse_yaml(overlay, "overlay")).data
    assert isinstance(data, dict)
    return data


def test_set_add_remove() -> None:
    data = changed(
        "extends: base\n"
        "version: two\n"
        "remove: [pay.commission, scorecards.results.items.visits]\n"
        "set: {scorecards.results.items.sales.weight: 100%}\n"
        "add: {pay.bonus: {kind: bonus, formula: 100}, scorecards.results.items.visits: {weight: 0%, score: 1}}\n"
    )
    assert data["version"] == "two"
    assert data["pay"] == {"bonus": {"kind": "bonus", "formula": Decimal(100)}}
    assert data["scorecards"] == {
        "results": {
            "items": {
                "sales": {"weight": "100%", "attainment": "base", "cap": Decimal(150)},
                "visits": {"weight": "0%", "score": Decimal(1)},
            }
        }
    }
    assert not {"extends", "set", "add", "remove"} & data.keys()


@pytest.mark.parametrize(
    ("path", "value"),
    [("grade.ceilings", {}), ("pay.commission.cap", Decimal(500)), ("targets.sales.prorate", "days"), ("why", "x")],
)
def test_a_key_that_need_not_be_written_is_set(path: str, value: object) -> None:
    data: object = changed(f"extends: base\nset: {{{path}: {value}}}")
    for step in path.split("."):
        assert isinstance(data, dict)
        data = data[step]
    assert data == value


def test_neither_argument_is_changed() -> None:
    document = parse_yaml(BASE, "base")
    changes = parse_yaml("extends: x\nset: {figures.red_line.value: 40%}\nremove: [pay.commission]", "overlay")
    before = deepcopy((document, changes))
    result = apply_overlay(document, changes)
    assert (document, changes) == before
    result.data["figures"]["red_line"]["value"] = "changed"
    assert (document, changes) == before


def test_places_lead_to_the_file_that_says_it() -> None:
    changes = parse_yaml("extends: x\nset:\n  figures.red_line.value: {2026-01-01: 45%, 2026-07-01: 40%}\n", "overlay")
    result = apply_overlay(parse_yaml(BASE, "base"), changes)
    assert str(result.place(("figures", "red_line", "value", "2026-07-01"))) == "overlay:3:57"
    assert result.place(("figures", "red_line", "unit")).file == "base"
    assert set(result.texts) == {"base", "overlay"}
    ruleset, faults = ruleset_of(result)
    assert ruleset is not None
    assert not faults
    assert [value for _, value in ruleset.policy.figures["red_line"].values] == [Decimal("0.45"), Decimal("0.4")]


def test_a_key_with_dots_in_it_has_a_path() -> None:
    data = {"bands": {"[90%..98%)": 1, "[90%": 2}}
    assert steps(data, "bands.[90%..98%)") == (("bands", "[90%..98%)"), "")
    assert steps(data, "bands.x.y") == (("bands",), "x.y")


def test_layers_and_digest(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BASE)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.yaml").write_text("extends: ../a.yaml\nversion: b\nset: {figures.red_line.value: 40%}\n")
    (tmp_path / "c.yaml").write_text("extends: sub/b.yaml\nset: {figures.red_line.value: 35%}\n")
    a, b, c = (load_ruleset(tmp_path / name) for name in ("a.yaml", "sub/b.yaml", "c.yaml"))
    assert [r.policy.figures["red_line"].values[0][1] for r in (a, b, c)] == [
        Decimal("0.45"), Decimal("0.40"), Decimal("0.35"),
    ]  # fmt: skip
    assert c.policy.version == "b"
    assert len({a.digest, b.digest, c.digest}) == 3
    assert len(c.texts) == 3
    (tmp_path / "a.yaml").write_text(BASE + "# a comment\n")
    assert load_ruleset(tmp_path / "c.yaml").digest != c.digest


def test_a_circle_over_two_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b.yaml\n")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\n")
    with pytest.raises(RefusedError) as refused:
        load_ruleset(tmp_path / "a.yaml")
    assert [fault.code for fault in refused.value.faults] == ["extends_circle"]


@pytest.mark.parametrize(
    ("overlay", "codes"),
    [
        ("extends: base\nset: {figures.red_lin.value: 1}", ["overlay_path_close"]),
        ("extends: base\nset: {nothing: 1}", ["overlay_path"]),
        ("extends: base\nset: {pay.commission.capp: 1}", ["overlay_path_close"]),
        ("extends: base\nset: {pay.other: {kind: bonus}}", ["overlay_path"]),
        ("extends: base\nset: {pay.commission.cap.more: 1}", ["overlay_path"]),
        ("extends: base\nset: {figures.red_line: 1}", ["overlay_value"]),
        ("extends: base\nadd: {figures.red_line: 1}", ["overlay_exists"]),
        ("extends: base\nadd: {figures.a.b: 1}", ["overlay_path"]),
        ("extends: base\nadd: {version.a: 1}", ["overlay_inside"]),
        ("extends: base\nremove: [pay.x, pay.y]", ["overlay_path", "overlay_path"]),
    ],
)
def test_paths_that_do_not_fit(overlay: str, codes: list[str]) -> None:
    result = apply_overlay(parse_yaml(BASE, "base"), parse_yaml(overlay, "overlay"))
    assert [fault.code for fault in result.faults] == codes
    assert result.data == parse_yaml(BASE, "base").data


@pytest.mark.parametrize(
    ("overlay", "codes"),
    [
        ("set: {a: 1}", ["key_missing"]),
        ("extends: base.yaml\nsets: {figures.red_line.value: 1%}", ["key_unknown_close"]),
        ("extends: base.yaml\nset: 3\nremove: x", ["not_mapping", "not_list"]),
        ("extends: /etc/passwd", ["extends_absolute"]),
        ("extends: none.yaml", ["extends_absent"]),
        ("extends: none.yaml\nset: 3\nset: 4", ["extends_absent", "not_mapping", "yaml_twice"]),
    ],
)
def test_overlays_that_are_wrong_themselves(tmp_path: Path, overlay: str, codes: list[str]) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    file = tmp_path / "o.yaml"
    file.write_text(overlay)
    with pytest.raises(RefusedError) as refused:
        load_ruleset(file)
    assert [fault.code for fault in refused.value.faults] == codes


def test_the_shipped_policy_under_an_overlay(tmp_path: Path) -> None:
    (tmp_path / "sales.yaml").write_text(SALES.read_text(encoding="utf-8"), encoding="utf-8")
    overlay = tmp_path / "double.yaml"
    shares = "{figures.results_share.value: 80%, figures.process_share.value: 20%}"
    overlay.write_text(f"extends: sales.yaml\nset: {shares}\n")
    assert load_ruleset(overlay).policy.figures["process_share"].values == ((None, Decimal("0.2")),)


def test_as_many_layers_as_anybody_likes(tmp_path: Path) -> None:
    file = tmp_path / "0.yaml"
    file.write_text("figures: {a: {value: 0}}\n", encoding="utf-8")
    for layer in range(1, 1501):
        file = tmp_path / f"{layer}.yaml"
        file.write_text(f"extends: {layer - 1}.yaml\nset: {{figures.a.value: {layer}}}\n", encoding="utf-8")
    assert read_layers(file).data["figures"]["a"]["value"] == Decimal(1500)
    (tmp_path / "0.yaml").write_text("extends: 1500.yaml\n", encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        read_layers(file)
    assert [fault.code for fault in refused.value.faults] == ["extends_circle"]
