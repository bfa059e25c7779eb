"""Random networks in random situations: durable-rules and the brute-force evaluator agree in every conclusion.

2,000 evaluations (a network in a situation), more in `make test-long` (`tests/sizes.py`). Half of the examples are
several networks side by side, which is what the parts of one network are.
"""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentives.conclusions.draw import draw
from tests.sizes import examples

from .brute import brute
from .networks import network, situation

SITUATIONS = 20
EXAMPLES = examples("CONCLUSIONS") // SITUATIONS
SETTINGS = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(st.sampled_from([1, 3, 8, 20, 60]), st.integers(0, 2**32))
def test_no_difference(most: int, seed: int) -> None:
    random = Random(seed)
    nodes = network(random, most)
    situations = [situation(random, nodes) for _ in range(SITUATIONS)]
    drawn = draw(nodes, situations)
    assert drawn == [brute(nodes, each) for each in situations]
    again = random.sample(range(SITUATIONS), SITUATIONS)
    assert draw(nodes, [situations[number] for number in again]) == [drawn[number] for number in again]


def test_one_by_one() -> None:
    random = Random(7)
    for _ in range(3):
        nodes = network(random, 60)
        situations = [situation(random, nodes) for _ in range(8)]
        together = draw(nodes, situations * 2)
        assert together == [drawn for each in situations for drawn in draw(nodes, [each])] * 2


def test_networks_are_worth_it() -> None:
    """The random networks hold what is to be tested: long chains, every reason, several findings, empty answers."""
    random = Random(3)
    seen = set()
    for _ in range(200):
        nodes = network(random, 60)
        each = situation(random, nodes)
        due = brute(nodes, each)
        gave_way = {one.name for one in due if one.withheld not in ("", "rejected")}
        seen |= {"nothing due"} if not due else {"due"}
        seen |= {"rejected" for one in due if one.withheld == "rejected"}
        seen |= {"gives way" for _ in gave_way}
        seen |= {"gave way and stands above" for node in nodes if node.name in gave_way and node.over}
        seen |= {"several findings" for one in due if len(one.findings) > 1}
        chain: dict[str, int] = {}
        for one in sorted(due, key=lambda one: len(one.name)) * 6:
            after = next(node.after for node in nodes if node.name == one.name)
            chain[one.name] = 1 + max((chain.get(name, 0) for name in after), default=0)
        seen |= {f"chain of {max(chain.values(), default=0)}"}
    wanted = {"nothing due", "rejected", "gives way", "gave way and stands above", "several findings", "chain of 6"}
    assert wanted <= seen
