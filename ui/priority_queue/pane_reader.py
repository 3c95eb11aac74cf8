"""Reads what the pane shows in the background: a patient's facts, and the free times of this location."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.pane import PaneFacts
from reactivate_desktop.domain.scores import WhyRow
from ui.booking.free_times import FreeTimes
from ui.change_board import Changed
from ui.context import Context
from ui.tasks import Ticket

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

# Whoever runs through the list with the arrows reads nobody on the way.
_PAUSE_MS = 90


class PaneReader(QObject):
    """`read(PaneFacts)`, `rules_read(WhyRow)`: answers for the patient wanted last. `times`: free for everybody."""

    read = Signal(object)
    rules_read = Signal(object)

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._wanted: UUID | None = None
        self._facts: Ticket[PaneFacts] | None = None
        self._rules: Ticket[WhyRow] | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.again)
        self.times = FreeTimes(ctx, self)
        ctx.board.listen(parent, {Change.APPOINTMENTS}, self._book_changed)

    def want(self, patient_id: UUID | None, *, at_once: bool) -> None:
        """Read this patient from now on; None: nobody."""
        self._forget()
        self._wanted = patient_id
        if patient_id is None:
            return
        if at_once:
            self.again()
        else:
            self._pause.start()
        self.times.look()

    def again(self) -> None:
        """Read the wanted patient again."""
        wanted, desk = self._wanted, self._ctx.desk
        self._pause.stop()
        if wanted is None:
            return
        if self._facts is not None:
            self._facts.cancel()
        self._facts = self._ctx.tasks.run(lambda: desk.pane.of(wanted), self, self.read.emit)

    def read_rules(self) -> None:
        """Ask every rule about the wanted patient."""
        wanted, desk = self._wanted, self._ctx.desk
        if wanted is None:
            return
        if self._rules is not None:
            self._rules.cancel()
        self._rules = self._ctx.tasks.run(lambda: desk.scoring.why(wanted), self, self.rules_read.emit)

    def _book_changed(self, _changed: Changed) -> None:
        if self._wanted is not None:
            self.times.again()

    def _forget(self) -> None:
        self._pause.stop()
        for ticket in (self._facts, self._rules):
            if ticket is not None:
                ticket.cancel()
        self._facts = self._rules = None
