"""Half-typed notes of one person, kept encrypted on this PC: a lock, a crash or a power cut loses nothing."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.services.kept_files import keeping, looking

_KIND, _WHAT = "draft", "The half-typed note"


class Drafts:
    """The notes of `person` (the id of a member of staff) by patient; nobody else at this PC is shown them."""

    def __init__(self, store: SealedFiles, person: UUID) -> None:
        self._store = store
        self._person = person

    def keep(self, patient_id: UUID, text: str) -> None:
        """Keep what is typed so far, on disk when this returns; nothing but blanks forgets it. Raises Invalid."""
        if not text.strip():
            self.forget(patient_id)
            return
        with keeping(_WHAT):
            self._store.write(_KIND, self._name(patient_id), text.encode())

    def of(self, patient_id: UUID) -> str:
        """Return the note that was begun for a patient, empty when there is none. Raises Invalid."""
        with looking(_WHAT):
            return (self._store.read(_KIND, self._name(patient_id)) or b"").decode()

    def forget(self, patient_id: UUID) -> None:
        """Forget the note of a patient: it was logged with an outcome, or given up. Raises Invalid."""
        with looking(_WHAT):
            self._store.delete(_KIND, self._name(patient_id))

    def all(self) -> dict[UUID, str]:
        """Return every note this person has begun, by patient. Raises Invalid."""
        with looking(_WHAT):
            kept = self._store.read_all(_KIND)
        mine = f"{self._person}/"
        return {UUID(name.removeprefix(mine)): text.decode() for name, text in kept.items() if name.startswith(mine)}

    def _name(self, patient_id: UUID) -> str:
        return f"{self._person}/{patient_id}"
