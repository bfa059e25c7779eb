"""The form that all parts of a ruleset share, and the closed lists of units, periods and groups."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from incentives.language.tree import Title
from incentives.ruleset.kinds import TitleText, Words

Unit = Literal["money", "ratio", "rate", "score", "count", "days", "hours", "switch", "text", "date"]
Grain = Literal["month", "quarter", "half", "year"]
WithinUnit = Literal["team", "region", "company"]
Table = Literal["orders", "receipts", "events", "postings"]
Rounding = Literal["half_up", "half_down", "half_even", "up", "down"]


class Part(BaseModel):
    """A part of a ruleset: unknown keys are faults, and nothing changes once it is read."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=False, defer_build=True)

    title: TitleText = Field(Title(), description="Its name for people: text, or `{zh: …, en: …}`.")
    why: TitleText = Field(Title(), description="The reason or the line of the written policy behind it.")


class Sourced(Part):
    """A part that may name the clause of the written policy it comes from."""

    source: Words = Field("", description="The clause of the written policy that it comes from: a key of `references`.")
