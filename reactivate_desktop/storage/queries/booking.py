"""What booking and changing an appointment asks: whose it is, on which day it lies, what it would overlap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.appointments import OPEN
from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.storage.models.appointments import Appointment
from reactivate_desktop.storage.models.organization import Clinic, Location
from reactivate_desktop.storage.models.patients import Patient, PatientStanding, Visit
from reactivate_desktop.storage.queries.rows import read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_ID = sa.bindparam("id", type_=sa.Uuid)
_PATIENT = sa.bindparam("patient", type_=sa.Uuid)
_NOBODY = UUID(int=0)
_BUT = sa.bindparam("but", type_=sa.Uuid)
_starts = Appointment.appointment_datetime
_TIME = _starts.type
# On which calendar a slot lies: its location's, else the clinic's.
_ZONE = sa.func.coalesce(Location.timezone, Clinic.timezone)
_LOCAL = sa.func.timezone(_ZONE, _starts, type_=sa.TIMESTAMP())


def _select(*columns: Any) -> sa.Select[Any]:
    """Return a select from appointments, each with its clinic and location."""
    return (
        sa.select(*columns)
        .select_from(Appointment)
        .join(Clinic, Clinic.id == _CLINIC)
        .outerjoin(Location, (Location.clinic_id == _CLINIC) & (Location.id == Appointment.location_id))
        .where(Appointment.clinic_id == _CLINIC)
    )


_PLACE = _select(
    sa.cast(_LOCAL, sa.Date),
    sa.cast(sa.func.timezone(_ZONE, sa.func.statement_timestamp()), sa.Date),
    sa.func.statement_timestamp(),
    Appointment.booked_at,
    Appointment.estimated_revenue,
    Appointment.source_attempt_id,
).where(Appointment.id == _ID)
_OVERLAPPING = (
    _select(Appointment.id, sa.func.to_char(_LOCAL, "YYYY-MM-DD HH24:MI"))
    .where(
        Appointment.patient_id == _PATIENT,
        Appointment.status.in_(sorted(OPEN)),
        _starts < sa.bindparam("ends", type_=_TIME),
        # A slot takes at most a day: the range of the index.
        _starts > sa.bindparam("day_before", type_=_TIME),
        _starts + sa.func.make_interval(0, 0, 0, 0, 0, Appointment.duration_minutes)
        > sa.bindparam("starts", type_=_TIME),
        Appointment.id != _BUT,
    )
    .order_by(_starts)
    .limit(1)
)
# FOR KEY SHARE waits for a merge of this record that is going on, and then sees it.
_PERSON = (
    sa.select(
        Patient.first_name,
        Patient.last_name,
        Patient.patient_state,
        Patient.merged_into_id,
        sa.func.statement_timestamp(),
    )
    .where(Patient.clinic_id == _CLINIC, Patient.id == _PATIENT)
    .with_for_update(read=True, key_share=True)
)
_HOLD = (
    sa.select(PatientStanding.id)
    .where(PatientStanding.clinic_id == _CLINIC, PatientStanding.id == _PATIENT)
    .with_for_update(key_share=True)
)
_VISIT_OF_DAY = (
    sa.select(Visit.id)
    .where(
        Visit.clinic_id == _CLINIC,
        Visit.patient_id == _PATIENT,
        Visit.visit_date == sa.bindparam("day", type_=sa.Date),
        Visit.not_counted_reason.is_(None),
        Visit.id != _BUT,
    )
    .order_by(Visit.created_at, Visit.id)
    .limit(1)
)
_LINKED = sa.select(sa.func.count()).where(
    Appointment.clinic_id == _CLINIC, Appointment.visit_id == sa.bindparam("visit", type_=sa.Uuid)
)


@dataclass(frozen=True)
class Place:
    """Where an appointment lies in time and where it comes from: what a change of it asks.

    day, today: on the slot's own calendar; now: the server's clock; booked_at: when the first slot of a chain of
    moves was booked.
    """

    day: date
    today: date
    now: datetime
    booked_at: datetime
    estimated_revenue: Decimal | None
    source_attempt_id: UUID | None


@dataclass(frozen=True)
class Person:
    """Whom a slot is booked for, and the server's clock."""

    first_name: str
    last_name: str
    patient_state: PatientState
    merged_into_id: UUID | None
    now: datetime


def place(tx: Transaction, appointment_id: UUID) -> Place:
    """Return where an appointment of this clinic lies in time and comes from."""
    found = read_one(tx, _PLACE, Place, id=appointment_id)
    assert found is not None, "the appointment was just read"
    return found


def overlapping(
    tx: Transaction, patient_id: UUID, starts: datetime, minutes: int, but: UUID | None = None
) -> str | None:
    """Return the local time of an open slot of the patient that overlaps this one (`but`: not that), else None."""
    # Adding minutes to a local time forgets which of the two hours is meant when the clock is set back.
    starts = starts.astimezone(UTC)
    scope = {
        "clinic": tx.clinic_id,
        "patient": patient_id,
        "starts": starts,
        "ends": starts + timedelta(minutes=minutes),
        "day_before": starts - timedelta(days=1),
        "but": but or _NOBODY,
    }
    row = tx.connection.execute(_OVERLAPPING, scope).one_or_none()
    return None if row is None else str(row[1])


def person(tx: Transaction, patient_id: UUID) -> Person | None:
    """Return whom a slot is booked for, None when not in this clinic; waits for a merge that is going on.

    Only in transactions of those who may write: the lock needs the right to.
    """
    return read_one(tx, _PERSON, Person, patient=patient_id)


def hold(tx: Transaction, patient_id: UUID) -> None:
    """Let only one transaction at a time change what is booked for a patient; the next statement sees the last one.

    It is the lock of standing.recompute, taken before the appointment's own: everybody takes them in this order.
    """
    tx.connection.execute(_HOLD, {"clinic": tx.clinic_id, "patient": patient_id})


def visit_of_day(tx: Transaction, patient_id: UUID, day: date, but: UUID | None = None) -> UUID | None:
    """Return the counted visit of a patient on a local day (`but`: not that), of several the first made, else None."""
    scope = {"clinic": tx.clinic_id, "patient": patient_id, "day": day, "but": but or _NOBODY}
    found: UUID | None = tx.connection.execute(_VISIT_OF_DAY, scope).scalar_one_or_none()
    return found


def linked(tx: Transaction, visit_id: UUID) -> int:
    """Return how many appointments were completed with this visit."""
    found: int = tx.connection.execute(_LINKED, {"clinic": tx.clinic_id, "visit": visit_id}).scalar_one()
    return found
