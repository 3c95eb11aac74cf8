"""Merges of two records: the two side by side, what a merge found and left, and the list of what it moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.merges import MergeLine, MergeRow, PersonCard
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.storage.models.organization import ClinicUser
from reactivate_desktop.storage.models.patients import Patient, PatientMerge, PatientMergeRow, PatientStanding
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_ID = sa.bindparam("id", type_=sa.Uuid)
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))
CARD = (
    Patient.id,
    Patient.first_name,
    Patient.last_name,
    Patient.date_of_birth,
    Patient.phone,
    Patient.phone_second,
    Patient.email,
    Patient.external_patient_id,
    Patient.mrn,
    Patient.patient_state,
    Patient.do_not_contact,
    Patient.merged_into_id,
    PatientStanding.last_visit_on,
    PatientStanding.visit_count,
    Patient.version,
)
_CARDS = (
    sa.select(*CARD)
    .join_from(Patient, PatientStanding, (PatientStanding.clinic_id == _CLINIC) & (PatientStanding.id == Patient.id))
    .where(Patient.clinic_id == _CLINIC, Patient.id == sa.any_(_IDS))
)
# FOR UPDATE: whoever writes a row of theirs just now is waited for, and whoever begins later sees the merge.
_LOCK = (
    sa.select(Patient.id)
    .where(Patient.clinic_id == _CLINIC, Patient.id == sa.any_(_IDS))
    .order_by(Patient.id)
    .with_for_update()
)
_LOCK_STANDING = (
    sa.select(PatientStanding.id)
    .where(PatientStanding.clinic_id == _CLINIC, PatientStanding.id == sa.any_(_IDS))
    .order_by(PatientStanding.id)
    .with_for_update(key_share=True)
)
_ROW = sa.select(
    PatientMerge.id,
    PatientMerge.survivor_id,
    PatientMerge.merged_id,
    PatientMerge.user_id,
    PatientMerge.created_at,
    PatientMerge.undone_at,
).where(PatientMerge.clinic_id == _CLINIC)
_ONE = _ROW.where(PatientMerge.id == _ID)
_OF_PATIENT = _ROW.where(sa.or_(PatientMerge.survivor_id == _ID, PatientMerge.merged_id == _ID)).order_by(
    PatientMerge.created_at.desc(), PatientMerge.id.desc()
)
_NEWEST = _ROW.order_by(PatientMerge.created_at.desc(), PatientMerge.id.desc()).limit(
    sa.bindparam("limit", type_=sa.Integer)
)
_STAFF = sa.select(ClinicUser.id, ClinicUser.first_name, ClinicUser.last_name).where(
    ClinicUser.clinic_id == _CLINIC, ClinicUser.id == sa.any_(_IDS)
)
_OPEN_INTO = (
    sa.select(PatientMerge.id, PatientMerge.before, Patient.do_not_contact, Patient.patient_state)
    .join_from(PatientMerge, Patient, (Patient.clinic_id == _CLINIC) & (Patient.id == PatientMerge.merged_id))
    .where(PatientMerge.clinic_id == _CLINIC, PatientMerge.survivor_id == _ID, PatientMerge.undone_at.is_(None))
    .order_by(PatientMerge.created_at, PatientMerge.id)
)
_MOVED_ROWS = sa.select(PatientMergeRow.table_name, PatientMergeRow.row_id).where(
    PatientMergeRow.clinic_id == _CLINIC, PatientMergeRow.merge_id == _ID
)
_LIST_ROWS = sa.text(
    """
INSERT INTO patient_merge_row (clinic_id, id, merge_id, table_name, row_id)
SELECT :clinic, n.id, :merge, :table, n.row_id FROM unnest(:ids, :rows) AS n(id, row_id)
"""
).bindparams(_IDS, sa.bindparam("rows", type_=sa.ARRAY(sa.Uuid)), sa.bindparam("table", type_=sa.Text))
_OPTED_OUT_SINCE = sa.text(
    """
SELECT EXISTS (
    SELECT FROM contact_attempt a JOIN patient_merge m ON m.clinic_id = :clinic AND m.id = :merge
    WHERE a.clinic_id = :clinic AND a.patient_id = m.survivor_id AND a.outcome = 'OPT_OUT' AND a.undone_at IS NULL
      AND a.created_at > m.created_at)
"""
)
_RECORDS = sa.text(
    """
WITH RECURSIVE record AS (
    SELECT p.id FROM patient p WHERE p.clinic_id = :clinic AND p.id = :id
    UNION
    SELECT m.id FROM record r JOIN patient m ON m.clinic_id = :clinic AND m.merged_into_id = r.id)
SELECT id FROM record
"""
).bindparams(_ID)
_TABLES: dict[str, Any] = {"patient": Patient.__table__, "patient_standing": PatientStanding.__table__}
_READ: dict[type, Callable[[str], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    UUID: UUID,
    Decimal: Decimal,
}


@dataclass(frozen=True)
class OpenMerge:
    """A merge into a survivor that was not taken back, and what forbids to contact the merged record."""

    id: UUID
    before: dict[str, Any]
    do_not_contact: bool
    patient_state: str


def cards(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, PersonCard]:
    """Return the records with these ids, as far as they are in this clinic."""
    return {card.id: card for card in read_all(tx, _CARDS, PersonCard, ids=list(ids))}


def lock(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Keep everybody else from these records, their standing and what refers to them until the transaction ends."""
    scope = {"clinic": tx.clinic_id, "ids": list(ids)}
    tx.connection.execute(_LOCK, scope)
    tx.connection.execute(_LOCK_STANDING, scope)


def one(tx: Transaction, merge_id: UUID) -> MergeRow | None:
    """Return a merge, None when not in this clinic."""
    return read_one(tx, _ONE, MergeRow, id=merge_id)


def of_patient(tx: Transaction, patient_id: UUID) -> list[MergeRow]:
    """Return the merges into and of a record, the newest first."""
    return read_all(tx, _OF_PATIENT, MergeRow, id=patient_id)


def newest(tx: Transaction, limit: int) -> list[MergeRow]:
    """Return the newest merges of the clinic, also those that were taken back."""
    return read_all(tx, _NEWEST, MergeRow, limit=limit)


def lines(tx: Transaction, rows: Sequence[MergeRow]) -> list[MergeLine]:
    """Return merges with both records and the name of who made them."""
    found = cards(tx, list({id for row in rows for id in (row.survivor_id, row.merged_id)}))
    staff = {
        row.id: full_name(row.first_name, row.last_name)
        for row in tx.connection.execute(_STAFF, {"clinic": tx.clinic_id, "ids": list({row.user_id for row in rows})})
    }
    return [
        MergeLine(
            row.id,
            found[row.survivor_id],
            found[row.merged_id],
            staff.get(row.user_id, ""),
            row.created_at,
            row.undone_at,
        )
        for row in rows
        if row.survivor_id in found and row.merged_id in found
    ]


def records_of(tx: Transaction, patient_id: UUID) -> list[UUID]:
    """Return the ids of a record and of all that were merged into it, through chains.

    For readers of what stays with the merged record: notes, predictions, consents.
    """
    return list(tx.connection.execute(_RECORDS, {"clinic": tx.clinic_id, "id": patient_id}).scalars())


def open_into(tx: Transaction, survivor_id: UUID) -> list[OpenMerge]:
    """Return the merges into a record that were not taken back, the oldest first."""
    return read_all(tx, _OPEN_INTO, OpenMerge, id=survivor_id)


def opted_out_since(tx: Transaction, merge_id: UUID) -> bool:
    """Return whether the survivor of a merge asked not to be contacted after it."""
    return bool(tx.connection.execute(_OPTED_OUT_SINCE, {"clinic": tx.clinic_id, "merge": merge_id}).scalar_one())


def insert(tx: Transaction, merge_id: UUID, survivor_id: UUID, merged_id: UUID, before: Mapping[str, Any]) -> None:
    """Write down a merge by the signed-in member of staff."""
    tx.connection.execute(
        sa.insert(PatientMerge).values(
            clinic_id=tx.clinic_id,
            id=merge_id,
            survivor_id=survivor_id,
            merged_id=merged_id,
            user_id=tx.user_id,
            before=dict(before),
        )
    )


def list_rows(tx: Transaction, merge_id: UUID, moved: Mapping[str, Sequence[UUID]]) -> None:
    """Write down which rows a merge moved."""
    for table, rows in moved.items():
        ids = [uuid7() for _ in rows]
        scope = {"clinic": tx.clinic_id, "merge": merge_id, "table": table, "ids": ids, "rows": list(rows)}
        tx.connection.execute(_LIST_ROWS, scope)


def moved_rows(tx: Transaction, merge_id: UUID) -> dict[str, list[UUID]]:
    """Return which rows a merge moved, by table."""
    found: dict[str, list[UUID]] = {}
    for table, row in tx.connection.execute(_MOVED_ROWS, {"clinic": tx.clinic_id, "id": merge_id}):
        found.setdefault(table, []).append(row)
    return found


def rewrite(tx: Transaction, merge_id: UUID, before: Mapping[str, Any]) -> None:
    """Change what a merge will restore, because an older merge under it was taken back."""
    _update(tx, merge_id, before=dict(before))


def mark_undone(tx: Transaction, merge_id: UUID) -> None:
    """Say that a merge was taken back, and by whom."""
    _update(tx, merge_id, undone_at=sa.func.now(), undone_by=tx.user_id)


def fields(tx: Transaction, table: str, row_id: UUID, names: Sequence[str]) -> dict[str, Any]:
    """Return the named columns of a patient or patient_standing, as JSON can hold them."""
    columns = _TABLES[table].c
    query = sa.select(*(columns[name] for name in names)).where(columns.clinic_id == tx.clinic_id, columns.id == row_id)
    return {name: _plain(value) for name, value in tx.connection.execute(query).mappings().one().items()}


def write(tx: Transaction, table: str, row_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of a patient or patient_standing to values as `fields` returned them, and bump its version."""
    columns = _TABLES[table].c
    typed = {name: _typed(columns[name], value) for name, value in values.items()}
    tx.connection.execute(
        sa.update(_TABLES[table])
        .where(columns.clinic_id == tx.clinic_id, columns.id == row_id)
        .values(**typed, version=columns.version + 1)
    )


def _update(tx: Transaction, merge_id: UUID, **values: Any) -> None:
    statement = sa.update(PatientMerge).where(PatientMerge.clinic_id == tx.clinic_id, PatientMerge.id == merge_id)
    tx.connection.execute(statement.values(**values))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        # One form for one instant, whatever the zone of the connection.
        value = value.astimezone(UTC)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _typed(column: sa.Column[Any], value: Any) -> Any:
    read = _READ.get(column.type.python_type)
    return value if value is None or read is None else read(value)
