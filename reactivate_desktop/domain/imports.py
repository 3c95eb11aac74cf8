"""Rows that come in from files: what a reader hands over, what became of them, and the sources they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ConnectionKind,
    PatientState,
    RunState,
)
from reactivate_desktop.domain.phones import Phone


class ImportSubject(StrEnum):
    """What the rows of a file are."""

    PATIENTS = "PATIENTS"
    VISITS = "VISITS"
    APPOINTMENTS = "APPOINTMENTS"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be taken: its number in the file (1: the first), why in words, and the row as it stands."""

    row: int
    reason: str
    raw: Mapping[str, Any]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingPatient:
    """A patient as a file has it; None: the file says nothing of this field.

    Without an external id the person is known again by name, date of birth and phone.
    """

    row: int
    first_name: str
    last_name: str
    external_id: str | None = None
    mrn: str | None = None
    phone: Phone | None = None
    phone_second: Phone | None = None
    email: str | None = None
    date_of_birth: date | None = None
    preferred_channel: CommunicationChannel | None = None
    language: str | None = None
    postal_code: str | None = None
    state: str | None = None
    registered_on: date | None = None
    patient_state: PatientState | None = None
    deceased_on: date | None = None
    do_not_contact: bool | None = None
    last_visit_on: date | None = None
    next_appointment_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Whom a visit or an appointment belongs to: by the source's id, else by name and date of birth."""

    external_id: str | None = None
    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None


@dataclass(frozen=True, slots=True)
class IncomingVisit:
    """A visit as a file has it; `visit_date` is the local date at the clinic, `started_at` has an offset."""

    row: int
    patient: PersonRef
    visit_date: date
    external_id: str | None = None
    visit_type: str | None = None
    started_at: datetime | None = None
    provider_name: str | None = None
    # Kept but not counted (cancelled in the record, an emergency): why, in words.
    not_counted_reason: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingAppointment:
    """An appointment as a file has it; `starts_at` has an offset."""

    row: int
    patient: PersonRef
    starts_at: datetime
    status: AppointmentStatus
    external_id: str | None = None
    appointment_type: str | None = None
    provider_name: str | None = None
    duration_minutes: int | None = None


Incoming = IncomingPatient | IncomingVisit | IncomingAppointment


# Why a visit does not count that lies behind the patient's last day.
AFTER_DEATH = "After the date of death"


@dataclass(frozen=True)
class Source:
    """Where a file comes from: ids of one source never collide with those of another."""

    kind: ConnectionKind
    name: str


@dataclass
class RowCounts:
    """What became of the rows of a file; `read` is the sum of all others."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    # Kept until their patient comes.
    parked: int = 0
    # The file has a later row for the same thing.
    repeated: int = 0

    @property
    def read(self) -> int:
        return self.new + self.changed + self.unchanged + self.rejected + self.parked + self.repeated

    def add(self, other: RowCounts) -> None:
        """Add the counts of some more rows."""
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True)
class ImportRunRow:
    """One run over one file as lists show it."""

    id: UUID
    subject: ImportSubject
    file_name: str
    run_state: RunState
    next_row: int
    counts: RowCounts
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class ImportReport:
    """What an import said at its end: per file what became of each row.

    `resumed_at`: the row at which an interrupted run of the same file was taken up (0: from the start).
    """

    file_name: str
    subject: ImportSubject
    counts: RowCounts
    dry_run: bool = False
    run_id: UUID | None = None
    resumed_at: int = 0
    # Rows that waited for their patient from earlier files, and found it now.
    released: int = 0
    duplicates: int = 0
    warnings: tuple[str, ...] = ()
    # All of a dry run; else none: they are kept with the run.
    rejects: tuple[Rejected, ...] = field(default=(), repr=False)
    # Why nothing of the file was taken; empty: it was read to its end.
    refused: str = ""


class Fate(StrEnum):
    """What would become of one row of a preview."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"
    PARKED = "PARKED"
    REPEATED = "REPEATED"


@dataclass(frozen=True)
class ImportPreview:
    """The first rows of a file as they would be stored, each with what would become of it."""

    file_name: str
    subject: ImportSubject
    encoding: str
    delimiter: str
    # Every column of the file in its order, and the field it means (empty: it is left out).
    columns: tuple[tuple[str, str], ...]
    orders: Mapping[str, str]
    profile: str | None
    rows: tuple[tuple[Incoming | Rejected, Fate], ...]


@dataclass(frozen=True)
class ProfileRow:
    """A remembered meaning of the columns of one kind of file, found again by the signature of its header."""

    id: UUID
    name: str
    subject: ImportSubject
    signature: str
    mapping: Mapping[str, Any]
