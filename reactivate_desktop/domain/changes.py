"""What a write makes stale: told to open screens and, as a notice, to other desks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Change(StrEnum):
    """A kind of rows that a screen shows."""

    PATIENTS = "PATIENTS"
    VISITS = "VISITS"
    APPOINTMENTS = "APPOINTMENTS"
    QUEUE = "QUEUE"
    INBOX = "INBOX"
    CAMPAIGNS = "CAMPAIGNS"
    STAFF = "STAFF"
    CLINIC = "CLINIC"
    JOBS = "JOBS"
    EVERYTHING = "EVERYTHING"


@dataclass(frozen=True)
class Notice:
    """Rows of one kind that changed; no ids: more than a notice can carry, read all of them again."""

    change: Change
    ids: frozenset[UUID] = frozenset()


def read_notices(payload: str) -> list[Notice]:
    """Return the notices in a payload of the live channel; what cannot be read means: everything changed.

    A payload is a hint from a channel that any login may write to: it never carries more than ids.
    """
    try:
        kinds = json.loads(payload)
        return [
            Notice(Change(kind), frozenset(UUID(i) for i in ids or ()))
            for kind, ids in kinds.items()
            if kind in Change.__members__
        ] or [Notice(Change.EVERYTHING)]
    except (ValueError, AttributeError, TypeError):
        return [Notice(Change.EVERYTHING)]
