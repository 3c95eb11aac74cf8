"""Long work that is listed, can be cancelled and survives a crash by its lease."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import JobState, UserRole

VERIFY_AUDIT = "VERIFY_AUDIT"
SCORE = "SCORE"
LEARN = "LEARN"
_LEAST_ROLE = {VERIFY_AUDIT: UserRole.ADMIN, LEARN: UserRole.ADMIN}


def least_role(kind: str) -> UserRole:
    """Return the least role that may ask for work of this kind and run it: STAFF unless listed."""
    return _LEAST_ROLE.get(kind, UserRole.STAFF)


@dataclass(frozen=True)
class JobRow:
    """One job as the jobs panel shows it."""

    id: UUID
    kind: str
    job_state: JobState
    progress: dict[str, Any]
    result: dict[str, Any] | None
    error: str | None
    attempt: int
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class Lease:
    """A job that this program may work on until the lease runs out; `attempt` proves that it is still ours."""

    id: UUID
    kind: str
    attempt: int
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewJob:
    """The wish for long work; at most one open job per kind and dedupe_key."""

    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)
    dedupe_key: str | None = None
    priority: int = 0
