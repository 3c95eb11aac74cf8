"""Logging what came of a contact, and taking it back; what cannot be sent is kept on this PC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.errors import ConnectionLost, ExpectedError
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.outreach import AttemptRow, Logged, LogOutcome, QueueRow, Undone
from ui.context import Context
from ui.priority_queue.desk_state import DeskState
from ui.priority_queue.lines import full_name
from ui.priority_queue.wishes import OutcomeWish


@dataclass(frozen=True)
class Done:
    """An outcome that was logged: for whom, what was wished, and the answers (the patient's first)."""

    row: QueueRow
    wish: OutcomeWish
    answers: tuple[Logged, ...]
    batch_id: UUID

    @property
    def first(self) -> Logged:
        """The answer for the patient herself."""
        return self.answers[0]


@dataclass(frozen=True)
class Refused:
    """An outcome that was not logged, and why."""

    row: QueueRow
    error: ExpectedError


@dataclass(frozen=True)
class TakenBack:
    """An outcome that was undone, and the patient as she stands now."""

    attempt: AttemptRow
    row: QueueRow | None


class Outcomes(QObject):
    """`logged(Done)`, `refused(Refused)`, `kept(QueueRow, OutcomeWish)`: it waits on this PC; `undone(TakenBack)`,
    `batch_undone(Undone)`, `failed(error)`: nothing was undone.
    """

    logged = Signal(object)
    refused = Signal(object)
    kept = Signal(object, object)
    undone = Signal(object)
    batch_undone = Signal(object)
    failed = Signal(object)

    def __init__(self, ctx: Context, state: DeskState, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx, self._state = ctx, state
        self._newest: list[Done] = []

    def log(self, row: QueueRow, wish: OutcomeWish, started_at: datetime | None) -> None:
        """Log an outcome for a patient as she was seen, and for those of her household who were ticked."""
        if self._state.busy is not None:
            return
        self._state.busy = row.id
        wishes = _wishes(row, wish, started_at)
        # It goes with the outcome: whether it arrived can be told even when the answer is lost.
        key = uuid7()
        desk = self._ctx.desk
        self._ctx.tasks.run(
            lambda: desk.outreach.log_outcomes(wishes, key),
            self,
            lambda answers: self._logged(Done(row, wish, tuple(answers), key)),
            failed=lambda error: self._not_logged(row, wish, wishes, key, error),
        )

    def keep(self, row: QueueRow, wish: OutcomeWish, started_at: datetime | None) -> None:
        """Keep an outcome on this PC without asking the database, which is known to be away."""
        if self._state.busy is None:
            self._state.busy = row.id
            self._keep(row, wish, _wishes(row, wish, started_at), uuid7())

    def undo(self, done: Done) -> None:
        """Take back what a toast tells of."""
        self._forget(done.batch_id)
        if len(done.answers) > 1:
            self.undo_batch(done.batch_id)
        else:
            self._undo(done.first.attempt_id)

    def undo_last(self) -> None:
        """Take back the newest outcome of this person today; a household that was logged together, together."""
        if self._newest and len(self._newest[-1].answers) > 1:
            self.undo(self._newest[-1])
        else:
            self._undo(None)

    def undo_batch(self, batch_id: UUID) -> None:
        """Take back the outcomes of a batch."""
        self._forget(batch_id)
        desk = self._ctx.desk
        self._ctx.tasks.run(
            lambda: desk.outreach.undo_batch(batch_id), self, self._batch_undone, failed=self.failed.emit
        )

    # --- inside -----------------------------------------------------------------------------------

    def _logged(self, done: Done) -> None:
        self._state.busy = None
        self._newest.append(done)
        self.logged.emit(done)

    def _not_logged(
        self, row: QueueRow, wish: OutcomeWish, wishes: Sequence[LogOutcome], key: UUID, error: ExpectedError
    ) -> None:
        if isinstance(error, ConnectionLost):
            self._state.away = True
            self._keep(row, wish, wishes, key)
        else:
            self._refuse(row, error)

    def _refuse(self, row: QueueRow, error: ExpectedError) -> None:
        self._state.busy = None
        self.refused.emit(Refused(row, error))

    def _keep(self, row: QueueRow, wish: OutcomeWish, wishes: Sequence[LogOutcome], key: UUID) -> None:
        desk, by, name = self._ctx.desk, self._ctx.person.id, full_name(row)

        def work() -> None:
            # A household goes as single outcomes: each may be refused for itself.
            for each in wishes:
                alone = len(wishes) == 1
                desk.offline.keep(each, by, name if each.patient_id == row.id else "", key if alone else None)

        def done(_: None) -> None:
            self._state.busy = None
            self._state.kept |= {each.patient_id: wish.outcome for each in wishes}
            self.kept.emit(row, wish)

        self._ctx.tasks.run(work, self, done, failed=lambda error: self._refuse(row, error))

    def _undo(self, attempt_id: UUID | None) -> None:
        desk = self._ctx.desk

        def work() -> TakenBack:
            outreach = desk.outreach
            attempt = outreach.undo_last() if attempt_id is None else outreach.undo(attempt_id)
            rows = desk.queue.rows([attempt.patient_id])
            return TakenBack(attempt, rows[0] if rows else None)

        self._ctx.tasks.run(work, self, self._undone, failed=self.failed.emit)

    def _undone(self, back: TakenBack) -> None:
        self._newest = [done for done in self._newest if done.first.attempt_id != back.attempt.id]
        self.undone.emit(back)

    def _batch_undone(self, undone: Undone) -> None:
        self.batch_undone.emit(undone)

    def _forget(self, batch_id: UUID) -> None:
        self._newest = [done for done in self._newest if done.batch_id != batch_id]


def _wishes(row: QueueRow, wish: OutcomeWish, started_at: datetime | None) -> list[LogOutcome]:
    """Return what is logged: the patient's outcome, then that of each of the household."""
    everybody = [(row.id, row.version), *wish.also]
    return [
        LogOutcome(
            patient_id=patient_id,
            outcome=wish.outcome,
            seen_version=version,
            note=wish.note,
            channel=wish.channel,
            started_at=started_at,
            next_action_at=wish.next_action_at,
            booking=wish.booking,
            number=wish.number if patient_id == row.id else None,
            means=wish.means,
        )
        for patient_id, version in everybody
    ]
