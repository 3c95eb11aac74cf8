"""A segmented switch: a few words in one outline, of which one is chosen; arrow keys go along them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import RADIUS
from ui.widgets import paint
from ui.widgets.checkable import Checkable
from ui.widgets.panels import row

HEIGHT = 32
_SIDE = 14


class _Part(Checkable):
    """One choice; the chosen one has an outline of its own."""

    def __init__(self, id: str, word: str, about: str) -> None:
        super().__init__()
        self.id = id
        self.setText(word)
        self.setAccessibleName(f"{about}: {word}" if about else word)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(paint.width(self.text(), font(13, SEMI_BOLD))) + 2 * _SIDE, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, found, on = QPainter(self), tokens(), self.isChecked()
        box = QRectF(self.rect())
        if on:
            paint.rounded(painter, box, RADIUS, found.selection, found.accent, 2 if self.hasFocus() else 1)
        elif self.hasFocus():
            paint.rounded(painter, box.adjusted(1, 1, -1, -1), RADIUS, None, found.accent, 2)
        color = found.accent if on else found.text if self.underMouse() else found.muted
        paint.text(painter, box, self.text(), font(13, SEMI_BOLD if on else MEDIUM), color, paint.CENTER)


class Segmented(QWidget):
    """`chosen(id)`: somebody chose another part. options: (id, word); about: what is chosen, for assistive tools."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]], about: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        inner = row(self, 0)
        for id, word in options:
            part = _Part(id, word, about)
            self._group.addButton(part)
            inner.addWidget(part)
        self._parts()[0].setChecked(True)
        self._group.buttonClicked.connect(self._clicked)

    def current(self) -> str:
        """Return the chosen part."""
        return next(part.id for part in self._parts() if part.isChecked())

    def choose(self, id: str) -> None:
        """Choose a part as a click does."""
        next(part for part in self._parts() if part.id == id).click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        parts = self._parts()
        at = next(place for place, part in enumerate(parts) if part.isChecked())
        part = parts[(at + step) % len(parts)]
        part.setFocus(Qt.FocusReason.TabFocusReason)
        part.click()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint.rounded(QPainter(self), QRectF(self.rect()), RADIUS, tokens().surface, tokens().border)

    def _parts(self) -> list[_Part]:
        return [button for button in self._group.buttons() if isinstance(button, _Part)]

    def _clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, _Part):
            self.chosen.emit(button.id)
