"""The months within the assessment period: attainment to date against the elapsed share of the target (A12)."""

from __future__ import annotations

from dataclasses import replace

from incentives.faults import Fault
from incentives.language.tree import ZERO, And, Arithmetic, Compare, If, Missing, Name, Title
from incentives.plan import names
from incentives.plan.columns import TRACKING, Computed, Given, RunningSum, Taken
from incentives.plan.draft import Draft, present
from incentives.plan.frame import SHARE, draft_frame
from incentives.plan.names import inner_name
from incentives.plan.pay.shares import PART, WHOLE

ELAPSED = (inner_name("elapsed_days"), inner_name("days_of_all"))
ELAPSED_TITLES = (("已过工作日", "Working days elapsed"), ("期内工作日", "Working days"))


def draft_tracking(draft: Draft) -> None:
    """Add the tracking frame where the policy tracks anything: a row a month, read against the period around it."""
    policy = draft.ruleset.policy
    if not policy.tracking:
        return
    draft_frame(draft, TRACKING)
    title = Title("已过时间", "Elapsed")
    draft.add("elapsed", "tracking", "ratio", Given(), ("tracking",), type=SHARE, grain=TRACKING, title=title)
    for name, kind, (zh, en) in zip(ELAPSED, (PART, WHOLE), ELAPSED_TITLES, strict=True):
        draft.add(name, "part", "count", Given(), ("tracking",), type=kind, grain=TRACKING, title=Title(zh, en))
    share = draft.columns[TRACKING, "elapsed"]
    draft.columns[TRACKING, "elapsed"] = replace(share, unrounded=True, exact=(Name(ELAPSED[0]), Name(ELAPSED[1])))
    around = draft.columns[draft.grain, "assessment"]
    draft.add(
        "assessment", "state", "text", Taken("assessment", draft.grain), ("tracking",), type=around.type,
        grain=TRACKING, optional=True, title=around.title,
    )  # fmt: skip
    for name, tracked in policy.tracking.items():
        path = ("tracking", name)
        for other, frame in ((tracked.of, "month"), (tracked.against, draft.grain)):
            source = draft.columns.get((frame, other))
            if source is None:
                about = {"name": other, "grain": frame}
                draft.echoes.append(Fault("tracked_unknown", draft.ruleset.place(*path), about))
                return
            if (TRACKING, other) not in draft.columns:
                draft.add(
                    other, source.role, source.unit, Taken(other, frame), path, type=source.type, grain=TRACKING,
                    optional=True, title=source.title, item=source.item,
                )  # fmt: skip
        of, against = Name(names.to_date_of(name)), Name(tracked.against)
        title, unit = tracked.title, draft.columns[TRACKING, tracked.of].unit
        draft.add(of.name, "tracking", unit, RunningSum(tracked.of), path, grain=TRACKING, optional=True, title=title)
        due = Arithmetic("*", against, Name("elapsed"))
        known = And((present(of), present(against), Compare(">", due, ZERO)))
        pace = If(known, Arithmetic("/", of, due), Missing())
        more = Title(title.zh + "比率", f"{title.en}, pace")
        draft.add(names.pace_of(name), "tracking", "ratio", Computed(pace), path, grain=TRACKING, title=more,
                  unrounded=True)  # fmt: skip
