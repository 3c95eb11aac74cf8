"""How a priority is painted: its shape, its colours, and the pill with word and score."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from reactivate_desktop.domain.enums import ContactPriority
from ui import words
from ui.theme.fonts import BOLD, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import Pair
from ui.widgets import paint

PILL_HEIGHT = 24
_SHAPE = 9


def pair_of(priority: ContactPriority) -> Pair:
    """Return the colours of a priority in the theme in force."""
    found = tokens()
    return {
        ContactPriority.RED: found.red,
        ContactPriority.YELLOW: found.yellow,
        ContactPriority.GREEN: found.green,
    }[priority]


def shape(painter: QPainter, priority: ContactPriority, x: float, middle: float, size: float = _SHAPE) -> None:
    """Paint the shape of a priority, its left edge at x: triangle, diamond, circle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(pair_of(priority).text))
    half = size / 2
    if priority == ContactPriority.GREEN:
        painter.drawEllipse(QPointF(x + half, middle), half - 0.5, half - 0.5)
        return
    if priority == ContactPriority.RED:
        corners = [(x, middle + half - 0.5), (x + size, middle + half - 0.5), (x + half, middle - half)]
    else:
        corners = [(x, middle), (x + half, middle - half), (x + size, middle), (x + half, middle + half)]
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def pill(
    painter: QPainter, box: QRectF, priority: ContactPriority, score: int | None = None, *, selected: bool = False
) -> None:
    """Paint a table's priority pill: shape and word at the left, score at the right. Selected: on the surface."""
    colors = pair_of(priority)
    paint.rounded(painter, box, box.height() / 2, tokens().surface if selected else colors.fill)
    shape(painter, priority, box.x() + 9, box.center().y())
    inner = box.adjusted(23, 0, -9, 0)
    paint.text(painter, inner, words.priority(priority), font(12, SEMI_BOLD), colors.text)
    if score is not None:
        paint.text(painter, inner, str(score), font(12, BOLD), colors.text, paint.RIGHT)
