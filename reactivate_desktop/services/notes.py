"""Notes about patients: everybody reads them, and each member of staff changes only her own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.notes import NoteRow, check_note
from reactivate_desktop.services.contact_checks import GONE
from reactivate_desktop.storage.queries import booking, notes, patients
from reactivate_desktop.storage.queries.notes import NewNote
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

MOST = 200
_NO_NOTE = "This note is not there any more. Please look at the record again."


class Notes:
    """Use cases of the notes of a record; the audit trail says that there was a note, never what it said."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def of_patient(self, patient_id: UUID, limit: int = MOST) -> list[NoteRow]:
        """Return the notes of a patient, also those on records merged into hers: pinned first, then the newest.

        Raises NotFound, Invalid for a limit below 1.
        """
        if limit < 1:
            raise Invalid(f"A list of {limit} notes cannot be shown. Please ask for 1 or more.")
        with self._begin() as tx:
            if patients.one(tx, patient_id) is None:
                raise NotFound(GONE)
            rows = notes.of_patient(tx, patient_id, limit)
            tx.audit("NOTES_READ", "patient", patient_id, {"count": len(rows)})
            return rows

    def add(self, patient_id: UUID, text: str, *, pinned: bool = False) -> NoteRow:
        """Add a note in one's own name and return it. Raises Invalid, Conflict for a merged record, NotFound,
        NotAllowed."""
        tidy = check_note(text)
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            person = booking.person(tx, patient_id)
            if person is None:
                raise NotFound(GONE)
            if person.merged_into_id is not None:
                raise Conflict("This record was merged into another one. Please search again, and use that one.")
            note = NewNote(uuid7(), patient_id, tidy, pinned)
            notes.insert(tx, note)
            return _finish(tx, "NOTE_ADDED", note.id, patient_id)

    def edit(self, note_id: UUID, text: str | None = None, *, pinned: bool | None = None) -> NoteRow:
        """Change one's own note and return it; None: this part stays. Raises Invalid, NotFound, NotAllowed."""
        values: dict[str, Any] = {}
        if text is not None:
            values["note_text"] = check_note(text)
        if pinned is not None:
            values["pinned"] = pinned
        if not values:
            raise Invalid("Nothing of the note would change. Please give a text, or say whether it is pinned.")
        with self._begin() as tx:
            before = _own(tx, note_id)
            if not notes.update(tx, note_id, values):
                raise NotFound(_NO_NOTE)
            return _finish(tx, "NOTE_CHANGED", note_id, before.patient_id)

    def remove(self, note_id: UUID) -> None:
        """Remove one's own note. Raises NotFound, NotAllowed."""
        with self._begin() as tx:
            before = _own(tx, note_id)
            if not notes.delete(tx, note_id):
                raise NotFound(_NO_NOTE)
            _tell(tx, "NOTE_REMOVED", note_id, before.patient_id)


def _own(tx: Transaction, note_id: UUID) -> NoteRow:
    tx.require(UserRole.STAFF)
    found = notes.one(tx, note_id)
    if found is None:
        raise NotFound(_NO_NOTE)
    if found.author_id != tx.user_id:
        raise NotAllowed(f"Only {found.author} may change this note. Please add one of your own.")
    return found


def _finish(tx: Transaction, action: str, note_id: UUID, patient_id: UUID) -> NoteRow:
    _tell(tx, action, note_id, patient_id)
    after = notes.one(tx, note_id)
    assert after is not None, "the note was just written"
    return after


def _tell(tx: Transaction, action: str, note_id: UUID, patient_id: UUID) -> None:
    tx.audit(action, "patient", patient_id, {"note_id": str(note_id)})
    tx.changed(Change.PATIENTS, [patient_id])
