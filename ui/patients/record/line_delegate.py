"""Paints the time line: dates at the left, an axis with the icon of each entry, its words, who at the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.patients.record.line_rows import LineRow
from ui.theme import icons
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import RADIUS, TAG_RADIUS
from ui.widgets import paint
from ui.widgets.columns_model import ROW_ROLE
from ui.widgets.row_view import RowView

ROW_HEIGHT = 53
_DATE_RIGHT, _AXIS, _TEXT, _SIDE = 98, 122, 150, 16
_CIRCLE, _ICON = 28, 15
_FIRST, _SECOND = 22, 40


class LineDelegate(QStyledItemDelegate):
    """One column, fixed rows."""

    def __init__(self, view: RowView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(400, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: LineRow | None = index.data(ROW_ROLE)
        if row is None:
            return
        box = QRectF(option.rect)
        painter.save()
        self._ground(painter, box, option, index.row())
        self._axis(painter, box, index.row())
        if row.entry is None:
            _gap(painter, box, row)
        else:
            _dates(painter, box, row)
            _circle(painter, box, row)
            _words(painter, box, row)
        painter.restore()

    def _ground(self, painter: QPainter, box: QRectF, option: Any, place: int) -> None:
        found = tokens()
        if option.state & QStyle.StateFlag.State_Selected and self._view.hasFocus():
            painter.fillRect(box, QColor(found.selection))
            painter.fillRect(QRectF(box.x(), box.y(), 3, box.height()), QColor(found.accent))
        elif place == self._view.hovered:
            painter.fillRect(box, QColor(found.sub_surface))

    def _axis(self, painter: QPainter, box: QRectF, place: int) -> None:
        last = place == self._view.model().rowCount() - 1
        top = box.y() + (_FIRST if place == 0 else 0)
        bottom = box.y() + _FIRST if last else box.bottom() + 1
        painter.fillRect(QRectF(box.x() + _AXIS - 0.5, top, 1, bottom - top), QColor(tokens().border))


def _dates(painter: QPainter, box: QRectF, row: LineRow) -> None:
    found = tokens()
    color = found.muted if row.muted else found.text
    first = QRectF(box.x(), box.y() + _FIRST - 9, _DATE_RIGHT, 18)
    paint.text(painter, first, row.day, font(13, SEMI_BOLD), color, paint.RIGHT)
    paint.text(painter, first.translated(0, 18), row.clock, font(12), found.muted, paint.RIGHT)


def _circle(painter: QPainter, box: QRectF, row: LineRow) -> None:
    found = tokens()
    middle = box.y() + _FIRST
    circle = QRectF(box.x() + _AXIS - _CIRCLE / 2, middle - _CIRCLE / 2, _CIRCLE, _CIRCLE)
    paint.rounded(painter, circle, _CIRCLE / 2, found.surface, found.border)
    tone = getattr(found, row.tone or "muted")
    color = getattr(tone, "text", tone)
    icons.paint(painter, row.icon, circle.center().x() - _ICON / 2, middle - _ICON / 2, _ICON, color)


def _words(painter: QPainter, box: QRectF, row: LineRow) -> None:
    found = tokens()
    line = QRectF(box.x() + _TEXT, box.y() + _FIRST - 11, box.width() - _TEXT - _SIDE, 22)
    actor = min(paint.width(row.actor, font(12)), line.width() * 0.34) if row.actor else 0.0
    paint.text(painter, line.adjusted(line.width() - actor, 0, 0, 0), row.actor, font(12), found.muted, paint.RIGHT)
    room = line.width() - actor - (16 if actor else 0)
    tag = paint.width(row.tag, font(12)) + 18 if row.tag else 0.0
    title = min(paint.width(row.title, font(13, SEMI_BOLD)) + 1, room - (tag + 10 if tag else 0))
    color = found.muted if row.muted else found.text
    paint.text(painter, QRectF(line.x(), line.y(), title, 22), row.title, font(13, SEMI_BOLD), color)
    if row.tag:
        _tag(painter, QRectF(line.x() + title + 10, line.y() + 1, tag, 20), row)
    detail = QRectF(line.x(), box.y() + _SECOND - 9, line.width(), 18)
    quiet = row.muted or row.tone in ("green", "negative") or not row.actor
    paint.text(painter, detail, row.detail, font(13), found.muted if quiet else found.text)


def _tag(painter: QPainter, box: QRectF, row: LineRow) -> None:
    found = tokens()
    fill, line, color = (found.selection, None, found.accent) if row.strong_tag else (None, found.border, found.muted)
    paint.rounded(painter, box, TAG_RADIUS, fill, line)
    paint.text(painter, box, row.tag, font(12), color, Qt.AlignmentFlag.AlignCenter)


def _gap(painter: QPainter, box: QRectF, row: LineRow) -> None:
    found = tokens()
    bar = QRectF(box.x() + _AXIS - _CIRCLE / 2, box.y() + 9, box.width() - _AXIS + _CIRCLE / 2 - _SIDE, 32)
    paint.rounded(painter, bar, RADIUS, found.background, found.border)
    middle = bar.center().y()
    icons.paint(painter, row.icon, bar.x() + _CIRCLE / 2 - _ICON / 2, middle - _ICON / 2, _ICON, found.text)
    words = QRectF(box.x() + _TEXT, bar.y(), bar.right() - box.x() - _TEXT - 12, bar.height())
    paint.text(painter, words, row.title, font(13, SEMI_BOLD), found.text)
    wide = paint.width(row.title, font(13, SEMI_BOLD)) + 12
    paint.text(painter, words.adjusted(wide, 0, 0, 0), row.detail, font(12), found.muted)
