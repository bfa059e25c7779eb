"""Credit notes that name an order: what fits it and what does not, each with its row and in two languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from incentives.api import load_data
from incentives.faults import RefusedError
from incentives.faults_text import render_faults
from incentives.ruleset import Ruleset

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("reversals.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
COLUMNS = (
    "order_id", "rep_id", "ordered_on", "amount", "currency", "customer_id", "product_line", "due_on", "reverses",
)  # fmt: skip


def written(folder: Path, case: dict[str, Any]) -> Path:
    """The data of a case as files."""
    (folder / "reps.csv").write_text("rep_id\nR1\nR2\n", encoding="utf-8")
    lines = [",".join(COLUMNS)]
    for order in case["orders"]:
        cells = {"rep_id": "R1", "ordered_on": "2026-02-01", "order_id": order["id"]} | order
        lines.append(",".join(cells.get(name, "") for name in COLUMNS))
    (folder / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    shares = [f"{o},{rep},{share}" for o, of in case.get("credits", {}).items() for rep, share in of.items()]
    if shares:
        (folder / "credits.csv").write_text("\n".join(["order_id,rep_id,share", *shares]) + "\n", encoding="utf-8")
    (folder / "rates.csv").write_text("currency,on,rate\nUSD,2026-01-01,7\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_is_said(case: dict[str, Any], tmp_path: Path, ruleset: Ruleset) -> None:
    try:
        found = list(load_data(written(tmp_path, case), ruleset).remarks)
    except RefusedError as refused:
        found = list(refused.faults)
    said: dict[bool, list[str]] = {False: [], True: []}
    for fault in found:
        row = f"!{fault.place.line - 1}" if fault.place.line else ""
        said[fault.warning].append(f"{fault.code} {Path(fault.place.file).stem}{row}")
        assert "{" not in render_faults([fault], {}, "zh") + render_faults([fault], {}, "en")
    assert said == {False: case.get("faults", []), True: case.get("remarks", [])}
