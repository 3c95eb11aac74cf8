"""Rows made ready to be written, without the database: done in a thread while the server writes those before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from reactivate_desktop.domain.imports import (
    Incoming,
    IncomingAppointment,
    IncomingPatient,
    IncomingVisit,
    Rejected,
)
from reactivate_desktop.storage.loading.checks import raw_of, wrong
from reactivate_desktop.storage.loading.keys import (
    Scope,
    as_text,
    by_id,
    day,
    fingerprint,
    moment,
    patient_key,
    person_text,
)
from reactivate_desktop.storage.loading.loaded import Loaded
from reactivate_desktop.storage.loading.patient_values import said

STATUS_BYTES = 4
Waiter = TypeVar("Waiter", IncomingVisit, IncomingAppointment)


@dataclass(slots=True)
class ReadyPatient:
    """A patient's row with the id that it is kept under, what the source calls her, and what it says."""

    row: IncomingPatient
    id: UUID
    key: str
    said: dict[str, Any]
    text: str
    hash: bytes


@dataclass(slots=True)
class Ready(Generic[Waiter]):
    """A row of a visit or an appointment with its fingerprint; its id may depend on whose it is."""

    row: Waiter
    hash: bytes


@dataclass
class Prepared:
    """A chunk of a file. `loaded` counts what needs no database: rows that are rejected or repeated."""

    loaded: Loaded = field(default_factory=Loaded)
    patients: dict[UUID, ReadyPatient] = field(default_factory=dict)
    visits: list[Ready[IncomingVisit]] = field(default_factory=list)
    appointments: list[Ready[IncomingAppointment]] = field(default_factory=list)
    # Rows that the reader rejected, and the last row of the chunk.
    by_reader: set[int] = field(default_factory=set)
    last_row: int = 0


def prepare(scope: Scope, rows: Sequence[Incoming | Rejected]) -> Prepared:
    """Return a chunk ready to be written. Of several rows for one person the last counts."""
    chunk = Prepared(last_row=rows[-1].row if rows else 0)
    for row in rows:
        if isinstance(row, Rejected):
            chunk.loaded.counts.rejected += 1
            chunk.loaded.rejects.append(row)
            chunk.by_reader.add(row.row)
        elif isinstance(row, IncomingPatient):
            _add_patient(scope, row, chunk)
        elif isinstance(row, IncomingVisit):
            chunk.visits += ready_visits(scope, [row], chunk.loaded)
        else:
            chunk.appointments += ready_appointments(scope, [row], chunk.loaded)
    chunk.patients = by_id(chunk.patients)
    return chunk


def _add_patient(scope: Scope, row: IncomingPatient, chunk: Prepared) -> None:
    values = said(row)
    text = as_text(values)
    if reason := wrong(row, text + as_text(row.external_id), scope.today):
        chunk.loaded.reject(row.row, reason, raw_of(row))
        return
    key = patient_key(row)
    patient = scope.patient_id(key)
    chunk.loaded.counts.repeated += patient in chunk.patients
    chunk.patients[patient] = ReadyPatient(row, patient, key, values, text, fingerprint(text))


def ready_visits(scope: Scope, rows: Iterable[IncomingVisit], loaded: Loaded) -> list[Ready[IncomingVisit]]:
    """Return the rows that can be stored; the others are rejected in `loaded`."""
    found = []
    for row in rows:
        text = _visit_text(row)
        if reason := wrong(row, text, scope.today):
            loaded.reject(row.row, reason, raw_of(row))
        else:
            found.append(Ready(row, fingerprint(text)))
    return found


def ready_appointments(
    scope: Scope, rows: Iterable[IncomingAppointment], loaded: Loaded
) -> list[Ready[IncomingAppointment]]:
    """Return the rows that can be stored; the others are rejected in `loaded`.

    The first bytes of a fingerprint are the status's own: they tell later what the source changed.
    """
    found = []
    for row in rows:
        text = _appointment_text(row)
        if reason := wrong(row, text, scope.today):
            loaded.reject(row.row, reason, raw_of(row))
        else:
            found.append(Ready(row, fingerprint(str(row.status), STATUS_BYTES) + fingerprint(text)))
    return found


def _visit_text(row: IncomingVisit) -> str:
    """Return what the source says of a visit as one text."""
    return as_text(
        [
            row.external_id,
            *person_text(row.patient),
            day(row.visit_date),
            row.visit_type,
            moment(row.started_at),
            row.provider_name,
            row.not_counted_reason,
        ]
    )


def _appointment_text(row: IncomingAppointment) -> str:
    """Return what the source says of an appointment as one text."""
    return as_text(
        [
            row.external_id,
            *person_text(row.patient),
            moment(row.starts_at),
            row.appointment_type,
            row.provider_name,
            row.duration_minutes,
            str(row.status),
        ]
    )
