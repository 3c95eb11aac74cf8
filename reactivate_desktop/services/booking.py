"""What every change of an appointment shares: who may, on which version, and the rows that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.appointments import OPEN, NewAppointment, ScheduleRow
from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import AppointmentStatus, PatientState, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.queries import appointments
from reactivate_desktop.storage.queries import booking as queries
from reactivate_desktop.storage.queries.booking import Person, Place
from reactivate_desktop.storage.unit_of_work import Transaction

_GONE = "This appointment is not in the clinic (any more). Please look at the schedule again."
_CHANGED = (
    "Somebody changed this appointment while you looked at it. Nothing was overwritten: "
    "look at it again, and repeat what still fits."
)
_STATUS_WORDS = {
    AppointmentStatus.SCHEDULED: "open and not confirmed",
    AppointmentStatus.CONFIRMED: "confirmed already",
    AppointmentStatus.COMPLETED: "completed already",
    AppointmentStatus.CANCELLED: "cancelled",
    AppointmentStatus.NO_SHOW: "marked as missed",
    AppointmentStatus.RESCHEDULED: "moved to another time",
}


@dataclass(frozen=True)
class Seen:
    """An appointment as it was seen, and in which statuses the wished change of it makes sense.

    emr_too: also where the EMR keeps the appointment (a confirmation is the desk's own).
    """

    id: UUID
    version: int
    allowed: frozenset[AppointmentStatus] = OPEN
    emr_too: bool = False


def present(tx: Transaction, patient_id: UUID) -> Person:
    """Return the patient whom something is to be booked or recorded for.

    Raises NotFound, Conflict for a record that was merged into another, NotAllowed for a patient who has died.
    """
    person = queries.person(tx, patient_id)
    if person is None:
        raise NotFound("This patient is not in the clinic (any more). Please search again.")
    name = full_name(person.first_name, person.last_name)
    if person.merged_into_id is not None:
        raise Conflict(f"This record of {name} was merged into another one. Please search again, and use that one.")
    if person.patient_state == PatientState.DECEASED:
        raise NotAllowed(f"{name} has died, so nothing can be booked. If that is wrong, correct the record first.")
    return person


def check_free(tx: Transaction, patient_id: UUID, starts: datetime, minutes: int, but: UUID | None = None) -> None:
    """Raise Conflict when the patient has an open slot at this time; holds the patient's standing until the end."""
    queries.hold(tx, patient_id)
    other = queries.overlapping(tx, patient_id, starts, minutes, but)
    if other is not None:
        raise Conflict(f"This patient has an appointment at that time already ({other}). Please move that one instead.")


def check_day(place: Place, what: str) -> None:
    """Raise Invalid before the slot's own local day: nobody knows yet what becomes of it."""
    if place.today < place.day:
        raise Invalid(f"This appointment is on {place.day}: it can be {what} from that day on.")


def new_values(appointment_id: UUID, patient_id: UUID, wish: NewAppointment, source: str | None) -> dict[str, Any]:
    """Return the columns of a new slot. Raises Invalid for a text that is too long."""
    brought_by = words(source, "reactivation source")
    return {
        "id": appointment_id,
        "patient_id": patient_id,
        "appointment_datetime": wish.starts_at,
        "appointment_type": words(wish.appointment_type, "type"),
        "provider_name": words(wish.provider_name, "provider"),
        "duration_minutes": wish.duration_minutes,
        "location_id": wish.location_id,
        "estimated_revenue": wish.estimated_revenue,
        "reactivated": brought_by is not None,
        "reactivation_source": brought_by,
    }


def kept(row: ScheduleRow, place: Place) -> dict[str, Any]:
    """Return what the new slot of a moved appointment keeps of the old one."""
    return {
        "patient_id": row.patient_id,
        "appointment_type": row.appointment_type,
        "reactivated": row.reactivated,
        "reactivation_source": row.reactivation_source,
        "source_attempt_id": place.source_attempt_id,
        "estimated_revenue": place.estimated_revenue,
        "booked_at": place.booked_at,
    }


def words(text: str | None, what: str, most: int = 200) -> str | None:
    """Return a short text without blanks around it, None for an empty one. Raises Invalid above `most` letters."""
    tidy = " ".join((text or "").split())
    if len(tidy) > most:
        raise Invalid(f"The {what} of an appointment has at most {most} letters. Please shorten it.")
    return tidy or None


def changing(tx: Transaction, seen: Seen) -> tuple[ScheduleRow, Place]:
    """Return the appointment that is to be changed; nobody else changes its patient's until the transaction ends.

    Raises NotAllowed (role, or the EMR's own), NotFound, Conflict (another version), Invalid (status).
    """
    tx.require(UserRole.STAFF)
    row = appointments.one(tx, seen.id)
    if row is not None:
        queries.hold(tx, row.patient_id)
        # Read again: what the lock waited for is seen by the next statement only.
        row = appointments.one(tx, seen.id)
    row = found(row)
    if row.version != seen.version:
        raise Conflict(_CHANGED)
    if row.from_emr and not seen.emr_too:
        raise NotAllowed("This appointment comes from the EMR: please change it there.")
    if row.status not in seen.allowed:
        raise Invalid(f"This appointment is {_STATUS_WORDS.get(row.status, row.status)}. Please look at it again.")
    return row, queries.place(tx, seen.id)


def found(row: ScheduleRow | None) -> ScheduleRow:
    """Return the appointment. Raises NotFound when there is none."""
    if row is None:
        raise NotFound(_GONE)
    return row


def write(tx: Transaction, row: ScheduleRow, values: Mapping[str, Any]) -> None:
    """Change the appointment as it was read. Raises Conflict when an import changed it meanwhile."""
    if not appointments.update(tx, row.id, row.version, values):
        raise Conflict(_CHANGED)


def finish(tx: Transaction, action: str, row: ScheduleRow, **ids: UUID) -> None:
    """Bring the standing up to date after a change, audit it, and tell the other desks."""
    standing.recompute(tx, [row.patient_id])
    details = {"patient_id": str(row.patient_id)} | {name: str(value) for name, value in ids.items()}
    tx.audit(action, "appointment", row.id, details)
    tx.changed(Change.APPOINTMENTS, [row.patient_id])
