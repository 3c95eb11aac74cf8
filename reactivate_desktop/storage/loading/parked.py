"""Visits and appointments whose patient has not come yet: kept with all that the file said, and taken up later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.imports import ImportSubject, IncomingAppointment, IncomingVisit, PersonRef
from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.keys import NATURAL, Scope, as_text, day, fingerprint, moment
from reactivate_desktop.storage.models.imports import ParkedReference
from reactivate_desktop.storage.models.patients import Patient
from reactivate_desktop.storage.unit_of_work import Transaction

Waiter = IncomingVisit | IncomingAppointment
_TABLE = sets.table_of(ParkedReference)
_ROWS = sets.RowSet({"id": sets.UUID, "external_id": sets.TEXT, "patient_external_id": sets.TEXT, "record": sets.JSON})
_CONNECTION = sa.bindparam("connection", type_=sets.UUID)
_RESOURCE = sa.bindparam("subject", type_=sets.TEXT)
_DONE = sa.delete(_TABLE).where(_TABLE.c.clinic_id == sets.CLINIC, _TABLE.c.id == sa.any_(sets.IDS))
_READY = (
    sa.select(ParkedReference.id, ParkedReference.record, Patient.id.label("patient"))
    .join(
        Patient,
        (Patient.clinic_id == sets.CLINIC)
        & (Patient.connection_id == ParkedReference.connection_id)
        & (Patient.external_patient_id == ParkedReference.patient_external_id),
    )
    .where(
        ParkedReference.clinic_id == sets.CLINIC,
        ParkedReference.connection_id == _CONNECTION,
        ParkedReference.resource == _RESOURCE,
    )
    .order_by(ParkedReference.id)
    .limit(sa.bindparam("limit", type_=sets.INTEGER))
    .with_for_update(of=ParkedReference, key_share=True)
)


def _upsert() -> Any:
    chosen = sa.select(sets.CLINIC, _CONNECTION, _RESOURCE, *(_ROWS[name] for name in _ROWS.names))
    names = ["clinic_id", "connection_id", "resource", *_ROWS.names]
    statement = insert(_TABLE).from_select(names, chosen.select_from(_ROWS.rows), include_defaults=False)
    return statement.on_conflict_do_update(
        index_elements=["clinic_id", "connection_id", "resource", "external_id"],
        set_={
            "patient_external_id": statement.excluded.patient_external_id,
            "record": statement.excluded.record,
            "updated_at": sa.func.now(),
        },
        # The same file again writes nothing.
        where=_TABLE.c.record != statement.excluded.record,
    )


_PARK = _upsert()


class Waiting:
    """Rows of one chunk that wait for their patient; of several for one thing the last counts."""

    def __init__(self, subject: ImportSubject) -> None:
        self._subject = subject
        self._rows: dict[str, Waiter] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Waiter) -> bool:
        """Add a row; True when it takes the place of an earlier one."""
        key = row.external_id or NATURAL + fingerprint(as_text(_record(row))).hex()
        known = key in self._rows
        self._rows[key] = row
        return known

    def park(self, tx: Transaction, scope: Scope) -> None:
        """Keep the rows until their patient comes."""
        if not self._rows:
            return
        rows = [
            {
                "id": uuid5(scope.connection, f"parked:{self._subject}:{key}"),
                "external_id": key,
                "patient_external_id": row.patient.external_id,
                "record": as_text(_record(row)),
            }
            for key, row in sorted(self._rows.items())
        ]
        constants = {"clinic": tx.clinic_id, "connection": scope.connection, "subject": str(self._subject)}
        tx.connection.execute(_PARK, {**_ROWS.values(rows), **constants})


def ready(tx: Transaction, scope: Scope, subject: ImportSubject, limit: int) -> list[tuple[UUID, Waiter]]:
    """Return up to `limit` parked rows whose patient is here by now, locked."""
    values = {"clinic": tx.clinic_id, "connection": scope.connection, "subject": str(subject), "limit": limit}
    found = [(row, _row(subject, row.record)) for row in tx.connection.execute(_READY, values)]
    # A patient under another id than an import gives would only park the row again, to be deleted afterwards.
    return [
        (row.id, waiter) for row, waiter in found if row.patient == scope.patient_id(waiter.patient.external_id or "")
    ]


def forget(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Remove parked rows that found their patient."""
    tx.connection.execute(_DONE, {"clinic": tx.clinic_id, "ids": list(ids)})


def _record(row: Waiter) -> dict[str, Any]:
    """Return all that the file said of a row as JSON can hold it, without where in the file that was."""
    values = asdict(row)
    del values["row"]
    values["patient"] = {**values["patient"], "date_of_birth": day(row.patient.date_of_birth)}
    if isinstance(row, IncomingVisit):
        return values | {"visit_date": day(row.visit_date), "started_at": moment(row.started_at)}
    return values | {"starts_at": moment(row.starts_at), "status": str(row.status)}


def _row(subject: ImportSubject, record: dict[str, Any]) -> Waiter:
    person = dict(record["patient"])
    person["date_of_birth"] = _day(person["date_of_birth"])
    values = record | {"row": 0, "patient": PersonRef(**person)}
    if subject == ImportSubject.VISITS:
        started = values["started_at"]
        values |= {
            "visit_date": date.fromisoformat(values["visit_date"]),
            "started_at": datetime.fromisoformat(started) if started else None,
        }
        return IncomingVisit(**values)
    values |= {
        "starts_at": datetime.fromisoformat(values["starts_at"]),
        "status": AppointmentStatus(values["status"]),
    }
    return IncomingAppointment(**values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
