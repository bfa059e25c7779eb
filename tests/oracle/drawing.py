"""What random rulesets are drawn with: one of several, shares of a whole, and a policy written as YAML."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Policy = dict[str, Any]

GRADES = ("S", "A", "B", "C")
PLAIN = re.compile(r"-?[0-9][0-9.]*%?|[0-9]{4}-[0-9]{2}-[0-9]{2}|figures\.\w+|[a-zA-Z_]+")

CONDITIONS = (
    "rate < figures.line",
    "sales < cost",
    "present(rating) and rating < 60",
    "figures.strict and sales < 100000",
    "not(figures.strict) or sales >= 100000",
    "streak(sales > 0) >= 2",
    "worked_share < 1",
    "firsts = 0",
    "extra > 10",
    "prior(sales, 0) > sales",
)


def written(value: str | list[Any] | Policy, depth: int = 0) -> str:
    """A policy of plain text as YAML; what YAML could mistake stands in quotes."""
    if isinstance(value, list):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    if not isinstance(value, dict):
        return value if PLAIN.fullmatch(value) else "'" + value.replace("'", "''") + "'"
    lines = []
    for key, part in value.items():
        nested = isinstance(part, dict) and part
        inside = f"\n{written(part, depth + 1)}" if nested else f" {written(part) if part != {} else '{}'}"
        lines.append(f"{'  ' * depth}{written(key)}:{inside}")
    return "\n".join(lines)


def flow(value: str | Policy) -> str:
    """A part of a list as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)}: {flow(part)}" for key, part in value.items()) + "}"
    return written(value)


def one(draw: Draw, *choices: Any) -> Any:
    """One of the choices."""
    return draw(st.sampled_from(choices))


def often(draw: Draw) -> bool:
    """Three times in four."""
    return bool(draw(st.integers(0, 3)))


def shares(draw: Draw, parts: int) -> list[str]:
    """Percentages that add up to 100 %, some of them zero or with decimals."""
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=parts - 1, max_size=parts - 1)))
    edges = [0, *cuts, 1000]
    parts_of = [b - a for a, b in pairwise(edges)]
    return [f"{part // 10}.{part % 10}%" for part in parts_of]
