"""Appointments: the schedule of some days, those of one patient, and the writes that book and change them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.appointments import AppointmentCounts, ScheduleRow
from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.storage.models.appointments import Appointment
from reactivate_desktop.storage.models.organization import Clinic, Location
from reactivate_desktop.storage.models.patients import Patient
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_ID = sa.bindparam("id", type_=sa.Uuid)
_PATIENT = sa.bindparam("patient", type_=sa.Uuid)
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_LOCATION = sa.bindparam("location", type_=sa.Uuid)
_PROVIDER = sa.bindparam("provider", type_=sa.Text)
_starts = Appointment.appointment_datetime
_TIME = _starts.type
# On which calendar a slot lies: its location's, else the clinic's.
_ZONE = sa.func.coalesce(Location.timezone, Clinic.timezone)
_LOCAL = sa.func.timezone(_ZONE, _starts, type_=sa.TIMESTAMP())
_DAY = sa.cast(_LOCAL, sa.Date)
_ROW = (
    Appointment.id,
    Appointment.patient_id,
    Patient.first_name,
    Patient.last_name,
    Patient.phone,
    _starts,
    Appointment.appointment_type,
    Appointment.provider_name,
    Appointment.duration_minutes,
    Appointment.location_id,
    Appointment.status,
    Appointment.confirmed_at,
    sa.func.coalesce(Appointment.reactivated, sa.false()),
    Appointment.reactivation_source,
    Appointment.visit_id,
    Appointment.connection_id.is_not(None),
    Appointment.version,
)


def _select(*columns: Any) -> sa.Select[Any]:
    """Return a select from appointments, each with its patient, clinic and location."""
    return (
        sa.select(*columns)
        .select_from(Appointment)
        .join(Patient, (Patient.clinic_id == _CLINIC) & (Patient.id == Appointment.patient_id))
        .join(Clinic, Clinic.id == _CLINIC)
        .outerjoin(Location, (Location.clinic_id == _CLINIC) & (Location.id == Appointment.location_id))
        .where(Appointment.clinic_id == _CLINIC)
    )


_ONE = _select(*_ROW).where(Appointment.id == _ID)
# The range of instants is for the index, the day is what counts: no zone is more than a day off UTC.
_BETWEEN = (
    _select(*_ROW)
    .where(
        _starts >= sa.bindparam("earliest", type_=_TIME),
        _starts < sa.bindparam("latest", type_=_TIME),
        _DAY.between(sa.bindparam("from_day", type_=sa.Date), sa.bindparam("to_day", type_=sa.Date)),
        Appointment.status != AppointmentStatus.RESCHEDULED,
        sa.or_(_LOCATION.is_(None), Appointment.location_id == _LOCATION),
        sa.or_(_PROVIDER.is_(None), Appointment.provider_name == _PROVIDER),
        sa.tuple_(_starts, Appointment.id)
        > sa.tuple_(sa.bindparam("after_time", type_=_TIME), sa.bindparam("after_id", type_=sa.Uuid)),
    )
    .order_by(_starts, Appointment.id)
    .limit(_LIMIT)
)
_OF_PATIENT = (
    _select(*_ROW).where(Appointment.patient_id == _PATIENT).order_by(_starts.desc(), Appointment.id).limit(_LIMIT)
)
_LATE = Appointment.cancelled_at > _starts - sa.func.make_interval(0, 0, 0, 0, 24)
_IS_CANCELLED = Appointment.status == AppointmentStatus.CANCELLED
_COUNTS = sa.select(
    sa.func.count().filter(Appointment.status != AppointmentStatus.RESCHEDULED),
    sa.func.count().filter(Appointment.status == AppointmentStatus.COMPLETED),
    sa.func.count().filter(Appointment.status == AppointmentStatus.NO_SHOW),
    sa.func.count().filter(_IS_CANCELLED),
    sa.func.count().filter(_IS_CANCELLED, _LATE),
    sa.func.count().filter(Appointment.status == AppointmentStatus.RESCHEDULED),
).where(Appointment.clinic_id == _CLINIC, Appointment.patient_id == _PATIENT)


def one(tx: Transaction, appointment_id: UUID) -> ScheduleRow | None:
    """Return the appointment, None when not in this clinic."""
    return read_one(tx, _ONE, ScheduleRow, id=appointment_id)


def between(
    tx: Transaction,
    days: tuple[date, date],
    location_id: UUID | None,
    provider: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[ScheduleRow]:
    """Return the slots whose own local day is one of `days` (first and last), by time.

    Slots that were moved away are left out: their new one is listed. `after`: (time, id) of the last row seen.
    """
    earliest = datetime.combine(days[0], time.min, UTC) - timedelta(days=1)
    latest = datetime.combine(days[1], time.min, UTC) + timedelta(days=2)
    after_time, after_id = after or (earliest - timedelta(days=1), UUID(int=0))
    return read_all(
        tx,
        _BETWEEN,
        ScheduleRow,
        earliest=earliest,
        latest=latest,
        from_day=days[0],
        to_day=days[1],
        location=location_id,
        provider=provider,
        after_time=after_time,
        after_id=after_id,
        limit=limit,
    )


def of_patient(tx: Transaction, patient_id: UUID, limit: int) -> list[ScheduleRow]:
    """Return the newest `limit` appointments of a patient, those that were moved away too."""
    return read_all(tx, _OF_PATIENT, ScheduleRow, patient=patient_id, limit=limit)


def counts(tx: Transaction, patient_id: UUID) -> AppointmentCounts:
    """Return how often a patient booked, came, stayed away and cancelled."""
    found = read_one(tx, _COUNTS, AppointmentCounts, patient=patient_id)
    assert found is not None, "an aggregate has one row"
    return found


def insert(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Add an appointment booked by the signed-in member of staff.

    `values` names id, patient_id and appointment_datetime; what it leaves out is as the table has it (SCHEDULED,
    30 minutes, not reactivated). `reactivated` needs a `reactivation_source`.
    """
    tx.connection.execute(sa.insert(Appointment).values(clinic_id=tx.clinic_id, created_by=tx.user_id, **values))


def update(tx: Transaction, appointment_id: UUID, seen_version: int, values: Mapping[str, Any]) -> bool:
    """Change an appointment as it was seen at `seen_version`; False when it has another version by now."""
    statement = (
        sa.update(Appointment)
        .where(
            Appointment.clinic_id == tx.clinic_id,
            Appointment.id == appointment_id,
            Appointment.version == seen_version,
        )
        .values(**values, version=Appointment.version + 1)
    )
    return tx.connection.execute(statement).rowcount == 1
