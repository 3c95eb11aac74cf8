"""Half-typed notes: at hand at once, and on this PC's disk a moment after a pause in typing."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from reactivate_desktop.domain.errors import ExpectedError
from ui.context import Context

PAUSE_MS = 400


class DraftBook(QObject):
    """The notes of the signed-in person by patient. `read`: those of the last time are here.

    One write at a time, so that a note is never forgotten before it is kept. Emptied texts are forgotten on disk.
    """

    read = Signal()

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._person = ctx.person.id
        self._texts: dict[UUID, str] = {}
        self._unwritten: dict[UUID, str] = {}
        self._writing = False
        self._lost = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.write)
        ctx.tasks.run(lambda: ctx.desk.drafts(self._person).all(), self, self._merge, failed=self._unreadable)

    def of(self, patient_id: UUID) -> str:
        """Return the note that was begun for a patient."""
        return self._texts.get(patient_id, "")

    def keep(self, patient_id: UUID, text: str) -> None:
        """Keep what is typed so far."""
        if text == self.of(patient_id):
            return
        self._texts[patient_id] = text
        self._unwritten[patient_id] = text
        self._timer.start()

    def forget(self, patient_id: UUID) -> None:
        """Forget a note: it is logged."""
        if self._texts.pop(patient_id, ""):
            self._unwritten[patient_id] = ""
            self.write()

    def write(self) -> None:
        """Write now what is not on disk yet."""
        self._timer.stop()
        if self._writing or not self._unwritten:
            return
        wanted, self._unwritten = self._unwritten, {}
        self._writing = True

        def work() -> None:
            drafts = self._ctx.desk.drafts(self._person)
            for patient_id, text in wanted.items():
                drafts.keep(patient_id, text)

        self._ctx.tasks.run(work, self, self._written, failed=self._not_written, ended=self._go_on)

    @property
    def unsafe(self) -> bool:
        """Whether something typed is not on disk (yet)."""
        return self._writing or self._lost or any(text.strip() for text in self._unwritten.values())

    def _merge(self, kept: dict[UUID, str]) -> None:
        for patient_id, text in kept.items():
            typed = self._texts.get(patient_id, "")
            if not typed:
                self._texts[patient_id] = text
            elif typed not in text:
                self.keep(patient_id, f"{text}\n{typed}")
        self.read.emit()

    def _unreadable(self, error: ExpectedError) -> None:
        self._ctx.notices.say(str(error))

    def _written(self, _nothing: None) -> None:
        self._lost = False

    def _not_written(self, error: ExpectedError) -> None:
        # What is in memory is still shown; closing asks first.
        if not self._lost:
            self._lost = True
            self._ctx.notices.say(str(error))

    def _go_on(self) -> None:
        self._writing = False
        self.write()
