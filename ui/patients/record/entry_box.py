"""The whole of what a chosen entry says, below the list, with what can be done with one's own note."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.notes import NoteRow
from reactivate_desktop.domain.time_line import NoteEntry, TimeLineEntry
from ui import formats
from ui.context import Context
from ui.patients.record.entry_words import joined, said
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import column, row
from ui.widgets.text import SMALL, SMALL_STRONG, Label

_HIGH = 66
_BARE = "QPlainTextEdit { border: none; background: transparent; padding: 0; }"


class EntryBox(QFrame):
    """Hidden unless the entry says more than its line; `changed`: a note was changed, pinned or removed."""

    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("ground", "dock")
        self.ctx = ctx
        self._patient: UUID | None = None
        self._note: NoteEntry | NoteRow | None = None
        self._editing = False
        self._title = Label("", SMALL_STRONG)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFixedHeight(_HIGH)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("The whole text"))
        self._hint = Label("", SMALL, "red", wrap=True)
        self.edit, self.pin, self.remove = (Button("", Kind.LINK) for _ in range(3))
        self.edit.clicked.connect(self._begin_or_save)
        self.pin.clicked.connect(self._turn_pin)
        self.remove.clicked.connect(self._leave_or_remove)
        head = row(None, 14)
        head.addWidget(self._title, 1)
        for button in (self.edit, self.pin, self.remove):
            head.addWidget(button)
        inner = column(self, 4)
        inner.setContentsMargins(16, 8, 14, 8)
        inner.addLayout(head)
        inner.addWidget(self.text)
        inner.addWidget(self._hint)
        self.hide()

    def show_patient(self, patient_id: UUID) -> None:
        """Begin with another patient: nothing is chosen."""
        self._patient = patient_id
        self._editing = False
        self.hide()

    def show_entry(self, entry: TimeLineEntry | None) -> None:
        """Show an entry of the time line; one whose line says it all is not shown again here."""
        words = said(entry) if entry is not None else None
        if entry is None or words is None or not words.whole:
            self._show(None, "", "")
            return
        when = f"{formats.day(formats.day_of(entry.at))} {formats.clock(entry.at)}"
        self._show(entry if isinstance(entry, NoteEntry) else None, joined(words.title, when), words.whole)

    def show_note(self, note: NoteRow | None) -> None:
        """Show a note of the notes' list."""
        if note is None:
            self._show(None, "", "")
        else:
            self._show(note, joined(note.author, formats.day(formats.day_of(note.created_at))), note.text)

    def has_unsaved(self) -> bool:
        """Return whether a note is being changed."""
        return self._editing

    def _show(self, note: NoteEntry | NoteRow | None, title: str, text: str) -> None:
        if self._editing:
            # A change under way is not dropped because another row was touched.
            return
        self._note = note
        self._title.setText(title)
        self.text.setPlainText(text)
        self._show_buttons()
        self.setVisible(bool(title))

    def _show_buttons(self) -> None:
        note = self._note
        mine = note is not None and self.ctx.person.writes and note.author_id == self.ctx.person.id
        for button in (self.edit, self.pin, self.remove):
            button.setVisible(mine)
        self.pin.setVisible(mine and not self._editing)
        _name(self.edit, tr("Save") if self._editing else tr("Edit"))
        _name(self.pin, tr("Unpin") if note is not None and note.pinned else tr("Pin"))
        _name(self.remove, tr("Leave as it was") if self._editing else tr("Remove"))
        self.text.setReadOnly(not self._editing)
        # What cannot be typed into must not look like a field.
        self.text.setStyleSheet("" if self._editing else _BARE)
        self._hint.hide()

    def _begin_or_save(self) -> None:
        note, text = self._note, self.text.toPlainText()
        if note is None:
            return
        if self._editing:
            self._run(lambda: self.ctx.desk.notes.edit(note.id, text))
            return
        self._editing = True
        self._show_buttons()
        self.text.setFocus()

    def _turn_pin(self) -> None:
        note = self._note
        if note is not None:
            self._run(lambda: self.ctx.desk.notes.edit(note.id, pinned=not note.pinned))

    def _leave_or_remove(self) -> None:
        note, patient, ctx = self._note, self._patient, self.ctx
        if note is None or patient is None:
            return
        if self._editing:
            self._editing = False
            self._show(note, self._title.text(), note.text)
            return

        def again() -> None:
            ctx.tasks.run(
                lambda: ctx.desk.notes.add(patient, note.text, pinned=note.pinned),
                self,
                lambda _: self.changed.emit(),
            )

        self._run(lambda: ctx.desk.notes.remove(note.id), lambda: ctx.notices.say(tr("The note was removed."), again))

    def _run(self, work: Callable[[], object], then: Callable[[], None] = lambda: None) -> None:
        def done(_: object) -> None:
            self._editing = False
            self._show(None, "", "")
            then()
            self.changed.emit()

        self.ctx.tasks.run(work, self, done, failed=self._complain)

    def _complain(self, error: ExpectedError) -> None:
        self._hint.setText(str(error))
        self._hint.show()


def _name(button: Button, word: str) -> None:
    button.setText(word)
    button.setAccessibleName(word)
    button.updateGeometry()
