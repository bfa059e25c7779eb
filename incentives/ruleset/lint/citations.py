"""Each `source` names one of the references, where there are any, and each reference is named."""

from __future__ import annotations

from collections.abc import Iterator

from incentives.faults import Fault
from incentives.ruleset.lint.references import unknown
from incentives.ruleset.model import Policy
from incentives.ruleset.placed import Document
from incentives.ruleset.references import sources


def check(policy: Policy, document: Document) -> Iterator[Fault]:
    """Yield a fault for every source that is none of the references, a remark for every reference that no source
    names."""
    if not policy.references and "references" not in (document.data or {}):
        return
    cited = set()
    for path, source in sources(policy):
        cited.add(source)
        if source not in policy.references:
            yield unknown("reference_unknown", source, policy.references, document.place(path))
    for name in policy.references:
        if name not in cited:
            yield Fault("reference_unused", document.key_place(("references", name)), {"name": name}, warning=True)
