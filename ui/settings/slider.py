"""A painted slider over a scale of round numbers: the old value stays as a tick."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider

from ui.text import number
from ui.theme.fonts import font
from ui.theme.theme import tokens
from ui.widgets import paint

_STEPS = (5, 10, 15, 20, 25, 30, 40, 50, 75)
_MARKS = 4
_HANDLE, _TRACK, _TOP, _LABELS = 20, 6, 24, 18
PAGE = 10


def scale_for(value: int) -> int:
    """Return the step of a scale of four round steps that has room to the right of a value."""
    least = max(20.0, value * 2.5) / _MARKS
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= least:
                return step * power
        power *= 10


class CapacitySlider(QSlider):
    """A number of patients; arrows change it by 1, Page by 10, Home and End go to the ends."""

    def __init__(self, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._former = 0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSingleStep(1)
        self.setPageStep(PAGE)
        self.set_step(scale_for(0))

    def set_step(self, step: int) -> None:
        """Use a scale of four steps of this size."""
        self.setRange(0, step * _MARKS)
        self.update()

    def show_former(self, value: int) -> None:
        """Mark the value that is in force."""
        self._former = value
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _TOP + _LABELS)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _TOP + _LABELS)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The page's: a number must not change because somebody scrolls over it.
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        middle = _TOP / 2
        at = self._x(self.value())
        mark = found.accent if self.isEnabled() else found.muted
        paint.rounded(painter, QRectF(0, middle - _TRACK / 2, self.width(), _TRACK), _TRACK / 2, found.track)
        paint.rounded(painter, QRectF(0, middle - _TRACK / 2, at, _TRACK), _TRACK / 2, mark)
        painter.fillRect(QRectF(self._x(self._former) - 1, middle - 8, 2, 16), QColor(found.text))
        self._paint_handle(painter, QPointF(at, middle), mark)
        self._paint_labels(painter)

    def _paint_handle(self, painter: QPainter, at: QPointF, mark: str) -> None:
        found = tokens()
        if self.hasFocus():
            painter.setPen(QPen(QColor(found.accent), 2))
            painter.setBrush(QColor(found.selection))
            painter.drawEllipse(at, _TOP / 2 - 1, _TOP / 2 - 1)
        painter.setPen(QPen(QColor(mark), 2))
        painter.setBrush(QColor(found.surface))
        painter.drawEllipse(at, _HANDLE / 2 - 1, _HANDLE / 2 - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mark))
        painter.drawEllipse(at, 4, 4)

    def _paint_labels(self, painter: QPainter) -> None:
        step = self.maximum() // _MARKS
        for place in range(_MARKS + 1):
            center = self._x(place * step)
            box = QRectF(center - 40, _TOP, 80, _LABELS)
            align = paint.CENTER
            if place == 0:
                box, align = QRectF(0, _TOP, 80, _LABELS), paint.LEFT
            elif place == _MARKS:
                box, align = QRectF(self.width() - 80, _TOP, 80, _LABELS), paint.RIGHT
            paint.text(painter, box, number(place * step), font(12), tokens().muted, align)

    def _x(self, value: int) -> float:
        room = self.width() - _HANDLE
        return _HANDLE / 2 + room * min(value, self.maximum()) / max(1, self.maximum())

    def _value_at(self, x: float) -> int:
        room = max(1, self.width() - _HANDLE)
        return round(min(1.0, max(0.0, (x - _HANDLE / 2) / room)) * self.maximum())
