"""The merges of a record, opened over it; each can be taken back."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from ui.context import Context
from ui.patients.merge_history import MergeHistory
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import column, row
from ui.widgets.text import FIRST, Label

_HIGH = 132


class MergesPanel(QFrame):
    """`closed`: away with it; `changed`: a merge was taken back."""

    closed = Signal()
    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("ground", "box")
        self._close = Button("", Kind.QUIET, "x")
        self._close.setAccessibleName(tr("Close"))
        self._close.set_height(26)
        self._close.clicked.connect(self.leave)
        self._history = MergeHistory(ctx)
        self._history.setFixedHeight(_HIGH)
        self._history.undone.connect(self.changed)
        head = row(None)
        head.addWidget(Label(tr("Merges of this record"), FIRST), 1)
        head.addWidget(self._close)
        inner = column(self, 6)
        inner.setContentsMargins(14, 8, 10, 10)
        inner.addLayout(head)
        inner.addWidget(self._history)
        self.hide()

    def open(self, patient_id: UUID) -> None:
        """Show the merges into and of a record."""
        self._history.set_patient(patient_id)
        self._history.reload()
        self.show()
        self._close.setFocus()

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
