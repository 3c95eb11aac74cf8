"""A line of the queue's list: a row with what takes long to write, written in the worker that read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from reactivate_desktop.domain.outreach import QueueRow
from ui import formats, reasons
from ui.privacy import veiled


@dataclass(frozen=True)
class Line:
    """One patient of the list with her number as people here write it, and why she is in it."""

    row: QueueRow
    phone: str
    reason: str
    second_reason: str

    @property
    def id(self) -> UUID:
        """The patient's id."""
        return self.row.id

    @property
    def name(self) -> str:
        """Both names as they may be shown now."""
        return veiled(full_name(self.row))

    @property
    def detail(self) -> str:
        """Age and number, "57 · (555) 011-0324"."""
        return " · ".join(part for part in (formats.age(self.row.date_of_birth), veiled(self.phone)) if part)


def full_name(row: QueueRow) -> str:
    """Return both names of a patient."""
    return f"{row.first_name} {row.last_name}".strip()


def lines(rows: Iterable[QueueRow]) -> list[Line]:
    """Return the lines of some rows; in a worker, where the tables of all numbering plans may load."""
    return [Line(row, formats.phone(row.phone), reasons.first(row), reasons.second(row)) for row in rows]
