"""Planned slots: rows, the wishes to book and move, and the sentences of what cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.errors import Invalid

# What a booking from the queue is credited to, when the patient comes.
PRIORITY_QUEUE = "PRIORITY_QUEUE"
# The version of an appointment that nobody has changed since it was booked.
FIRST_VERSION = 1
OPEN = frozenset({AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED})


@dataclass(frozen=True)
class NewAppointment:
    """The wish to book a slot; `starts_at` has an offset."""

    starts_at: datetime
    appointment_type: str | None = None
    provider_name: str | None = None
    duration_minutes: int = 30
    location_id: UUID | None = None
    estimated_revenue: Decimal | None = None


@dataclass(frozen=True)
class ScheduleRow:
    """An appointment as the schedule shows it."""

    id: UUID
    patient_id: UUID
    first_name: str
    last_name: str
    phone: str
    appointment_datetime: datetime
    appointment_type: str | None
    provider_name: str | None
    duration_minutes: int
    location_id: UUID | None
    status: AppointmentStatus
    confirmed_at: datetime | None
    reactivated: bool
    reactivation_source: str | None
    visit_id: UUID | None
    from_emr: bool
    version: int


@dataclass(frozen=True)
class NewTime:
    """The wish to move an appointment; `starts_at` has an offset, None keeps what the old slot has."""

    starts_at: datetime
    duration_minutes: int | None = None
    provider_name: str | None = None
    location_id: UUID | None = None


@dataclass(frozen=True)
class AppointmentCounts:
    """How a patient keeps appointments; a chain of moves is one booking.

    late_cancelled: those of `cancelled` that were called off less than 24 hours before; moved: how often.
    """

    booked: int
    completed: int
    no_shows: int
    cancelled: int
    late_cancelled: int
    moved: int


def check_booking(wish: NewAppointment, now: datetime) -> None:
    """Raise Invalid when a slot cannot be booked as wished."""
    if wish.starts_at.tzinfo is None:
        raise Invalid("The time of an appointment needs a time zone. Please pick it again.")
    if wish.starts_at <= now:
        raise Invalid("This time is over. Please pick a time in the future.")
    if (wish.starts_at - now).days > 730:
        raise Invalid("This time is more than two years ahead. Please check the year.")
    if not 1 <= wish.duration_minutes <= 1440:
        raise Invalid("An appointment takes 1 to 1440 minutes. Please check its length.")
    if wish.estimated_revenue is not None and wish.estimated_revenue < 0:
        raise Invalid("The expected revenue must not be below zero.")
