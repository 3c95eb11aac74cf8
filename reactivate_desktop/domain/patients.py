"""Patients and visits: frozen rows, and the wishes to add or change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
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


_DATES = frozenset({"date_of_birth", "deceased_on"})
_WORDS: dict[str, type[StrEnum]] = {"preferred_channel": CommunicationChannel, "patient_state": PatientState}
_MAY_BE_EMPTY = EDITABLE - {"first_name", "last_name", "language", "do_not_contact", *_WORDS}


def check_fields(fields: Mapping[str, Any]) -> None:
    """Raise Invalid unless these are fields of a patient that people edit, each with a value of its kind."""
    unknown = set(fields) - EDITABLE
    if unknown:
        raise Invalid(f"These fields of a patient cannot be edited: {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        if not (value is None and name in _MAY_BE_EMPTY) and (kind := _wrong(name, value)):
            raise Invalid(f"The {name.replace('_', ' ')} of a patient must be {kind}.")


def _wrong(name: str, value: Any) -> str | None:
    """Return what a field should be when `value` is not that."""
    if name in _WORDS:
        known = [str(w) for w in _WORDS[name]]
        return None if value in known else f"one of {', '.join(known)}"
    if name in _DATES:
        return None if type(value) is date else "a date such as 1980-12-31"
    if name == "do_not_contact":
        return None if isinstance(value, bool) else "yes or no"
    if name == "location_id":
        return None if isinstance(value, UUID) else "the id of a location"
    return None if isinstance(value, str) else "text"


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
        raise Invalid(f"{day} lies in the future: a visit is recorded after it happened. Please check the date.")
    if day.year < 1900:
        raise Invalid(f"The visit date {day} lies before 1900. Please check the year.")
