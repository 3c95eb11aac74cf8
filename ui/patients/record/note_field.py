"""The field for a note on the record: kept on this PC as it is typed, saved with Enter."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent

from ui import names
from ui.context import Context
from ui.latest import Latest
from ui.text import tr
from ui.theme.tokens import CONTROL_HEIGHT
from ui.widgets import paint
from ui.widgets.fields import NoteField
from ui.widgets.panels import Picture

_KEEP_MS = 400
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RecordNote(NoteField):
    """`wished(text)`: the note should be saved. Shift+Enter begins another line, Escape leaves the field."""

    wished = Signal(str)

    def __init__(self, ctx: Context) -> None:
        super().__init__(tr("Add a note"), tr("Add a note. Enter saves, Shift and Enter begins a new line"))
        self.setObjectName(names.PATIENT_NOTE)
        self.setToolTip(tr("Enter saves, Shift+Enter begins a new line"))
        self._picture = Picture("note-pencil", 16, parent=self)
        self.setViewportMargins(24, 0, 0, 0)
        self.document().setDocumentMargin(1)
        self._ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._patient: UUID | None = None
        self._kept = ""
        self._timer = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._timer.timeout.connect(self.keep)
        self.textChanged.connect(self._timer.start)

    def show_patient(self, patient_id: UUID) -> None:
        """Show what was begun for a patient; that of the former one is kept."""
        self.keep()
        self._patient = None
        self._show("")
        desk, person = self._ctx.desk, self._ctx.person.id
        self._latest.ask(
            "read", lambda: desk.drafts(person).of(patient_id), lambda text: self._restore(patient_id, text)
        )

    def keep(self) -> None:
        """Keep what is typed so far, in a thread."""
        self._timer.stop()
        patient, text = self._patient, self.toPlainText()
        if patient is None or text == self._kept:
            return
        self._kept = text
        desk, person = self._ctx.desk, self._ctx.person.id
        # Not by Latest: each patient's text must be kept, also after another one was opened.
        self._ctx.tasks.run(lambda: desk.drafts(person).keep(patient, text), self)

    def saved(self, patient_id: UUID) -> None:
        """Forget what was typed: it is a note of this patient now."""
        if patient_id == self._patient:
            self._show("")
        desk, person = self._ctx.desk, self._ctx.person.id
        self._ctx.tasks.run(lambda: desk.drafts(person).forget(patient_id), self)

    def has_unsaved(self) -> bool:
        """Return whether something is typed that is not kept yet."""
        return self._patient is not None and self.toPlainText() != self._kept

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if self.words():
                self.wished.emit(self.words())
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keep()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.toPlainText() and not self.hasFocus():
            room = self.viewport()
            paint.key_cap(QPainter(room), room.width() - 1, room.height() / 2, "N")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture.move(11, (CONTROL_HEIGHT - self._picture.height()) // 2)

    def _restore(self, patient_id: UUID, text: str) -> None:
        self._patient = patient_id
        typed = self.toPlainText()
        # Somebody quick may have begun to type while the old text was on its way.
        self._show(f"{text}\n{typed}" if text and typed else text or typed)
        if typed:
            self._kept = text
            self._timer.start()

    def _show(self, text: str) -> None:
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)
        self._kept = text
        self._timer.stop()
        self._fit()
