"""The dock's note: one line with its key, growing with what is typed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui import names
from ui.text import tr
from ui.theme import icons
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.fields import NoteField

_LEFT, _RIGHT = 26, 30


class _Corner(QWidget):
    """Icon and key cap over the field's own padding."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cap = True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, "note-pencil", 11, 9, 16, tokens().muted)
        if self.cap:
            paint.key_cap(painter, QRectF(self.rect()).right() - 8, 17, "N")


class DockNote(NoteField):
    """Up to three lines, wrapped ones too; the cap is there while nothing is typed."""

    def __init__(self) -> None:
        super().__init__(tr("Add a note, kept while you type"), tr("Note about this contact"))
        self.setObjectName(names.QUEUE_NOTE)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.setViewportMargins(_LEFT, 0, _RIGHT, 0)
        self._corner = _Corner(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._corner.setGeometry(self.rect())
        self._fit()

    def _fit(self) -> None:
        corner = getattr(self, "_corner", None)
        if corner is not None:
            corner.cap = not self.toPlainText()
            corner.update()
        # The document of a plain text field measures itself in lines.
        lines = min(self._LINES, max(1, round(self.document().size().height())))
        high = 34 + (lines - 1) * self.fontMetrics().lineSpacing()
        if high != self.height():
            self.setFixedHeight(high)
