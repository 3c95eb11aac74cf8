"""Patients: pages, searches, one record, and the rows that adding one makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.names import fold
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.storage.models.contact import WorkClaim
from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.queries.rows import Query, any_of, read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_ROW = sa.select(
    Patient.id,
    Patient.first_name,
    Patient.last_name,
    Patient.name_key,
    Patient.phone,
    Patient.phone_quality,
    Patient.email,
    Patient.date_of_birth,
    Patient.external_patient_id,
    Patient.patient_state,
    Patient.do_not_contact,
    PatientStanding.segment,
    PatientStanding.contact_priority,
    PatientStanding.contact_priority_score,
    PatientStanding.last_visit_on,
    PatientStanding.visit_count,
    PatientStanding.next_appointment_at,
    Patient.version,
)


def _rows(tx: Transaction) -> Query:
    """Return the select of this clinic's patients; the clinic is named on each table for the planner's sake."""
    return _ROW.join_from(
        Patient,
        PatientStanding,
        (PatientStanding.clinic_id == tx.clinic_id) & (PatientStanding.id == Patient.id),
    ).where(Patient.clinic_id == tx.clinic_id)


def page(tx: Transaction, after: tuple[str, UUID] | None, limit: int) -> list[PatientRow]:
    """Return up to `limit` patients by name, those after the (name_key, id) given."""
    query = _rows(tx).where(Patient.merged_into_id.is_(None))
    if after is not None:
        query = query.where(sa.tuple_(Patient.name_key, Patient.id) > sa.tuple_(*after))
    return read_all(tx, query.order_by(Patient.name_key, Patient.id).limit(limit), PatientRow)


def prefix(tx: Transaction, text: str, limit: int) -> list[PatientRow]:
    """Return patients whose "last first" begins with `text`: a range of the index, never LIKE."""
    key = fold(text)
    if not key:
        return []
    query = _rows(tx).where(Patient.merged_into_id.is_(None), Patient.name_key >= key, Patient.name_key < _after(key))
    return read_all(tx, query.order_by(Patient.name_key, Patient.id).limit(limit), PatientRow)


def search(tx: Transaction, text: str, limit: int) -> list[PatientRow]:
    """Return patients whose name holds every word of `text`, or else the likest names (typos)."""
    key = fold(text)
    if not key:
        return []
    found = tx.connection.execute(
        sa.text("SELECT id FROM app.search_patients(:query, :most)"), {"query": key, "most": limit}
    ).scalars()
    return by_ids(tx, list(found))


def by_ids(tx: Transaction, ids: Sequence[UUID]) -> list[PatientRow]:
    """Return the patients with these ids, in the order of `ids`."""
    if not ids:
        return []
    found = read_all(tx, _rows(tx).where(Patient.id == any_of(list(ids))), PatientRow)
    rows = {row.id: row for row in found}
    return [rows[i] for i in ids if i in rows]


def by_phone(tx: Transaction, number: str) -> list[PatientRow]:
    """Return everybody who has this number (E.164), first or second; families share one."""
    first = _rows(tx).where(Patient.phone == number)
    second = _rows(tx).where(Patient.phone_second == number, Patient.phone_second.is_not(None))
    rows = {row.id: row for query in (first, second) for row in read_all(tx, query, PatientRow)}
    return sorted(rows.values(), key=lambda row: (row.name_key, row.id))


def one(tx: Transaction, patient_id: UUID) -> PatientRow | None:
    """Return the patient, None when not in this clinic."""
    return read_one(tx, _rows(tx).where(Patient.id == patient_id), PatientRow)


def habits(tx: Transaction, patient_id: UUID) -> tuple[Any, ...]:
    """Return (preferred_channel, language, timezone) of a patient of this clinic."""
    query = sa.select(Patient.preferred_channel, Patient.language, Patient.timezone).where(
        Patient.clinic_id == tx.clinic_id, Patient.id == patient_id
    )
    return tuple(tx.connection.execute(query).one())


def fields(tx: Transaction, patient_id: UUID, names: Sequence[str]) -> dict[str, Any]:
    """Return the named columns of a patient of this clinic."""
    columns = [Patient.__table__.c[name] for name in names]
    query = sa.select(*columns).where(Patient.clinic_id == tx.clinic_id, Patient.id == patient_id)
    return dict(tx.connection.execute(query).mappings().one())


def insert(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Add a patient with its standing and its claim row, which every patient has."""
    key = {"clinic_id": tx.clinic_id, "id": values["id"]}
    tx.connection.execute(sa.insert(Patient).values(clinic_id=tx.clinic_id, **values))
    tx.connection.execute(sa.insert(PatientStanding).values(**key, segment="NEW"))
    tx.connection.execute(sa.insert(WorkClaim).values(**key))


def update(tx: Transaction, patient_id: UUID, seen_version: int, values: Mapping[str, Any]) -> bool:
    """Change a patient as it was seen at `seen_version`; False when it has another version by now."""
    statement = (
        sa.update(Patient)
        .where(Patient.clinic_id == tx.clinic_id, Patient.id == patient_id, Patient.version == seen_version)
        .values(**values, version=Patient.version + 1)
    )
    return tx.connection.execute(statement).rowcount == 1


def _after(key: str) -> str:
    """Return the smallest text behind every text that begins with `key`, by code point."""
    last = ord(key[-1]) + 1
    return key[:-1] + chr(0xE000 if 0xD800 <= last < 0xE000 else last)
