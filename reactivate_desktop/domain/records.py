"""What a patient's record page shows beside the time line: the head, what lies ahead, the scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ConnectionKind,
    ContactPriority,
    RiskLevel,
)
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.domain.scores import Factor


@dataclass(frozen=True)
class SourceAge:
    """A source that this patient's rows come from, and when it last told anything (None: never)."""

    name: str
    kind: ConnectionKind
    read_at: datetime | None
    paused: bool
    last_error: str | None


@dataclass(frozen=True)
class Holding:
    """Who has the patient claimed, and until when (server time)."""

    user_id: UUID
    name: str
    workstation: str | None
    until: datetime


@dataclass(frozen=True)
class HouseholdSummary:
    """The patient's household and how many belong to it, herself included; sharing: others with one of her numbers."""

    id: UUID | None
    name: str | None
    size: int
    sharing: int


@dataclass(frozen=True)
class TabCounts:
    """How much is behind each tab of the record."""

    visits: int
    appointments: int
    attempts: int
    messages: int
    notes: int
    consents: int
    scores: int


@dataclass(frozen=True)
class RecordHead:
    """Everything above the tabs; merged_into: the record that this one was merged into.

    zone: as the patient said it, None: not known. standing_version: as wishes of the queue name it.
    """

    patient: PatientRow
    mrn: str | None
    phone_second: str | None
    preferred_channel: CommunicationChannel
    language: str
    zone: str | None
    postal_code: str | None
    state: str | None
    best_time: str | None
    alternative_contact: str | None
    registered_on: date
    deceased_on: date | None
    merged_into: UUID | None
    location_id: UUID | None
    location: str | None
    tags: tuple[str, ...]
    usual_gap_days: int | None
    no_show_count: int
    callback_at: datetime | None
    next_action_at: datetime | None
    queue_open: bool
    standing_version: int
    household: HouseholdSummary
    held_by: Holding | None
    counts: TabCounts
    sources: tuple[SourceAge, ...]


@dataclass(frozen=True)
class UpcomingRow:
    """An open appointment that lies ahead, with its no-show risk (0 to 1) and the reasons for that.

    usual: the share of appointments that is missed at this clinic, by what it learned, else as it typed in.
    """

    id: UUID
    starts_at: datetime
    appointment_type: str | None
    provider_name: str | None
    duration_minutes: int
    location: str | None
    status: AppointmentStatus
    risk: Decimal | None
    risk_level: RiskLevel | None
    factors: tuple[Factor, ...]
    version: int
    usual: float | None = None


@dataclass(frozen=True)
class ScoreEntry:
    """What a scoring run said of the patient; score: P(visit within horizon_days), 0 to 1, to thousandths."""

    id: UUID
    predicted_at: datetime
    as_of: date
    priority: ContactPriority
    score: Decimal
    horizon_days: int
    held_out: bool
    factors: tuple[Factor, ...]
    # None: by the starting estimate, before anything was learned.
    model: str | None


@dataclass(frozen=True)
class KeptScore:
    """The reasons as a standing keeps them; base: the log-odds before any factor, None: not kept."""

    base: float | None
    stage: str | None
    factors: tuple[Factor, ...]


def kept_score(kept: Any) -> KeptScore:
    """Return what a standing's contact_priority_factors hold; the seed's are a bare list of sentences."""
    if isinstance(kept, Mapping):
        base = kept.get("base")
        number = float(base) if isinstance(base, int | float) and not isinstance(base, bool) else None
        stage = kept.get("stage")
        return KeptScore(number, stage if isinstance(stage, str) else None, kept_factors(kept.get("factors")))
    return KeptScore(None, None, kept_factors(kept))


def kept_factors(kept: Any) -> tuple[Factor, ...]:
    """Return factors from their JSON list; whatever is no factor is left out."""
    if not isinstance(kept, list):
        return ()
    return tuple(Factor.from_json(each) for each in kept if isinstance(each, Mapping))
