"""Paints the cells of the queue's list: pill, name, why now, the most pressing contact, best channel."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QToolTip

from ui import words
from ui.priority_queue import sentences
from ui.priority_queue.desk_state import DeskState
from ui.priority_queue.lines import Line
from ui.priority_queue.sentences import Contact, Said
from ui.theme import icons
from ui.theme.fonts import MEDIUM, REGULAR, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint, pills
from ui.widgets.columns_model import ROW_ROLE
from ui.widgets.row_view import RowDelegate, RowView
from ui.widgets.text import tip

PRIORITY, PATIENT, WHY, CONTACT, BEST = range(5)
SIDE = 15
_PILL = 96
_GAP = 14


class QueueDelegate(RowDelegate):
    """Cells of five columns; what they say of time and of this desk is told by its state when they are painted."""

    def __init__(self, view: RowView, desk: DeskState) -> None:
        super().__init__(view)
        self._desk = desk

    def held_elsewhere(self, row: Line) -> bool:
        return self._desk.held_elsewhere(row.row)

    def paint_cell(self, painter: QPainter, box: QRectF, column: int, row: Line, *, selected: bool) -> None:
        muted = self.held_elsewhere(row) or row.id == self._desk.busy or row.id in self._desk.kept
        if column == PRIORITY:
            self._priority(painter, box, row, selected=selected)
        elif column == PATIENT:
            self._patient(painter, box, row, muted=muted)
        elif column == WHY:
            self._why(painter, box, row, muted=muted)
        elif column == CONTACT:
            self._contact(painter, box, sentences.contact(row, self._desk))
        else:
            channel = row.row.preferred_channel
            line = box.adjusted(0, 0, -4, 0)
            color = tokens().muted
            paint.icon_and_text(painter, line, words.CHANNEL_ICONS[channel], words.channel(channel), font(12), color)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Show a reason or a name in full; paragraphs of escaped text, so that nothing in it is read as markup."""
        line = index.data(ROW_ROLE)
        full = "" if line is None else {PATIENT: line.name, WHY: sentences.why(line)}.get(index.column(), "")
        if not full:
            QToolTip.hideText()
            return True
        told = "".join(tip(part) for part in full.split("\n"))
        QToolTip.showText(event.globalPos(), told, view)
        return True

    def _priority(self, painter: QPainter, box: QRectF, line: Line, *, selected: bool) -> None:
        word = line.row.priority
        if word is None:
            paint.text(painter, box.adjusted(SIDE, 0, 0, 0), sentences.priority(line), font(12), tokens().muted)
            return
        pill = QRectF(box.x() + SIDE, round(box.center().y()) - 12, _PILL, pills.PILL_HEIGHT)
        pills.pill(painter, pill, word, sentences.score_of(line), selected=selected)

    def _patient(self, painter: QPainter, box: QRectF, line: Line, *, muted: bool) -> None:
        found = tokens()
        upper, lower = _halves(box)
        paint.text(painter, upper, line.name, font(14, SEMI_BOLD), found.muted if muted else found.text)
        fact = sentences.contact(line, self._desk)
        if self._view.isColumnHidden(CONTACT) and fact.said not in (Said.OUTCOME, Said.NOTHING):
            color = found.accent if fact.said in (Said.MINE, Said.CALLBACK) else found.text
            paint.text(painter, lower, f"{fact.first} · {fact.second}", font(12, SEMI_BOLD), color)
        else:
            paint.text(painter, lower, line.detail, font(12), found.muted)

    def _why(self, painter: QPainter, box: QRectF, line: Line, *, muted: bool) -> None:
        found = tokens()
        upper, lower = _halves(box)
        face, color = font(13, MEDIUM), found.muted if muted else found.text
        first, rest = paint.two_lines(line.reason, face, upper.width())
        paint.text(painter, upper, first, face, color)
        if rest:
            paint.text(painter, lower, rest, face, color)
        else:
            paint.text(painter, lower, line.second_reason, font(12), found.muted)

    def _contact(self, painter: QPainter, box: QRectF, fact: Contact) -> None:
        found = tokens()
        upper, lower = _halves(box.adjusted(0, 0, 8, 0))
        pressing = fact.said in (Said.MINE, Said.CALLBACK)
        color = found.accent if pressing else found.muted if fact.said == Said.NOTHING else found.text
        inset = 0
        if fact.said == Said.ELSEWHERE:
            disc = QRectF(box.x(), round(box.center().y()) - 12, 24, 24)
            paint.avatar(painter, disc, fact.letters, muted=True)
            inset = 31
        elif fact.said != Said.OUTCOME and fact.said != Said.NOTHING:
            name = {Said.MINE: "lock-simple", Said.CALLBACK: "clock-counter-clockwise"}.get(fact.said, "monitor")
            icons.paint(painter, name, box.x(), upper.center().y() - 7, 14, color)
            inset = 19
        weight = SEMI_BOLD if inset else MEDIUM
        paint.text(painter, upper.adjusted(inset, 0, 0, 0), fact.first, font(13, weight), color)
        face = font(12, SEMI_BOLD if fact.urgent else REGULAR)
        paint.text(
            painter, lower.adjusted(inset, 0, 0, 0), fact.second, face, found.text if fact.urgent else found.muted
        )


def _halves(box: QRectF) -> tuple[QRectF, QRectF]:
    """Return the boxes of two lines with the room to the next column left free."""
    middle = round(box.center().y())
    inner = QRectF(box.x(), 0, box.width() - _GAP, 18)
    return inner.translated(0, middle - 18), inner.translated(0, middle)
