"""Taking patients, one at a time: the next one, a chosen one, the heartbeat that keeps her, letting go."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from reactivate_desktop.domain.errors import Conflict, ExpectedError
from reactivate_desktop.domain.outreach import Claim, QueueRow
from ui.context import Context
from ui.priority_queue.activity import Activity
from ui.priority_queue.desk_state import DeskState
from ui.priority_queue.lines import full_name
from ui.privacy import veiled
from ui.tasks import Ticket
from ui.text import tr

_T = TypeVar("_T")
_BEAT_MS = 60_000
# Whom a desk has passed over comes back to it after this long, or when nobody else is left.
_PASSED_S = 15 * 60


class Flow(QObject):
    """`opened(QueueRow)`: this desk holds her now; `let_go(sentence)`: it holds nobody; `nobody`: nobody is free.

    `renewed`: her time began anew; `failed(error)`: it could not be done; `busy_changed(bool)`: a wish is under way.
    """

    opened = Signal(object)
    let_go = Signal(str)
    nobody = Signal()
    renewed = Signal()
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, ctx: Context, state: DeskState, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx, self._state = ctx, state
        self._claim: Claim | None = None
        self._ticket: Ticket[Any] | None = None
        self._passed: dict[UUID, float] = {}
        self._keeping = False
        self.activity = Activity(self)
        self._beat = QTimer(self, interval=_BEAT_MS)
        self._beat.timeout.connect(self.beat)

    @property
    def held(self) -> QueueRow | None:
        """The patient whom this desk holds."""
        return None if self._claim is None else self._claim.patient

    @property
    def busy(self) -> bool:
        """Whether a wish to take somebody is under way."""
        return self._ticket is not None

    @property
    def left(self) -> float:
        """The seconds for which this desk still holds its patient; 0 when it holds nobody."""
        return 0.0 if self._claim is None else max(0.0, self._state.left(self._claim.until))

    def resume(self) -> None:
        """Take up whom this desk held when the program ended."""
        desk = self._ctx.desk
        self._ask(lambda: desk.outreach.held(), self._resumed)

    def _resumed(self, claim: Claim | None) -> None:
        if claim is not None:
            self._hold(claim)

    def next(self) -> None:
        """Take the best free patient, and let go of the one that is held; whom this desk passed over comes last."""
        desk, skip = self._ctx.desk, self._skipped()
        former = self.held
        last = [] if former is None else [former.id]

        def work() -> tuple[Claim | None, bool]:
            found = desk.outreach.claim_next(skip)
            # Everybody was passed over: begin again.
            return (found, False) if found or not skip else (desk.outreach.claim_next(last), True)

        def done(answer: tuple[Claim | None, bool]) -> None:
            claim, begun_again = answer
            if begun_again:
                self._passed.clear()
            self._passed |= dict.fromkeys(last, time.monotonic())
            if claim is None:
                self._drop("")
                self.nobody.emit()
            else:
                self._hold(claim)

        self._ask(work, done)

    def take(self, patient_id: UUID) -> None:
        """Take this patient."""
        desk = self._ctx.desk
        self._ask(lambda: desk.outreach.claim(patient_id), self._hold)

    def release(self) -> None:
        """Let the patient go without an outcome; next does not bring her again at once."""
        row = self.held
        if row is None or self.busy:
            return
        self._passed[row.id] = time.monotonic()
        self._drop("")
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.outreach.release(row.id), self, failed=self.failed.emit)

    def logged(self, patient_id: UUID) -> None:
        """Note that an outcome let a patient go."""
        self._passed.pop(patient_id, None)
        if self.held is not None and self.held.id == patient_id:
            self._drop("")

    def beat(self) -> None:
        """Keep the patient while somebody works on her, else let her time run out; the timer calls it each minute."""
        if self.activity.here and not self._state.away:
            self.keep()
        elif self._claim is not None and not self.left:
            self._run_out(self._claim.patient)

    def keep(self) -> None:
        """Keep the patient for another lease."""
        row = self.held
        if row is None or self._keeping:
            return
        self._keeping = True
        desk = self._ctx.desk

        def done(until: datetime) -> None:
            if self._claim is not None and self._claim.patient.id == row.id:
                self._claim = Claim(row, until)
                self._state.held_until = until
                self.renewed.emit()

        self._ctx.tasks.run(
            lambda: desk.outreach.renew(row.id),
            self,
            done,
            failed=lambda error: self._not_kept(row, error),
            ended=self._kept,
        )

    # --- inside -----------------------------------------------------------------------------------

    def _ask(self, work: Callable[[], _T], done: Callable[[_T], None]) -> None:
        if self.busy:
            return
        self._ticket = self._ctx.tasks.run(work, self, done, failed=self.failed.emit, ended=self._answered)
        self.busy_changed.emit(True)

    def _answered(self) -> None:
        self._ticket = None
        self.busy_changed.emit(False)

    def _hold(self, claim: Claim) -> None:
        self._claim = claim
        self._state.held, self._state.held_until = claim.patient.id, claim.until
        self._passed.pop(claim.patient.id, None)
        self.activity.call(False)
        self.activity.touch()
        self._beat.start()
        self.opened.emit(claim.patient)

    def _drop(self, sentence: str) -> None:
        self._claim = None
        self._state.held = self._state.held_until = None
        self.activity.call(False)
        self._beat.stop()
        self.let_go.emit(sentence)

    def _kept(self) -> None:
        self._keeping = False

    def _run_out(self, row: QueueRow) -> None:
        name = veiled(full_name(row))
        self._drop(tr("Your hold on {name} has ended. Space takes the patient again.", name=name))

    def _not_kept(self, row: QueueRow, error: ExpectedError) -> None:
        """Lose the patient when somebody else has her; whatever else failed, the lease still runs."""
        if self.held is None or self.held.id != row.id:
            return
        if isinstance(error, Conflict):
            self._drop(str(error))
        else:
            self.failed.emit(error)

    def _skipped(self) -> list[UUID]:
        since = time.monotonic() - _PASSED_S
        self._passed = {id: at for id, at in self._passed.items() if at > since}
        return list(self._passed)
