"""The list of a screen: a table of fixed rows with hover, selection by row and the look's grounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.columns_model import ROW_ROLE

SIDE = 14
_BAR = 3


class RowView(QTableView):
    """Shows a PagedModel. `opened(place)`: a double click; `moved(place)`: another row is current (-1: none).

    Enter and letters are left to the shortcuts of the screen; J and K move like the arrows.
    """

    opened = Signal(int)
    moved = Signal(int)

    def __init__(self, name: str, said: str, row_height: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(said)
        self.hovered = -1
        self.setMouseTracking(True)
        # Scrolling moves what is painted already and paints the rest: a fifth of painting all rows again.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.hide()
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads.setDefaultAlignment(paint.LEFT)
        heads.setHighlightSections(False)
        heads.setFixedHeight(34)
        self.set_row_height(row_height)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def set_row_height(self, high: int) -> None:
        """Use rows of this height; all rows have one."""
        self.verticalHeader().setMinimumSectionSize(high)
        self.verticalHeader().setDefaultSectionSize(high)
        self.verticalScrollBar().setSingleStep(high)

    def set_widths(self, widths: Sequence[int], rest: int) -> None:
        """Give columns their widths; the one at `rest` takes what is left."""
        room = self.viewport().width()
        fixed = sum(wide for place, wide in enumerate(widths) if place != rest)
        for place, wide in enumerate(widths):
            self.setColumnWidth(place, max(80, room - fixed) if place == rest else wide)

    def place(self) -> int:
        """Return the current row; -1: none."""
        return self.currentIndex().row()

    def go_to(self, place: int) -> None:
        """Make a row current and visible."""
        model = self.model()
        if 0 <= place < model.rowCount():
            self.setCurrentIndex(model.index(place, 0))

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.moved.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers():
            self.go_to(self.place() + step)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, _text: str) -> None:
        """Do nothing: letters are commands of the screen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), paint.color_of(tokens().surface))
        painter.end()
        super().paintEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, place: int) -> None:
        if place != self.hovered:
            for row in (self.hovered, place):
                self.viewport().update(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))
            self.hovered = place


class RowDelegate(QStyledItemDelegate):
    """Paints the ground of rows; subclasses paint a cell's contents from the row itself."""

    def __init__(self, view: RowView) -> None:
        super().__init__(view)
        self._view = view

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        box = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        row = index.data(ROW_ROLE)
        self._ground(painter, box, index, selected=selected, row=row)
        if row is None:
            if not getattr(index.model(), "slow", True):
                painter.restore()
                return
            wide = box.width() * (0.6 if index.row() % 2 else 0.45)
            line = QRectF(box.x() + SIDE, box.center().y() - 5, min(wide, 160), 10)
            paint.rounded(painter, line, 4, tokens().hairline)
        else:
            self.paint_cell(painter, box, index.column(), row, selected=selected)
        painter.restore()

    def paint_cell(self, painter: QPainter, box: QRectF, column: int, row: Any, *, selected: bool) -> None:
        """Paint the contents of one cell in `box`, the whole cell."""
        raise NotImplementedError

    def held_elsewhere(self, _row: Any) -> bool:
        """Return whether a row stands back on the sub-surface."""
        return False

    def _ground(
        self, painter: QPainter, box: QRectF, index: QModelIndex | QPersistentModelIndex, *, selected: bool, row: Any
    ) -> None:
        found = tokens()
        if selected:
            painter.fillRect(box, paint.color_of(found.selection))
            if index.column() == 0:
                painter.fillRect(QRectF(box.x(), box.y(), _BAR, box.height()), paint.color_of(found.accent))
            return
        if index.row() == self._view.hovered or (row is not None and self.held_elsewhere(row)):
            painter.fillRect(box, paint.color_of(found.sub_surface))
        left = SIDE if index.column() == 0 else 0
        right = SIDE if index.column() == self._view.model().columnCount() - 1 else 0
        line = QRectF(box.x() + left, box.bottom() - 1, box.width() - left - right, 1)
        painter.fillRect(line, paint.color_of(found.hairline))
