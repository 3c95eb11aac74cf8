"""Reads the parts of a record, each once, and tells them apart; what was asked for somebody else is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.contact_strip import ContactStrip
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.outreach import HouseholdMember
from reactivate_desktop.domain.records import RecordHead, ScoreEntry, UpcomingRow
from reactivate_desktop.domain.scores import WhyRow
from ui.context import Context
from ui.latest import Latest

_SCORES = 2


@dataclass(frozen=True)
class Facts:
    """What the page shows at once."""

    head: RecordHead
    strip: ContactStrip
    upcoming: tuple[UpcomingRow, ...]
    household: tuple[HouseholdMember, ...]


class RecordReader(QObject):
    """`read(Facts)`; `explained(WhyRow, scores)`: later, it is computed anew; `refused(error)`."""

    read = Signal(object)
    explained = Signal(object, object)
    refused = Signal(object)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._latest = Latest(ctx.tasks, self)

    def ask(self, patient_id: UUID) -> None:
        """Read everything of a patient again."""
        self.ask_facts(patient_id)
        self.ask_why(patient_id)

    def ask_facts(self, patient_id: UUID) -> None:
        """Read the head, the strip, what lies ahead and the household."""
        ctx = self._ctx

        def work() -> Facts:
            records = ctx.desk.records
            return Facts(
                records.head(patient_id),
                ctx.desk.contact_checks.strip(patient_id),
                tuple(records.upcoming(patient_id)),
                tuple(ctx.desk.households.of(patient_id)),
            )

        self._latest.ask("facts", work, self.read.emit, failed=self.refused.emit)

    def ask_why(self, patient_id: UUID) -> None:
        """Read why she has her score."""
        ctx = self._ctx

        def work() -> tuple[WhyRow, list[ScoreEntry]]:
            return ctx.desk.scoring.why(patient_id), ctx.desk.records.scores(patient_id, _SCORES)

        self._latest.ask("why", work, lambda found: self.explained.emit(*found), failed=self._no_why)

    def forget(self) -> None:
        """Drop what is under way."""
        self._latest.forget()

    def _no_why(self, error: ExpectedError) -> None:
        # A merged record has no score of its own; the head says what it is.
        self.explained.emit(None, [])
