"""The two plots of a model card: chances given against what happened, and what the best first finds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from reactivate_desktop.domain.model_cards import CalibrationBin
from ui.text import number, tr
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint

_LEAST, _MOST = 240, 380
_LEFT, _TOP, _BOTTOM, _RIGHT = 44, 26, 44, 24
_DOT = 4.5
_LABEL = 16


class SquarePlot(QWidget):
    """Two axes of per cent from 0 on, with the line on which both are the same; subclasses paint into it.

    across, up: what the axes are; to: where both end, as a share.
    """

    def __init__(self, name: str, across: str, up: str) -> None:
        super().__init__()
        self._across, self._up, self._to = across, up, 1.0
        self.setAccessibleName(name)
        self.setMinimumSize(_LEAST, _LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_MOST, _MOST)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._axes(painter)
        self.paint_in(painter)

    def paint_in(self, painter: QPainter) -> None:
        """Paint what the plot shows."""
        raise NotImplementedError

    def at(self, across: float, up: float) -> QPointF:
        """Return where a point of the two shares lies."""
        box = self._box()
        return QPointF(box.x() + across / self._to * box.width(), box.bottom() - up / self._to * box.height())

    def _box(self) -> QRectF:
        side = min(self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        return QRectF(_LEFT, _TOP, side, side)

    def _axes(self, painter: QPainter) -> None:
        found, box, face = tokens(), self._box(), font(12)
        head = QRectF(0, 0, self.width(), _LABEL + 2)
        paint.text(painter, head, self._up, font(12, SEMI_BOLD), found.muted)
        for share in _ticks(self._to):
            left, below = self.at(0, share), self.at(share, 0)
            painter.setPen(QPen(paint.color_of(found.hairline if share else found.field_border), 1))
            painter.drawLine(QLineF(left, QPointF(box.right(), left.y())))
            said = tr("{n} %", n=number(round(share * 100)))
            room = QRectF(0, left.y() - _LABEL / 2, _LEFT - 6, _LABEL)
            paint.text(painter, room, said, face, found.muted, paint.RIGHT)
            under = QRectF(below.x() - 24, box.bottom() + 4, 48, _LABEL)
            paint.text(painter, under, said, face, found.muted, paint.CENTER)
        foot = QRectF(0, box.bottom() + 4 + _LABEL, self.width(), _LABEL + 2)
        paint.text(painter, foot, self._across, face, found.muted)
        painter.setPen(QPen(paint.color_of(found.muted), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(self.at(0, 0), self.at(self._to, self._to)))


class CalibrationPlot(SquarePlot):
    """The chance that was given to ten equal groups against how many it happened to, with whiskers."""

    def __init__(self, up: str) -> None:
        super().__init__(
            tr("Chance given against what happened"), tr("what the score said (dashed = exactly right)"), up
        )
        self._bins: tuple[CalibrationBin, ...] = ()

    def show_bins(self, bins: Sequence[CalibrationBin], said: str) -> None:
        """Show the groups; `said`: the verdict on them."""
        self._bins = tuple(bins)
        highest = max((max(each.said, each.high) for each in bins), default=1.0)
        self._to = _end(highest)
        told = [
            tr("said {said} %, seen {seen} %", said=number(round(each.said * 100)), seen=number(_whole(each.happened)))
            for each in bins
        ]
        self.setAccessibleDescription(f"{said}. {'; '.join(told)}")
        self.update()

    def paint_in(self, painter: QPainter) -> None:
        accent = paint.color_of(tokens().accent)
        for each in self._bins:
            painter.setPen(QPen(accent, 1.6))
            painter.drawLine(QLineF(self.at(each.said, each.low), self.at(each.said, each.high)))
            painter.setPen(QPen(paint.color_of(tokens().surface), 1.5))
            painter.setBrush(accent)
            painter.drawEllipse(self.at(each.said, each.happened), _DOT, _DOT)


@dataclass(frozen=True)
class RuleMark:
    """Of a plain rule only its best tenth is known: what it is called, and the share that it finds there."""

    name: str
    found: float


class LiftPlot(SquarePlot):
    """Which share of all it happened to is found among the best x per cent; at random it is the dashed line."""

    def __init__(self, across: str, up: str) -> None:
        super().__init__(tr("What the best first finds"), across, up)
        self._found: tuple[float, ...] = ()
        self._mark: RuleMark | None = None

    def show_lift(self, tenths: Sequence[float], mark: RuleMark | None) -> None:
        """Show the share that each tenth of the ranking holds, best first, and what the best rule finds in one."""
        total, sums = 0.0, [0.0]
        for each in tenths:
            total += each
            sums.append(min(1.0, total))
        self._found, self._mark = tuple(sums), mark
        told = [
            tr("the best {n} of 100 hold {found} of 100", n=number(place * 10), found=number(_whole(share)))
            for place, share in enumerate(sums)
            if place
        ]
        if mark is not None:
            told.append(
                tr("{rule}: the best 10 of 100 hold {found} of 100", rule=mark.name, found=number(_whole(mark.found)))
            )
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def paint_in(self, painter: QPainter) -> None:
        if not self._found:
            return
        found, steps = tokens(), len(self._found) - 1
        spots = [self.at(place / steps, share) for place, share in enumerate(self._found)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(paint.color_of(found.accent), 2.2))
        painter.drawPolyline(spots)
        painter.setBrush(paint.color_of(found.accent))
        painter.setPen(QPen(paint.color_of(found.surface), 1.5))
        for spot in spots[1:]:
            painter.drawEllipse(spot, _DOT - 1, _DOT - 1)
        self._label(painter, spots[steps // 2], tr("this score"), found.accent, above=True)
        self._label(painter, self.at(0.72, 0.72), tr("at random"), found.muted, above=False)
        if self._mark is not None:
            self._rule(painter, self._mark)

    def _rule(self, painter: QPainter, mark: RuleMark) -> None:
        """Paint a hollow square: triangles, diamonds and circles are priorities."""
        found, spot = tokens(), self.at(0.1, mark.found)
        painter.setBrush(paint.color_of(found.surface))
        painter.setPen(QPen(paint.color_of(found.negative), 2))
        painter.drawRect(QRectF(spot.x() - 4, spot.y() - 4, 8, 8))
        # Below everything: the lines of other rankings leave no room beside the square.
        low = self.at(0.1, 0)
        painter.setPen(QPen(paint.color_of(found.negative), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(QPointF(spot.x(), spot.y() + 5), QPointF(low.x(), low.y() - 20)))
        box = QRectF(low.x() + 5, low.y() - 22, self._box().right() - low.x() - 8, _LABEL)
        paint.text(painter, box, mark.name, font(12), found.negative)

    def _label(self, painter: QPainter, spot: QPointF, word: str, color: str, *, above: bool) -> None:
        wide = paint.width(word, font(12, SEMI_BOLD)) + 2
        box = QRectF(spot.x() - wide - 8, spot.y() - _LABEL - 4, wide, _LABEL)
        if not above:
            box = QRectF(spot.x() + 10, spot.y() + 2, wide, _LABEL)
        paint.text(painter, box, word, font(12, SEMI_BOLD), color)


def _end(highest: float) -> float:
    """Return where the axes end: on a tick, above everything that is shown."""
    step = 0.05 if highest <= 0.3 else 0.1 if highest <= 0.6 else 0.2
    return min(1.0, max(step, math.ceil(round(highest / step, 6)) * step))


def _ticks(to: float) -> list[float]:
    step = 0.01 if to <= 0.05 else 0.05 if to <= 0.3 else 0.1 if to <= 0.6 else 0.2
    return [place * step for place in range(round(to / step) + 1) if place * step <= to + 1e-9]


def _whole(share: float) -> int:
    return round(share * 100)
