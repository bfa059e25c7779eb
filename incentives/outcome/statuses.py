"""The names of the statuses of a posting, for every reader."""

from __future__ import annotations

STATUSES = {
    "probation": {"zh": "试用", "en": "probation"},
    "active": {"zh": "在岗", "en": "active"},
    "leave": {"zh": "请假", "en": "on leave"},
    "protected": {"zh": "受保护（产假、病假）", "en": "protected leave"},
    "off_post": {"zh": "待岗", "en": "off post"},
}


def status_text(status: str | None, lang: str) -> str:
    """A status in words, in `lang` (zh or en); one that is not known as it is."""
    return STATUSES.get(status or "", {}).get(lang, status or "")
