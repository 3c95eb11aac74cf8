"""The program's icons: one SVG each, tinted when painted, so that a change of theme needs no new icons."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from reactivate_desktop import bundle


@lru_cache
def _svg(name: str) -> str:
    return (bundle.folder("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def pixmap(name: str, size: int, color: str, ratio: float) -> QPixmap:
    """Return an icon of `size` logical pixels in `color`, drawn for a screen of `ratio` pixels per logical pixel."""
    side = round(size * ratio)
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color).encode())).render(
        painter, QRectF(0, 0, side, side)
    )
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def paint(painter: QPainter, name: str, x: float, y: float, size: int, color: str) -> None:
    """Paint an icon with its upper left corner at (x, y)."""
    painter.drawPixmap(round(x), round(y), pixmap(name, size, color, painter.device().devicePixelRatioF()))


def icon(name: str, color: str, size: int = 16) -> QIcon:
    """Return an icon for Qt's own menus and buttons, in one colour."""
    return QIcon(pixmap(name, size, QColor(color).name(), 2.0))
