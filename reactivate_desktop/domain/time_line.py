"""The time line of a patient: visits, appointments, contacts, messages, notes and consents as typed entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ConsentState,
    ContactOutcome,
    ContactPurpose,
    MessageDirection,
    MessageStatus,
    SendState,
    VisitSource,
)


class TimeLineKind(StrEnum):
    """What an entry of the time line tells of."""

    VISIT = "VISIT"
    APPOINTMENT = "APPOINTMENT"
    ATTEMPT = "ATTEMPT"
    MESSAGE = "MESSAGE"
    NOTE = "NOTE"
    CONSENT = "CONSENT"


class AppointmentEvent(StrEnum):
    """What happened to an appointment: made here, moved here from another time, or how it ended (by its status)."""

    BOOKED = "BOOKED"
    MOVED = "MOVED"
    ENDED = "ENDED"


@dataclass(frozen=True)
class TimeLineCursor:
    """Where a page of the time line ended."""

    at: datetime
    id: UUID
    rank: int


@dataclass(frozen=True)
class Entry:
    """One entry: its row, when it belongs, and who wrote it (None: nobody of the clinic did)."""

    id: UUID
    at: datetime
    author: str | None

    @property
    def cursor(self) -> TimeLineCursor:
        """The place behind this entry, for the next page."""
        return TimeLineCursor(self.at, self.id, 0)


@dataclass(frozen=True)
class VisitEntry(Entry):
    """A visit; `on` is its local date, and only that is known unless `timed`."""

    on: date
    timed: bool
    visit_type: str | None
    provider_name: str | None
    source: VisitSource
    # The name of the connection it came from.
    source_name: str | None
    not_counted_reason: str | None
    location: str | None


@dataclass(frozen=True)
class AppointmentEntry(Entry):
    """Something that happened to an appointment; at: when it was made or moved, or when it ended as `status` says."""

    event: AppointmentEvent
    starts_at: datetime
    status: AppointmentStatus
    appointment_type: str | None
    provider_name: str | None
    duration_minutes: int
    reactivated: bool
    reactivation_source: str | None
    cancel_reason: str | None
    source_name: str | None
    # The visit that came of it; its own entry tells of it.
    visit_id: UUID | None

    @property
    def cursor(self) -> TimeLineCursor:
        return TimeLineCursor(self.at, self.id, 1 if self.event is AppointmentEvent.ENDED else 0)


@dataclass(frozen=True)
class AttemptEntry(Entry):
    """A contact by a person and what came of it; seconds: how long it took, where that is known."""

    channel: CommunicationChannel
    outcome: ContactOutcome
    note: str | None
    seconds: int | None
    next_action_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True)
class MessageEntry(Entry):
    """A message in either direction; `text` is its beginning (whole unless `cut`)."""

    channel: CommunicationChannel
    direction: MessageDirection
    status: MessageStatus
    send_state: SendState
    subject: str | None
    text: str
    cut: bool
    conversation_id: UUID
    automation: str | None
    campaign: str | None
    error_code: str | None
    scheduled_for: datetime | None


@dataclass(frozen=True)
class NoteEntry(Entry):
    """A note by a member of staff; of_record: the merged record that it was written on, where that is another one."""

    author_id: UUID
    text: str
    pinned: bool
    edited_at: datetime | None
    of_record: UUID | None


@dataclass(frozen=True)
class ConsentEntry(Entry):
    """A consent that was given or taken back, by where it came from."""

    channel: CommunicationChannel
    purpose: ContactPurpose
    state: ConsentState
    source: str
    wording_version: str | None


TimeLineEntry = VisitEntry | AppointmentEntry | AttemptEntry | MessageEntry | NoteEntry | ConsentEntry
KIND_OF_ENTRY: dict[type[Entry], TimeLineKind] = {
    VisitEntry: TimeLineKind.VISIT,
    AppointmentEntry: TimeLineKind.APPOINTMENT,
    AttemptEntry: TimeLineKind.ATTEMPT,
    MessageEntry: TimeLineKind.MESSAGE,
    NoteEntry: TimeLineKind.NOTE,
    ConsentEntry: TimeLineKind.CONSENT,
}
