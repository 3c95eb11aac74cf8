"""Parts of the queue's list: its view, its columns in words, and what stands for rows that are still read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRectF
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui import words
from ui.priority_queue import sentences
from ui.priority_queue.cells import BEST, CONTACT, PATIENT, PRIORITY, SIDE, WHY
from ui.priority_queue.desk_state import DeskState
from ui.priority_queue.lines import Line
from ui.text import tr
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.columns_model import Column
from ui.widgets.row_view import RowView

ROW, ROW_LOW = 56, 48
HEAD = 30


class Skeleton(QWidget):
    """Stands for the first rows when they take longer than a moment."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for at in range(HEAD, self.height() - ROW, ROW):
            for left, wide in ((SIDE, 96), (126, 130), (316, 180)):
                paint.rounded(painter, QRectF(left, at + 22, wide, 12), 6, tokens().hairline)


class QueueView(RowView):
    """Rows of which none is current before the person goes there."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(name, said, ROW)
        self._widths: Sequence[int] = ()

    def share_width(self, widths: Sequence[int]) -> None:
        """Give the columns these widths, the reason what is left: also when the scroll bar comes or goes."""
        self._widths = widths
        self.set_widths(widths, WHY)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_widths(self._widths, WHY)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection():
            # Qt goes to the first row by itself; nobody is looked at before the person goes there.
            self.setCurrentIndex(QModelIndex())


def columns(desk: DeskState) -> tuple[Column[Line], ...]:
    """Return the columns in the order in which they stand."""

    def contact(line: Line) -> str:
        fact = sentences.contact(line, desk)
        return f"{fact.first}, {fact.second}"

    found = {
        PRIORITY: Column(tr("Priority"), sentences.priority),
        PATIENT: Column(tr("Patient"), lambda line: f"{line.name}, {line.detail}"),
        WHY: Column(tr("Why now"), sentences.why),
        CONTACT: Column(tr("Contact"), contact),
        BEST: Column(tr("Best by"), lambda line: words.channel(line.row.preferred_channel)),
    }
    return tuple(found[place] for place in sorted(found))
