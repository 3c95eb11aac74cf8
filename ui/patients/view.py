"""The table of the patients tab: rows, titles and check boxes."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView

from ui import names
from ui.patients.head import Head
from ui.patients.list import BY_NAME, FIELDS, PATIENT, SELECT, Field, PatientDelegate, columns
from ui.patients.picks import Picks
from ui.patients.rows import ShownRow
from ui.text import tr
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.columns_model import Column
from ui.widgets.paged_model import SKELETON_MS, PagedModel
from ui.widgets.row_view import SIDE, RowView

ROW, ROW_LOW = 46, 42
_LEAST_PATIENT = 200
# What makes way, the first first, where the window has no room for all, as at 200 %.
_MAKES_WAY = ("best_by", "segment", "next_visit", "note", "last_visit", "phone", "priority")


def fields_for(*, writes: bool) -> tuple[Field, ...]:
    """Return the columns of a role: who changes nothing ticks nothing."""
    return FIELDS if writes else tuple(field for field in FIELDS if field.name != SELECT)


class PatientView(RowView):
    """`ticked(place, up to)`: a check box was clicked; up to: with Shift, from the last one."""

    ticked = Signal(int, bool)
    shown_changed = Signal()

    def __init__(self, fields: tuple[Field, ...], picks: Picks) -> None:
        super().__init__(names.PATIENTS_LIST, tr("Patients"), ROW)
        self._fields = fields
        self._hidden: frozenset[str] = frozenset()
        self._waiting = False
        self._least_row = ROW
        self.head = Head(fields, picks, self)
        self.setHorizontalHeader(self.head)
        self.head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.head.setMinimumSectionSize(20)
        self.setItemDelegate(PatientDelegate(self, fields, picks))
        self._patience = QTimer(self, singleShot=True, interval=SKELETON_MS)
        self._patience.timeout.connect(self._show_waiting)
        picks.changed.connect(self._repaint)
        self.verticalScrollBar().valueChanged.connect(self.shown_changed)
        self.verticalScrollBar().rangeChanged.connect(self.shown_changed)

    def columns(self, picks: Picks) -> list[Column[ShownRow]]:
        """Return the columns for the model."""
        return columns(self._fields, picks)

    def show_model(self, model: PagedModel[ShownRow]) -> None:
        """Show the rows of a model."""
        self.setModel(model)
        self._lay_out()

    def wait_for_rows(self, waiting: bool) -> None:
        """Show grey rows after a while, as long as there are none."""
        if self._waiting:
            # Else nothing looks different, and painting would take the time in which rows are read.
            self.viewport().update()
        self._waiting = False
        if waiting:
            self._patience.start()
        else:
            self._patience.stop()

    def hide_columns(self, hidden: frozenset[str]) -> None:
        """Leave columns out, by their names."""
        self._hidden = hidden
        self._lay_out()

    def hidden(self) -> frozenset[str]:
        """Return the names of the columns that are left out."""
        return self._hidden

    def set_low(self, low: bool) -> None:
        """Use lower rows on a small screen."""
        self._least_row = ROW_LOW if low else ROW
        self._fill_rows()

    def shown_range(self) -> tuple[int, int]:
        """Return the first and last place that can be seen whole; (0, -1): none."""
        model = self.model()
        if model.rowCount() == 0:
            return 0, -1
        high = self.verticalHeader().defaultSectionSize()
        top = self.verticalScrollBar().value()
        first = -(-top // high)
        last = (top + self.viewport().height()) // high - 1
        return first, max(first, min(last, model.rowCount() - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill_rows()
        self._lay_out()
        self.shown_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._tick(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._tick(event):
            super().mouseDoubleClickEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._waiting and self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            high = self.verticalHeader().defaultSectionSize()
            for place in range(self.viewport().height() // high):
                line = QRectF(SIDE, place * high + high / 2 - 5, 160 if place % 2 else 220, 10)
                paint.rounded(painter, line, 4, tokens().hairline)

    def _tick(self, event: QMouseEvent) -> bool:
        """Tick the box under the mouse, if there is one."""
        index: QModelIndex | QPersistentModelIndex = self.indexAt(event.position().toPoint())
        on_box = index.isValid() and self._fields[index.column()].name == SELECT
        if not on_box or event.button() != Qt.MouseButton.LeftButton:
            return False
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        # Before the row becomes the current one, from which a range may start.
        self.ticked.emit(index.row(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        self.go_to(index.row())
        return True

    def _lay_out(self) -> None:
        """Give each column its width; the names take what is left."""
        if self.model() is None:
            return
        hidden = set(self._hidden)
        room = self.viewport().width() - _LEAST_PATIENT
        wide = sum(field.width for field in self._fields if field.name not in hidden | {PATIENT})
        for name in _MAKES_WAY:
            if wide > room and name not in hidden:
                hidden.add(name)
                wide -= BY_NAME[name].width
        names_wide = max(_LEAST_PATIENT, self.viewport().width() - wide)
        for place, field in enumerate(self._fields):
            self.setColumnHidden(place, field.name in hidden)
            self.setColumnWidth(place, names_wide if field.name == PATIENT else BY_NAME[field.name].width)

    def _fill_rows(self) -> None:
        """Make rows as much higher as leaves none of them cut at the foot; the first one stays the first."""
        whole = max(1, self.viewport().height() // self._least_row)
        high = max(self._least_row, self.viewport().height() // whole) if whole > 2 else self._least_row
        now = self.verticalHeader().defaultSectionSize()
        if high != now:
            top = self.verticalScrollBar().value() // now
            self.set_row_height(high)
            self.verticalScrollBar().setValue(top * high)

    def _show_waiting(self) -> None:
        self._waiting = True
        self.viewport().update()

    def _repaint(self) -> None:
        self.viewport().update()
        self.head.viewport().update()
