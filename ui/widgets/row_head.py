"""The head of a list: its columns' titles above the cells' text, and a caret where the order comes from."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ui.theme import icons
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint


class RowHead(QHeaderView):
    """Put on a RowView by setHorizontalHeader; `sorted_at`: the column that gives the order, -1: none is marked."""

    def __init__(self, height: int, first_side: int, sorted_at: int = -1, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._side, self._sorted_at = first_side, sorted_at
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setFixedHeight(height)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        found = tokens()
        painter.save()
        painter.fillRect(rect, QColor(found.surface))
        box = QRectF(rect).adjusted(self._side if logicalIndex == 0 else 0, 0, -4, -1)
        title = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        face = font(12, SEMI_BOLD)
        paint.text(painter, box, title, face, found.muted)
        if logicalIndex == self._sorted_at:
            after = box.x() + paint.width(title, face) + 7
            icons.paint(painter, "caret-down", after, box.center().y() - 5, 12, found.muted)
        painter.fillRect(QRectF(rect.x(), rect.bottom(), rect.width(), 1), QColor(found.border))
        painter.restore()
