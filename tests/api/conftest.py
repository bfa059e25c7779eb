"""The shipped company, read and assessed once for the tests from Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from incentives import Outcome, Session

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def company() -> Session:
    return Session.open(ROOT / "rulesets" / "sales-2026.yaml", ROOT / "fixtures" / "company")


@pytest.fixture(scope="session")
def outcome(company: Session) -> Outcome:
    return company.assess("2026Q3")
