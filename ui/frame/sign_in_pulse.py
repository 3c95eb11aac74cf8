"""The left half of the sign-in card: what the program is for, its pulse line, and where this desk stands."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.enums import ContactPriority
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import BOLD, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import CARD_RADIUS
from ui.widgets import paint, pills

WIDTH = 384
_MIDDLE = 294


class Pulse(QWidget):
    """Painted, says its sentence to assistive tools, takes no focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._where = ("", "")
        self.setAccessibleName(tr("Know whom to call next, and why."))

    def show_where(self, first: str, second: str) -> None:
        """Show the site at the foot."""
        self._where = (first, second)
        self.setAccessibleDescription(", ".join(part for part in self._where if part))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # The card's border stays visible around it; its right corners are square.
        painter.setClipRect(self.rect())
        ground = QRectF(1, 1, self.width() + CARD_RADIUS, self.height() - 2)
        paint.rounded(painter, ground, CARD_RADIUS - 1, found.selection)
        painter.fillRect(QRectF(self.width() - 1, 1, 1, self.height() - 2), QColor(found.border))
        icons.paint(painter, "heartbeat", 32, 33, 24, found.accent)
        paint.text(painter, QRectF(63, 32, 260, 26), "ReactivateAI", font(18, BOLD), found.text)
        paint.text(painter, QRectF(32, 84, 320, 26), tr("Know whom to call next,"), font(18, SEMI_BOLD), found.text)
        paint.text(painter, QRectF(32, 109, 320, 26), tr("and why."), font(18, SEMI_BOLD), found.text)
        self._paint_rings(painter)
        if self._where[0]:
            icons.paint(painter, "map-pin", 32, self.height() - 66, 18, found.accent)
            line = QRectF(62, self.height() - 74, 290, 18)
            paint.text(painter, line, self._where[0], font(13, SEMI_BOLD), found.text)
            paint.text(painter, line.translated(0, 19), self._where[1], font(12), found.muted)

    def _paint_rings(self, painter: QPainter) -> None:
        found = tokens()
        middle = QPointF(self.width() / 2, _MIDDLE)
        ring = QColor(found.accent)
        ring.setAlphaF(0.16)
        painter.setPen(QPen(ring, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for radius in (68, 104, 140):
            painter.drawEllipse(middle, radius, radius)
        ring.setAlphaF(0.35)
        painter.setPen(QPen(ring, 2.5))
        painter.drawLine(QPointF(1, middle.y()), QPointF(self.width() - 1, middle.y()))
        painter.setPen(QPen(QColor(found.accent), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        steps = [(-93, 0), (-61, 0), (-43, -30), (-16, 46), (11, -62), (37, 20), (51, 0), (92, 0)]
        painter.drawPolyline(QPolygonF([middle + QPointF(x, y) for x, y in steps]))
        for priority, x, y in (
            (ContactPriority.RED, 64, -123),
            (ContactPriority.YELLOW, 109, 92),
            (ContactPriority.GREEN, -125, 66),
        ):
            disc = QRectF(middle.x() + x - 17, middle.y() + y - 17, 34, 34)
            paint.rounded(painter, disc, 17, found.surface)
            pills.shape(painter, priority, disc.center().x() - 6.5, disc.center().y(), 13)
