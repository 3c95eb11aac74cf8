"""The audit trail: who did or read what, from which PC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class AuditRow:
    """One row of the trail; `details` holds ids, counts and field names, never patient text."""

    id: UUID
    created_at: datetime
    user_id: UUID | None
    action: str
    resource_type: str
    resource_id: str
    workstation: str | None
    details: dict[str, Any] | None


@dataclass(frozen=True)
class AuditFault:
    """A link of the chain that does not fit: rows changed, removed or added after they were sealed."""

    seal_no: int
    fault: str


@dataclass(frozen=True)
class AuditCheck:
    """What a check of the trail found: its faults (none is good), and how many rows the seals cover already."""

    faults: list[AuditFault]
    sealed: int
    unsealed: int
