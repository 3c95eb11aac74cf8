"""The titles above the patients list: a click sorts, the box ticks all; menus do the same for the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from reactivate_desktop.domain.patient_lists import BEST_FIRST, ListOrder
from ui.patients.list import SELECT, Field
from ui.patients.picks import Picks
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.row_view import SIDE

HEIGHT = 34


class Head(QHeaderView):
    """`order_asked(ListOrder)`; `all_asked`: the box was clicked; `menu_asked(point)`: a menu is wanted there."""

    order_asked = Signal(object)
    all_asked = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, fields: tuple[Field, ...], picks: Picks, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._fields = fields
        self._picks = picks
        self._order = BEST_FIRST
        self._hovered = -1
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        # The card's round corners shine through.
        self.setStyleSheet("QHeaderView { background: transparent; }")
        self.setAccessibleName(tr("Columns"))
        self.sectionClicked.connect(self._clicked)

    def show_order(self, order: ListOrder) -> None:
        """Show by which column the list is sorted."""
        self._order = order
        self.viewport().update()

    def paintSection(self, painter: QPainter, box: QRect, section: int) -> None:
        field = self._fields[section]
        painter.save()
        area = QRectF(box)
        if field.name == SELECT:
            paint.check_box(painter, area.adjusted(2, 0, 0, 0), self._picks.state())
        else:
            if section == 0:
                area.setLeft(area.left() + SIDE)
            self._paint_title(painter, area, field, hovered=section == self._hovered)
        painter.fillRect(QRectF(box.x(), box.bottom(), box.width(), 1), QColor(tokens().border))
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        section = self.logicalIndexAt(event.position().toPoint())
        able = section >= 0 and (self._fields[section].sort is not None or self._fields[section].name == SELECT)
        self.setCursor(Qt.CursorShape.PointingHandCursor if able else Qt.CursorShape.ArrowCursor)
        hovered = section if able else -1
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def _paint_title(self, painter: QPainter, box: QRectF, field: Field, *, hovered: bool) -> None:
        sorted_by = field.sort is not None and field.sort == self._order.by
        color = tokens().text if sorted_by or hovered else tokens().muted
        title = tr(field.title)
        face = font(12, SEMI_BOLD)
        paint.text(painter, box.adjusted(0, 0, -16 if sorted_by else -4, 0), title, face, color)
        if sorted_by:
            wide = min(paint.width(title, face), box.width() - 16)
            name = "caret-up" if self._order.ascending else "caret-down"
            icons.paint(painter, name, box.x() + wide + 4, box.center().y() - 6, 12, color)

    def _clicked(self, section: int) -> None:
        field = self._fields[section]
        if field.name == SELECT:
            self.all_asked.emit()
        elif field.sort is not None:
            self.order_asked.emit(next_order(field, self._order))


def next_order(field: Field, now: ListOrder) -> ListOrder:
    """Return what a click on a title asks for: its own order, the other way round, then the usual one again."""
    assert field.sort is not None, "only titles that sort are clicked"
    if now.by != field.sort:
        return ListOrder(field.sort, field.ascending)
    if now.ascending == field.ascending:
        return ListOrder(field.sort, not field.ascending)
    return BEST_FIRST
