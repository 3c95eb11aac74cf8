"""The first rows as they will be stored, and those with a problem: what is wrong stands in its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent

from reactivate_desktop.domain.import_checks import CheckedCell, CheckedRow
from reactivate_desktop.domain.imports import ImportSubject
from ui import names
from ui.patients.import_wizard import words
from ui.privacy import veiled
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.columns_model import ROW_ROLE, Index
from ui.widgets.row_view import SIDE, RowDelegate, RowView

ROW_HEIGHT = 33
_NUMBER, _FATE, _LEAST = 62, 148, 100
# Fields that need more or less room than the others, in per cent.
_ROOM = {
    "email": 150,
    "date_of_birth": 130,
    "patient_date_of_birth": 130,
    "starts_at": 130,
    "next_appointment": 125,
    "phone": 120,
    "phone_second": 120,
    "external_id": 90,
    "patient_id": 90,
    "mrn": 90,
    "last_visit": 95,
    "do_not_contact": 95,
    "state": 60,
    "postal_code": 80,
    "language": 75,
}


class PreviewModel(QAbstractTableModel):
    """Rows by place; a column for each field of the file, between the row's number and what happens to it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[CheckedRow] = []
        self.fields: list[str] = []
        self._subject = ImportSubject.PATIENTS

    def show_rows(self, rows: Sequence[CheckedRow], fields: Sequence[str], subject: ImportSubject) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows, self.fields, self._subject = list(rows), list(fields), subject
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.fields) + 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == 0:
            return f"   {tr('Row')}"
        if section > len(self.fields):
            return tr("What happens")
        return words.field(self.fields[section - 1], self._subject)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            cell = self.cell(row, index.column())
            return f"{self.text(row, index.column())} {cell.problem if cell else ''}".strip()
        return None

    def cell(self, row: CheckedRow, column: int) -> CheckedCell | None:
        """Return the cell of a field; None in the outer columns."""
        return row.cells.get(self.fields[column - 1]) if 0 < column <= len(self.fields) else None

    def text(self, row: CheckedRow, column: int) -> str:
        """Return what a cell says."""
        if column == 0:
            return str(row.row)
        cell = self.cell(row, column)
        if cell is None:
            return words.fate(row)[0] if column > len(self.fields) else ""
        name = self.fields[column - 1]
        if cell.problem:
            said = cell.raw or tr("empty")
        elif cell.other is not None:
            return words.either(cell.value, cell.other)
        else:
            said = words.cell(name, cell.value)
        return veiled(said) if name in words.PERSONAL else said

    def problems(self, row: CheckedRow) -> list[int]:
        """Return the columns of a row that need a look."""
        found = [
            place
            for place, name in enumerate(self.fields, 1)
            if (cell := row.cells.get(name)) and (cell.problem or cell.other is not None)
        ]
        return found or ([len(self.fields) + 1] if row.reason else [])


class _Delegate(RowDelegate):
    """Paints a cell; a wrong one on the red ground, one in doubt on the yellow."""

    def paint_cell(self, painter: QPainter, box: QRectF, column: int, row: Any, *, selected: bool) -> None:
        model = self._view.model()
        assert isinstance(model, PreviewModel)
        found = tokens()
        said = model.text(row, column)
        inner = box.adjusted(SIDE if column == 0 else 2, 0, -8, 0)
        cell = model.cell(row, column)
        if column == 0:
            paint.text(painter, inner, said, font(13), found.muted)
        elif cell is None:
            tone = words.fate(row)[1]
            color = getattr(found, tone or "text")
            paint.text(painter, inner, said, font(12, SEMI_BOLD), getattr(color, "text", color))
        elif cell.problem or cell.other is not None:
            self._paint_mark(painter, box, said, wrong=bool(cell.problem))
        else:
            paint.text(painter, inner, said, font(13), found.text if cell.value not in (None, "") else found.muted)
        here = self._view.currentIndex()
        if self._view.hasFocus() and selected and here.column() == column and column > 0:
            paint.rounded(painter, box.adjusted(-6, 3, -13, -3), 5, None, found.accent, 2)

    def _paint_mark(self, painter: QPainter, box: QRectF, said: str, *, wrong: bool) -> None:
        pair = tokens().red if wrong else tokens().yellow
        mark = box.adjusted(-6, 3, -13, -3)
        paint.rounded(painter, mark, 5, pair.fill)
        icon = "warning-circle" if wrong else "question"
        icons.paint(painter, icon, mark.x() + 7, mark.center().y() - 7, 14, pair.text)
        paint.text(painter, mark.adjusted(26, 0, -6, 0), said, font(12, MEDIUM), pair.text)


class PreviewTable(RowView):
    """`looked_at(row, column)`: another cell is current; arrows go through cells, J and K through rows."""

    looked_at = Signal(int, int)

    def __init__(self) -> None:
        super().__init__(names.IMPORT_PREVIEW, tr("Preview of the rows"), ROW_HEIGHT)
        self.rows_model = PreviewModel(self)
        self.setModel(self.rows_model)
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(self.ScrollMode.ScrollPerPixel)

    def show_rows(self, rows: Sequence[CheckedRow], fields: Sequence[str], subject: ImportSubject) -> None:
        """Show other rows; who stood on a row of the file stands on it again."""
        at = self.currentIndex()
        before = self.rows_model.rows[at.row()].row if 0 <= at.row() < len(self.rows_model.rows) else None
        self.rows_model.show_rows(rows, fields, subject)
        self._share_width()
        for place, row in enumerate(rows):
            if row.row == before and at.column() < self.rows_model.columnCount():
                self.setCurrentIndex(self.rows_model.index(place, at.column()))

    def next_problem(self) -> bool:
        """Go to the next cell that needs a look, from the last one to the first; False: there is none."""
        model = self.rows_model
        marked = [(place, column) for place, row in enumerate(model.rows) for column in model.problems(row)]
        if not marked:
            return False
        here = (self.currentIndex().row(), self.currentIndex().column())
        place, column = next((cell for cell in marked if cell > here), marked[0])
        index = model.index(place, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def whole_rows(self, room: int) -> int:
        """Return the height below `room` at which no row is cut."""
        head = self.horizontalHeader().height()
        bar = self.horizontalScrollBar()
        foot = bar.sizeHint().height() if bar.maximum() > 0 else 0
        return head + max(1, (room - head - foot) // ROW_HEIGHT) * ROW_HEIGHT + foot

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.looked_at.emit(current.row(), current.column())
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Home and End go along the row in Qt; people look for the first and the last row.
        place = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.rows_model.rowCount() - 1}.get(Qt.Key(event.key()))
        if place is not None and not event.modifiers():
            self.go_to(place)
            return
        super().keyPressEvent(event)

    def _share_width(self) -> None:
        shares = [_ROOM.get(name, 100) for name in self.rows_model.fields]
        room = self.viewport().width() - _NUMBER - _FATE
        widths = [max(_LEAST * share // 100, room * share // sum(shares)) for share in shares]
        self.setColumnWidth(0, _NUMBER)
        for place, wide in enumerate(widths, 1):
            self.setColumnWidth(place, wide)
        self.setColumnWidth(len(widths) + 1, max(_FATE, self.viewport().width() - _NUMBER - sum(widths)))
