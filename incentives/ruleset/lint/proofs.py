"""Proofs: the pay, metrics, grades and conclusions that they are about must exist."""

from __future__ import annotations

from collections.abc import Iterator

from incentives.faults import Fault
from incentives.ruleset.lint.references import unknown
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault for every name that is not there, with the one that was perhaps meant."""
    pays = [*policy.pay, "pay_total"] if policy.pay else []
    grades = list(policy.grade.bands) if policy.grade else []
    for name, proof in policy.proofs.items():
        here = ("proofs", name)
        if proof.ask != "reachable" and proof.pay not in pays:
            yield unknown("proof_unknown", proof.pay, pays, document.place((*here, "pay")))
        if proof.metric is not None and proof.metric not in policy.metrics:
            yield unknown("metric_unknown", proof.metric, policy.metrics, document.place((*here, "metric")))
        for number, reached in enumerate(proof.names):
            if reached not in grades and reached not in policy.conclusions:
                known = [*grades, *policy.conclusions]
                yield unknown("proof_unknown", reached, known, document.place((*here, "names", number)))
