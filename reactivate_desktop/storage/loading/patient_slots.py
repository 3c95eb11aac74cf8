"""The last visit and the next appointment that a file of patients names: kept as rows of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.imports import IncomingAppointment, IncomingPatient, IncomingVisit, PersonRef
from reactivate_desktop.storage.loading.appointments import load_appointments, withdraw
from reactivate_desktop.storage.loading.keys import Scope
from reactivate_desktop.storage.loading.loaded import Loaded
from reactivate_desktop.storage.loading.prepared import ready_appointments, ready_visits
from reactivate_desktop.storage.loading.visits import load_visits
from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass(frozen=True)
class Slots:
    """A patient's row, what the source calls her, her id, and what the source said of her before."""

    row: IncomingPatient
    key: str
    id: UUID
    before: Mapping[str, Any]


def load_slots(tx: Transaction, scope: Scope, patients: Sequence[Slots]) -> Loaded:
    """Write the visits and appointments in these patients' columns; they are no rows of the file and not counted.

    The file shows one next appointment: when it shows a later one while the former had not begun, the former is
    off. An earlier one says nothing of it.
    """
    visits = [IncomingVisit(p.row.row, PersonRef(p.key), p.row.last_visit_on) for p in patients if p.row.last_visit_on]
    planned = [
        IncomingAppointment(p.row.row, PersonRef(p.key), p.row.next_appointment_at, AppointmentStatus.SCHEDULED)
        for p in patients
        if p.row.next_appointment_at
    ]
    loaded = Loaded()
    if visits:
        loaded.follow(load_visits(tx, scope, ready_visits(scope, visits, loaded)))
    if planned:
        loaded.follow(load_appointments(tx, scope, ready_appointments(scope, planned, loaded)))
    off = [(p.id, at) for p in patients if (at := _off(p))]
    if off:
        loaded.appointments_of |= withdraw(tx, scope, off)
    return loaded


def _off(p: Slots) -> datetime | None:
    """Return the start of the appointment that the file showed before and that no longer takes place."""
    said, now = p.before.get("next_appointment_at"), p.row.next_appointment_at
    if not said or now is None:
        return None
    former = datetime.fromisoformat(said)
    return former if datetime.now(UTC) < former < now else None
