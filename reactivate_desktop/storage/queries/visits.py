"""Visits and appointments of one patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.patients import AppointmentRow, VisitRow
from reactivate_desktop.storage.models.appointments import Appointment
from reactivate_desktop.storage.models.patients import Visit
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_VISIT = sa.select(
    Visit.id,
    Visit.patient_id,
    Visit.visit_date,
    Visit.visit_type,
    Visit.source,
    Visit.location_id,
    Visit.provider_name,
    Visit.not_counted_reason,
    Visit.version,
)
_APPOINTMENT = sa.select(
    Appointment.id,
    Appointment.patient_id,
    Appointment.appointment_datetime,
    Appointment.appointment_type,
    Appointment.provider_name,
    Appointment.duration_minutes,
    Appointment.status,
    Appointment.version,
)
_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_PATIENT = sa.bindparam("patient", type_=sa.Uuid)
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_NEWEST_VISITS = (
    _VISIT.where(Visit.clinic_id == _CLINIC, Visit.patient_id == _PATIENT)
    .order_by(Visit.visit_date.desc(), Visit.id)
    .limit(_LIMIT)
)
_ONE = _VISIT.where(Visit.clinic_id == _CLINIC, Visit.id == sa.bindparam("id", type_=sa.Uuid))
_NEWEST_APPOINTMENTS = (
    _APPOINTMENT.where(Appointment.clinic_id == _CLINIC, Appointment.patient_id == _PATIENT)
    .order_by(Appointment.appointment_datetime.desc(), Appointment.id)
    .limit(_LIMIT)
)


def of_patient(tx: Transaction, patient_id: UUID, limit: int) -> tuple[VisitRow, ...]:
    """Return the newest `limit` visits of a patient."""
    return tuple(read_all(tx, _NEWEST_VISITS, VisitRow, patient=patient_id, limit=limit))


def one(tx: Transaction, visit_id: UUID) -> VisitRow | None:
    """Return the visit, None when not in this clinic."""
    return read_one(tx, _ONE, VisitRow, id=visit_id)


def appointments_of_patient(tx: Transaction, patient_id: UUID, limit: int) -> tuple[AppointmentRow, ...]:
    """Return the newest `limit` appointments of a patient, the future ones first."""
    return tuple(read_all(tx, _NEWEST_APPOINTMENTS, AppointmentRow, patient=patient_id, limit=limit))


def insert(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Add a visit by the signed-in member of staff."""
    tx.connection.execute(sa.insert(Visit).values(clinic_id=tx.clinic_id, created_by=tx.user_id, **values))


def update(tx: Transaction, visit_id: UUID, seen_version: int, values: Mapping[str, Any]) -> bool:
    """Change a visit as it was seen at `seen_version`; False when it has another version by now."""
    statement = (
        sa.update(Visit)
        .where(Visit.clinic_id == tx.clinic_id, Visit.id == visit_id, Visit.version == seen_version)
        .values(**values, version=Visit.version + 1)
    )
    return tx.connection.execute(statement).rowcount == 1


def delete(tx: Transaction, visit_id: UUID) -> bool:
    """Remove a visit; False when it is not in this clinic."""
    statement = sa.delete(Visit).where(Visit.clinic_id == tx.clinic_id, Visit.id == visit_id)
    return tx.connection.execute(statement).rowcount == 1
