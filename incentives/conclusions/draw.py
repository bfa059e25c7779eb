"""Conclusions drawn from situations: a process of its own runs `rules` over every part of the network.

Where durable-rules cannot be imported, `builtin` draws them.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from incentives.conclusions.builtin import answer
from incentives.conclusions.network import Drawn, Node, Situation, above, components, settling_order
from incentives.faults import Fault, Place, RefusedError
from incentives.machine import raise_lack

RULES = Path(__file__).with_name("rules.py")
LIBRARY = "durable_rules_engine"
# what the library can hold is little more: conditions of one rule, rules on one condition, conditions of one kind
MOST_AFTER = 15
MOST_USES = 200
MOST_KNOWN = 400

Asked = tuple[tuple[str, ...], tuple[str, ...]]  # of one part: findings that hold, conclusions rejected
Answer = tuple[Drawn, ...]


def draw(nodes: Sequence[Node], situations: Sequence[Situation]) -> list[Answer]:
    """For each situation the conclusions that are due, in the ruleset's order, concluded or withheld.

    A conclusion is due when it has no own findings or one of them holds, and all that it comes after are concluded.
    It is concluded when it is due, not rejected, and nothing that is over it is concluded. `nodes` have names of their
    own and no circles, and name no conclusion that is not there. Raises RefusedError where a part of the network is
    larger than the library can hold (`conclusions_too_large`) or no answer comes (`conclusions_engine_failed`).
    """
    parts = [part for part in components(nodes) if situations]
    if faults := [fault for part in parts for fault in _too_large(part)]:
        raise RefusedError(faults)
    asked = [[_asked(part, situation) for situation in situations] for part in parts]
    drawn = _ask(parts, [list(dict.fromkeys(part)) for part in asked])
    place = {node.name: number for number, node in enumerate(nodes)}
    found = []
    for number in range(len(situations)):
        due = [one for part, known in zip(asked, drawn, strict=True) for one in known[part[number]]]
        found.append(tuple(sorted(due, key=lambda one: place[one.name])))
    return found


def _asked(part: Sequence[Node], situation: Situation) -> Asked:
    """Return the part of a situation that concerns a part of the network."""
    findings = dict.fromkeys(finding for node in part for finding in node.findings)
    held = tuple(finding for finding in findings if finding in situation.held)
    return held, tuple(node.name for node in part if node.name in situation.rejected)


def _ask(parts: Sequence[tuple[Node, ...]], asked: Sequence[list[Asked]]) -> list[dict[Asked, Answer]]:
    """The answers for each part, by what was asked."""
    if not parts:
        return []
    lines = _run([_line(part, situations) for part, situations in zip(parts, asked, strict=True)])
    try:
        answers = [json.loads(line) for line in lines]
        return [
            {each: _read(part, each, answer) for each, answer in zip(situations, found, strict=True)}
            for part, situations, found in zip(parts, asked, answers, strict=True)
        ]
    except (ValueError, TypeError, LookupError) as error:
        raise _failed(f"{type(error).__name__}: {error}") from error


def _line(part: tuple[Node, ...], asked: list[Asked]) -> str:
    """A part and all its situations as `rules` reads them: in numbers, so that no name can matter."""
    node = {each.name: number for number, each in enumerate(part)}
    finding = {name: number for number, name in enumerate(_findings(part))}
    over = above(part)
    told = [
        [
            [finding[name] for name in dict.fromkeys(each.findings)],
            [node[name] for name in dict.fromkeys(each.after)],
            [node[name] for name in over.get(each.name, ())],
        ]
        for each in part
    ]
    order = [node[each.name] for each in settling_order(part) if each.name in over]
    situations = [[[finding[name] for name in held], [node[name] for name in rejected]] for held, rejected in asked]
    return json.dumps({"nodes": told, "order": order, "situations": situations})


def _read(part: tuple[Node, ...], asked: Asked, answer: Any) -> Answer:
    """One situation's answer in names; a ValueError or LookupError where it cannot be one."""
    held, rejected = asked
    findings, over = _findings(part), above(part)
    due, concluded = answer
    carried = {part[number].name for number in concluded}
    drawn = []
    for number, hold in due:
        node = part[number]
        found = {findings[finding] for finding in hold}
        withheld = [""] if node.name in carried else ["rejected"] if node.name in rejected else []
        withheld += [name for name in over.get(node.name, ()) if name in carried]
        own = tuple(name for name in dict.fromkeys(node.findings) if name in found and name in held)
        if len(own) != len(hold) or not withheld:
            raise ValueError(f"an answer that cannot be: {answer}")
        drawn.append(Drawn(node.name, own, withheld[0]))
    if not carried <= {one.name for one in drawn}:
        raise ValueError(f"concluded but not due: {answer}")
    return tuple(drawn)


def _findings(part: Sequence[Node]) -> list[str]:
    return list(dict.fromkeys(finding for node in part for finding in node.findings))


def _run(lines: list[str]) -> list[str]:
    """Starts the process, hands it the lines, and gives those that come back."""
    folder = _library_folder()
    if folder is None:
        return [answer(line) for line in lines]
    command = [
        sys.executable,
        "-I",
        "-S",
        str(RULES),
        str(folder),
    ]  # without the site's start-up it takes half the time
    text = "".join(f"{line}\n" for line in lines)
    try:
        done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", errors="replace", check=False)
    except OSError as error:
        raise_lack(error)
        raise _failed(str(error.strerror)) from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise _failed(said[-1])
    return done.stdout.splitlines()


def drawn_by() -> str:
    """Return the name of the library or evaluator that draws conclusions on this machine, for the manifest."""
    folder = _library_folder()
    if folder is None:
        return "built-in"
    versions = sorted(folder.glob("durable_rules-*.dist-info"))  # importlib.metadata takes too long
    return " ".join(["durable-rules", *(version.stem.partition("-")[2] for version in versions[-1:])])


def _library_folder() -> Path | None:
    """Return the folder of the library; None where it is not there, or does not fit this Python."""
    try:
        file = importlib.import_module(LIBRARY).__file__
    except ImportError:
        return None
    return Path(file).parent if file else None


def _failed(detail: str) -> RefusedError:
    return RefusedError([Fault("conclusions_engine_failed", Place(""), {"detail": detail})])


def _too_large(part: tuple[Node, ...]) -> list[Fault]:
    """Return a fault for each limit of the library that a part exceeds: it would overrun its memory, or never come
    back."""
    faults = []
    uses: Counter[tuple[str, str]] = Counter()
    for node in part:
        after = set(node.after)
        uses.update(("finding", name) for name in set(node.findings))
        uses.update({("after", name): max(1, len(set(node.findings))) for name in after})
        uses.update([("always", "")] if not node.findings and not after else [])
        if len(after) > MOST_AFTER:
            about = {"name": node.name, "n": len(after), "most": MOST_AFTER}
            faults.append(Fault("conclusion_after_too_many", Place(""), about))
    sizes = {"conclusions": len(part), "findings": len(_findings(part)), "uses": max(uses.values())}
    if max(sizes["conclusions"], sizes["findings"]) > MOST_KNOWN or sizes["uses"] > MOST_USES:
        about = {"name": part[0].name, **sizes, "most": MOST_KNOWN, "most_uses": MOST_USES}
        faults.append(Fault("conclusions_too_large", Place(""), about))
    return faults
