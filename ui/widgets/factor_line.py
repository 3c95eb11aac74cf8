"""A reason behind a score on one line: its sentence, a bar from a tick in the middle, and the signed points."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.text import tip

_BAR, _NUMBER, _GAP = 76, 36, 14


class FactorLine(QWidget):
    """`share`: the points as a part of the largest, -1 to 1."""

    def __init__(self, sentence: str, points: str, share: float) -> None:
        super().__init__()
        self._sentence, self._points, self._share = sentence, points, share
        self.setAccessibleName(f"{sentence} {points}")
        self.setToolTip(tip(sentence))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(240, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        color = found.accent if self._share >= 0 else found.negative
        whole = QRectF(self.rect())
        paint.text(painter, whole, self._points, font(12, SEMI_BOLD), color, paint.RIGHT)
        bar = QRectF(whole.right() - _NUMBER - _BAR, whole.center().y() - 2, _BAR, 4)
        words = QRectF(0, 0, bar.x() - _GAP, whole.height())
        paint.text(painter, words, self._sentence, font(13), found.text)
        paint.signed_bar(painter, bar, self._share if self._points != "0" else 0.0, 0.5)
