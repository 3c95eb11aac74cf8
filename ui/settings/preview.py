"""The queue after saving: how many are in each tier, what changes, and where the edges lie among the ranks."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.score_settings import TierPreview
from ui.settings import words
from ui.text import number, tr
from ui.theme.fonts import BOLD, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import CARD_RADIUS, GAP
from ui.widgets import paint, pills
from ui.widgets.marks import Mark
from ui.widgets.panels import column, row
from ui.widgets.text import HEADING, SMALL, Label

_TILE, _STRIP, _EDGE = 78, 16, 6
_SIDE = 14


class Tile(Mark):
    """One tier: its number, its change and what it was."""

    def __init__(self, priority: ContactPriority) -> None:
        super().__init__(120, _TILE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._priority = priority
        self._number = self._change = self._was = ""

    def show_counts(self, now: int, change: int) -> None:
        """Show how many there would be, and how many more that is."""
        self._number = number(now)
        self._change = words.signed(change) if change else ""
        self._was = tr("was {n}", n=number(now - change)) if change else tr("as now")
        said = ", ".join(part for part in (words.tier(self._priority), self._number, self._change, self._was) if part)
        self.setAccessibleName(said)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = pills.pair_of(self._priority)
        box = QRectF(self.rect())
        paint.rounded(painter, box, CARD_RADIUS - 2, colors.fill)
        pills.shape(painter, self._priority, _SIDE, 21, 11)
        title = box.adjusted(_SIDE + 18, 10, -4, 0)
        title.setHeight(22)
        said = words.tier(self._priority)
        large = font(13, SEMI_BOLD)
        paint.text(
            painter,
            title,
            said,
            large if paint.width(said, large) < title.width() else font(12, SEMI_BOLD),
            colors.text,
        )
        if not self._number:
            return
        face = font(28 if box.width() > 150 else 22, BOLD)
        wide = paint.width(self._number, face)
        line = QRectF(_SIDE, 34, wide + 2, 38)
        paint.text(painter, line, self._number, face, colors.text)
        beside = QRectF(line.right() + 10, 0, box.right() - line.right() - 14, 17)
        if self._change:
            paint.text(painter, beside.translated(0, 36), self._change, font(12, BOLD), colors.text)
        paint.text(painter, beside.translated(0, 52 if self._change else 46), self._was, font(12), colors.text)


class RankStrip(QWidget):
    """All ranks from the first to the last, the top ones drawn wider; today's edges are dotted."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._found: TierPreview | None = None

    def show_preview(self, found: TierPreview) -> None:
        """Show the edges of a preview."""
        self._found = found
        red, yellow = found.ranks(found.after)
        self.setAccessibleName(
            tr(
                "Red to rank {red}, yellow to rank {yellow}, green to rank {last}",
                red=number(red),
                yellow=number(yellow),
                last=number(found.eligible),
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _STRIP + 2 * _EDGE + 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._found is None or not self._found.eligible:
            return
        painter = QPainter(self)
        found = tokens()
        red, yellow = (self._x(rank) for rank in self._found.ranks(self._found.after))
        parts = (
            (0.0, red, found.red.text),
            (red, yellow, found.strip_yellow),
            (yellow, self.width(), found.strip_green),
        )
        for left, right, color in parts:
            if right - left > 2:
                gap = 2 if right < self.width() else 0
                paint.rounded(painter, QRectF(left, _EDGE, right - left - gap, _STRIP), 3, color)
        for rank in self._found.ranks(self._found.before):
            self._paint_edge(painter, self._x(rank))
        self._paint_labels(painter, red, yellow)

    def _paint_edge(self, painter: QPainter, x: float) -> None:
        painter.fillRect(QRectF(x - 2.5, 0, 5, _STRIP + 2 * _EDGE), QColor(tokens().surface))
        painter.setPen(QPen(QColor(tokens().text), 2, Qt.PenStyle.DotLine))
        painter.drawLine(round(x), 0, round(x), _STRIP + 2 * _EDGE)

    def _paint_labels(self, painter: QPainter, red: float, yellow: float) -> None:
        assert self._found is not None, "labels are painted with a preview"
        ranks = self._found.ranks(self._found.after)
        line = QRectF(0, _STRIP + 2 * _EDGE, self.width(), 20)
        found = tokens()
        last = number(self._found.eligible)
        right = line.right() - paint.width(last, font(12)) - 8
        paint.text(painter, line, last, font(12), found.muted, paint.RIGHT)
        first = tr("rank 1")
        taken = paint.width(first, font(12)) + 8
        paint.text(painter, line, first, font(12), found.muted)
        for x, rank in zip((red, yellow), ranks, strict=True):
            said = number(rank)
            half = paint.width(said, font(12, SEMI_BOLD)) / 2
            # Where two edges lie close together only the first has room for its number.
            if rank and x - half > taken and x + half < right:
                box = QRectF(x - half - 1, line.y(), 2 * half + 2, line.height())
                paint.text(painter, box, said, font(12, SEMI_BOLD), found.text)
                taken = x + half + 12
        hint = tr("dotted = today; top ranks drawn wider")
        if right - taken > paint.width(hint, font(12)):
            paint.text(
                painter, QRectF(taken, line.y(), right - taken - 8, 20), hint, font(12), found.muted, paint.RIGHT
            )

    def _x(self, rank: int) -> float:
        assert self._found is not None, "only with a preview"
        return self.width() * math.sqrt(min(1.0, rank / max(1, self._found.eligible)))


class QueueAfter(QWidget):
    """Tiles and strip below their title."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles = {word: Tile(word) for word in ContactPriority}
        self.strip = RankStrip()
        self._state = Label("", SMALL, "muted")
        head = row(None, GAP)
        head.addWidget(Label(tr("Your queue after saving"), HEADING))
        head.addStretch(1)
        head.addWidget(self._state)
        line = row(None, GAP)
        for tile in self.tiles.values():
            line.addWidget(tile, 1)
        inner = column(self, 12)
        inner.addLayout(head)
        inner.addLayout(line)
        inner.addWidget(self.strip)

    def say(self, words_: str, tone: str) -> None:
        """Say whether the numbers are those of the sliders."""
        self._state.setText(words_)
        self._state.set_tone(tone)

    def show_preview(self, found: TierPreview) -> None:
        """Show what the next run would do."""
        for word, tile in self.tiles.items():
            tile.show_counts(found.after[word], found.change(word))
        self.strip.show_preview(found)
