"""The desk's work on the queue: rows, wishes, and when each outcome brings a patient back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ContactOutcome,
    ContactPriority,
    PatientSegment,
    PhoneQuality,
)
from reactivate_desktop.domain.scores import Factor


@dataclass(frozen=True)
class QueueRow:
    """A patient in the queue as the list shows her; `version` is that of the standing, as wishes name it."""

    id: UUID
    first_name: str
    last_name: str
    date_of_birth: date | None
    phone: str
    phone_quality: PhoneQuality
    phone_second: str | None
    preferred_channel: CommunicationChannel
    language: str
    segment: PatientSegment
    priority: ContactPriority | None
    score: Decimal | None
    # The strongest reason as a sentence; the next one below it. Empty: not scored.
    reason: str
    second_reason: str
    last_visit_on: date | None
    callback_at: datetime | None
    last_outcome: ContactOutcome | None
    last_contact_at: datetime | None
    last_contact_by: str | None
    claimed_by: UUID | None
    claimed_by_name: str | None
    claimed_until: datetime | None
    version: int
    # Both reasons in figures, for words in another language.
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class QueueCounts:
    """The tiles above the queue: open patients by priority, callbacks, and this person's day so far."""

    red: int
    yellow: int
    green: int
    callbacks_due: int
    callbacks_later: int
    held: int
    done_today: int
    booked_today: int
    # Median minutes between this person's last 20 contacts of today; None: fewer than 5, no estimate.
    minutes_each: float | None
    # Of the callbacks due, those whose time is over by more than a quarter of an hour.
    callbacks_overdue: int = 0

    @property
    def waiting(self) -> int:
        """Return how many the list shows: everybody open, and the callbacks that are due."""
        return self.red + self.yellow + self.green + self.callbacks_due

    @property
    def left_today(self) -> int:
        """Return today's work: Reds, callbacks due, and this day's fifth of the Yellows."""
        return self.red + self.callbacks_due + -(-self.yellow // 5)


@dataclass(frozen=True)
class QueueFilter:
    """Which rows of the queue are asked for; nothing: all of them."""

    priority: ContactPriority | None = None
    callbacks: bool = False
    location_id: UUID | None = None


@dataclass(frozen=True)
class Claim:
    """A patient held by this desk until `until` (server time), and how she stood when she was claimed."""

    patient: QueueRow
    until: datetime


@dataclass(frozen=True)
class LogOutcome:
    """The wish to log what came of a contact with a patient as she was seen at `seen_version`.

    next_action_at: for CALL_BACK the promised time (required); for others another time than the rule's.
    booking: for BOOKED the appointment to make (required). number: for WRONG_NUMBER the number that is wrong,
    default the first one.
    """

    patient_id: UUID
    outcome: ContactOutcome
    seen_version: int
    note: str | None = None
    channel: CommunicationChannel = CommunicationChannel.VOICE
    started_at: datetime | None = None
    next_action_at: datetime | None = None
    booking: NewAppointment | None = None
    number: str | None = None
    # How an opt-out reached us: phone, counter, letter (47 CFR 64.1200(a)(10): any reasonable means).
    means: str = "phone"


@dataclass(frozen=True)
class AttemptRow:
    """One contact attempt as histories show it."""

    id: UUID
    patient_id: UUID
    outcome: ContactOutcome
    channel: CommunicationChannel
    note: str | None
    started_at: datetime
    user_id: UUID
    user_name: str
    next_action_at: datetime | None
    undone_at: datetime | None
    batch_id: UUID | None


@dataclass(frozen=True)
class Logged:
    """What logging an outcome did: the attempt, when to act next, and what the desk should be told."""

    attempt_id: UUID
    next_action_at: datetime | None
    appointment_id: UUID | None = None
    # WRONG_NUMBER: how many others share the number, and the second number to try for this patient.
    shared_with: int = 0
    try_number: str | None = None


@dataclass(frozen=True)
class Undone:
    """What a batch undo did: the attempts taken back, and those kept with the reason."""

    undone: tuple[UUID, ...]
    kept: Mapping[UUID, str]


@dataclass(frozen=True)
class BatchRow:
    """A batch of outcomes that one person logged: when, which outcome (that of the first), and for whom by name."""

    batch_id: UUID
    logged_at: datetime
    outcome: ContactOutcome
    patients: tuple[str, ...]


@dataclass(frozen=True)
class HouseholdMember:
    """Somebody of the same household, or who shares a phone number (`by_number`: not known to be family)."""

    id: UUID
    first_name: str
    last_name: str
    date_of_birth: date | None
    segment: PatientSegment
    priority: ContactPriority | None
    last_visit_on: date | None
    next_appointment_at: datetime | None
    by_number: bool
    version: int


@dataclass(frozen=True)
class Credit:
    """What contacts of some time led to; `attended` counts visits that happened, not the outcome that was chosen."""

    contacted: int
    reached: int
    booked: int
    attended: int
    revenue: Decimal


@dataclass(frozen=True)
class OutreachRules:
    """How the clinic works its queue: lease in minutes, days until the next try by outcome, most tries unanswered."""

    lease_minutes: float = 5.0
    left_message_days: int = 3
    no_answer_days: int = 2
    declined_days: int = 90
    max_attempts: int = 4

    def wait_days(self, outcome: ContactOutcome) -> int | None:
        """Return after how many days a patient comes back by herself; None: not by herself."""
        return {
            ContactOutcome.LEFT_MESSAGE: self.left_message_days,
            ContactOutcome.NO_ANSWER: self.no_answer_days,
            ContactOutcome.DECLINED: self.declined_days,
        }.get(outcome)


def rules_from(kept: Mapping[str, Any]) -> OutreachRules:
    """Return the rules of a clinic's setting "outreach"; what it does not say is as by default."""
    known = {name: kept[name] for name in OutreachRules.__dataclass_fields__ if name in kept}
    return OutreachRules(**known)
