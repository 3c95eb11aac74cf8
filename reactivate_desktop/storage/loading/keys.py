"""Under which id an incoming row is kept, and the fingerprint by which an equal row is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from reactivate_desktop.domain.identity import imported_id
from reactivate_desktop.domain.imports import IncomingAppointment, IncomingPatient, IncomingVisit, PersonRef
from reactivate_desktop.domain.names import fold

_T = TypeVar("_T")
_NUMBER = attrgetter("int")
# No source hands out ids that begin like this: what follows is made of the row itself.
NATURAL = "~"


@dataclass(frozen=True)
class Scope:
    """Whose rows are loaded: the clinic, the connection they come from, and today on the clinic's calendar."""

    clinic: UUID
    connection: UUID
    today: date

    def patient_id(self, key: str) -> UUID:
        """Return the id of the patient whom the source calls `key`."""
        return imported_id(self.clinic, self.connection, key)

    def visit_id(self, visit: IncomingVisit, patient: UUID) -> UUID:
        """Return the id of a visit: by the source's id, else by patient, day and type.

        Sources count patients, visits and appointments each from 1; the word before the id keeps an id of ours
        from meaning three things in the audit trail.
        """
        key = visit.external_id or f"{NATURAL}{patient}:{visit.visit_date}:{fold(visit.visit_type or '')}"
        return imported_id(self.clinic, self.connection, f"visit:{key}")

    def appointment_id(self, planned: IncomingAppointment, patient: UUID) -> UUID:
        """Return the id of an appointment: by the source's id, else by patient and start."""
        key = planned.external_id or f"{NATURAL}{patient}:{moment(planned.starts_at)}"
        return imported_id(self.clinic, self.connection, f"appointment:{key}")


def patient_key(row: IncomingPatient) -> str:
    """Return what the source calls a patient; without an id, a key of name, date of birth and phone."""
    if row.external_id:
        return row.external_id
    digits = "".join(c for c in row.phone.number if c.isdigit()) if row.phone else ""
    said = f"{fold(row.first_name)}\n{fold(row.last_name)}\n{row.date_of_birth or ''}\n{digits}"
    return NATURAL + hashlib.sha256(said.encode()).hexdigest()


def as_text(values: Any) -> str:
    """Return JSON of what the source said. Raises UnicodeEncodeError later, on encoding, for half characters."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def fingerprint(text: str, size: int = 16) -> bytes:
    """Return `size` bytes that differ when `text` does. Raises UnicodeEncodeError for half characters."""
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def moment(value: datetime | None) -> str | None:
    """Return a time as text, equal for equal moments whatever their offset."""
    return None if value is None else value.astimezone(UTC).isoformat()


def day(value: date | None) -> str | None:
    """Return a date as text."""
    return None if value is None else value.isoformat()


def by_id(rows: Mapping[UUID, _T]) -> dict[UUID, _T]:
    """Return the rows ordered by id, as rows are locked; sorting by its number takes a sixth of the time."""
    return {key: rows[key] for key in sorted(rows, key=_NUMBER)}


def in_order(ids: Iterable[UUID]) -> list[UUID]:
    """Return ids in order."""
    return sorted(ids, key=_NUMBER)


def person_text(ref: PersonRef) -> tuple[str | None, ...]:
    """Return whom a row names, as texts."""
    return ref.external_id, ref.first_name, ref.last_name, day(ref.date_of_birth)
