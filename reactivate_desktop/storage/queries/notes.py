"""Notes about a patient: those on her record and on every record that was merged into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.notes import NoteRow
from reactivate_desktop.storage.models.patients import PatientNote, PatientStanding
from reactivate_desktop.storage.queries.rows import read_all, read_one
from reactivate_desktop.storage.queries.whole_person import WHOLE
from reactivate_desktop.storage.unit_of_work import Transaction

_TIME = PatientStanding.callback_at.type
_COLUMNS = {
    "id": sa.Uuid,
    "patient_id": sa.Uuid,
    "user_id": sa.Uuid,
    "author": sa.Text,
    "note_text": sa.Text,
    "pinned": sa.Boolean,
    "created_at": _TIME,
    "edited_at": _TIME,
}
_FIELDS = """
SELECT o.id, o.patient_id, o.user_id, trim(u.first_name || ' ' || u.last_name) AS author, o.note_text, o.pinned,
       o.created_at, CASE WHEN o.updated_at > o.created_at THEN o.updated_at END AS edited_at
"""


def _rows(text: str, *binds: sa.BindParameter[Any]) -> sa.TextualSelect:
    return sa.text(text).bindparams(*binds).columns(*(sa.column(name, kind) for name, kind in _COLUMNS.items()))


_OF_PATIENT = _rows(
    f"""
{WHOLE} {_FIELDS}
FROM whole w
JOIN patient_note o ON o.clinic_id = :clinic AND o.patient_id = w.id
JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = o.user_id
ORDER BY o.pinned DESC, o.created_at DESC, o.id DESC LIMIT :limit
""",
    sa.bindparam("patient", type_=sa.Uuid),
    sa.bindparam("limit", type_=sa.Integer),
)
_ONE = _rows(
    f"""
{_FIELDS}
FROM patient_note o JOIN clinic_user u ON u.clinic_id = :clinic AND u.id = o.user_id
WHERE o.clinic_id = :clinic AND o.id = :id
""",
    sa.bindparam("id", type_=sa.Uuid),
)


@dataclass(frozen=True)
class NewNote:
    """A note to be written."""

    id: UUID
    patient_id: UUID
    note_text: str
    pinned: bool


def of_patient(tx: Transaction, patient_id: UUID, limit: int) -> list[NoteRow]:
    """Return the notes about a person, pinned ones first, then the newest."""
    return read_all(tx, _OF_PATIENT, NoteRow, patient=patient_id, limit=limit)


def one(tx: Transaction, note_id: UUID) -> NoteRow | None:
    """Return a note, None when not in this clinic."""
    return read_one(tx, _ONE, NoteRow, id=note_id)


def insert(tx: Transaction, note: NewNote) -> None:
    """Add a note by the signed-in member of staff."""
    tx.connection.execute(
        sa.insert(PatientNote).inline().values(clinic_id=tx.clinic_id, user_id=tx.user_id, **vars(note))
    )


def update(tx: Transaction, note_id: UUID, values: dict[str, Any]) -> bool:
    """Change a note of the signed-in person; False when it is gone or somebody else's."""
    statement = (
        sa.update(PatientNote)
        .where(PatientNote.clinic_id == tx.clinic_id, PatientNote.id == note_id, PatientNote.user_id == tx.user_id)
        .values(**values)
    )
    return tx.connection.execute(statement).rowcount == 1


def delete(tx: Transaction, note_id: UUID) -> bool:
    """Remove a note of the signed-in person; False when it is gone or somebody else's."""
    statement = sa.delete(PatientNote).where(
        PatientNote.clinic_id == tx.clinic_id, PatientNote.id == note_id, PatientNote.user_id == tx.user_id
    )
    return tx.connection.execute(statement).rowcount == 1
