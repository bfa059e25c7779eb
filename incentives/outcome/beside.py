"""What an output folder holds already: results and a batch lie side by side only of one period and policy."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from incentives.faults import Fault, Place, RefusedError

RESULTS = "manifest.json"
BATCHES = ("control.json", "draft-control.json")


def refuse_other_batch(folder: Path, ruleset: str, periods: Collection[str]) -> None:
    """Raise RefusedError where a batch lies in `folder` that is not of this policy and one of these periods."""
    for name in BATCHES:
        about = read(folder / name)
        there = about and {"period": str(about.get("period", "")), "ruleset": ruleset_in(about)}
        if there and (there["ruleset"] != ruleset or there["period"] not in periods):
            refuse("folder_other_batch", folder, there, ruleset, periods)


def refuse_other_results(folder: Path, ruleset: str, period: str) -> None:
    """Raise RefusedError where results lie in `folder` that are not of this policy, or do not have this period."""
    found = results_in(folder)
    if found and (found[0] != ruleset or period not in found[1]):
        there = {"period": "、".join(found[1]), "ruleset": found[0]}
        refuse("folder_other_results", folder, there, ruleset, [period])


def refuse(code: str, folder: Path, there: dict[str, str], ruleset: str, periods: Collection[str]) -> None:
    """Raise RefusedError with what is there and what was to be written."""
    named = {**there, "own": ruleset, "periods": ", ".join(periods)}
    raise RefusedError([Fault(code, Place(str(folder)), named)])


def replaced_results(folder: Path, ruleset: str, digest: str, periods: Collection[str]) -> Fault | None:
    """Return the warning that results of another policy, another text of it or other periods are replaced in `folder`;
    None where there are none."""
    found = results_in(folder)
    if found is None or (found == (ruleset, tuple(periods)) and digest_in(folder) == digest):
        return None
    code = "results_replaced_text" if found == (ruleset, tuple(periods)) else "results_replaced"
    there = {"ruleset": found[0], "period": ", ".join(found[1]), "own": ruleset, "periods": ", ".join(periods)}
    return Fault(code, Place(str(folder)), there, warning=True)


def digest_in(folder: Path) -> str:
    """Return the hash of the policy's text that the results in a folder are of."""
    ruleset = (read(folder / RESULTS) or {}).get("ruleset")
    return str(ruleset.get("sha256", "")) if isinstance(ruleset, dict) else ""


def results_in(folder: Path) -> tuple[str, tuple[str, ...]] | None:
    """The policy and the periods of the results in a folder; None where there are none of ours."""
    about = read(folder / RESULTS)
    periods = about.get("periods") if about else None
    if not about or not ruleset_in(about) or not isinstance(periods, list):
        return None
    return ruleset_in(about), tuple(map(str, periods))


def ruleset_in(about: dict[str, Any]) -> str:
    """The id of the policy that a manifest or a control file names; empty where it names none."""
    ruleset = about.get("ruleset")
    return str(ruleset.get("id", "")) if isinstance(ruleset, dict) else ""


def read(file: Path) -> dict[str, Any] | None:
    """The object in a JSON file; None where there is none."""
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return about if isinstance(about, dict) else None
