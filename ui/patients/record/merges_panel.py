"""The merges of a record: what was merged into it and when, each of which can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from reactivate_desktop.domain.merges import MergeRow, Unmerged
from reactivate_desktop.domain.names import full_name
from ui import formats
from ui.context import Context
from ui.latest import Latest
from ui.patients.record.entry_words import joined
from ui.privacy import veiled
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import clear, column, row
from ui.widgets.text import BODY, FIRST, SMALL, Label


@dataclass(frozen=True)
class _Shown:
    """A merge with the names that it is about."""

    merge: MergeRow
    merged: str
    by: str


class MergesPanel(QFrame):
    """`closed`: away with it; `changed`: a merge was taken back."""

    closed = Signal()
    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("ground", "box")
        self.ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._patient: UUID | None = None
        self._rows = column(None, 6)
        self._hint = Label("", SMALL, "red", wrap=True)
        close = Button("", Kind.QUIET, "x")
        close.setAccessibleName(tr("Close"))
        close.set_height(26)
        close.clicked.connect(self.leave)
        head = row(None)
        head.addWidget(Label(tr("Merges of this record"), FIRST), 1)
        head.addWidget(close)
        inner = column(self, 6)
        inner.setContentsMargins(14, 8, 10, 10)
        inner.addLayout(head)
        inner.addLayout(self._rows)
        inner.addWidget(self._hint)
        self.hide()

    def open(self, patient_id: UUID) -> None:
        """Show the merges into and of a record."""
        self._patient = patient_id
        self._hint.hide()
        clear(self._rows)
        self.show()
        self.setFocus()
        desk = self.ctx.desk

        def read() -> list[_Shown]:
            staff = {each.id: f"{each.first_name} {each.last_name}" for each in desk.staff.list()}
            found = []
            for merge in desk.merges.of_patient(patient_id):
                other = merge.merged_id if merge.survivor_id == patient_id else merge.survivor_id
                patient = desk.patients.read(other).patient
                name = full_name(patient.first_name, patient.last_name)
                found.append(_Shown(merge, name, staff.get(merge.user_id, "")))
            return found

        self._latest.ask("merges", read, self._show)

    def leave(self) -> None:
        """Put it away."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    def _show(self, rows: list[_Shown]) -> None:
        clear(self._rows)
        if not rows:
            self._rows.addWidget(Label(tr("No record was merged with this one."), BODY, "muted"))
        for each in rows:
            self._rows.addWidget(self._line(each))

    def _line(self, shown: _Shown) -> QWidget:
        made = QWidget()
        merge = shown.merge
        day = formats.day(formats.day_of(merge.created_at))
        into = merge.survivor_id == self._patient
        name = veiled(shown.merged)
        words = tr("{name} was merged into this record", name=name) if into else tr("Merged into {name}", name=name)
        line = row(made, 12)
        undone = tr("taken back {day}", day=formats.day(formats.day_of(merge.undone_at))) if merge.undone_at else None
        line.addWidget(Label(joined(words, day, shown.by, undone), BODY), 1)
        if merge.undone_at is None and self.ctx.person.writes:
            back = Button(tr("Take it back"), Kind.LINK)
            back.setAccessibleName(tr("Take back the merge with {name}", name=name))
            back.clicked.connect(lambda _=False: self._take_back(merge.id))
            line.addWidget(back)
        return made

    def _take_back(self, merge_id: UUID) -> None:
        desk = self.ctx.desk
        self.ctx.tasks.run(
            lambda: desk.merges.unmerge(merge_id), self, self._taken_back, failed=lambda e: self._complain(str(e))
        )

    def _taken_back(self, done: Unmerged) -> None:
        stay = tr(" What somebody changed since stays.") if done.fields_kept or done.left else ""
        self.ctx.notices.say(tr("The two records are separate again.") + stay)
        self.changed.emit()
        if self._patient is not None:
            self.open(self._patient)

    def _complain(self, sentence: str) -> None:
        self._hint.setText(sentence)
        self._hint.show()
