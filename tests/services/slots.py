"""What the tests of appointments, credit and merges share: slots and contacts that lie in the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.appointments import ScheduleRow
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.storage.queries import appointments
from tests.factories.clinics import Person


def in_days(days: float) -> datetime:
    """Return the instant so many days from now, without a fraction of a second."""
    return (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)


def past(person: Person, patient: UUID, days: float = 1, **values: object) -> UUID:
    """Write an open slot that lies so many days back, which nobody can book, and return its id."""
    made = uuid7()
    with person.begin() as tx:
        wish = {"id": made, "patient_id": patient, "appointment_datetime": in_days(-days), **values}
        appointments.insert(tx, wish)
    return made


def row_of(person: Person, slot: UUID) -> ScheduleRow:
    """Return a slot as the schedule shows it."""
    with person.begin() as tx:
        found = appointments.one(tx, slot)
    assert found is not None
    return found


def values_of(person: Person, table: str, row: UUID) -> dict[str, Any]:
    """Return all columns of one row."""
    with person.begin() as tx:
        return dict(
            tx.connection.execute(sa.text(f"SELECT * FROM {table} WHERE id = :id"), {"id": row}).mappings().one()
        )


def attempt(person: Person, patient: UUID, days: float, outcome: str = "NO_ANSWER", *, undone: bool = False) -> UUID:
    """Write a contact attempt that lies so many days back and return its id."""
    made = uuid7()
    with person.begin() as tx:
        tx.connection.execute(
            sa.text(
                "INSERT INTO contact_attempt (clinic_id, id, patient_id, user_id, channel, outcome, started_at, "
                "undone_at) VALUES (:clinic, :id, :patient, :user, 'VOICE', :outcome, :at, :undone)"
            ),
            {
                "clinic": tx.clinic_id,
                "id": made,
                "patient": patient,
                "user": tx.user_id,
                "outcome": outcome,
                "at": in_days(-days),
                "undone": in_days(0) if undone else None,
            },
        )
    return made


def emr_source(person: Person) -> UUID:
    """Write an EMR account (an ADMIN's right) and return its id."""
    made = uuid7()
    with person.begin() as tx:
        tx.connection.execute(
            sa.text("INSERT INTO emr_connection (clinic_id, id, kind, name) VALUES (:clinic, :id, 'EPIC', :name)"),
            {"clinic": tx.clinic_id, "id": made, "name": f"Epic {made}"},
        )
    return made


def slots_of(person: Person) -> Appointments:
    """Return the services of appointments as `person`."""
    return Appointments(person.begin)
