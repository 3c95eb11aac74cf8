"""Tabs as underlined words with counts; arrow keys go along them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from ui.text import number
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.checkable import Checkable
from ui.widgets.flow import FlowLayout

HEIGHT = 38
_GAP = 26


class _Word(Checkable):
    """One tab."""

    def __init__(self, id: str, word: str) -> None:
        super().__init__()
        self.id = id
        self._count = ""
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_count(self, count: int | None) -> None:
        """Show a number beside the word."""
        self._count = "" if count is None else number(count)
        self.setAccessibleName(f"{self.text()} {self._count}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        more = paint.width(self._count, font(12)) + 7 if self._count else 0
        return QSize(round(paint.width(self.text(), font(13, SEMI_BOLD)) + more) + 2 + _GAP, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        on = self.isChecked()
        color = found.accent if on else found.text if self.underMouse() else found.muted
        box = QRectF(0, 0, self.width() - _GAP, self.height() - 3)
        paint.text(painter, box, self.text(), font(13, SEMI_BOLD if on else MEDIUM), color)
        if self._count:
            paint.text(painter, box, self._count, font(12), found.muted, paint.RIGHT)
        if on:
            painter.fillRect(QRectF(0, self.height() - 3, box.width(), 3), QColor(found.accent))
        if self.hasFocus():
            paint.rounded(painter, box.adjusted(-1, 6, 1, -4), 4, None, found.accent, 2)


class UnderTabs(QWidget):
    """`chosen(id)`: another tab is wanted."""

    chosen = Signal(str)

    def __init__(self, name: str, tabs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        inner = FlowLayout(self, 0)
        for id, word in tabs:
            button = _Word(id, word)
            self._group.addButton(button)
            inner.addWidget(button)
        self._words()[0].setChecked(True)
        self._group.buttonClicked.connect(self._clicked)

    def show_count(self, id: str, count: int | None) -> None:
        """Show a number beside a tab's word."""
        for word in self._words():
            if word.id == id:
                word.show_count(count)

    def show_tab(self, id: str) -> None:
        """Mark a tab as the open one, without telling."""
        for word in self._words():
            word.setChecked(word.id == id)

    def open_tab(self, id: str) -> None:
        """Open a tab as a click does."""
        self.show_tab(id)
        self.chosen.emit(id)

    def current(self) -> str:
        """Return the open tab."""
        return next(word.id for word in self._words() if word.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        words = self._words()
        if step is None:
            super().keyPressEvent(event)
            return
        at = next(place for place, word in enumerate(words) if word.isChecked())
        word = words[(at + step) % len(words)]
        word.setFocus(Qt.FocusReason.TabFocusReason)
        self.open_tab(word.id)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QPainter(self).fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(tokens().border))

    def _words(self) -> list[_Word]:
        return [button for button in self._group.buttons() if isinstance(button, _Word)]

    def _clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, _Word):
            self.chosen.emit(button.id)
