"""A switch that is on or off at once, painted from the tokens."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.checkable import Checkable

_WIDE, _HIGH, _KNOB, _AROUND = 34, 20, 14, 3


class Switch(Checkable):
    """On or off; `name` says what. Its place says which, the colour only repeats it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_WIDE + 2 * _AROUND, _HIGH + 2 * _AROUND)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        box = QRectF(_AROUND, _AROUND, _WIDE, _HIGH)
        if self.hasFocus():
            paint.rounded(painter, QRectF(self.rect()), 13, None, found.accent, 2)
        on = self.isChecked()
        ground = found.muted if not self.isEnabled() else found.accent if on else found.field_border
        paint.rounded(painter, box, _HIGH / 2, ground)
        left = box.right() - _KNOB - 3 if on else box.x() + 3
        paint.rounded(painter, QRectF(left, box.center().y() - _KNOB / 2, _KNOB, _KNOB), _KNOB / 2, found.surface)
