"""Patients: pages, searches, one record, and the rows that adding one makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import PatientSegment
from reactivate_desktop.domain.names import fold
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.storage.models.contact import WorkClaim
from reactivate_desktop.storage.models.patients import Patient, PatientStanding
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.queries.text_ranges import behind
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


_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_NUMBER = sa.bindparam("number", type_=sa.Text)
_ID = sa.bindparam("id", type_=sa.Uuid)
# Built once: making a statement anew costs more than running it. The clinic is named on each table for
# the planner's sake.
_OF_CLINIC = _ROW.join_from(
    Patient, PatientStanding, (PatientStanding.clinic_id == _CLINIC) & (PatientStanding.id == Patient.id)
).where(Patient.clinic_id == _CLINIC)
_LISTED = _OF_CLINIC.where(Patient.merged_into_id.is_(None)).order_by(Patient.name_key, Patient.id)
_FIRST_PAGE = _LISTED.limit(_LIMIT)
_PAGE = _LISTED.where(
    sa.tuple_(Patient.name_key, Patient.id)
    > sa.tuple_(sa.bindparam("after_key", type_=sa.Text), sa.bindparam("after_id", type_=sa.Uuid))
).limit(_LIMIT)
_PREFIX = _LISTED.where(
    Patient.name_key >= sa.bindparam("from_key", type_=sa.Text),
    Patient.name_key < sa.bindparam("to_key", type_=sa.Text),
).limit(_LIMIT)
_BY_IDS = _OF_CLINIC.where(Patient.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))))
_BY_PHONE = _LISTED.where(sa.or_(Patient.phone == _NUMBER, Patient.phone_second == _NUMBER))
_ONE = _OF_CLINIC.where(Patient.id == _ID)
_HABITS = sa.select(Patient.preferred_channel, Patient.language, Patient.timezone).where(
    Patient.clinic_id == _CLINIC, Patient.id == _ID
)
# Merged records keep a standing; there are few, and they are found by the index on merged_into_id.
_MERGED = sa.exists().where(
    Patient.clinic_id == _CLINIC, Patient.id == PatientStanding.id, Patient.merged_into_id.is_not(None)
)
_SEGMENTS = (
    sa.select(PatientStanding.segment, sa.func.count())
    .where(PatientStanding.clinic_id == _CLINIC, ~_MERGED)
    .group_by(PatientStanding.segment)
)
_SEARCH = sa.text("SELECT id FROM app.search_patients(:query, :most)")


def page(tx: Transaction, after: tuple[str, UUID] | None, limit: int) -> list[PatientRow]:
    """Return up to `limit` patients by name, those after the (name_key, id) given."""
    if after is None:
        return read_all(tx, _FIRST_PAGE, PatientRow, limit=limit)
    return read_all(tx, _PAGE, PatientRow, after_key=after[0], after_id=after[1], limit=limit)


def prefix(tx: Transaction, text: str, limit: int) -> list[PatientRow]:
    """Return patients whose "last first" begins with `text`: a range of the index, never LIKE."""
    key = fold(text)
    if not key:
        return []
    return read_all(tx, _PREFIX, PatientRow, from_key=key, to_key=behind(key), limit=limit)


def search(tx: Transaction, text: str, limit: int) -> list[PatientRow]:
    """Return patients whose name holds every word of `text`, or else (typos) is alike them, likest first."""
    key = fold(text)
    if not key:
        return []
    return by_ids(tx, list(tx.connection.execute(_SEARCH, {"query": key, "most": limit}).scalars()))


def by_ids(tx: Transaction, ids: Sequence[UUID]) -> list[PatientRow]:
    """Return the patients with these ids, in the order of `ids`."""
    if not ids:
        return []
    rows = {row.id: row for row in read_all(tx, _BY_IDS, PatientRow, ids=list(ids))}
    return [rows[i] for i in ids if i in rows]


def by_phone(tx: Transaction, number: str) -> list[PatientRow]:
    """Return everybody who has this number (E.164), first or second, by name; families share one."""
    return read_all(tx, _BY_PHONE, PatientRow, number=number) if number else []


def one(tx: Transaction, patient_id: UUID) -> PatientRow | None:
    """Return the patient, None when not in this clinic."""
    return read_one(tx, _ONE, PatientRow, id=patient_id)


def count_by_segment(tx: Transaction) -> dict[PatientSegment, int]:
    """Return how many patients of the clinic are in each segment, all segments named."""
    found = {row[0]: row[1] for row in tx.connection.execute(_SEGMENTS, {"clinic": tx.clinic_id})}
    return {segment: found.get(segment, 0) for segment in PatientSegment}


def habits(tx: Transaction, patient_id: UUID) -> tuple[Any, ...]:
    """Return (preferred_channel, language, timezone) of a patient of this clinic."""
    return tuple(tx.connection.execute(_HABITS, {"clinic": tx.clinic_id, "id": patient_id}).one())


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
