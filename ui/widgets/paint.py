"""What lists and widgets paint alike: text in a box, tags, avatars, key caps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ui.theme import icons
from ui.theme.fonts import BOLD, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import TAG_RADIUS

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


def text(
    painter: QPainter,
    box: QRectF,
    words_: str,
    face: QFont,
    color: str,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Paint one line of plain text in `box`, cut with an ellipsis where it is too long."""
    painter.setFont(face)
    painter.setPen(color_of(color))
    painter.drawText(box, _flags(align), _cut(words_, face, box.width()))


@lru_cache(maxsize=64)
def color_of(name: str) -> QColor:
    """Return the colour of #RRGGBB; treat it as read-only, it is shared."""
    return QColor(name)


@lru_cache(maxsize=32)
def _flags(align: Qt.AlignmentFlag) -> int:
    return int(align | Qt.TextFlag.TextSingleLine)


def _cut(words_: str, face: QFont, wide: float) -> str:
    # A list paints the same words again and again; to measure them costs more than to paint them.
    return _cut_once(words_, face.family(), face.pixelSize(), face.weight().value, int(wide))


@lru_cache(maxsize=4096)
def _cut_once(words_: str, family: str, size: int, weight: int, wide: int) -> str:
    face = font(size, QFont.Weight(weight))
    if face.family() != family:
        face = QFont(family)
        face.setPixelSize(size)
        face.setWeight(QFont.Weight(weight))
    return QFontMetricsF(face).elidedText(words_, Qt.TextElideMode.ElideRight, wide + 1.0)


def width(words_: str, face: QFont) -> float:
    """Return how wide a line of text is."""
    return QFontMetricsF(face).horizontalAdvance(words_)


def rounded(
    painter: QPainter, box: QRectF, radius: float, fill: str | None, line: str | None = None, thick: float = 1
) -> None:
    """Paint a rounded box; the line lies inside of `box`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color_of(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color_of(line), thick) if line else Qt.PenStyle.NoPen)
    half = thick / 2 if line else 0.0
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)


def tag(painter: QPainter, x: float, middle: float, word: str) -> float:
    """Paint a neutral tag, its left edge at x, and return its width."""
    face = font(12)
    wide = width(word, face) + 18
    box = QRectF(x, middle - 11, wide, 22)
    rounded(painter, box, TAG_RADIUS, tokens().surface, tokens().border)
    text(painter, box, word, face, tokens().text, CENTER)
    return wide


def avatar(painter: QPainter, box: QRectF, letters: str, *, muted: bool = False) -> None:
    """Paint a person's initials on a disc."""
    found = tokens()
    rounded(painter, box, box.width() / 2, found.track if muted else found.selection)
    size = 9 if box.width() < 28 else 12 if box.width() < 36 else 15
    text(painter, box, letters, font(size, BOLD), found.text if muted else found.accent, CENTER)


def check_box(painter: QPainter, box: QRectF, ticked: bool | None) -> None:
    """Paint a check box of 16 px in the middle of `box`: ticked, empty, or (None) some of them."""
    found = tokens()
    square = QRectF(round(box.center().x()) - 8, round(box.center().y()) - 8, 16, 16)
    if ticked is False:
        rounded(painter, square, 4, found.surface, found.field_border)
        return
    rounded(painter, square, 4, found.accent)
    painter.setPen(
        QPen(QColor(found.on_accent), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    corners = [(4.5, 8.0), (11.5, 8.0)] if ticked is None else [(4.2, 8.4), (7.0, 11.0), (11.8, 5.4)]
    painter.drawPolyline([QPointF(square.x() + x, square.y() + y) for x, y in corners])


def key_cap(painter: QPainter, right: float, middle: float, keys: str, *, on: str | None = None) -> float:
    """Paint a key cap whose right edge is at `right` and return its left edge; `on`: the text colour of its ground."""
    face = font(12, SEMI_BOLD)
    wide = max(20.0, width(keys, face) + 12)
    box = QRectF(right - wide, middle - 10, wide, 20)
    if on is None:
        rounded(painter, box, 5, tokens().border)
        rounded(painter, box.adjusted(1, 1, -1, -2), 4, tokens().cap_fill)
        text(painter, box.adjusted(0, 0, 0, -1), keys, face, tokens().muted, CENTER)
    else:
        ground = QColor(on)
        ground.setAlphaF(0.22)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 5, 5)
        text(painter, box, keys, face, on, CENTER)
    return box.left()


def icon_and_text(
    painter: QPainter, box: QRectF, name: str, words_: str, face: QFont, color: str, icon_color: str | None = None
) -> None:
    """Paint a 16 px icon and a line of text beside it."""
    icons.paint(painter, name, box.x(), box.center().y() - 8, 16, icon_color or color)
    text(painter, box.adjusted(22, 0, 0, 0), words_, face, color)


def marked_text(
    painter: QPainter, box: QRectF, words_: str, marks: Sequence[tuple[int, int]], face: QFont, color: str
) -> None:
    """Paint a line with the typed fragments on the match colour; `marks`: (start, end) in `words_`."""
    painter.setFont(face)
    metrics = QFontMetricsF(face)
    for start, end in marks:
        left = box.x() + metrics.horizontalAdvance(words_[:start])
        wide = metrics.horizontalAdvance(words_[start:end])
        if left + wide <= box.right():
            high = metrics.height()
            rounded(painter, QRectF(left - 1, box.center().y() - high / 2, wide + 2, high), 3, tokens().match)
    text(painter, box, words_, face, color)


def two_lines(words_: str, face: QFont, wide: float) -> tuple[str, str]:
    """Break a sentence too long for one line after the first comma, else the last word that fits.

    ("all of it", "") when it fits.
    """
    metrics = QFontMetricsF(face)
    if metrics.horizontalAdvance(words_) <= wide:
        return words_, ""
    comma = min((at for mark in (", ", "; ") if (at := words_.find(mark)) > 0), default=0)
    if comma and metrics.horizontalAdvance(words_[: comma + 1]) <= wide:
        return words_[: comma + 1], words_[comma + 2 :]
    cut = len(words_)
    while (cut := words_.rfind(" ", 0, cut)) > 0:
        if metrics.horizontalAdvance(words_[:cut]) <= wide:
            return words_[:cut], words_[cut + 1 :]
    return words_, ""


def signed_bar(painter: QPainter, bar: QRectF, share: float, zero_at: float) -> None:
    """Paint a bar to the right or left of its zero tick.

    share: how far, -1 to 1 (0: the tick alone); zero_at: where the tick stands, as a part of the width.
    """
    found = tokens()
    rounded(painter, bar, 2, found.track)
    zero = bar.x() + bar.width() * zero_at
    if share:
        room = bar.right() - zero if share > 0 else zero - bar.x()
        long = max(2.0, abs(share) * room)
        start = zero if share > 0 else zero - long
        rounded(painter, QRectF(start, bar.y(), long, bar.height()), 2, found.accent if share > 0 else found.negative)
    painter.fillRect(QRectF(zero - 0.75, bar.y() - 2, 1.5, bar.height() + 4), QColor(found.muted))
