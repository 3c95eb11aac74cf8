"""A table model of rows that are all there, or come page by page at the end; no index of ids is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ui.widgets.paged_model import ROW_ROLE, Column, Index, Row

_Row = TypeVar("_Row", bound=Row)


class RowsModel(QAbstractTableModel, Generic[_Row]):
    """Rows in the order given; delegates take the row itself by ROW_ROLE, assistive tools the words of its columns."""

    def __init__(self, columns: Sequence[Column[_Row]], parent: QObject) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows: list[_Row] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._columns[index.column()].words(row)
        return None

    @property
    def rows(self) -> Sequence[_Row]:
        """The rows that are shown."""
        return self._rows

    def row_at(self, place: int) -> _Row | None:
        """Return the row at a place."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def show_rows(self, rows: Sequence[_Row]) -> None:
        """Show other rows. Where rows only came on top, or changed in place, views keep place and selection."""
        old, new = [row.id for row in self._rows], [row.id for row in rows]
        more = len(new) - len(old)
        if not old or more < 0 or new[more:] != old:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        if more:
            self.beginInsertRows(QModelIndex(), 0, more - 1)
            self._rows = list(rows)
            self.endInsertRows()
        self._rows = list(rows)
        self.dataChanged.emit(self.index(0, 0), self.index(len(new) - 1, len(self._columns) - 1))

    def add_rows(self, rows: Sequence[_Row]) -> None:
        """Show more rows below the others."""
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()
