"""Runs the cells of a notebook without Jupyter. `python -m tests.docs.notebook docs/python.ipynb` puts what comes out
of them into the file."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any


def cells_of(file: Path) -> list[dict[str, Any]]:
    """The code cells, in order."""
    return [cell for cell in json.loads(file.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def run_cell(source: str, space: dict[str, Any]) -> list[dict[str, Any]]:
    """What a cell prints and what its last expression is, as a notebook keeps it."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    page, value = io.StringIO(), None
    with contextlib.redirect_stdout(page):
        exec(compile(ast.Module(body, []), "cell", "exec"), space)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
    outputs: list[dict[str, Any]] = []
    if page.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": page.getvalue().splitlines(keepends=True)})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = value._repr_html_().splitlines(keepends=True)
        outputs.append({"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"})
    return outputs


def refresh(file: Path) -> None:
    """Put what comes out of the cells into the file."""
    whole = json.loads(file.read_text(encoding="utf-8"))
    space: dict[str, Any] = {}
    os.chdir(file.parent)
    for number, cell in enumerate((c for c in whole["cells"] if c["cell_type"] == "code"), 1):
        cell["outputs"] = run_cell("".join(cell["source"]), space)
        cell["execution_count"] = number
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = number
    Path(file.name).write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ["INCENTIVES_LANG"] = "en"
    refresh(Path(sys.argv[1]).resolve())
