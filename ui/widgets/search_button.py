"""Looks like a search field and opens the command palette, where the searching is done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.theme import icons
from ui.theme.fonts import font
from ui.theme.theme import tokens
from ui.theme.tokens import CONTROL_HEIGHT, RADIUS
from ui.widgets import paint


class SearchButton(QAbstractButton):
    """The hint at the left, the keys that do the same at the right."""

    def __init__(self, hint: str, keys: str) -> None:
        super().__init__()
        self._keys = keys
        self.setText(hint)
        self.setAccessibleName(hint)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(300)

    def sizeHint(self) -> QSize:
        return QSize(300, CONTROL_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, CONTROL_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        box = QRectF(self.rect())
        focus = self.hasFocus()
        line = found.accent if focus else found.muted if self.underMouse() else found.field_border
        paint.rounded(painter, box, RADIUS, found.surface, line, 2 if focus else 1)
        icons.paint(painter, "magnifying-glass", 11, box.center().y() - 8, 16, found.muted)
        left = paint.key_cap(painter, box.right() - 9, box.center().y(), self._keys)
        inner = QRectF(36, 0, left - 36 - 8, box.height())
        paint.text(painter, inner, self.text(), font(13), found.muted)
