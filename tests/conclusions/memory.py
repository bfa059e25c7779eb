"""Draws many conclusions in one process and prints the memory it holds: `python -m tests.conclusions.memory 5000 4`.

Arguments: how many rulesets (each made and thrown away) and how many situations for each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from incentives.conclusions.rules import answers

LONG = [([0, 1], [], []), ([2], [0], []), ([3, 4, 5], [], [0]), ([], [1, 2], []), ([], [], []), ([6], [3], [1, 4])]
ORDER = [2, 4, 5]


def held() -> int:
    """What the process holds at present, in KiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def measure(rulesets: int, situations: int) -> dict[str, int]:
    """The memory in KiB after a warm-up of 100 rulesets and at the end, and how many conclusions were due."""
    due = 0
    before = 0
    for number in range(rulesets):
        if number == 100:
            before = held()
        asked = [([n for n in range(7) if (number + each) >> n & 1], []) for each in range(situations)]
        due += sum(len(found) for found, _ in answers(LONG, ORDER, asked))
    return {"before": before, "after": held(), "due": due}


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
