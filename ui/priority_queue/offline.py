"""Outcomes that wait on this PC: how many, sending them once the database is back, and what was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.domain.offline import KeptOutcome, Sent, SentState
from ui.context import Context
from ui.priority_queue.desk_state import DeskState
from ui.tasks import Ticket


class Offline(QObject):
    """`counted(n)`: so many wait; `sent(n)`: so many were logged; `refused(list[KeptOutcome])`: the person decides.

    `resolved`: one was decided on; `failed(error)`.
    """

    counted = Signal(int)
    sent = Signal(int)
    refused = Signal(object)
    resolved = Signal()
    failed = Signal(object)

    def __init__(self, ctx: Context, state: DeskState, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx, self._state = ctx, state
        self._ticket: Ticket[list[Sent]] | None = None

    def look(self) -> None:
        """Count what waits; safe without the database."""
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.offline.waiting(), self, self._show, failed=self.failed.emit)

    def send(self) -> None:
        """Log what waits. The database is there (again); what it refuses stays for the person's decision."""
        if self._ticket is not None or not self._ctx.person.writes:
            return
        desk = self._ctx.desk
        self._ticket = self._ctx.tasks.run(
            lambda: desk.offline.send(desk.outreach), self, self._told, failed=self.failed.emit, ended=self._ended
        )

    def drop(self, kept: KeptOutcome) -> None:
        """Give an outcome up; the audit trail knows."""
        self._resolve(lambda: self._ctx.desk.offline.resolve(kept.key, None))

    def log_again(self, kept: KeptOutcome) -> None:
        """Log an outcome all the same, on the patient as she stands now."""
        desk = self._ctx.desk

        def work() -> None:
            rows = desk.queue.rows([kept.wish.patient_id])
            if not rows:
                raise NotFound("This patient is not in the clinic (any more). Please drop this outcome.")
            desk.offline.resolve(kept.key, replace(kept.wish, seen_version=rows[0].version))
            desk.offline.send(desk.outreach)

        self._resolve(work)

    def _resolve(self, work: Callable[[], None]) -> None:
        self._ctx.tasks.run(work, self, lambda _: self._resolved(), failed=self.failed.emit)

    def _resolved(self) -> None:
        self.look()
        self.resolved.emit()

    def _told(self, answers: list[Sent]) -> None:
        done = sum(each.state is SentState.DONE for each in answers)
        if done:
            self.sent.emit(done)
        self.look()

    def _ended(self) -> None:
        self._ticket = None

    def _show(self, waiting: list[KeptOutcome]) -> None:
        mine = [kept for kept in waiting if kept.by == self._ctx.person.id]
        self._state.kept = _by_patient(mine)
        self.counted.emit(len(mine))
        refused = [kept for kept in mine if kept.problem is not None]
        if refused:
            self.refused.emit(refused)


def _by_patient(kept: list[KeptOutcome]) -> dict[UUID, ContactOutcome]:
    return {each.wish.patient_id: each.wish.outcome for each in kept}
