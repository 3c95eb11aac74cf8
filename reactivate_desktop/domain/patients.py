"""Patients and visits: frozen rows, and the wishes to add or change them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ContactPriority,
    PatientSegment,
    PatientState,
    PhoneQuality,
    VisitSource,
)
from reactivate_desktop.domain.errors import Invalid


@dataclass(frozen=True)
class PatientRow:
    """A patient as tables show it."""

    id: UUID
    first_name: str
    last_name: str
    name_key: str
    phone: str
    phone_quality: PhoneQuality
    email: str | None
    date_of_birth: date | None
    external_patient_id: str | None
    patient_state: PatientState
    do_not_contact: bool
    segment: PatientSegment
    contact_priority: ContactPriority | None
    contact_priority_score: Decimal | None
    last_visit_on: date | None
    visit_count: int
    next_appointment_at: datetime | None
    version: int


@dataclass(frozen=True)
class VisitRow:
    """A visit that happened."""

    id: UUID
    patient_id: UUID
    visit_date: date
    visit_type: str | None
    source: VisitSource
    location_id: UUID | None
    provider_name: str | None
    not_counted_reason: str | None
    version: int


@dataclass(frozen=True)
class AppointmentRow:
    """A planned slot."""

    id: UUID
    patient_id: UUID
    appointment_datetime: datetime
    appointment_type: str | None
    provider_name: str | None
    duration_minutes: int
    status: str
    version: int


@dataclass(frozen=True)
class PatientRecord:
    """Everything the record page shows of one patient."""

    patient: PatientRow
    preferred_channel: CommunicationChannel
    language: str
    timezone: str | None
    visits: tuple[VisitRow, ...]
    appointments: tuple[AppointmentRow, ...]


@dataclass(frozen=True)
class NewPatient:
    """The wish to add a patient."""

    first_name: str
    last_name: str
    phone: str = ""
    email: str | None = None
    date_of_birth: date | None = None
    preferred_channel: CommunicationChannel = CommunicationChannel.SMS
    language: str = "en"
    location_id: UUID | None = None
    external_patient_id: str | None = None


@dataclass(frozen=True)
class EditPatient:
    """The wish to change fields of a patient as it was seen at `seen_version`."""

    id: UUID
    seen_version: int
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewVisit:
    """The wish to record a visit; `visit_date` is the local date at the location."""

    patient_id: UUID
    visit_date: date
    visit_type: str | None = None
    location_id: UUID | None = None
    provider_name: str | None = None


EDITABLE = frozenset(
    {
        "first_name",
        "last_name",
        "phone",
        "phone_second",
        "email",
        "date_of_birth",
        "preferred_channel",
        "language",
        "timezone",
        "postal_code",
        "state",
        "location_id",
        "do_not_contact",
        "patient_state",
        "deceased_on",
        "best_time",
        "alternative_contact",
        "mrn",
    }
)


def check_birth(day: date | None, today: date) -> None:
    """Raise Invalid when a date of birth cannot be one."""
    if day is None:
        return
    if day > today:
        raise Invalid(f"The date of birth {day} lies in the future. Please check the year.")
    if day.year < 1850:
        raise Invalid(f"The date of birth {day} lies before 1850. Please check the year.")


def check_visit_day(day: date, today: date) -> None:
    """Raise Invalid when a visit cannot have happened on `day`."""
    if day > today:
        raise Invalid(f"{day} lies in the future: a visit is recorded after it happened. Book an appointment instead.")
    if day.year < 1900:
        raise Invalid(f"The visit date {day} lies before 1900. Please check the year.")
