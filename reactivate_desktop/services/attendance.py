"""Ties an appointment to the visit that it became, and takes that back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from reactivate_desktop.domain.appointments import ScheduleRow
from reactivate_desktop.domain.enums import AppointmentStatus, VisitSource
from reactivate_desktop.domain.errors import Conflict, Invalid
from reactivate_desktop.domain.identity import imported_id, uuid7
from reactivate_desktop.storage.queries import booking, visits
from reactivate_desktop.storage.unit_of_work import Transaction

# What may be taken back: that a patient came, or stayed away.
ENDED = frozenset({AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW})


def visit_of(tx: Transaction, row: ScheduleRow, day: date) -> UUID:
    """Return the visit of an appointment on its local day: the counted one there is, else a new MANUAL one."""
    found = booking.visit_of_day(tx, row.patient_id, day)
    if found is not None:
        return found
    made = _made(tx, row)
    if visits.one(tx, made) is not None:
        # It was completed before, and that visit is now on another day or not counted: it stays as somebody made it.
        made = uuid7()
    visits.insert(
        tx,
        {
            "id": made,
            "patient_id": row.patient_id,
            "visit_date": day,
            "visit_type": row.appointment_type,
            "location_id": row.location_id,
            "provider_name": row.provider_name,
            "source": VisitSource.MANUAL,
        },
    )
    return made


def check_unborne(tx: Transaction, row: ScheduleRow, day: date) -> None:
    """Raise Invalid when a visit that the desk's own completion did not make bears out a reactivated appointment.

    It would be credited again with the next change of the patient's visits.
    """
    other = booking.visit_of_day(tx, row.patient_id, day, but=_made(tx, row))
    if row.reactivated and row.status == AppointmentStatus.COMPLETED and other is not None:
        raise Invalid(
            f"A visit on {day} is recorded for this patient, so the appointment counts as attended. "
            "If the patient did not come, please remove that visit."
        )


def remove_visit_of(tx: Transaction, row: ScheduleRow) -> bool:
    """Remove the visit that completing this appointment made; False when another one bears it out, or needs it.

    Raises Conflict when somebody worked on the visit since.
    """
    made = _made(tx, row)
    if row.visit_id != made or booking.linked(tx, made):
        return False
    visit = visits.one(tx, made)
    if visit is not None and visit.version != 1:
        raise Conflict(
            "Somebody changed the visit that this appointment became. If the patient did not come, please remove "
            "that visit: the appointment is then open again."
        )
    return visits.delete(tx, made)


def _made(tx: Transaction, row: ScheduleRow) -> UUID:
    """Return the id of the visit that completing this appointment makes: derived, so that reopening knows it."""
    return imported_id(tx.clinic_id, row.id, "visit")
