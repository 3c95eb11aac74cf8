"""Writes a chunk of incoming appointments; what the desk confirmed or closed stays unless the source moves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.imports import ImportSubject, IncomingAppointment, PersonRef
from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.belonging import Owned, belonging, sort_out
from reactivate_desktop.storage.loading.keys import Scope
from reactivate_desktop.storage.loading.loaded import Loaded, Overlay
from reactivate_desktop.storage.loading.locks import lock_standing
from reactivate_desktop.storage.loading.prepared import STATUS_BYTES, Ready
from reactivate_desktop.storage.models.appointments import Appointment
from reactivate_desktop.storage.unit_of_work import Transaction

_COLUMNS = {
    "id": sets.UUID,
    "patient_id": sets.UUID,
    "appointment_datetime": sets.MOMENT,
    "appointment_type": sets.TEXT,
    "provider_name": sets.TEXT,
    "duration_minutes": sets.INTEGER,
    "status": sets.TEXT,
    "confirmed": sets.BOOLEAN,
    "confirmed_at": sets.MOMENT,
    "cancelled_at": sets.MOMENT,
    "row_hash": sets.BYTES,
}
_NEW = sets.RowSet({**_COLUMNS, "external_appointment_id": sets.TEXT})
_INSERT = _NEW.insert(
    sets.table_of(Appointment),
    clinic_id=sets.CLINIC,
    connection_id=sa.bindparam("connection", type_=sets.UUID),
    created_by=sa.bindparam("user", type_=sets.UUID),
)
_CHANGED = sets.RowSet({**_COLUMNS, "version": sets.INTEGER})
_UPDATE = _CHANGED.update(sets.table_of(Appointment))
_OF_IDS = (Appointment.clinic_id == sets.CLINIC) & (Appointment.id == sa.any_(sets.IDS))
_HASHES = sa.select(Appointment.id, Appointment.row_hash).where(_OF_IDS)
_LOCKED = (
    sa.select(
        Appointment.id,
        Appointment.patient_id,
        Appointment.appointment_datetime,
        Appointment.duration_minutes,
        Appointment.status,
        Appointment.confirmed_at,
        Appointment.cancelled_at,
        Appointment.row_hash,
        Appointment.version,
    )
    .where(_OF_IDS)
    .order_by(Appointment.id)
    .with_for_update(key_share=True)
)
_OFF = sa.text(
    """
UPDATE appointment SET status = 'CANCELLED', cancelled_at = now(), version = version + 1, updated_at = now(),
    cancel_reason = 'The file names a later next appointment'
WHERE clinic_id = :clinic AND id = ANY(:ids) AND status IN ('SCHEDULED', 'CONFIRMED')
RETURNING patient_id
"""
).bindparams(sets.IDS)
_MINUTES = 30


def load_appointments(
    tx: Transaction, scope: Scope, rows: Sequence[Ready[IncomingAppointment]], overlay: Overlay | None = None
) -> Loaded:
    """Write these rows of a file; with an `overlay` (a dry run) only say what would become of them.

    A patient whom the source has not sent yet parks the row; one who cannot be told from the name rejects it.
    Afterwards the caller settles the standing of those whom `Loaded` names.
    """
    loaded = Loaded()
    owned = belonging(tx, scope, ImportSubject.APPOINTMENTS, rows, scope.appointment_id, loaded, overlay)
    new, changed = sort_out(owned.values(), _known(tx, list(owned), overlay), loaded)
    if overlay is not None:
        overlay.appointments.update({each.id: each.hash for each in (*new, *changed)})
        return loaded
    if new:
        constants = {"clinic": tx.clinic_id, "connection": scope.connection, "user": tx.user_id}
        now = datetime.now(UTC)
        first = [{**_of_new(each, now), "external_appointment_id": each.row.external_id or None} for each in new]
        tx.connection.execute(_INSERT, {**_NEW.values(first), **constants})
    loaded.appointments_of |= {each.person.id for each in (*new, *changed)}
    loaded.appointments_of |= _update(tx, changed)
    return loaded


def withdraw(tx: Transaction, scope: Scope, slots: Sequence[tuple[UUID, datetime]]) -> set[UUID]:
    """Cancel the appointments that these (patient, start) once named and return whose standing moves."""
    nobody = PersonRef()
    ids = [
        scope.appointment_id(IncomingAppointment(0, nobody, at, AppointmentStatus.SCHEDULED), patient)
        for patient, at in slots
    ]
    wanted = {"clinic": tx.clinic_id, "ids": ids}
    lock_standing(tx, {patient for patient, _ in slots})
    tx.connection.execute(_LOCKED, wanted)
    return set(tx.connection.execute(_OFF, wanted).scalars())


def _known(tx: Transaction, ids: list[UUID], overlay: Overlay | None) -> dict[UUID, bytes]:
    found = {row.id: row.row_hash for row in tx.connection.execute(_HASHES, {"clinic": tx.clinic_id, "ids": ids})}
    if overlay is not None:
        found |= {i: overlay.appointments[i] for i in ids if i in overlay.appointments}
    return found


def _update(tx: Transaction, changed: Sequence[Owned[IncomingAppointment]]) -> set[UUID]:
    """Write what the source changed and return whose appointments they were."""
    if not changed:
        return set()
    now = datetime.now(UTC)
    lock_standing(tx, {c.person.id for c in changed})
    scope = {"clinic": tx.clinic_id, "ids": [c.id for c in changed]}
    kept = {row.id: row for row in tx.connection.execute(_LOCKED, scope)}
    rows = [{**_of_changed(c, kept[c.id], now), "version": kept[c.id].version + 1} for c in changed]
    tx.connection.execute(_UPDATE, {**_CHANGED.values(rows), "clinic": tx.clinic_id})
    return {row.patient_id for row in kept.values()}


def _of_new(c: Owned[IncomingAppointment], now: datetime) -> dict[str, Any]:
    return {**_plain(c), "duration_minutes": c.row.duration_minutes or _MINUTES, **_state(c, None, None, now)}


def _of_changed(c: Owned[IncomingAppointment], kept: Any, now: datetime) -> dict[str, Any]:
    """Return the columns after the source changed something.

    Its status counts when the source moved the start or the status itself; else the desk's word stays: a
    confirmation by phone, a visit that was linked (reference: local CONFIRMED stays unless start or status moves).
    """
    moved = kept.appointment_datetime != c.row.starts_at
    same_status = (kept.row_hash or b"")[:STATUS_BYTES] == c.hash[:STATUS_BYTES]
    columns = {**_plain(c), "duration_minutes": c.row.duration_minutes or kept.duration_minutes}
    if moved:
        return {**columns, **_state(c, None, kept.cancelled_at, now)}
    if same_status:
        confirmed = kept.confirmed_at is not None
        return {**columns, "status": str(kept.status), "confirmed": confirmed, "confirmed_at": kept.confirmed_at,
                "cancelled_at": kept.cancelled_at}  # fmt: skip
    return {**columns, **_state(c, kept.confirmed_at, kept.cancelled_at, now)}


def _plain(c: Owned[IncomingAppointment]) -> dict[str, Any]:
    return {
        "id": c.id,
        "patient_id": c.person.id,
        "appointment_datetime": c.row.starts_at,
        "appointment_type": c.row.appointment_type,
        "provider_name": c.row.provider_name,
        "row_hash": c.hash,
    }


def _state(
    c: Owned[IncomingAppointment], confirmed_at: datetime | None, cancelled_at: datetime | None, now: datetime
) -> dict[str, Any]:
    """Return the source's status with the moments that belong to it; the tables tie CONFIRMED to its time."""
    status = c.row.status
    if status == AppointmentStatus.CONFIRMED:
        confirmed_at = confirmed_at or now
    elif status == AppointmentStatus.SCHEDULED:
        confirmed_at = None
    off = status == AppointmentStatus.CANCELLED
    return {
        "status": str(status),
        "confirmed": confirmed_at is not None,
        "confirmed_at": confirmed_at,
        "cancelled_at": (cancelled_at or now) if off else None,
    }
