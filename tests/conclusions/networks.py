"""Random networks without circles, and random situations for them."""

from __future__ import annotations

from random import Random

from incentives.conclusions.network import Node, Situation

NAMES = "降薪 改进计划 待岗观察 转岗 导师 课程 晋升 pay_cut plan transfer mentor course promotion"
FINDINGS = [f"{text}{number}" for number in range(8) for text in ("连续C", "销售下降", "late", "f")]


def network(random: Random, most: int) -> list[Node]:
    """Up to `most` conclusions: chains up to six long, forks, several findings, and what gives way, in mixed order.

    What a conclusion comes after or gives way to is taken from those made before it, so that there is no circle.
    """
    size = random.randint(1, most)
    names = [f"{name}{number}" for number, name in enumerate(random.choices(NAMES.split(), k=size))]
    length: dict[str, int] = {}
    after: dict[str, tuple[str, ...]] = {}
    over: dict[str, list[str]] = {name: [] for name in names}
    dense, findings = random.choice([0, 0.5, 0.9]), random.sample(FINDINGS, random.randint(1, len(FINDINGS)))
    for number, name in enumerate(names):
        near = [other for other in names[max(0, number - 7) : number] if length[other] < 6]
        some = random.random() < dense
        after[name] = tuple(random.sample(near, min(len(near), random.choice([1, 1, 1, 2, 4]) if some else 0)))
        length[name] = 1 + max((length[other] for other in after[name]), default=0)
        for other in random.sample(names[:number], min(number, random.choice([1, 2]) if random.random() < 0.3 else 0)):
            over[other].append(name)
    own = {
        name: tuple(random.sample(findings, min(len(findings), random.choice([0, 1, 1, 1, 2, 5])))) for name in names
    }
    nodes = [Node(name, own[name], after[name], tuple(over[name])) for name in names]
    random.shuffle(nodes)
    return nodes


def situation(random: Random, nodes: list[Node]) -> Situation:
    """Findings that hold, few or many, one that nobody asks for, and now and then a rejected conclusion."""
    share, refuse = random.choice([0.1, 0.5, 0.9, 1]), random.choice([0, 0, 0.1, 0.3])
    held = frozenset(finding for finding in [*FINDINGS, "unasked"] if random.random() < share)
    return Situation(held, frozenset(node.name for node in nodes if random.random() < refuse))
