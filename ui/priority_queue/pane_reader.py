"""Reads what the pane shows in the background: a patient's facts, and the free times of this location."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.free_slots import Slot
from reactivate_desktop.domain.opening import Opening, usual
from reactivate_desktop.domain.pane import PaneFacts
from reactivate_desktop.domain.scores import WhyRow
from ui.change_board import Changed
from ui.context import Context
from ui.tasks import Ticket

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

# Whoever runs through the list with the arrows reads nobody on the way.
_PAUSE_MS = 90
_FRESH_MS = 120_000
_SLOTS = 6


@dataclass(frozen=True)
class _Times:
    opening: Opening
    slots: list[Slot]


class PaneReader(QObject):
    """`read(PaneFacts)`, `rules_read(WhyRow)`, `times_read`: answers for the patient wanted last, in the UI thread."""

    read = Signal(object)
    rules_read = Signal(object)
    times_read = Signal()

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._wanted: UUID | None = None
        self._facts: Ticket[PaneFacts] | None = None
        self._rules: Ticket[WhyRow] | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.again)
        self._age = QElapsedTimer()
        # Until the hours are read, and where they cannot be: callbacks can be promised offline, too.
        self.opening: Opening = usual(ZoneInfo(ctx.clinic.timezone))
        self.slots: list[Slot] = []
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
        if not self._age.isValid() or self._age.elapsed() > _FRESH_MS:
            self.read_times()

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

    def read_times(self) -> None:
        """Read the opening hours and the next free times."""
        desk = self._ctx.desk
        self._age.start()
        self._ctx.tasks.run(
            lambda: _Times(desk.slots.opening(), desk.slots.free(count=_SLOTS)),
            self,
            self._keep_times,
            failed=self._no_times,
        )

    def _keep_times(self, times: _Times) -> None:
        self.opening, self.slots = times.opening, times.slots
        self.times_read.emit()

    def _no_times(self, _error: ExpectedError) -> None:
        # The facts say what is wrong; these are asked for again with the next patient.
        self._age.invalidate()
        self.times_read.emit()

    def _book_changed(self, _changed: Changed) -> None:
        if self._wanted is not None:
            self.read_times()

    def _forget(self) -> None:
        self._pause.stop()
        for ticket in (self._facts, self._rules):
            if ticket is not None:
                ticket.cancel()
        self._facts = self._rules = None
