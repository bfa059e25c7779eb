"""Draws conclusions with durable-rules: the one module that knows the library, run by `draw` as a process of its own.

The library is C and can end its process, hence the process. Of the library only what proved right is used: facts of
short texts, equality, one constant session that is deleted after every situation, and no negation. Instead of `not` a
conclusion needs a fact `free`, told from here once it is known that nothing withholds it.

A line in is `{"nodes": [[findings, after, above], …], "order": […], "situations": [[held, rejected], …]}`. All are
numbers: a node is its place in `nodes`, `above` are the nodes that it gives way to, and `order` names those that have
any, each after all that have to be settled before it. The line out is `[[due, concluded], …]`, one for each situation:
`due` holds `[node, [findings that hold]]`, `concluded` nodes. A failure ends the process with a traceback.
"""

from __future__ import annotations

import json
import sys
from itertools import count

if __name__ == "__main__":
    sys.path.append(sys.argv[1])  # the folder of the C module; started with -I -S, Python looks in no other
import durable_rules_engine as engine

Numbers = list[int]
Nodes = list[tuple[Numbers, Numbers, Numbers]]
Fact = tuple[str, int]  # its kind and a number
Rule = tuple[list[Fact], str, int, int]  # facts that must all be there, what then happens, the node, its finding
NONE = -1
SESSION = "0"
START = ("start", 0)  # holds always, and its rule always fires: deleting a session in which none fired crashes


def rules_of(nodes: Nodes) -> list[Rule]:
    """The rules of a network in the order in which they fire: for each node one a finding, then its conclusion."""
    rules: list[Rule] = [([START], "start", NONE, NONE)]
    for node, (findings, after, _) in enumerate(nodes):
        carried: list[Fact] = [("concluded", other) for other in after]
        rules += [([("held", finding), *carried], "due", node, finding) for finding in findings]
        if not findings:
            rules.append((carried or [START], "due", node, NONE))
        rules.append(([("due", node), ("free", node)], "conclude", node, NONE))
    return rules


def definition(rules: list[Rule]) -> str:
    """The rules as the library reads them; a rule's name and priority (the lower goes first) are its place."""
    told = {}
    for place, (conditions, *_) in enumerate(rules):
        facts = [
            {f"c{number}": {"$and": [{"kind": kind}, {"of": f"{kind}{of}"}]}}
            for number, (kind, of) in enumerate(conditions)
        ]
        told[str(place)] = {"all": facts, "pri": place}
    return _text(told)


def answers(nodes: Nodes, order: Numbers, situations: list[tuple[Numbers, Numbers]]) -> list[list[object]]:
    """For each situation the nodes that are due, each with its findings that hold, and those that are concluded."""
    rules = rules_of(nodes)
    handle = engine.create_ruleset("conclusions", definition(rules))
    try:
        return [settled(handle, rules, nodes, order, held, rejected) for held, rejected in situations]
    finally:
        engine.delete_ruleset(handle)


def settled(
    handle: int, rules: list[Rule], nodes: Nodes, order: Numbers, held: Numbers, rejected: Numbers
) -> list[object]:
    """One situation: what holds is told and followed up, then node by node what stands below others.

    Raises RuntimeError where the library refuses a fact or fires more often than there are rules.
    """
    matched = {fact for conditions, *_ in rules for fact in conditions}  # a fact that no rule waits for is an error
    due: dict[int, Numbers] = {}
    concluded: dict[int, None] = {}
    facts, firings = count(), count(1)

    def tell(kind: str, of: int) -> int:
        if (kind, of) not in matched:
            return 0
        fact = {"id": str(next(facts)), "sid": SESSION, "kind": kind, "of": f"{kind}{of}"}
        code, session = engine.assert_fact(handle, _text(fact))
        if code != 0:
            raise RuntimeError(f"fact {fact} was not taken: code {code}")
        return int(session)

    def act(does: str, node: int, finding: int) -> None:
        if does == "due":
            if node not in due:
                tell("due", node)
            due.setdefault(node, []).extend([finding] if finding != NONE else [])
        elif does == "conclude":
            concluded[node] = None
            tell("concluded", node)

    def follow_up(session: int) -> None:
        started = engine.start_action_for_state(handle, session)
        action = started and started[1]
        while action:
            if next(firings) > len(rules):
                raise RuntimeError(f"more than {len(rules)} firings")
            (place,) = json.loads(action)
            act(*rules[int(place)][1:])
            action = engine.complete_and_start_action(handle, session)

    session = tell(*START)
    for finding in held:
        tell("held", finding)
    for node in sorted({*range(len(nodes))} - {*order, *rejected}):
        tell("free", node)
    follow_up(session)
    for node in order:
        if node not in rejected and not any(other in concluded for other in nodes[node][2]):
            tell("free", node)
            follow_up(session)
    engine.delete_state(handle, SESSION)
    return [list(due.items()), list(concluded)]


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def main() -> None:
    """Answers line by line."""
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(_text(answers(asked["nodes"], asked["order"], asked["situations"])) + "\n")


if __name__ == "__main__":
    main()
