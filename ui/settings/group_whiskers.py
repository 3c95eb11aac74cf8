"""How well a scorer does for each group of patients: a whisker each, against the line of all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from reactivate_desktop.domain.model_cards import AGE, LANGUAGE, LOCATION, GroupFigures, OwnFigures
from ui.settings.card_words import group, group_word, of_100
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.text import tip

MOST = 9
_ROW, _WORSE_ROW, _FOOT = 27, 42, 22
_NAME, _VALUE = 118, 48
_EDGE = 0.02


class GroupWhiskers(QWidget):
    """The groups of one scorer; those that it serves worse are yellow, with a triangle and the word."""

    def __init__(self) -> None:
        super().__init__()
        self._own: OwnFigures | None = None
        self._groups: tuple[GroupFigures, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(220)

    def show_groups(self, own: OwnFigures, groups: Sequence[GroupFigures]) -> None:
        """Show these groups against all rows."""
        self._own, self._groups = own, tuple(groups)
        said = [f"{group(each)}: {of_100(each.auc)}, {group_word(each, own)}" for each in groups]
        self.setAccessibleName(tr("Picks right, of 100, for each group"))
        self.setAccessibleDescription("; ".join(said))
        self.setToolTip(tip("; ".join(said)))
        # Fixed: where the page is low it scrolls, and no row may lie on another.
        self.setFixedHeight(sum(_high(each) for each in self._groups) + _FOOT)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        own = self._own
        if own is None or own.auc is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = self._ends(own)
        axis = QRectF(_NAME, 0, self.width() - _NAME - _VALUE - 12, self.height() - _FOOT)
        self._overall(painter, axis, low, high, own.auc)
        y = 0.0
        for each in self._groups:
            box = QRectF(0, y, self.width(), _high(each))
            self._row(painter, box, each, own, _Axis(axis.x(), axis.width(), low, high))
            y += box.height()

    def _ends(self, own: OwnFigures) -> tuple[float, float]:
        """Return where the axis begins and ends: whole fives around everything that is shown."""
        shown = [each for each in self._groups if each.auc is not None]
        values = [v for each in shown for v in (each.auc, each.low, each.high) if v is not None] + [own.auc or 0.5]
        low = math.floor((min(values) - _EDGE) * 20) / 20
        high = math.ceil((max(values) + _EDGE) * 20) / 20
        return max(0.0, low), min(1.0, max(high, low + 0.1))

    def _overall(self, painter: QPainter, axis: QRectF, low: float, high: float, auc: float) -> None:
        found, at = tokens(), _Axis(axis.x(), axis.width(), low, high)
        painter.setPen(QPen(paint.color_of(found.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(at.x(auc), 0, at.x(auc), axis.bottom()))
        face, y = font(12), axis.bottom() + 4
        said = tr("{n} overall", n=of_100(auc))
        middle = QRectF(at.x(auc) - 45, y, 90, 16)
        paint.text(painter, middle, said, face, found.muted, paint.CENTER)
        half = paint.width(said, face) / 2 + 14
        for share in (low, high):
            if abs(at.x(share) - at.x(auc)) > half:
                paint.text(painter, QRectF(at.x(share) - 16, y, 32, 16), of_100(share), face, found.muted, paint.CENTER)

    def _row(self, painter: QPainter, box: QRectF, each: GroupFigures, own: OwnFigures, at: _Axis) -> None:
        found = tokens()
        color = found.yellow.text if each.worse else found.text
        line = QRectF(box.x(), box.y(), box.width(), _ROW)
        face = font(13, SEMI_BOLD if each.worse else MEDIUM)
        paint.text(painter, line.adjusted(0, 0, _NAME - 8 - box.width(), 0), group(each), face, color)
        if each.auc is None:
            paint.text(painter, line, group_word(each, own), font(12), found.muted, paint.RIGHT)
            return
        paint.text(painter, line, of_100(each.auc), font(13, SEMI_BOLD), color, paint.RIGHT)
        if each.worse:
            icons.paint(painter, "warning", box.right() - _VALUE + 2, line.center().y() - 8, 16, color)
            under = QRectF(box.x(), line.bottom() - 4, box.width(), box.bottom() - line.bottom())
            paint.text(painter, under, group_word(each, own), font(12), color)
        mark = paint.color_of(found.yellow.text if each.worse else found.accent)
        y = line.center().y()
        painter.setPen(QPen(mark, 2))
        if each.low is not None and each.high is not None:
            painter.drawLine(QLineF(at.x(each.low), y, at.x(each.high), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        painter.drawEllipse(QPointF(at.x(each.auc), y), 4, 4)


class _Axis:
    """Where a share lies across."""

    def __init__(self, left: float, wide: float, low: float, high: float) -> None:
        self._left, self._wide, self._low, self._span = left, wide, low, max(high - low, 1e-9)

    def x(self, share: float) -> float:
        """Return the place of a share; one that lies outside stands at the edge."""
        part = (share - self._low) / self._span
        return self._left + self._wide * min(1.0, max(0.0, part))


def chosen(own: OwnFigures) -> tuple[tuple[GroupFigures, ...], int]:
    """Return the groups for a short card and how many more there are: those that are worse are always among them."""
    ordered = sorted(own.groups, key=lambda each: _ORDER.get(each.by, len(_ORDER)))
    telling = [each for each in ordered if each.auc is not None]
    room = MOST - sum(each.worse for each in telling)
    kept = []
    for each in telling:
        if each.worse or room > 0:
            kept.append(each)
            room -= not each.worse
    return tuple(kept), len(own.groups) - len(kept)


_ORDER = {AGE: 0, LOCATION: 1, LANGUAGE: 2}


def _high(each: GroupFigures) -> int:
    return _WORSE_ROW if each.worse and each.auc is not None else _ROW
