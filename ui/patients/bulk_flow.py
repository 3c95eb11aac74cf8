"""Changing many patients: counts first, carries out as long work, and takes back; what is painted is elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.bulk import BulkAction, BulkDone, BulkKind, BulkPreview, BulkTarget, BulkUndone
from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.identity import uuid7
from ui.context import Context
from ui.jobs import Job
from ui.patients.bulk_words import Plan, stopped, undone
from ui.tasks import Ticket


@dataclass(frozen=True)
class Counted:
    """A plan with its target and what it would do: nothing has been changed yet."""

    plan: Plan
    target: BulkTarget
    preview: BulkPreview


class BulkFlow(QObject):
    """`counted(Counted)`; `started`; `ended(done)`: it was carried out, or not (stopped, failed)."""

    counted = Signal(object)
    started = Signal()
    ended = Signal(bool)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._asked: Ticket[Counted] | None = None
        self._job: Job[BulkDone] | None = None

    def count(self, plan: Plan, target: Callable[[], BulkTarget]) -> None:
        """Count what a plan would do; `target` is made in a thread."""
        desk = self._ctx.desk

        def work() -> Counted:
            whom = target()
            return Counted(plan, whom, desk.bulk.preview(plan.action, whom))

        self.forget()
        self._asked = self._ctx.tasks.run(work, self, self.counted.emit)

    def count_new_tag(self, name: str, target: Callable[[], BulkTarget]) -> None:
        """Add a tag to the clinic's and count whom it would be put on."""
        desk = self._ctx.desk

        def work() -> Counted:
            whom = target()
            plan = Plan(BulkAction(BulkKind.ADD_TAG, tag_id=desk.tags.add(name)), " ".join(name.split()))
            return Counted(plan, whom, desk.bulk.preview(plan.action, whom))

        self.forget()
        self._asked = self._ctx.tasks.run(work, self, self.counted.emit)

    def forget(self) -> None:
        """Forget a count under way."""
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None

    def apply(self, counted: Counted) -> None:
        """Carry a plan out as it was counted."""
        # Ours from the beginning: what was done of a batch that is stopped can be taken back, too.
        batch, desk, plan = uuid7(), self._ctx.desk, counted.plan
        self._job = self._ctx.jobs.start(
            plan.title,
            lambda progress: desk.bulk.apply(
                plan.action, counted.target, counted.preview.count, batch_id=batch, progress=progress
            ),
            self,
            lambda answer: self._done(plan, answer),
            failed=self._failed,
            stopped=lambda: self._stopped(batch),
            sentence=lambda answer: plan.done(answer.changed),
        )
        self.started.emit()

    def stop(self) -> None:
        """Stop at the next step; what is done stays, and can be undone."""
        if self._job is not None:
            self._job.cancel()

    def _done(self, plan: Plan, answer: BulkDone) -> None:
        self._job = None
        self._tell(plan.action.kind)
        self._ctx.notices.say(plan.done(answer.changed), lambda: self._undo(answer.batch_id))
        self.ended.emit(True)

    def _failed(self, error: ExpectedError) -> None:
        self._job = None
        self.ended.emit(False)
        self._ctx.tasks.on_failure(self, error)

    def _stopped(self, batch: UUID) -> None:
        self._job = None
        self.ended.emit(False)
        desk = self._ctx.desk

        def work() -> int:
            return next((row.changed for row in desk.bulk.recent() if row.id == batch), 0)

        self._ctx.tasks.run(work, self, lambda count: self._say_stopped(batch, count))

    def _say_stopped(self, batch: UUID, count: int) -> None:
        self._tell(BulkKind.DO_NOT_CONTACT)
        self._ctx.notices.say(stopped(count), (lambda: self._undo(batch)) if count else None)

    def _undo(self, batch: UUID) -> None:
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.bulk.undo(batch), self, self._undone)

    def _undone(self, answer: BulkUndone) -> None:
        self._tell(BulkKind.DO_NOT_CONTACT)
        self._ctx.notices.say(undone(answer))

    def _tell(self, kind: BulkKind) -> None:
        tagging = kind in (BulkKind.ADD_TAG, BulkKind.REMOVE_TAG)
        self._ctx.board.tell_kinds(*((Change.PATIENTS,) if tagging else (Change.PATIENTS, Change.QUEUE)))
