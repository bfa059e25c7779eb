"""Each kind of study with its name and what it says to people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from incentives.simulate.attribution import Attribution
from incentives.simulate.attribution_told import attribution_study
from incentives.simulate.drawing import Drawn
from incentives.simulate.drawing_told import drawn_study
from incentives.simulate.goal import Sought
from incentives.simulate.goal_told import goal_study
from incentives.simulate.study import Study
from incentives.simulate.sweep import Sweep
from incentives.simulate.sweep_told import sweep_study

TOLD: dict[type, tuple[str, Callable[[Any, str], Study]]] = {
    Sweep: ("sweep", sweep_study),
    Sought: ("goal", goal_study),
    Attribution: ("attribution", attribution_study),
    Drawn: ("draws", drawn_study),
}
