"""The search field of the patients list: how many were found and how fast, and an x that empties it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent

from reactivate_desktop.domain.patient_lists import MOST_TEXT
from ui import names
from ui.text import number, tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.fields import LineField

WIDTH, HEIGHT = 400, 36
_X = 26
_DOWN = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_PageDown)


class SearchField(LineField):
    """`down`: on to the list (arrow down, Enter, Escape in the empty field)."""

    down = Signal()

    def __init__(self) -> None:
        super().__init__(
            tr("Name, phone, birth date or record number"), tr("Search patients"), icon="magnifying-glass", keys="/"
        )
        self.setObjectName(names.PATIENTS_SEARCH)
        self.setMaxLength(MOST_TEXT)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(240)
        self._x = Button("", Kind.QUIET, "x-circle", parent=self)
        self._x.setAccessibleName(tr("Empty the search"))
        self._x.setToolTip(tr("Empty the search"))
        self._x.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._x.setFixedSize(_X, _X)
        self._x.hide()
        self._x.clicked.connect(self.empty)
        self.textChanged.connect(self._show_x)
        self.left.connect(self.down)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def empty(self) -> None:
        """Take all text away and stay in the field."""
        self.clear()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_found(self, count: int, seconds: float, *, more: bool) -> None:
        """Show how many were found in which time; more: there are others that are not counted yet."""
        ms = number(max(1, round(seconds * 1000)))
        if more:
            self.say(tr("{n} or more in {ms} ms", n=number(count), ms=ms))
        else:
            self.say(trn("{n} found in {ms} ms", "{n} found in {ms} ms", count, ms=ms))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _DOWN:
            self.down.emit()
            return
        if event.text() == "/" and self.selectedText() == self.text():
            # It is the key that leads here; within a birthday it is typed.
            self.selectAll()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._x.move(self.width() - _X - 5, (self.height() - _X) // 2)

    def _show_x(self, text: str) -> None:
        self._x.setVisible(bool(text))
        self.keep_room(_X - 4 if text else 0)
        if not text:
            self.say("")
