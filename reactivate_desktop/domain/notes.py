"""Notes about patients: the row, and what a note may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reactivate_desktop.domain.errors import Invalid

MOST_LETTERS = 20_000


@dataclass(frozen=True)
class NoteRow:
    """A note as lists show it; patient_id: the record it was written on, maybe one that was merged since."""

    id: UUID
    patient_id: UUID
    author_id: UUID
    author: str
    text: str
    pinned: bool
    created_at: datetime
    # None: never changed.
    edited_at: datetime | None


def check_note(text: str) -> str:
    """Return a note without blanks around it. Raises Invalid when it is empty or too long."""
    tidy = text.strip()
    if not tidy:
        raise Invalid("The note is empty. Please write something first.")
    if len(tidy) > MOST_LETTERS:
        raise Invalid(f"A note has at most {MOST_LETTERS:,} letters; this one has {len(tidy):,}. Please shorten it.")
    return tidy
