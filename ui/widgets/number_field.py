"""A field for a whole number with small arrows; the wheel is the page's unless somebody types in it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QSpinBox

from ui.theme import icons
from ui.theme.theme import tokens

_ARROWS = 22


class NumberField(QSpinBox):
    """Arrow keys change by 1, Page by 10."""

    def __init__(self, name: str, least: int, most: int, unit: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setRange(least, most)
        # A thin space, as figures and their units are written.
        self.setSuffix(f" {unit}" if unit else "")
        self.setGroupSeparatorShown(True)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
        # The border is the field's own.
        self.line.setProperty("ground", "bare")
        self.setStyleSheet("font-weight: 600;")

    @property
    def line(self) -> QLineEdit:
        """What is typed into."""
        return self.lineEdit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._fit()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> Any:
        # Whoever scrolls to it shows the whole field, not only where the cursor stands.
        if query == Qt.InputMethodQuery.ImCursorRectangle:
            return QRectF(self.rect())
        return super().inputMethodQuery(query)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.isEnabled() and self._arrows().contains(event.position().toPoint()):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.stepBy(1 if event.position().y() < self.height() / 2 else -1)
            return
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isEnabled():
            box, painter = self._arrows(), QPainter(self)
            for name, up in (("caret-up", True), ("caret-down", False)):
                y = box.center().y() - (11 if up else -1)
                icons.paint(painter, name, box.center().x() - 5, y, 10, tokens().muted)

    def _fit(self) -> None:
        # With a border from the style sheet and no arrows, Qt leaves one pixel for the number.
        self.line.setGeometry(10, 2, max(1, self.width() - _ARROWS - 8), max(1, self.height() - 4))

    def _arrows(self) -> QRect:
        return QRect(self.width() - _ARROWS, 0, _ARROWS - 2, self.height())
