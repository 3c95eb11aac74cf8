"""What became of a chunk of rows, and what a dry run has to remember of the rows before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from reactivate_desktop.domain.imports import Rejected, RowCounts

if TYPE_CHECKING:
    # What is ready to be written counts in a Loaded itself.
    from reactivate_desktop.storage.loading.prepared import ReadyPatient
    from reactivate_desktop.storage.unit_of_work import Transaction


@dataclass
class Overlay:
    """Rows that a dry run would have written by now (id to fingerprint): later rows of it find them."""

    patients: dict[UUID, bytes] = field(default_factory=dict)
    visits: dict[UUID, bytes] = field(default_factory=dict)
    appointments: dict[UUID, bytes] = field(default_factory=dict)

    def remember_patients(self, tx: Transaction, new: Sequence[ReadyPatient], changed: Sequence[ReadyPatient]) -> None:
        """Remember patients who would have been added or changed."""
        self.patients.update({each.id: each.hash for each in (*new, *changed)})


@dataclass
class Loaded:
    """What became of some rows, and whose standing moves because of it."""

    counts: RowCounts = field(default_factory=RowCounts)
    rejects: list[Rejected] = field(default_factory=list)
    duplicates: int = 0
    # Patients of whom a row was written; of those, whose visits or appointments were, and who may be excluded.
    patients: set[UUID] = field(default_factory=set)
    visits_of: set[UUID] = field(default_factory=set)
    appointments_of: set[UUID] = field(default_factory=set)
    excluded: set[UUID] = field(default_factory=set)

    def reject(self, row: int, reason: str, raw: Mapping[str, Any], column: str | None = None) -> None:
        """Count and keep a row that cannot be taken."""
        self.counts.rejected += 1
        self.rejects.append(Rejected(row, reason, raw, column))

    def add(self, other: Loaded) -> None:
        """Add what became of some more rows."""
        self.counts.add(other.counts)
        self.rejects += other.rejects
        self.follow(other)

    def follow(self, other: Loaded) -> None:
        """Take over the consequences of rows that are not rows of the file themselves."""
        self.duplicates += other.duplicates
        self.patients |= other.patients
        self.visits_of |= other.visits_of
        self.appointments_of |= other.appointments_of
        self.excluded |= other.excluded
