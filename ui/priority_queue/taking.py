"""What a person asks to take: the next patient, the current row, the one in the pane; and why it cannot be now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from reactivate_desktop.domain.outreach import QueueRow
from ui.text import tr

if TYPE_CHECKING:
    from ui.priority_queue.conductor import Conductor


class Taking(QObject):
    """The conductor's part between keys and `flow`."""

    def __init__(self, conductor: Conductor) -> None:
        super().__init__(conductor)
        self._conductor = conductor
        self._page, self._state, self._flow = conductor.page, conductor.state, conductor.flow
        self._called: tuple[UUID, datetime] | None = None
        conductor.ctx.navigation.claim_asked.connect(self.named)
        conductor.page.pane.claim_asked.connect(self.shown)
        conductor.page.pane.call_started.connect(self.call_started)

    def next(self) -> None:
        """Take the next patient; the one who is held is let go without an outcome."""
        if not self.reason():
            self._flow.next()

    def current(self) -> None:
        """Take the patient in the current row."""
        line = self._page.list.current()
        if line is not None:
            self._flow.take(line.id)

    def shown(self) -> None:
        """Take the patient in the pane."""
        row = self._conductor.shown
        if row is not None and not self.reason():
            self._flow.take(row.id)

    def named(self, patient_id: UUID) -> None:
        """Take a patient who was found somewhere else."""
        if not self.reason():
            self._page.list.select(patient_id)
            self._flow.take(patient_id)

    def call_started(self) -> None:
        """Note that a call has begun; whoever is called is held, so that no other desk calls her."""
        row = self._conductor.shown
        if row is None:
            return
        self._called = (row.id, self._state.now())
        if self._state.mine(row):
            self._flow.activity.call(True)
        elif not self._state.held_elsewhere(row) and not self.reason():
            self._flow.take(row.id)

    def called_at(self, row: QueueRow) -> datetime | None:
        """Return when a call to this patient was begun; None: none was."""
        return self._called[1] if self._called is not None and self._called[0] == row.id else None

    def call_ended(self) -> None:
        """Note that something came of the call."""
        self._called = None

    def reason(self) -> str:
        """Return why nobody can be taken now; empty: one can."""
        if not self._conductor.ctx.person.writes:
            return tr("Your role reads only.")
        if self._state.busy is not None:
            return tr("The last outcome is still being logged.")
        return self.away()

    def away(self) -> str:
        """Return that the database is away; empty: it is there."""
        if not self._state.away:
            return ""
        return tr("The clinic's database cannot be reached. Outcomes are kept on this PC; the rest has to wait.")
