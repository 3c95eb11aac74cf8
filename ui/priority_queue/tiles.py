"""The tiles above the list: how many wait, as filters, and how much of today's work is left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.outreach import QueueCounts, QueueFilter
from ui import names
from ui.priority_queue import sentences
from ui.text import number, tr
from ui.theme import icons
from ui.theme.fonts import BOLD, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import CARD_RADIUS, GAP_SMALL
from ui.widgets import paint, pills
from ui.widgets.checkable import Checkable
from ui.widgets.panels import row

HIGH, LOW = 70, 52
_WIDE = 132
# With less room than this the day's tile makes way for the filters; the rail has its number as well.
_ROOM_FOR_DAY = 690
_TIGHT = 122
_SIDE = 14


class Tile(Checkable):
    """One filter: a shape or icon with a title, a number and a small word. Checked: it is on."""

    def __init__(self, title: str, short: str, priority: ContactPriority | None, name: str) -> None:
        super().__init__()
        self._short = short
        self.setObjectName(name)
        self.setText(title)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._priority, self._number, self._small, self._low = priority, "", "", False
        self.show_number("", "")

    def show_number(self, shown: str, small: str) -> None:
        """Show how many, with a small word beside it."""
        self._number, self._small = shown, small
        said = f"{self.text()}: {shown} {small}".strip()
        self.setAccessibleName(said if shown else self.text())
        self.setAccessibleDescription(tr("Shows only these patients; again: everybody"))
        self.update()

    def set_low(self, low: bool) -> None:
        """Use two short lines."""
        self._low = low
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDE, LOW if self._low else HIGH)

    def minimumSizeHint(self) -> QSize:
        return QSize(84, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        box = QRectF(self.rect())
        marked = self.isChecked() or self.hasFocus()
        line = found.accent if marked else found.muted if self.underMouse() else found.border
        fill = found.selection if self.isChecked() else found.surface
        paint.rounded(painter, box, CARD_RADIUS, fill, line, 2 if marked else 1)
        middle = 16.5 if self._low else 22.0
        color = found.accent if self._priority is None else pills.pair_of(self._priority).text
        if self._priority is None:
            icons.paint(painter, "clock-counter-clockwise", _SIDE - 2, middle - 6.5, 13, color)
        else:
            pills.shape(painter, self._priority, _SIDE, middle)
        title, face = QRectF(30, middle - 9, box.width() - 36, 18), font(12, SEMI_BOLD)
        # A narrow tile says the short word first, which then is not said again.
        tight = self.width() < _TIGHT
        paint.text(painter, title, self._short if tight else self.text(), face, color)
        small = "" if tight and self._short == self._small else self._small
        self._paint_number(painter, 30 if self._low else _SIDE, 36.5 if self._low else 48.5, small)

    def _paint_number(self, painter: QPainter, x: float, middle: float, small: str) -> None:
        face = font(18 if self._low else 22, BOLD)
        wide = paint.width(self._number, face)
        paint.text(painter, QRectF(x, middle - 14, wide + 1, 28), self._number, face, tokens().text)
        rest = QRectF(x + wide + 8, middle - 8, self.width() - x - wide - 14, 18)
        paint.text(painter, rest, small, font(12), tokens().muted)


class LeftToday(QWidget):
    """Today's work: how much is left, at which pace, and what is done."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.QUEUE_LEFT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._counts: QueueCounts | None = None
        self._low = False

    def show_counts(self, counts: QueueCounts) -> None:
        """Show a person's day."""
        self._counts = counts
        parts = (number(counts.left_today), sentences.pace(counts), sentences.done_today(counts))
        self.setAccessibleName(f"{tr('Left today')}: {', '.join(part for part in parts if part)}")
        self.setToolTip(tr("Red, callbacks due, and a fifth of Yellow: this week's calls over five days"))
        self.update()

    def set_low(self, low: bool) -> None:
        """Use two short lines."""
        self._low = low
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(224, LOW if self._low else HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        paint.rounded(painter, QRectF(self.rect()), CARD_RADIUS, found.surface, found.border)
        inner = QRectF(_SIDE, 0, self.width() - 2 * _SIDE, self.height())
        middle = 17.0 if self._low else 19.0
        title, face = tr("Left today"), font(12, SEMI_BOLD)
        paint.text(painter, QRectF(inner.x(), middle - 9, inner.width(), 18), title, face, found.text)
        if self._counts is None:
            return
        done = sentences.done_today(self._counts)
        if self._low:
            self._number(painter, inner.x() + paint.width(title, face) + 12, middle, 18)
            wide = paint.width(done, font(12))
            line = QRectF(inner.x(), 27, inner.width(), 18)
            self._bar(painter, QRectF(inner.x(), 33, inner.width() - wide - 12, 6))
        else:
            line = QRectF(inner.x(), middle - 9, inner.width(), 18)
            self._number(painter, inner.x(), 42, 22)
            self._bar(painter, QRectF(inner.x(), 57, inner.width(), 6))
        paint.text(painter, line, done, font(12), found.muted, paint.RIGHT)

    def _number(self, painter: QPainter, x: float, middle: float, size: int) -> None:
        assert self._counts is not None, "painted once they are known"
        shown, face = number(self._counts.left_today), font(size, BOLD)
        wide = paint.width(shown, face)
        paint.text(painter, QRectF(x, middle - 14, wide + 1, 28), shown, face, tokens().text)
        rest = QRectF(x + wide + 8, middle - 8, self.width() - _SIDE - x - wide - 8, 18)
        paint.text(painter, rest, sentences.pace(self._counts), font(12), tokens().muted)

    def _bar(self, painter: QPainter, box: QRectF) -> None:
        assert self._counts is not None, "painted once they are known"
        done = self._counts.done_today
        share = done / max(1, done + self._counts.left_today)
        paint.rounded(painter, box, 3, tokens().track)
        if share:
            paint.rounded(painter, QRectF(box.x(), box.y(), max(6.0, share * box.width()), 6), 3, tokens().accent)


class Tiles(QWidget):
    """The row of tiles. `chosen(QueueFilter)`: another filter; nothing checked: everybody."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.left = LeftToday()
        self._filters: dict[Tile, QueueFilter] = {}
        inner = row(self, GAP_SMALL)
        for word in ContactPriority:
            tile = Tile(*sentences.tile(word), word, names.tile(word))
            self._filters[tile] = QueueFilter(priority=word)
        self._calls = Tile(tr("Callbacks due"), tr("Callbacks"), None, names.tile("callbacks"))
        self._filters[self._calls] = QueueFilter(callbacks=True)
        for tile in self._filters:
            inner.addWidget(tile, _WIDE)
            tile.clicked.connect(self._clicked)
        inner.addWidget(self.left, 224)

    def show_counts(self, counts: QueueCounts) -> None:
        """Show the numbers."""
        shown = {ContactPriority.RED: counts.red, ContactPriority.YELLOW: counts.yellow}
        shown |= {ContactPriority.GREEN: counts.green}
        for tile, wish in self._filters.items():
            if wish.priority is not None:
                tile.show_number(number(shown[wish.priority]), sentences.tile(wish.priority)[1])
        self._calls.show_number(number(counts.callbacks_due), sentences.callbacks_detail(counts))
        self.left.show_counts(counts)

    def show_filter(self, wish: QueueFilter) -> None:
        """Mark a filter as the one in force."""
        for tile, own in self._filters.items():
            tile.setChecked(own == wish)

    def set_low(self, low: bool) -> None:
        """Use less height."""
        self.left.set_low(low)
        for tile in self._filters:
            tile.set_low(low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        day = self.width() >= _ROOM_FOR_DAY
        self.left.setVisible(day)
        for tile in self._filters:
            tile.setMaximumWidth(_WIDE if day else 4 * _WIDE)

    def _clicked(self) -> None:
        tile = self.sender()
        assert isinstance(tile, Tile), "connected to tiles only"
        wish = self._filters[tile] if tile.isChecked() else QueueFilter()
        self.show_filter(wish)
        self.chosen.emit(wish)
