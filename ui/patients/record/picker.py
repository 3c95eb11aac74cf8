"""Finds one other patient by name or number, for a household or a merge."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.patients import PatientRow
from ui import formats, names
from ui.context import Context
from ui.latest import Latest
from ui.patients.record.cells import Cell, CellList, ColumnSpec, ListRow
from ui.patients.record.entry_words import joined
from ui.privacy import veiled
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.fields import FormField
from ui.widgets.panels import column, row
from ui.widgets.text import FIRST, SMALL, Label

_MOST = 8
_SHOWN = 4
_ROW = 44


class PatientPicker(QFrame):
    """`closed`: left without an answer. The first hit is chosen; arrows move, Enter takes it."""

    closed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setObjectName(names.PATIENT_PICKER)
        self.setProperty("ground", "box")
        self.ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._but: frozenset[UUID] = frozenset()
        self._take: Callable[[PatientRow], None] = lambda _: None
        self._title = Label("", FIRST, wrap=True)
        self.field = FormField(tr("Name, phone number"), tr("Find a patient"), "magnifying-glass")
        self.list = CellList("patient-picks", tr("Patients found"), (ColumnSpec(tr("Patient"), 0),), _ROW)
        self.list.horizontalHeader().hide()
        self.list.setFixedHeight(_SHOWN * _ROW)
        self._said = Label("", SMALL, "muted", wrap=True)
        close = Button("", Kind.QUIET, "x")
        close.setAccessibleName(tr("Close"))
        close.set_height(26)
        close.clicked.connect(self.leave)
        head = row(None, 8)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        inner = column(self, 6)
        inner.setContentsMargins(12, 8, 10, 10)
        inner.addLayout(head)
        inner.addWidget(self.field)
        inner.addWidget(self._said)
        inner.addWidget(self.list)
        self.field.textChanged.connect(self._find)
        self.field.returnPressed.connect(lambda: self._pick(self.list.place()))
        self.list.opened.connect(self._pick)
        self.list.clicked.connect(lambda index: self._pick(index.row()))
        self.hide()

    def ask(self, title: str, take: Callable[[PatientRow], None], but: frozenset[UUID] = frozenset()) -> None:
        """Ask for a patient who is none of `but`."""
        self._take, self._but = take, but
        self._title.setText(title)
        self.field.clear()
        self.complain("")
        self._show([])
        self.show()
        self.field.setFocus()

    def complain(self, sentence: str) -> None:
        """Say why the one that was taken cannot be."""
        self._said.setText(sentence)
        self._said.set_tone("red" if sentence else "muted")
        self._said.setVisible(bool(sentence))

    def leave(self) -> None:
        """Put it away."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif step is not None:
            self.list.go_to(self.list.place() + step)
        else:
            super().keyPressEvent(event)

    def _find(self) -> None:
        text, desk = self.field.text().strip(), self.ctx.desk
        self.complain("")
        if len(text) < 2:
            self._latest.forget("find")
            self._show([])
            return
        self._latest.ask("find", lambda: desk.patients.find(text, _MOST), self._show)

    def _show(self, found: list[PatientRow]) -> None:
        rows = [_row(each) for each in found if each.id not in self._but]
        self.list.show_rows(rows)
        self.list.setVisible(bool(rows))
        if rows:
            self.list.go_to(0)
        elif len(self.field.text().strip()) >= 2 and not self._latest.waits("find"):
            self._said.setText(tr("Nobody is found by this."))
            self._said.set_tone("muted")
            self._said.show()

    def _pick(self, place: int) -> None:
        found = self.list.source_at(place)
        if isinstance(found, PatientRow):
            self._take(found)


def _row(patient: PatientRow) -> ListRow:
    born = formats.birth_date(patient.date_of_birth)
    below = joined(
        tr("born {day}", day=born) if born else None,
        veiled(formats.phone(patient.phone)) if patient.phone else None,
    )
    return ListRow(patient.id, (Cell(veiled(full_name(patient.first_name, patient.last_name)), below),), patient)
