"""One cell of the consent strip: two lines with the state of a channel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme import icons
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.checkable import Checkable

HEIGHT = 58
_ICON, _SIDE = 16, 14


class Cell(Checkable):
    """One channel: its name, the state in a word with an icon, and what proves it below."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self._title = self._word = self._below = ""
        self._tone, self._mark = "muted", ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_words(self, title: str, below: str, word: str = "", tone: str = "muted", mark: str = "") -> None:
        """Show the first line (title, then a word in a tone behind the icon `mark`) and the second."""
        self._title, self._below, self._word, self._tone, self._mark = title, below, word, tone, mark
        self.setAccessibleName(". ".join(part for part in (f"{title} {word}".strip(), below) if part))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(76, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        box = QRectF(self.rect())
        if self.isChecked() or self.underMouse() or self.hasFocus():
            ground = found.selection if self.isChecked() else found.sub_surface
            line = found.accent if self.hasFocus() else None
            paint.rounded(painter, box.adjusted(3, 3, -3, -3), 8, ground, line, 2)
        icons.paint(painter, self._icon, _SIDE, 12, _ICON, found.text if self._title else found.muted)
        self._first_line(painter)
        second = QRectF(_SIDE + 24, 30, box.width() - _SIDE - 30, 18)
        paint.text(painter, second, self._below, font(12), found.muted)

    def _first_line(self, painter: QPainter) -> None:
        found = tokens()
        face = font(13, SEMI_BOLD)
        room = self.width() - _SIDE - 28
        title = min(paint.width(self._title, face) + 1, room)
        paint.text(painter, QRectF(_SIDE + 24, 11, title, 18), self._title, face, found.text)
        left = _SIDE + 24 + title + 9
        if not self._word or left + 18 > self.width():
            return
        tone = getattr(found, self._tone)
        color = getattr(tone, "text", tone)
        icons.paint(painter, self._mark, left, 13, 14, color)
        paint.text(painter, QRectF(left + 18, 11, self.width() - left - 21, 18), self._word, font(12, SEMI_BOLD), color)
